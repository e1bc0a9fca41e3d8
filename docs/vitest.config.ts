import { defineConfig } from 'vitest/config';

/** Tests of the built site, which `pnpm test` leaves alone because they need one: `node docs/build.ts --check` runs them. */
export default defineConfig({
  test: {
    include: ['test/**/*.site.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
