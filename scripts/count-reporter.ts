import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import type { TestTitle } from './test-titles.ts';

/**
 * Ends a run with one plain line that counts its tests, for people and for CI.
 *
 * Two environment variables name files for scripts: `COUNT_FILE` gets the line, `TITLES_FILE` the titles of all tests.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    const titles: TestTitle[] = [];
    for (const module of modules) {
      if (module.state() === 'failed' && module.children.size === 0) count.failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state === 'pending' ? 'skipped' : state]++;
        titles.push({ file: relative(process.cwd(), module.moduleId), title: test.fullName });
      }
    }
    const line = `tests: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`;
    process.on('exit', () => console.log(line));
    if (process.env.COUNT_FILE) writeFileSync(process.env.COUNT_FILE, line);
    if (process.env.TITLES_FILE) writeFileSync(process.env.TITLES_FILE, JSON.stringify(titles));
  }
}
