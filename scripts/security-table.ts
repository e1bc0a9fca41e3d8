/**
 * Writes docs/generated/security.md: each class of vulnerability of docs/security-classes.json with the tests that name it.
 *
 *     node scripts/security-table.ts [--check] [--titles <file>]
 *
 * Fails when a class has neither a test nor a stated reason, and when a title names an advisory that no class has. `--check` writes nothing
 * and fails when the file is not what it would write. `--titles` reads the titles from a file that a test run has written.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './repository.ts';
import { ruleIds } from './rules.ts';
import { type ClassCoverage, type SecurityGroup, securityCoverage } from './security-classes.ts';
import { byFile, cell, usesExamples, writeOrCheck } from './test-table.ts';
import { testTitles } from './test-titles.ts';

function table(groups: readonly SecurityGroup[], { tests, replays, ids }: ClassCoverage): string {
  const classes = groups.flatMap((group) => group.classes);
  const tested = classes.filter(({ id }) => tests.has(id)).length;
  const absent = classes.filter(({ withoutFeature }) => withoutFeature).length;
  const total = new Set(classes.flatMap((one) => one.ids)).size;
  const lines = [
    '# Classes of vulnerabilities and their tests',
    '',
    'Written by `node scripts/security-table.ts`; do not edit. The classes and their published advisories are `docs/security-classes.json`; a test',
    'names its class in brackets, `[A01]`, and the advisory whose bytes or options it replays, `[A01 CVE-2018-20060]`. A class of priority P0 must',
    'hold before anything is published, P1 before 1.0, P2 when its feature exists; P3 is recorded only. The gate runs every test named here, so what is',
    'listed passes.',
    '',
    `**${tested} of ${classes.length} classes have tests (${absent} of them: that the feature does not exist); ${total} published advisories belong to them, ${ids.size} are replayed by name.**`,
    '',
    '| class | priority | advisories | replayed | tests | state |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  for (const { classes } of groups) {
    for (const { id, title, priority, ids, withoutFeature } of classes) {
      const count = tests.get(id)?.length ?? 0;
      const state = withoutFeature ? 'no such feature' : count > 0 ? 'tested' : 'open';
      lines.push(
        `| [${id}](#${id.toLowerCase()}) ${cell(title)} | ${priority} | ${ids.length} | ${replays.get(id)?.size ?? 0} | ${count} | ${state} |`,
      );
    }
  }
  for (const { letter, name, classes } of groups) {
    lines.push('', `## ${letter}. ${name}`);
    for (const { id, title, priority, owners, ids, withoutFeature } of classes) {
      lines.push('', `### ${id}`, '', `${cell(title)}. ${priority}, ${owners.join(', ')}.`);
      if (withoutFeature) lines.push('', withoutFeature);
      const found = replays.get(id);
      lines.push('', `Advisories: ${ids.map((one) => (found?.has(one) ? `**${one}**` : one)).join(', ')}.`);
      const list = tests.get(id);
      if (list) lines.push('', byFile(list));
    }
  }
  return `${lines.join('\n')}\n`;
}

const { values } = parseArgs({ options: { check: { type: 'boolean' }, titles: { type: 'string' } } });
const { groups }: { groups: SecurityGroup[] } = JSON.parse(
  readFileSync(join(root, 'docs/security-classes.json'), 'utf8'),
);
const titles = (await testTitles(values.titles)).filter(({ file }) => !usesExamples(file));
const found = securityCoverage(groups, titles, ruleIds);
for (const problem of found.problems) {
  console.error(problem);
  process.exitCode = 1;
}
writeOrCheck('docs/generated/security.md', table(groups, found), values.check, 'scripts/security-table.ts');
