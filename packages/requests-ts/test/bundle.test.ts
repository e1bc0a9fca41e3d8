import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What esbuild says of a bundle: which files it is made of. */
interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { bytesInOutput: number }>> }>>;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Which of these packages a program in one file carries. */
async function carried(program: string, ...packages: string[]): Promise<string[]> {
  const metafile = join(folder, 'meta.json');
  const args = ['--bundle', '--platform=node', '--format=esm', '--conditions=@requests-ts/source', '--log-level=error'];
  const outputs = [`--metafile=${metafile}`, `--outfile=${join(folder, 'program.js')}`];
  const esbuild = spawn(here('../../../node_modules/.bin/esbuild'), [...args, ...outputs], {
    cwd: here('.'),
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  esbuild.stdin.end(program);
  expect(await once(esbuild, 'close')).toEqual([0, null]);
  const { outputs: made } = JSON.parse(await readFile(metafile, 'utf8')) as Metafile;
  const paths = Object.values(made).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => inputs[path]!.bytesInOutput > 0),
  );
  return packages.filter((name) => paths.some((path) => path.includes(`/${name}/`)));
}

const ALL = ['core', 'http', 'undici', 'tough-cookie', 'chardet', 'multipart'];

describe('a bundle', () => {
  it('M4 carries what a program names, and not the rest for the sake of the default export', async () => {
    expect(await carried("import { codes } from 'requests-ts'; console.log(codes.ok);", ...ALL)).toEqual(['core']);
    const errors = "import { Headers, HTTPError } from 'requests-ts'; console.log(Headers, HTTPError);";
    expect(await carried(errors, ...ALL)).toEqual(['core']);
  });

  it('M4 carries all of it for the default export', async () => {
    expect(await carried("import requests from 'requests-ts'; console.log(requests);", ...ALL)).toEqual(ALL);
  });
});
