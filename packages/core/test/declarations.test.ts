import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
let folder: string;

/** What the compiler has to say, "" for nothing. */
async function tsc(...args: string[]): Promise<string> {
  const run = promisify(execFile)(here('../../../node_modules/.bin/tsc'), args);
  return run.then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout || 'tsc failed',
  );
}

describe('the declarations of core', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'declarations-'));
    const built = await tsc('-p', here('../tsconfig.build.json'), '--emitDeclarationOnly', '--outDir', folder);
    expect(built).toBe('');
  }, 60_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('B-DIFF-45 are understood with the libraries of a browser alone, of ES2022', async () => {
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2022', 'dom'],
      types: [],
      module: 'esnext',
      moduleResolution: 'bundler',
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      allowImportingTsExtensions: true,
    };
    const files = ['index.d.ts', 'authors.d.ts', 'serialize.d.ts', 'status-codes.d.ts'];
    const config = join(folder, 'tsconfig.json');
    await writeFile(config, JSON.stringify({ compilerOptions, files }));
    expect(await tsc('-p', config)).toBe('');
  }, 60_000);
});
