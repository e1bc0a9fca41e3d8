import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** Each row is one source file with one import, and whether the linter lets it in. */
const cases: readonly (readonly [path: string, specifier: string, allowed: boolean])[] = [
  ['packages/core/src/a.ts', './b.ts', true],
  ['packages/core/src/deep/a.ts', '../b.ts', true],
  ['packages/core/src/a.ts', 'node:buffer', false],
  ['packages/core/src/a.ts', 'undici', false],
  ['packages/core/src/a.ts', '@requests-ts/http', false],
  ['packages/core/src/a.ts', '../../http/src/index.ts', false],
  ['packages/core/src/a.ts', '@requests-ts/testing', false],
  ['packages/core/src/a.test.ts', '@requests-ts/testing', true],
  ['packages/core/src/a.test.ts', 'node:fs', true],
  ['packages/core/test/a.test.ts', '../src/b.ts', true],
  ['packages/core/test/deep/a.test.ts', '../../src/b.ts', true],
  ['packages/core/test/a.test.ts', '../../http/src/b.ts', false],
  ['packages/core/test/a.test.ts', 'undici', false],
  ['packages/retry/src/a.ts', '@requests-ts/core', true],
  ['packages/retry/src/a.ts', '@requests-ts/core/authors', true],
  ['packages/retry/src/a.ts', 'node:timers', false],
  ['packages/retry/src/a.ts', '@requests-ts/http', false],
  ['packages/multipart/src/a.ts', '@requests-ts/core', true],
  ['packages/multipart/src/a.ts', 'node:fs', false],
  ['packages/digest-auth/src/a.ts', '@noble/hashes/legacy.js', true],
  ['packages/digest-auth/src/a.ts', 'node:crypto', false],
  ['packages/cookie-jar/src/a.ts', 'tough-cookie', true],
  ['packages/cookie-jar/src/a.ts', 'node:util', false],
  ['packages/env/src/a.ts', 'node:fs', true],
  ['packages/env/src/a.ts', '@requests-ts/node-transport', false],
  ['packages/node-transport/src/a.ts', 'undici', false],
  ['packages/node-transport/src/a.ts', 'node:tls', true],
  ['packages/http/src/a.ts', '@requests-ts/core/authors', true],
  ['packages/http/src/a.ts', 'undici', true],
  ['packages/http/src/a.ts', 'undici/index.js', true],
  ['packages/http/src/a.ts', 'undici/lib/dispatcher/client.js', true],
  ['packages/http/src/a.ts', 'undici/lib/dispatcher/pool.js', false],
  ['packages/http/src/a.ts', '@requests-ts/node-transport', true],
  ['packages/http/src/a.ts', '@requests-ts/socks', false],
  ['packages/http/src/a.ts', 'vitest', false],
  ['packages/socks/src/a.ts', 'socks-proxy-agent', true],
  ['packages/socks/src/a.ts', '@requests-ts/http', true],
  ['packages/socks/src/a.ts', '@requests-ts/http-proxy', false],
  ['packages/socks/src/a.ts', 'undici', false],
  ['packages/http-proxy/src/a.ts', 'https-proxy-agent', true],
  ['packages/http-proxy/src/a.ts', '@requests-ts/http', false],
  ['packages/requests-ts/src/a.ts', 'chardet', true],
  ['packages/requests-ts/src/a.ts', '@requests-ts/multipart', true],
  ['packages/requests-ts/src/a.ts', '@requests-ts/testing', false],
  ['packages/requests-ts/src/a.ts', 'undici', false],
  ['packages/testing/src/a.ts', 'vitest', true],
  ['packages/testing/src/a.ts', 'undici', false],
];

const forms = [
  ['import', (specifier: string) => `import '${specifier}';\n`],
  ['export type', (specifier: string) => `export type { X } from '${specifier}';\n`],
  ['import()', (specifier: string) => `await import('${specifier}');\n`],
] as const;

describe('biome.json', () => {
  let folder: string;
  let refused: Set<string>;

  const pathOf = (index: number, form: number) =>
    (cases[index]?.[0] ?? '').replace(/(?:\.test)?\.ts$/, (end) => `-${index}-${form}${end}`);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'import-rules-'));
    const put = (path: string, text: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'));
    copyFileSync(join(root, '.gitignore'), join(folder, '.gitignore'));
    copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
    for (const name of new Set(cases.map(([path]) => path.split('/')[1]))) {
      put(`packages/${name}/package.json`, readFileSync(join(root, `packages/${name}/package.json`), 'utf8'));
    }
    for (const [index, [, specifier]] of cases.entries()) {
      for (const [form, [, write]] of forms.entries()) put(pathOf(index, form), write(specifier));
    }
    const only = ['--only=style/noRestrictedImports', '--only=correctness/noUndeclaredDependencies'];
    const output = await run(
      join(root, 'node_modules/.bin/biome'),
      ['lint', '--reporter=json', '--max-diagnostics=none', ...only, '.'],
      { cwd: folder, maxBuffer: 1 << 26 },
    ).catch((error: { stdout: string }) => error);
    const report: { diagnostics: { severity: string; location: { path: string } }[] } = JSON.parse(output.stdout);
    const errors = report.diagnostics.filter(({ severity }) => severity === 'error');
    refused = new Set(errors.map(({ location }) => location.path.replace(`${folder}/`, '')));
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(cases.map((row, index) => [row[0], row[2] ? 'may' : 'may not', row[1], index] as const))(
    '%s %s import %s',
    (_path, verdict, _specifier, index) => {
      const verdicts = forms.map(([form], number) => [form, refused.has(pathOf(index, number)) ? 'may not' : 'may']);
      expect(verdicts).toEqual(forms.map(([form]) => [form, verdict]));
    },
  );
});
