import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';
import { InvalidProxyURL } from '@requests-ts/core';
import {
  addressInNetwork,
  createEnvironment,
  findCredentials,
  NetrcParseError,
  parseNetrc,
  shouldBypassProxies,
} from '@requests-ts/env';
import { parseProxyUrl, proxyAuthorization } from '@requests-ts/node-transport';
import fc from 'fast-check';
import { choice, chosen, sentence } from '../grammar.ts';
import { attempt, type Target } from '../target.ts';

interface Input {
  readonly netrc: string;
  readonly machines: { readonly host: string; readonly login: string; readonly password: string }[];
  readonly noProxy: string[];
  readonly url: number;
  readonly proxy: string;
  readonly address: string;
  readonly prefix: number;
}

const tokens: readonly string[] = [
  ...[
    'machine',
    'default',
    'macdef',
    'login',
    'user',
    'account',
    'password',
    ' ',
    '\t',
    '\n',
    '\r\n',
    '\n\n',
    '"',
    '\\',
    '#',
    '# x\n',
    'a.example',
    'secret',
    'init',
    '\0',
    'é',
  ],
  ...[
    'http://',
    'https://',
    'socks5h://',
    'http:/',
    '//',
    'user',
    ':',
    '@',
    'p%40ss',
    '%',
    '%zz',
    'proxy.example',
    '[::1]',
    '127.0.0.1',
    '0x7f.1',
    ':3128',
    ':0',
    ':65536',
    ':',
    '/',
    '?',
    '#',
    ',',
    '*',
    '.',
    '..',
  ],
  ...[
    '.a.example',
    'a.example:80',
    '10.0.0.0/8',
    '10.0.0.0/33',
    'fd00::/8',
    '::1',
    '[::1]:80',
    '::ffff:10.0.0.1',
    '/0',
    '127.1',
    '010.0.0.1',
  ],
];
const URLS = [
  'http://a.example/',
  'http://www.a.example:80/',
  'https://a.example:443/',
  'http://ba.example/',
  'http://10.1.2.3/',
  'http://[fd00::1]:8080/',
  'http://[::ffff:10.0.0.1]/',
  'http://192.168.1.9/',
  'http://localhost/',
  'http://A.Example./',
];
const entries = [
  'a.example',
  '.a.example',
  'a.example:80',
  'www.a.example',
  '*',
  '*.example',
  '10.0.0.0/8',
  '10.1.2.3',
  'fd00::/8',
  '[fd00::1]',
  '::ffff:10.0.0.0/104',
  '192.168.1.0/24',
  '0.0.0.0/0',
  'localhost',
  '',
  ' ',
  '.',
  'example',
  '127.1',
  '10.1',
  '10.0.0.0/40',
  'xn--',
  'a.example.',
  'A.EXAMPLE',
];
/** What a netrc file can hold in quotes. */
const word = fc.oneof(
  fc.constantFrom('a', 'p"w', 'p\\w', '#x', 'a b', 'machine', 'é'),
  sentence(['a', '"', '\\', '#', ' ', '\t', '\n', 'login'], 4),
);
const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

function inBlock(address: string, network: string, bits: number): boolean {
  const family = isIP(network) === 4 ? 'ipv4' : 'ipv6';
  const blocks = new BlockList();
  blocks.addSubnet(network, bits, family);
  return blocks.check(address, family);
}

/** An IPv4 address that is written as IPv6 is that IPv4 address. */
function unmapped(address: string): string {
  if (isIP(address) !== 6 || address.includes('%')) return address;
  const [, high, low] = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(new URL(`http://[${address}]/`).hostname) ?? [];
  if (high === undefined || low === undefined) return address;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

/** The rule in a few lines: names cover what is below them, a port must be written, blocks hold addresses. */
function listed(url: URL, port: string, list: readonly string[]): boolean {
  const host = unmapped(url.hostname.replace(/^\[|\]$/g, ''));
  const version = isIP(host);
  return list.some((raw) => {
    const entry = raw.replace(/[ \t]+/g, '').toLowerCase();
    const block = /^([^/]+)\/(\d{1,3})$/.exec(entry);
    const undotted = (text: string): string => text.replace(/^\.+/, '').replace(/\.$/, '');
    const bare = (block ? block[1]! : undotted(entry)).replace(/^\[(.*)\]$/, '$1');
    if (entry.includes('/') || isIP(bare)) {
      // Zone ids mean something on one machine only.
      const kind = bare.includes('%') ? 0 : isIP(bare);
      const mapped = kind === 6 && unmapped(bare) !== bare;
      const bits = block ? Number(block[2]) - (mapped ? 96 : 0) : kind === 4 || mapped ? 32 : 128;
      if (mapped) return version === 4 && bits >= 1 && bits <= 32 && inBlock(host, unmapped(bare), bits);
      if (version !== kind || !kind || bits < 1 || bits > (kind === 4 ? 32 : 128) || (entry.includes('/') && !block))
        return false;
      return inBlock(host, bare, bits);
    }
    const [, before = entry, wanted] = /^(.*):(\d*)$/.exec(entry) ?? [];
    const name = undotted(before);
    if (
      version ||
      !/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(name) ||
      /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(name) ||
      name.includes('xn--')
    )
      return false;
    if (wanted !== undefined && (!(Number(wanted) >= 1) || Number(wanted) > 65535)) return false;
    const plain = host.replace(/\.$/, '');
    return (plain === name || plain.endsWith(`.${name}`)) && (wanted === undefined || Number(wanted) === Number(port));
  });
}

function checkProxy(text: string): void {
  const proxy = attempt(() => parseProxyUrl(text));
  if (!proxy) return;
  attempt(() => proxyAuthorization(proxy));
  assert.match(proxy.hostname, /^[\x21-\x7e]+$/);
  const shown = `${JSON.stringify(proxy)}${proxy.display}`;
  assert.ok(!shown.includes('s3cret'));
  // A scheme that WHATWG knows, so that it reads host and port as it does those of http.
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text.trim())
    ? text.trim()
    : `http://${text.trim().replace(/^\/\//, '')}`;
  const other = new URL(whole.replace(/^[^:]*/, 'http'));
  assert.equal(
    other.hostname,
    new URL(`http://${proxy.hostname.includes(':') ? `[${proxy.hostname}]` : proxy.hostname}/`).hostname,
  );
  if (other.port !== '') assert.equal(Number(other.port), proxy.port);
}

