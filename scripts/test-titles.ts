import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { root, tool } from './repository.ts';

/** One test of the repository. */
export interface TestTitle {
  /** Path from the root of the repository. */
  readonly file: string;
  /** Titles of the surrounding `describe` blocks and of the test, joined by ` > `. */
  readonly title: string;
}

/**
 * The titles of all tests, as vitest sees them: rows of `it.each` and suites that a function builds are filled in.
 *
 * @param written A file that a finished run has written (`TITLES_FILE`); without it every test file is loaded, none run.
 */
export async function testTitles(written?: string): Promise<TestTitle[]> {
  if (written) return JSON.parse(readFileSync(written, 'utf8'));
  const folder = mkdtempSync(join(tmpdir(), 'titles-'));
  const list = join(folder, 'list.json');
  await promisify(execFile)(tool('vitest'), ['list', '--no-staticParse', `--json=${list}`], { cwd: root });
  const listed: { name: string; file: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  rmSync(folder, { recursive: true });
  return listed.map(({ name, file }) => ({ file: relative(root, file), title: name }));
}
