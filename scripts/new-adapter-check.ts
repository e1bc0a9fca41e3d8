/**
 * Makes a new adapter package in a copy of the repository, and runs its contract suite, types, lint and README there.
 *
 *     node scripts/new-adapter-check.ts
 */
import { join } from 'node:path';
import { type CommandOptions, execute, pnpm } from './command.ts';
import { copyEnv, copyRepository } from './repository-copy.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

const name = 'carrier-pigeon';

await withTemporaryFolder('new-adapter-', async (copy) => {
  const options: CommandOptions = { cwd: copy, env: copyEnv };
  await copyRepository(copy);
  await pnpm(['install', '--frozen-lockfile', '--offline'], options);
  await pnpm(['run', 'new-adapter', name], options);
  const commands = [
    ['biome', 'check', '--error-on-warnings', `packages/${name}`, 'biome.json', 'scripts/import-rules.test.ts'],
    ['tsc', '-p', `packages/${name}`],
    ['tsc', '-p', `packages/${name}/tsconfig.build.json`, '--noEmit', '--customConditions', '@requests-ts/source'],
    ['vitest', 'run', `packages/${name}`, 'scripts/import-rules'],
    ['vitest', 'run', 'examples/test/readme-blocks', '-t', `right types|packages/${name}`],
  ];
  for (const [tool = '', ...args] of commands) {
    const { ok, output } = await execute(join(copy, 'node_modules/.bin', tool), args, options);
    if (ok) continue;
    console.error(`In a new package, ${tool} ${args.join(' ')} fails:\n${output.trim()}\n`);
    process.exitCode = 1;
  }
});
