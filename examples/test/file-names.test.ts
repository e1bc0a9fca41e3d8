/** The library chooses no file name, and nothing that it shows takes one from a server (security class K04). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crlf, startRawServer } from '@requests-ts/testing';
import requests from 'requests-ts';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Files of one folder; not deeper, where links of node_modules lead in circles. */
const inside = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending) && !name.includes('.test'))
    .map((name) => join(folder, name));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const packages = readdirSync(join(root, 'packages'));
const sources = packages
  .filter((name) => name !== 'testing')
  .flatMap((name) => [`packages/${name}/src`, `packages/${name}/src/doctor`])
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => inside(folder, '.ts'));
const shown = [
  ...inside('examples', '.ts'),
  ...['docs', 'docs/guide', 'docs/advanced', 'docs/migration'].flatMap((folder) => inside(folder, '.md')),
  ...packages.map((name) => `packages/${name}/README.md`),
  'README.md',
];
const WRITES =
  /(?<![.\w])(?:writeFile|writeFileSync|appendFile|appendFileSync|createWriteStream|copyFile|rename|openSync|open)\(([^)]*)\)/g;

describe('file names', () => {
  it('[K04 CVE-2020-8177 CVE-2010-3842 CVE-2019-20916] no package opens a file to write to it', () => {
    expect(sources.length).toBeGreaterThan(100);
    const found = sources.filter((path) =>
      /\b(?:writeFile|appendFile|createWriteStream|copyFile|mkdir|rename|symlink)(?:Sync)?\(/.test(read(path)),
    );
    expect(found).toEqual([]);
  });

  it('[K04 CVE-2019-10751] what is shown to users writes to paths of its own, never over a file that is there, never named by an answer', () => {
    const bad: string[] = [];
    for (const path of shown) {
      for (const [call, args = ''] of read(path).matchAll(WRITES)) {
        const fromServer = /response|disposition|headers|redirect|\burl\b|basename/i.test(args);
        const overwrites = /open(?:Sync)?\(/.test(call) && /,\s*'[wa]\+?'/.test(call);
        if (fromServer || overwrites) bad.push(`${path}: ${call}`);
      }
    }
    expect(shown.length).toBeGreaterThan(40);
    expect(bad).toEqual([]);
  });

  it.each([
    ['CVE-2020-8177', 'attachment; filename="../owned"'],
    ['CVE-2010-3842', 'attachment; filename="..\\owned"'],
    ['CVE-2016-0754', 'attachment; filename="C:owned"'],
    ['CVE-2019-20916', "attachment; filename*=UTF-8''%2e%2e%2fowned"],
  ])('[K04 %s] a name that a server suggests is text of a header: %s', async (_id, disposition) => {
    const server = await startRawServer(
      crlf('HTTP/1.1 200 OK', `Content-Disposition: ${disposition}`, 'Content-Length: 2', '', 'ok'),
    );
    const before = readdirSync('.');
    try {
      const response = await requests.get(`${server.url}/..%2fowned`);
      expect(response.headers.get('content-disposition')).toBe(disposition);
      expect(readdirSync('.')).toEqual(before);
    } finally {
      await server.close();
    }
  });
});
