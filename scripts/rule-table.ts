/**
 * Writes docs/generated/rules.md: each rule of docs/rules.json with the tests that name it.
 *
 *     node scripts/rule-table.ts [--check] [--titles <file>]
 *
 * `--check` writes nothing and fails when the file is not what it would write. `--titles` reads the titles from a file
 * that a test run has written (see count-reporter.ts), which saves loading all tests again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './repository.ts';
import { type Coverage, coverage, type RuleGroup } from './rules.ts';
import { advisories, byFile, cell, usesExamples, writeOrCheck } from './test-table.ts';
import { type TestTitle, testTitles } from './test-titles.ts';

function table(groups: readonly RuleGroup[], { tests }: Coverage, titles: readonly TestTitle[]): string {
  const total = groups.reduce((sum, { rules }) => sum + rules.length, 0);
  const replayed = new Set(titles.flatMap(({ title }) => advisories(title)));
  const lines = [
    '# Rules and their tests',
    '',
    'Written by `node scripts/rule-table.ts`; do not edit. A test names the rule it holds in its title; the list of rules is `docs/rules.json`.',
    '',
    `**${tests.size} of ${total} rules have a test; ${replayed.size} published advisories are replayed by name.**`,
    '',
    '| subject | covered | not yet |',
    '| --- | --- | --- |',
  ];
  for (const { name, rules } of groups) {
    const open = rules.filter((rule) => !tests.has(rule));
    lines.push(`| ${cell(name)} | ${rules.length - open.length} of ${rules.length} | ${open.join(', ')} |`);
  }
  for (const { name, rules, names } of groups) {
    lines.push('', `## ${name}`, '', '| rule | tests |', '| --- | --- |');
    for (const rule of rules) {
      const label = names?.[rule] ? `${rule} ${cell(names[rule])}` : rule;
      lines.push(`| ${label} | ${byFile(tests.get(rule) ?? [])} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const { values } = parseArgs({ options: { check: { type: 'boolean' }, titles: { type: 'string' } } });
const { groups }: { groups: RuleGroup[] } = JSON.parse(readFileSync(join(root, 'docs/rules.json'), 'utf8'));
const titles = (await testTitles(values.titles)).filter(({ file }) => !usesExamples(file));
const found = coverage(groups, titles);
const text = table(groups, found, titles);
for (const { id, file, title } of found.unknown) {
  console.error(`${file}: ${id} is not in docs/rules.json (in "${title}")`);
  process.exitCode = 1;
}
writeOrCheck('docs/generated/rules.md', text, values.check, 'scripts/rule-table.ts');
