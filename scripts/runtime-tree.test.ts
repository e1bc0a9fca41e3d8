import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { admits, objections, runtimeTree } from './runtime-tree.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runtime-tree-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function install(path: string, manifest: object): void {
  mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, path, 'package.json'), JSON.stringify(manifest));
}

describe('runtimeTree', () => {
  const own = () => [{ folder: 'own', path: join(folder, 'own'), manifest: { name: 'own', version: '1.0.0' } }];

  it('goes through dependencies of dependencies, also in circles, and leaves those of development out', () => {
    install('own', { name: 'own', dependencies: { a: '1' }, devDependencies: { tool: '1' } });
    install('own/node_modules/a', { name: 'a', dependencies: { b: '1' } });
    install('own/node_modules/tool', { name: 'tool' });
    install('node_modules/b', { name: 'b', dependencies: { b: '1' }, optionalDependencies: { absent: '1' } });
    expect(runtimeTree(own()).map(({ manifest }) => manifest.name)).toEqual(['own', 'a', 'b']);
  });

  it('says what is not installed', () => {
    install('own', { name: 'own', dependencies: { 'not-installed-anywhere': '1' } });
    expect(() => runtimeTree(own())).toThrow('not-installed-anywhere of own is not installed');
  });
});

describe('objections', () => {
  const about = (manifest: object) =>
    objections({ path: folder, manifest: { name: 'a', version: '1.0.0', license: 'MIT', ...manifest } }, '22.19');

  it('has none to a package with a known licence that runs where we do', () => {
    expect(about({ engines: { node: '>=20' }, scripts: { test: 'true', prepare: 'true' } })).toEqual([]);
  });

  it.each([
    ['GPL-3.0', { license: 'GPL-3.0' }],
    ['no licence', { license: undefined }],
    ['a younger Node', { engines: { node: '>=24' } }],
    ['a script of its installation', { scripts: { postinstall: 'node install.js' } }],
  ])('has one to %s', (_what, manifest) => {
    expect(about(manifest)).toHaveLength(1);
  });

  it('has one to what npm would compile', () => {
    writeFileSync(join(folder, 'binding.gyp'), '');
    expect(about({})).toEqual(['it runs node-gyp when it is installed']);
  });
});

describe('admits', () => {
  it.each([
    ['*', true],
    ['>=22.19', true],
    ['>= 14', true],
    ['>=22.19.0', true],
    ['^18.0.0 || >=20.11', true],
    ['>=22.19.1', false],
    ['>=22.20', false],
    ['>=24', false],
    ['^22.19', false],
    ['>=20 <24', false],
    ['22 || 24', false],
  ])('%s: %s', (range, admitted) => {
    expect(admits(range, '22.19')).toBe(admitted);
  });
});
