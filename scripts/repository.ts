import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root: string = fileURLToPath(new URL('..', import.meta.url));

/** The path of a tool that the root depends on. */
export function tool(name: string): string {
  return join(root, 'node_modules/.bin', name);
}

/** The parts of a package.json that the scripts read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** One published package. */
export interface Package {
  /** Name of the folder in packages/. */
  readonly folder: string;
  /** Absolute path of that folder. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** All packages of a repository, this one or a copy of it, that are published, by folder name. */
export function publicPackages(repository: string = root): Package[] {
  const packages: Package[] = [];
  for (const folder of readdirSync(join(repository, 'packages')).sort()) {
    const path = join(repository, 'packages', folder);
    const manifest: Manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    if (!manifest.private) packages.push({ folder, path, manifest });
  }
  return packages;
}
