import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSurfaces } from './api-surface.ts';

// Each test starts a compiler.
describe('readSurfaces', { timeout: 60_000 }, () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'api-surface-'));
    put('package.json', '{ "type": "module" }');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function put(path: string, text: string): string {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    return join(folder, path);
  }

  const read = async (index: string) => (await readSurfaces([put('packages/one/dist/index.d.ts', index)]))[0];

  it('gives exported declarations by name, without comments and members that are private', async () => {
    expect(
      await read(`
        /** About b. */
        export declare function b(/* of */ x: number): string;
        export declare class A {
            #private;
            y: number;
        }
        export declare const c: 1;
      `),
    ).toEqual({
      exported: [
        expect.stringMatching(/^export declare class A \{\s+#private;\s+y: number;\s+\}$/),
        'export declare function b( x: number): string;',
        'export declare const c: 1;',
      ],
      hidden: [],
    });
  });

  it('shows what nobody can import but what changes the exports', async () => {
    put('packages/one/dist/b.d.ts', 'export interface B { c: C }\ninterface C { d: 1 }\nexport interface Unused {}\n');
    expect(await read(`import type { B } from './b.js';\nexport declare const a: B;\n`)).toEqual({
      exported: ['export declare const a: B;'],
      hidden: ['export interface B { c: C }', 'interface C { d: 1 }'],
    });
  });

  it('follows re-exports within the package, and names the package of others', async () => {
    put('packages/one/dist/b.d.ts', 'export declare type B = 1;\n');
    put('node_modules/other/package.json', '{ "name": "other", "types": "index.d.ts" }');
    put('node_modules/other/index.d.ts', 'export declare const d: 1;\n');
    expect((await read(`export * from './b.js';\nexport { d as e } from 'other';\n`))?.exported).toEqual([
      'export declare type B = 1;',
      `export { e } from 'other';`,
    ]);
  });

  it('shows what is in a namespace', async () => {
    put('packages/one/dist/b.d.ts', 'export declare const c: 1;\n');
    expect(await read(`export * as b from './b.js';\n`)).toEqual({
      exported: ['export declare namespace b {\n    export { c };\n}'],
      hidden: ['export declare const c: 1;'],
    });
  });
});
