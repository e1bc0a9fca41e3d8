import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute, output } from './command.ts';
import { root } from './repository.ts';

/** Something that runs a program of ours. */
export interface Runtime {
  /** For messages, such as `node 22.19.0`. */
  readonly name: string;
  /** What stands in front of the program's path. */
  readonly command: readonly [string, ...string[]];
}

/** The floor of `engines`, then the lines after it. */
const versions = ['22.19.0', '24', '26'];

/** Every supported Node, from the npm package that holds just the binary; kept between runs. */
export function nodes(): Promise<Runtime[]> {
  return Promise.all(
    versions.map(async (version): Promise<Runtime> => ({ name: `node ${version}`, command: [await binary(version)] })),
  );
}

async function binary(version: string): Promise<string> {
  if (version === process.versions.node.split('.')[0]) return process.execPath;
  const folder = join(root, 'node_modules/.cache/nodes', version);
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const path = join(folder, 'node_modules', name, 'bin/node');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{}');
    await output('npm', ['install', '--no-audit', '--no-fund', '--no-save', `${name}@${version}`], { cwd: folder });
  }
  return path;
}

/** Bun and Deno, where they are installed. */
export async function others(): Promise<Runtime[]> {
  const known: readonly Runtime[] = [
    { name: 'bun', command: ['bun'] },
    { name: 'deno', command: ['deno', 'run', '--allow-all'] },
  ];
  const present = await Promise.all(known.map(({ name }) => execute(name, ['--version'])));
  return known.filter((_runtime, index) => present[index]?.ok);
}
