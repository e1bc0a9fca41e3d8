import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './repository.ts';
import type { TestTitle } from './test-titles.ts';

/** What the generated tables of tests have in common. */

const shownTitles = 4;
const advisory = /\b(?:CVE-\d{4}-\d+|GHSA(?:-[0-9a-z]{4}){3}|RUSTSEC-\d{4}-\d+)\b/g;

/** The published advisories that a title names: `CVE-2018-20060`, `GHSA-...`, `RUSTSEC-...`. */
export function advisories(title: string): string[] {
  return title.match(advisory) ?? [];
}

/** True for the tests of these scripts, which name rules as examples. */
export function usesExamples(file: string): boolean {
  return file === 'scripts/rules.test.ts' || file === 'scripts/security-classes.test.ts';
}

/** Tests as lines of one cell of a table: each file, and under it some of its titles. */
export function byFile(tests: readonly TestTitle[]): string {
  const files = Map.groupBy(tests, ({ file }) => file);
  return [...files.keys()]
    .sort()
    .map((file) => {
      const titles = [...new Set(files.get(file)?.map(({ title }) => title))].sort();
      const more = titles.length > shownTitles ? [`and ${titles.length - shownTitles} more`] : [];
      return [`\`${file}\``, ...titles.slice(0, shownTitles).map(cell), ...more].join('<br>');
    })
    .join('<br>');
}

/** Text as it stands in a cell of a table. */
export function cell(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ').replace(/[\\|<>*_`[\]]/g, '\\$&');
}

/** Writes a generated file and shows its figures; or, when it is only to be checked, says what to run when it is not current. */
export function writeOrCheck(path: string, text: string, check: boolean | undefined, script: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  if (!check) {
    writeFileSync(file, text);
    console.log(text.match(/\*\*(.*)\*\*/)?.[1]);
  } else if (readFileSync(file, { encoding: 'utf8', flag: 'a+' }) !== text) {
    console.error(`${path} is not up to date: run node ${script} and commit it`);
    process.exitCode = 1;
  }
}
