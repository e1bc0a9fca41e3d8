import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Manifest, Package } from './repository.ts';

/** A package that users get when they install one of ours. */
export interface Dependency {
  readonly path: string;
  readonly manifest: Manifest;
}

/** Licences that ask for nothing but their text, which stays in the package. */
const licences: ReadonlySet<string> = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD']);
/** npm runs these on the machine of whoever installs. */
const installScripts = ['preinstall', 'install', 'postinstall'];

/** Everything that these packages need at run time, themselves included, as it is installed here. */
export function runtimeTree(packages: readonly Package[]): Dependency[] {
  const found = new Map<string, Dependency>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    const manifest: Manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    found.set(path, { path, manifest });
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      const folder = findPackage(name, path);
      if (folder) visit(folder);
      else if (!manifest.optionalDependencies?.[name]) throw new Error(`${name} of ${manifest.name} is not installed`);
    }
  };
  for (const { path } of packages) visit(realpathSync(path));
  return [...found.values()];
}

function findPackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (folder === dirname(folder)) return undefined;
  }
}

/** Why users should not get a package: its licence, its engines, what it runs while it is installed. */
export function objections({ path, manifest }: Dependency, floor: string): string[] {
  const { license = 'none', engines, scripts = {} } = manifest;
  const native = existsSync(join(path, 'binding.gyp')) ? ['node-gyp'] : [];
  const runs = [...installScripts.filter((name) => name in scripts), ...native];
  return [
    ...(licences.has(license) ? [] : [`its licence is ${license}`]),
    ...(admits(engines?.node ?? '*', floor) ? [] : [`it wants Node ${engines?.node}, we promise ${floor}`]),
    ...runs.map((name) => `it runs ${name} when it is installed`),
  ];
}

/**
 * Whether a range of `engines` has every version from the floor on.
 *
 * Knows `*` and alternatives of one `>=`; of anything else it cannot tell, and says no.
 */
export function admits(range: string, floor: string): boolean {
  return range.split('||').some((alternative) => {
    const [, from] = /^\s*(?:\*|>=\s*v?(\d+(?:\.\d+){0,2}))\s*$/.exec(alternative) ?? ['', undefined];
    return alternative.trim() === '*' || (from !== undefined && compare(from, floor) <= 0);
  });
}

function compare(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  const at = [0, 1, 2].find((index) => (a?.[index] ?? 0) !== (b?.[index] ?? 0)) ?? 0;
  return (a?.[at] ?? 0) - (b?.[at] ?? 0);
}
