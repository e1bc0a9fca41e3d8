import { defineConfig } from 'vitest/config';

// Every package is its sources here (see tsconfig.base.json), so that no test waits for a build.
const conditions = ['@requests-ts/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', '{examples,scripts,benchmarks}/**/*.test.ts'],
    execArgv: [`--conditions=${conditions[0]}`],
    testTimeout: 15_000,
    reporters: ['default', './scripts/count-reporter.ts'],
  },
});
