import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { publicPackages, root } from './repository.ts';
import { objections, runtimeTree } from './runtime-tree.ts';

const tree = runtimeTree(publicPackages());
const foreign = tree.filter(({ manifest }) => !/^(?:@requests-ts\/.+|requests-ts)$/.test(manifest.name));
const versionsOf = (name: string): string[] =>
  foreign.filter(({ manifest }) => manifest.name === name).map(({ manifest }) => manifest.version);

/** Foreign packages that users get with ours, and the oldest version without an advisory that concerns us. Whoever adds one, adds it here. */
const ALLOWED: Readonly<Record<string, string>> = {
  '@noble/hashes': '2.0.0',
  'agent-base': '9.0.0',
  chardet: '2.0.0',
  debug: '4.4.3',
  'http-proxy-agent': '9.0.0',
  'https-proxy-agent': '9.0.0',
  'ip-address': '10.7.1',
  ms: '2.1.3',
  'proxy-agent-negotiate': '1.1.0',
  'smart-buffer': '4.2.0',
  socks: '2.8.10',
  'socks-proxy-agent': '10.0.0',
  tldts: '7.0.0',
  'tldts-core': '7.0.0',
  'tough-cookie': '6.1.0',
  undici: '8.12.4',
};

function isAtLeast(version: string, floor: string): boolean {
  const [a = [], b = []] = [version, floor].map((text) => text.split('.').map(Number));
  const at = [0, 1, 2].find((i) => a[i] !== b[i]);
  return at === undefined || a[at]! > b[at]!;
}

/** Lines of our sources that users run. */
const sources = publicPackages()
  .filter(({ manifest }) => manifest.name !== '@requests-ts/testing')
  .flatMap(({ path }) =>
    readdirSync(join(path, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('.test'))
      .flatMap((file) =>
        readFileSync(join(path, 'src', file), 'utf8')
          .split('\n')
          .filter((line) => !/^\s*(?:\*|\/\/|\/\*)/.test(line))
          .map((line) => `${path.slice(root.length)}/src/${file}: ${line.trim()}`),
      ),
  );

describe('what users install with us', () => {
  it('[P01] is on a list, and nothing else is', () => {
    expect([...new Set(foreign.map(({ manifest }) => manifest.name))].sort()).toEqual(Object.keys(ALLOWED).sort());
  });

  it.each(Object.entries(ALLOWED))('[P01] has no %s older than %s', (name, floor) => {
    for (const version of versionsOf(name)) expect(isAtLeast(version, floor), version).toBe(true);
  });

  it.each([
    ['ip-address', '10.7.1', 'CVE-2026-101910 CVE-2026-101911 CVE-2026-101912 CVE-2026-101913'],
    ['undici', '8.12.4', 'CVE-2026-1526 CVE-2026-6733'],
  ])('[P01] has the fixes of %s %s [%s]', (name, fixed) => {
    const versions = versionsOf(name);
    expect(versions).toHaveLength(1);
    expect(isAtLeast(versions[0]!, fixed)).toBe(true);
  });

  it.each([
    ['ip', 'GHSA-78xj-cgh5-2h22, CVE-2024-29415'],
    ['@tootallnate/once', 'CVE-2026-3449, GHSA-vpq2-c234-7xj6'],
    ['pac-resolver', 'CVE-2021-23406, GHSA-9j49-mfvp-vmhm'],
    ['vm2', 'CVE-2023-32314'],
    ['netmask', 'CVE-2021-28918'],
  ])('[P01] has no %s in it [%s]', (name) => {
    expect(versionsOf(name)).toEqual([]);
  });

  it('[P01] is one version of each, with licences that ask for nothing, and runs nothing while it is installed', () => {
    for (const { manifest } of foreign) expect(versionsOf(manifest.name), manifest.name).toHaveLength(1);
    expect(tree.flatMap((one) => objections(one, '22.19.0'))).toEqual([]);
  });

  it('[P01] leaves core, retry, multipart, env and node-transport without any', () => {
    for (const { manifest } of tree) {
      if (/\/(?:core|retry|multipart|env|node-transport)$/.test(manifest.name))
        expect(manifest.dependencies ?? {}).toEqual({});
    }
  });

  it('[P01 GHSA-pjjw-qhg8-p2p9] lets everybody upgrade a dependency without us: caret ranges, nothing bundled', () => {
    for (const { manifest } of tree.filter((one) => !foreign.includes(one))) {
      expect(manifest).not.toHaveProperty('bundleDependencies');
      expect(manifest).not.toHaveProperty('bundledDependencies');
      for (const [name, range] of Object.entries(manifest.dependencies ?? {}))
        if (name in ALLOWED) expect(range, `${manifest.name}: ${name}`).toMatch(/^\^\d+\.\d+\.\d+$/);
    }
  });

  it('[P01] never takes the undici inside of Node: no fetch, no WebSocket, no EventSource [M04]', () => {
    expect(sources.length).toBeGreaterThan(5000);
    expect(
      sources.filter((line) => /(?<![\w.'`@-])(?:globalThis\.)?fetch\(|\bnew (?:WebSocket|EventSource)\b/.test(line)),
    ).toEqual([]);
    const imports = sources.filter(
      (line) => /from 'undici|import\('undici/.test(line) && !/import type|\.d\.ts: /.test(line),
    );
    expect(imports).toEqual([
      "packages/http/src/undici.ts: return (await import('undici/lib/dispatcher/client.js')).default;",
      "packages/http/src/whole-undici.ts: import { Client } from 'undici/index.js';",
    ]);
  });
});