export const environmentTarget: Target<Input> = {
  name: 'environment',
  holds: '[A09] [H01] [H03] reads netrc files, NO_PROXY and proxy URLs as models of them do, in linear time',
  tokens,
  runs: 1500,
  inputs: fc.record({
    netrc: sentence(tokens, 14),
    machines: fc.array(
      fc.record({ host: fc.constantFrom('a.example', 'b.example', '[::1]'), login: word, password: word }),
      { maxLength: 4 },
    ),
    noProxy: fc.array(fc.oneof(fc.constantFrom(...entries), sentence(tokens.slice(-30), 4)), { maxLength: 4 }),
    url: choice(URLS),
    proxy: fc.oneof(
      sentence(tokens.slice(21), 8),
      fc.webAuthority({ withPort: true, withUserInfo: true }).map((authority) => `http://${authority}`),
    ),
    address: fc.ipV4(),
    prefix: fc.integer({ min: 1, max: 32 }),
  }),
  parsers: {
    parseNetrc: (text) => attempt(() => parseNetrc(text), NetrcParseError),
    'parseNetrc, in lines': (text) => attempt(() => parseNetrc(text.replace(/(.{1000})/gs, '$1\n')), NetrcParseError),
    // A name beyond ASCII costs the platform's IDNA some microseconds, and the list is the user's own.
    noProxy: (text) => shouldBypassProxies('http://a.example/', text.replace(/[^\0-\x7f]/g, 'x')),
    'noProxy, an address': (text) => shouldBypassProxies('http://10.0.0.1/', text.replace(/[^\0-\x7f]/g, ':')),
    parseProxyUrl,
    'parseProxyUrl, user': (text) => parseProxyUrl(`http://${text}:x@h`),
    getProxies: (text) => createEnvironment({ env: { http_proxy: text } } as never),
  },
  run({ netrc, machines, noProxy, url, proxy, address, prefix }) {
    const parsed = attempt(() => parseNetrc(netrc), NetrcParseError);
    if (parsed) for (const host of parsed.hosts.keys()) findCredentials(parsed, host);
    const file = machines
      .map(({ host, login, password }) => `machine ${host} login ${quoted(login)}\n\tpassword ${quoted(password)}`)
      .join('\n');
    if (machines.every(({ host }) => !/[\s"\\]/.test(host) && host !== '')) {
      const written = parseNetrc(file);
      for (const { host, login, password } of [
        ...new Map(machines.map((machine) => [machine.host, machine])).values(),
      ]) {
        assert.deepEqual(written.hosts.get(host), { login, account: '', password });
      }
    }
    const target = chosen(URLS, url);
    const port = /:(\d+)\/$/.exec(target)?.[1] ?? '';
    const list = noProxy.flatMap((entry) => entry.split(','));
    if (list.every((entry) => /^[\x20-\x7e\t]*$/.test(entry))) {
      const everything = noProxy.join(',') === '*';
      assert.equal(
        shouldBypassProxies(target, noProxy.join(',') || ' '),
        everything || listed(new URL(target), port, list),
        target,
      );
    }
    checkProxy(proxy);
    if (isIP(address) === 4 && prefix >= 1 && prefix <= 32) {
      for (const other of [address, '10.1.2.3', '255.255.255.255'])
        assert.equal(addressInNetwork(other, `${address}/${prefix}`), inBlock(other, address, prefix));
    }
    assert.throws(() => parseProxyUrl(''), InvalidProxyURL);
  },
};
