/**
 * Rehearses a release: versions, changelogs, publishing to a registry of its own, and users who install from there.
 *
 *     node scripts/rehearsal.ts [--require bun,deno]
 *
 * A copy of the repository gets one more changeset and goes through the commands of .github/workflows/release.yml. Then projects of
 * users install what was published, and their programs run on every supported Node, and on Bun and Deno where they are installed;
 * `--require` fails where they are not.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Changeset, changelogSection, nextVersion, parseChangeset } from './changesets.ts';
import { output, pnpm } from './command.ts';
import { useAsUsersDo } from './consumers.ts';
import { startRegistry } from './registry.ts';
import { publicPackages } from './repository.ts';
import { commit, copyEnv, copyRepository } from './repository-copy.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

/** So that there is always something to release: a minor of what is everybody's peer. */
const rehearsed = '---\n"@requests-ts/core": minor\n---\n\nA release was rehearsed.\n';

/** Makes the new versions as the version pull request does; gives what is wrong with them. */
async function makeVersions(copy: string, run: (...args: string[]) => Promise<string>): Promise<string[]> {
  writeFileSync(join(copy, '.changeset/rehearsal.md'), rehearsed);
  // Changesets looks up the commit that added a changeset.
  await commit(copy, 'Rehearse a release');
  const changesets = readChangesets(copy);
  const bumps = changesets.flatMap((changeset) => [...changeset.bumps.values()]);
  const version = nextVersion(publicPackages(copy)[0]?.manifest.version ?? '', bumps);
  await run('run', 'version');
  await commit(copy, 'Version packages');

  const left = readChangesets(copy).map(({ text }) => `not released: ${text}`);
  const wrong = publicPackages(copy).flatMap(({ path, manifest }) => {
    if (manifest.version !== version) return [`${manifest.name} is ${manifest.version} instead of ${version}`];
    const changelog = changelogSection(readFileSync(join(path, 'CHANGELOG.md'), 'utf8'), version) ?? '';
    const lines = changesets.flatMap(({ bumps, text }) =>
      bumps.has(manifest.name) ? [text.split('\n')[0] ?? ''] : [],
    );
    if (changelog.includes('Updated dependencies'))
      return [`${manifest.name}: its changelog has lines of dependencies`];
    return lines
      .filter((line) => !changelog.includes(line))
      .map((line) => `${manifest.name}: no changelog for: ${line}`);
  });
  return [...left, ...wrong];
}

function readChangesets(copy: string): Changeset[] {
  const folder = join(copy, '.changeset');
  const files = readdirSync(folder).filter((name) => name.endsWith('.md'));
  return files.flatMap((name) => parseChangeset(readFileSync(join(folder, name), 'utf8')) ?? []);
}

/** Publishes the way the release workflow does; gives what is wrong with the tags. */
async function publish(copy: string, run: (...args: string[]) => Promise<string>): Promise<string[]> {
  await run('install', '--frozen-lockfile', '--offline');
  await run('run', 'release');
  const tags = (await output('git', ['tag', '--points-at', 'HEAD'], { cwd: copy })).trim().split('\n');
  const names = publicPackages(copy).map(({ manifest }) => `${manifest.name}@${manifest.version}`);
  return names.filter((name) => !tags.includes(name)).map((name) => `no tag ${name}`);
}

const { values } = parseArgs({ options: { require: { type: 'string', default: '' } } });
await withTemporaryFolder('rehearsal-', async (folder) => {
  const copy = join(folder, 'repository');
  const registry = await startRegistry(join(folder, 'registry'));
  const run =
    (env: Record<string, string>) =>
    (...args: string[]) =>
      pnpm(args, { cwd: copy, env: { ...copyEnv, ...env } });
  try {
    await copyRepository(copy);
    const offline = run({});
    await offline('install', '--frozen-lockfile', '--offline');
    const problems = await makeVersions(copy, offline);
    problems.push(...(await publish(copy, run(registry.env))));
    problems.push(
      ...(await useAsUsersDo(publicPackages(copy), folder, registry, values.require.split(',').filter(Boolean))),
    );
    for (const problem of problems) console.error(problem);
    if (problems.length > 0) process.exitCode = 1;
  } finally {
    await registry.close();
  }
});
