import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { output } from './command.ts';
import { type Manifest, type Package, publicPackages } from './repository.ts';

/** A package as the registry would get it. */
export interface Tarball {
  readonly name: string;
  readonly path: string;
  /** Paths inside, without the leading `package/`. */
  readonly files: readonly string[];
  readonly manifest: Manifest;
}

/**
 * Packs every public package with `npm pack`; the builds must be there.
 *
 * npm and not pnpm, so that what we check does not depend on pnpm rewriting the manifest.
 */
export async function packAll(folder: string): Promise<Tarball[]> {
  const packages = publicPackages();
  const unbuilt = packages.filter(({ path }) => !existsSync(join(path, 'dist/index.js')));
  if (unbuilt.length > 0)
    throw new Error(`Not built: ${unbuilt.map(({ folder }) => folder).join(', ')}. Run pnpm build.`);
  mkdirSync(folder, { recursive: true });
  return Promise.all(packages.map((one) => pack(one, folder)));
}

async function pack({ path }: Package, folder: string): Promise<Tarball> {
  const listed = await output('npm', ['pack', '--json', '--pack-destination', folder], { cwd: path });
  const [packed]: { filename: string; files: { path: string }[] }[] = JSON.parse(listed);
  if (!packed) throw new Error(`npm pack wrote nothing for ${path}`);
  const tarball = join(folder, packed.filename);
  // The manifest is read from the archive, because that is the one that installs.
  const manifest: Manifest = JSON.parse(await output('tar', ['-xOzf', tarball, 'package/package.json']));
  return { name: manifest.name, path: tarball, files: packed.files.map((file) => file.path), manifest };
}

/** Runs `use` with a folder that is removed afterwards. */
export async function withTemporaryFolder<T>(prefix: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
