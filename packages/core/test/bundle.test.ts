import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../src/index.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const esbuild = here('../../../node_modules/.bin/esbuild');
const sources = readdirSync(here('../src')).filter((name) => name.endsWith('.ts') && !/\.test(?:-d)?\.ts$/.test(name));
const read = (name: string): string => readFileSync(here(`../src/${name}`), 'utf8');
const code = (name: string): string => read(name).replace(/\/\*[\s\S]*?\*\/|(?<![:'"`\\])\/\/.*$/gm, '');

/** The whole of core for a browser; free names of Node become `__free_<name>`. */
async function bundle(...more: string[]): Promise<string> {
  const names = [
    'process',
    'Buffer',
    'global',
    'require',
    'module',
    '__dirname',
    '__filename',
    'setImmediate',
    'clearImmediate',
  ];
  const defines = names.map((name) => `--define:${name}=__free_${name}`);
  const args = [
    here('../src/index.ts'),
    '--bundle',
    '--platform=browser',
    '--format=esm',
    '--target=es2024',
    ...defines,
    ...more,
  ];
  const { stdout } = await promisify(execFile)(esbuild, args, { maxBuffer: 1 << 24 });
  return stdout;
}

describe('core', () => {
  it('B-DIFF-45 bundles for a browser without any module of Node', async () => {
    const text = await bundle();
    const imports = [...text.matchAll(/(?:^|[^.\w])(?:import|from|require)\s*\(?\s*["']([^"']+)["']/g)].map(
      ([, name]) => name,
    );
    expect(imports).toEqual([]);
    expect(builtinModules.filter((name) => text.includes(`"node:${name}"`))).toEqual([]);
  });

  it('B-DIFF-45 uses no name that only Node has', async () => {
    const text = await bundle();
    expect(text.match(/__free_\w+/g)).toBeNull();
  });

  it('B-DIFF-45 looks for process only through globalThis, and only to warn', () => {
    expect(sources.filter((name) => /\bglobalThis\b/.test(code(name)))).toEqual(['warnings.ts']);
    expect(sources.filter((name) => /\b(?:process|Buffer)\b/.test(code(name)))).toEqual(['warnings.ts']);
  });

  it('imports nothing but its own files', () => {
    const foreign = sources.flatMap((name) =>
      [...code(name).matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'/gm)]
        .map(([, from, dynamic, bare]) => from ?? dynamic ?? bare)
        .filter((from) => !from?.startsWith('./')),
    );
    expect(foreign).toEqual([]);
  });

  it('says nothing of `any`, and silences no type error', () => {
    expect(
      sources.filter((name) => /[:<,|&(]\s*any\b|\bas any\b|@ts-(?:ignore|expect-error|nocheck)/.test(read(name))),
    ).toEqual([]);
  });

  it('[F13] builds no regular expression from text', () => {
    expect(sources.filter((name) => /\bRegExp\s*\(/.test(code(name)))).toEqual([]);
  });
});

describe('VERSION', () => {
  it('B-API-20 is the version of package.json', () => {
    const { version } = JSON.parse(readFileSync(here('../package.json'), 'utf8')) as { version: string };
    expect(VERSION).toBe(version);
  });
});
