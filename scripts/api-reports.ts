/**
 * Writes what each entry of each package exports to packages/<name>/api/<entry>.api.md, from the builds.
 *
 *     node scripts/api-reports.ts [--check]
 *
 * `--check` writes nothing and fails on a report that is not what it would write: whoever changes the public API shows the change.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { readSurfaces, type Surface } from './api-surface.ts';
import { publicPackages, root } from './repository.ts';

/** The way from an entry to its report. */
interface Entry {
  /** What users import. */
  readonly name: string;
  readonly declarations: string;
  readonly report: string;
}

function entries(): Entry[] {
  return publicPackages().flatMap(({ path, manifest }) =>
    Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
      if (typeof target !== 'object' || target === null || !('types' in target)) return [];
      const file = subpath === '.' ? 'index' : subpath.slice(2).replaceAll('/', '-');
      const report = join(path, 'api', `${file}.api.md`);
      return [{ name: manifest.name + subpath.slice(1), declarations: join(path, String(target.types)), report }];
    }),
  );
}

function markdown(name: string, { exported, hidden }: Surface): string {
  const rest =
    hidden.length > 0 ? ['## Not exported, but part of it', '', '```ts', hidden.join('\n\n'), '```', ''] : [];
  return [
    `# ${name}`,
    '',
    'Written by `pnpm api`; do not edit. A change here is a change for users, and wants a changeset.',
    '',
    '```ts',
    exported.join('\n\n').replace(/^(export \{.*\n)\n(?=export \{)/gm, '$1'),
    '```',
    '',
    ...rest,
  ].join('\n');
}

const { values } = parseArgs({ options: { check: { type: 'boolean' } } });
const all = entries();
const surfaces = await readSurfaces(all.map(({ declarations }) => declarations));
const reports = new Map(all.map(({ name, report }, at) => [report, markdown(name, surfaces[at] as Surface)]));
const stale = globSync(join(root, 'packages/*/api/*.api.md')).filter((path) => !reports.has(path));
const changed = [...reports].filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text);
if (values.check) {
  for (const path of [...stale, ...changed.map(([path]) => path)]) {
    console.error(`${relative(root, path)} is not what the build exports: run pnpm api and look at the difference`);
    process.exitCode = 1;
  }
} else {
  for (const path of stale) rmSync(path);
  for (const [path, text] of changed) {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }
}
