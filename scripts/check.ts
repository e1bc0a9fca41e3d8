/**
 * The one gate, here and in CI: says nothing while all is well, and ends with the count of the tests.
 *
 *     pnpm check             every step
 *     pnpm check types build only these steps
 *     pnpm check --but tests all steps but these
 *
 * A step that fails prints its output and the command that repeats it; the others still run.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from './command.ts';
import { root } from './repository.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Arguments that the step gets here, but nobody has to type to repeat it. */
  readonly extra?: readonly string[];
}

/** Only what failed, and the count. */
const quiet = ['--silent=passed-only', '--reporter=minimal', '--reporter=./scripts/count-reporter.ts'];

/** Cheap ones first; the tests run alone, since some of them measure time; what follows needs the builds. */
function steps(titles: string): Step[] {
  return [
    { name: 'lint', command: ['biome', 'check', '--error-on-warnings', '.'], extra: ['--max-diagnostics=100'] },
    { name: 'scripts', command: ['tsc', '-p', 'scripts'] },
    { name: 'types', command: ['turbo', 'run', 'types', '--continue', '--output-logs=errors-only'] },
    { name: 'tests', command: ['vitest', 'run'], extra: quiet },
    { name: 'rules', command: ['node', 'scripts/rule-table.ts', '--check'], extra: ['--titles', titles] },
    { name: 'security', command: ['node', 'scripts/security-table.ts', '--check'], extra: ['--titles', titles] },
    { name: 'build', command: ['turbo', 'run', 'build', '--continue', '--output-logs=errors-only'] },
    { name: 'size', command: ['node', 'scripts/core-size.ts'] },
    { name: 'api', command: ['node', 'scripts/api-reports.ts', '--check'] },
    { name: 'budgets', command: ['node', 'scripts/sizes.ts'] },
    { name: 'dependencies', command: ['node', 'scripts/check-dependencies.ts'] },
    { name: 'packages', command: ['node', 'scripts/check-packages.ts'] },
    { name: 'docs', command: ['node', 'docs/build.ts', '--check'] },
    { name: 'new-adapter', command: ['node', 'scripts/new-adapter-check.ts'] },
    { name: 'rehearsal', command: ['node', 'scripts/rehearsal.ts'] },
  ];
}

/** Shows what runs while it runs; leaves no trace, and none at all where nobody watches. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

await withTemporaryFolder('check-', async (folder) => {
  // A test run that went before may have written them.
  const titles = process.env.TITLES_FILE ?? join(folder, 'titles.json');
  const count = join(folder, 'count');
  const env = { COUNT_FILE: count, TITLES_FILE: titles, TURBO_TELEMETRY_DISABLED: '1' };
  const [first, ...rest] = process.argv.slice(2);
  const but = first === '--but';
  const named = first === undefined || but ? rest : [first, ...rest];
  const all = steps(titles);
  const unknown = named.filter((name) => !all.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(`No such step: ${unknown.join(', ')}. There are: ${all.map(({ name }) => name).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  for (const { name, command, extra = [] } of all) {
    if (named.length > 0 && named.includes(name) === but) continue;
    progress(`${name} ...`);
    const [file, ...args] = command;
    const given = extra.includes(titles) && !existsSync(titles) ? [] : extra;
    const { ok, output } = await execute(join(root, 'node_modules/.bin', file), [...args, ...given], { env });
    progress('');
    if (ok) continue;
    process.exitCode = 1;
    console.error(`${output.trim()}\n\n${name} failed. To repeat it: pnpm exec ${command.join(' ')}\n`);
  }
  if (existsSync(count)) console.log(readFileSync(count, 'utf8'));
});
