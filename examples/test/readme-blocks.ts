import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writtenPages } from '../../docs/site/repository.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The origin that blocks write for "some server"; tests put a server of their own in its place. */
export const placeholder = 'https://httpbin.example';

/** A TypeScript block of a README. */
export interface Block {
  /** File and line, such as `packages/http/README.md:14`. */
  readonly name: string;
  readonly code: string;
  /** False for a block tagged `no-run`: its types are checked all the same. */
  readonly runs: boolean;
}

/**
 * The `ts` blocks of the README files.
 *
 * Tags after `ts`: `no-run` is only type-checked; `continued` goes on where the block above it ended; `fragment` is no
 * program at all and is left alone.
 */
export function readmeBlocks(): Block[] {
  const folders = ['.', ...readdirSync(join(root, 'packages')).map((folder) => `packages/${folder}`)];
  return folders.flatMap((folder) => {
    const path = join(folder, 'README.md');
    return readdirSync(join(root, folder)).includes('README.md') ? blocksOf(path) : [];
  });
}

/** The blocks of the documentation that people write; what is generated has none of its own. */
export function documentationBlocks(): Block[] {
  return writtenPages().flatMap((page) => blocksOf(`docs/${page}`));
}

function blocksOf(path: string): Block[] {
  const text = readFileSync(join(root, path), 'utf8');
  const blocks: Block[] = [];
  for (const { 1: info = '', 2: code = '', index } of text.matchAll(/^```ts\b([^\n]*)\n(.*?)^```$/gms)) {
    const tags = info.trim().split(/\s+/);
    const name = `${path}:${text.slice(0, index).split('\n').length}`;
    if (tags.includes('fragment')) continue;
    const above = tags.includes('continued') ? blocks.at(-1) : undefined;
    const runs = (above?.runs ?? true) && !tags.includes('no-run');
    // What goes on repeats what was above, which then need not run by itself; unless the whole does not run.
    if (above && above.runs === runs) blocks.pop();
    blocks.push({ name, code: (above?.code ?? '') + code, runs });
  }
  return blocks;
}
