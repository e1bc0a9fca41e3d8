import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Every package is its sources here (see tsconfig.base.json), so that no test waits for a build.
const conditions = ['@requests-ts/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', '{examples,scripts,benchmarks,hostile,docs}/**/*.test.ts'],
    execArgv: [`--conditions=${conditions[0]}`],
    // Many tests wait for a server or a clock: even a machine of two cores has room for two.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Makes every file a security test, too.
    setupFiles: ['./scripts/test-watch.ts'],
    // A watchdog for what hangs, far from what a loaded machine needs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './scripts/count-reporter.ts'],
  },
});
