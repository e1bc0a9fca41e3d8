import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pnpm } from './command.ts';
import { publicPackages } from './repository.ts';

/** A package as the registry would get it. */
export interface Tarball {
  readonly name: string;
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Paths inside, without the leading `package/`. */
  readonly files: readonly string[];
}

/** Packs every public package as `pnpm publish` does; the builds must be there. */
export async function packAll(folder: string): Promise<Tarball[]> {
  const unbuilt = publicPackages().filter(({ path }) => !existsSync(join(path, 'dist/index.js')));
  if (unbuilt.length > 0)
    throw new Error(`Not built: ${unbuilt.map(({ folder }) => folder).join(', ')}. Run pnpm build.`);
  const packed: { name: string; filename: string; size: number; files: { path: string }[] }[] = JSON.parse(
    await pnpm(['--filter=./packages/*', 'pack', '--json', '--pack-destination', folder]),
  );
  return packed.map(({ name, filename, size, files }) => ({
    name,
    path: filename,
    size,
    files: files.map(({ path }) => path),
  }));
}
