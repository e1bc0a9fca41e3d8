import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { output } from './command.ts';
import { root, tool } from './repository.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

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
  const listed = await withTemporaryFolder('titles-', async (folder) => {
    const list = join(folder, 'list.json');
    await output(tool('vitest'), ['list', '--no-staticParse', `--json=${list}`]);
    return JSON.parse(readFileSync(list, 'utf8')) as { name: string; file: string }[];
  });
  return listed.map(({ name, file }) => ({ file: relative(root, file), title: name }));
}
