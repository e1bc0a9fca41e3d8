import assert from 'node:assert/strict';
import { CookieLoadError, RequestsCookieJar } from '@requests-ts/cookie-jar';
import fc from 'fast-check';
import { choice, chosen, sentence } from '../grammar.ts';
import { attempt, type Target } from '../target.ts';

interface Input {
  readonly format: number;
  /** Taken as it is, or as one cookie of a file. */
  readonly texts: string[];
}

const LOADERS = [
  {
    load: RequestsCookieJar.deserialize,
    wrap: (cookies: string[]) => `{"version":1,"cookies":[${cookies.join(',')}]}`,
    save: (jar: RequestsCookieJar) => jar.serialize(),
  },
  {
    load: RequestsCookieJar.deserialize,
    wrap: (texts: string[]) => texts.join(''),
    save: (jar: RequestsCookieJar) => jar.serialize(),
  },
  {
    load: RequestsCookieJar.fromNetscape,
    wrap: (lines: string[]) => lines.join('\n'),
    save: (jar: RequestsCookieJar) => jar.toNetscape(),
  },
] as const;
const URLS = [
  'https://a.example/',
  'https://www.a.example/x/y',
  'http://a.example/x',
  'https://b.example/',
  'https://co.uk/',
  'https://x.co.uk/',
  'http://127.0.0.1/',
  'http://[::1]/',
  'http://com/',
];
const DOMAINS = [
  '',
  'a.example',
  '.a.example',
  'www.a.example',
  'co.uk',
  'com',
  '127.0.0.1',
  '[::1]',
  'A.EXAMPLE',
  'a.example.',
  'ä.example',
  '..a',
  'a b',
];
const tokens: readonly string[] = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '\\u0000',
    '\\r\\n',
    'null',
    'true',
    'false',
    '1e999',
    '-1',
    '0',
    '"__proto__":',
    '"constructor":',
    '"name":"a"',
    '"value":"b"',
    '"value":null',
  ],
  ...[
    '"domain":"',
    '"hostOnly":true',
    '"path":"/"',
    '"boundTo":"a.example"',
    '"secure":true',
    '"rest":{"__proto__":"x"}',
    '"port":"80,443"',
    '"expires":1e12',
    '"sameSite":"none"',
  ],
  ...[
    '\t',
    '\n',
    '\r\n',
    'TRUE',
    'FALSE',
    'true',
    '#HttpOnly_',
    '# Netscape HTTP Cookie File\n',
    '/',
    '.a.example',
    'a.example',
    'a',
    ';',
    '=',
    ' ',
    '\0',
    '\x80',
    'é',
    '__Host-a',
  ],
];
const field = fc.oneof(
  fc.constantFrom('a', '__Host-a', '__Secure-b', '', ' a', 'a=b', 'a;b', 'a\r\nX: y', 'é', '\u0130'),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const json = fc
  .record(
    {
      name: field,
      value: fc.option(field),
      domain: fc.constantFrom(...DOMAINS),
      hostOnly: fc.boolean(),
      path: fc.constantFrom('/', '/x', 'x', '', '/\r\n', '/;'),
      secure: fc.boolean(),
      httpOnly: fc.boolean(),
      expires: fc.option(fc.constantFrom(1e12, 1, -1, 0, 1e308)),
      boundTo: fc.option(fc.constantFrom('a.example', 'co.uk', 'A', '', 'x y')),
      sameSite: fc.option(fc.constantFrom('none', 'lax', 'LAX')),
      port: fc.option(fc.constantFrom('80', '443', 'x')),
      rest: fc.constantFrom({}, { HttpOnly: null }, { a: 1 }),
      discard: fc.boolean(),
    },
    { requiredKeys: ['name', 'value', 'domain', 'hostOnly', 'path', 'secure', 'httpOnly', 'expires'] },
  )
  .map((cookie) => JSON.stringify(cookie));
const netscape = fc
  .tuple(
    fc.constantFrom('', '#HttpOnly_'),
    fc.constantFrom(...DOMAINS),
    fc.constantFrom('TRUE', 'FALSE', 'x'),
    fc.constantFrom('/', '/x', 'x'),
    fc.constantFrom('TRUE', 'FALSE'),
    fc.constantFrom('0', '1e12', '-1', 'x', '99999999999'),
    field,
    field,
  )
  .map(([head, domain, ...rest]) => `${head}${domain}\t${rest.join('\t')}`);

export const cookieRestoreTarget: Target<Input> = {
  name: 'cookie-restore',
  holds: '[D06] [I05] [J01] restores only cookies that a server could have set, within the limits, for their own hosts',
  tokens,
  runs: 500,
  inputs: fc.oneof(
    fc.record({ format: fc.constant(0), texts: fc.array(json, { maxLength: 5 }) }),
    fc.record({ format: fc.constant(2), texts: fc.array(netscape, { maxLength: 5 }) }),
    fc.record({ format: choice(LOADERS), texts: fc.array(sentence(tokens, 12), { maxLength: 3 }) }),
  ),
  parsers: {
    deserialize: (text) => attempt(() => RequestsCookieJar.deserialize(text), CookieLoadError),
    fromNetscape: (text) => attempt(() => RequestsCookieJar.fromNetscape(text), CookieLoadError),
    'fromNetscape, one field': (text) =>
      attempt(() => RequestsCookieJar.fromNetscape(`a.example\tFALSE\t/\tFALSE\t0\ta\t${text}`), CookieLoadError),
  },
  run({ format, texts }) {
    const { load, wrap, save } = chosen(LOADERS, format);
    const limits = { maxCookies: 4, maxCookieSize: 60, now: () => 1_700_000_000_000 };
    const jar = attempt(() => load(wrap(texts), limits), CookieLoadError);
    assert.deepEqual(Object.keys(Object.prototype), []);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    if (!jar) return;
    assert.ok(jar.size <= 4);
    const saved = save(jar);
    assert.equal(save(load(saved, limits)), saved);
    for (const url of URLS) {
      const { hostname, protocol, pathname } = new URL(url);
      const copy = jar.copy();
      const header = copy.getCookieHeader(url);
      const sent = [...copy].filter((cookie) => {
        const host = cookie.domain || cookie.boundTo || '';
        const fits =
          host === hostname || (!cookie.hostOnly && cookie.domain !== '' && hostname.endsWith(`.${cookie.domain}`));
        const under =
          pathname === cookie.path || pathname.startsWith(cookie.path.endsWith('/') ? cookie.path : `${cookie.path}/`);
        return fits && under && (!cookie.secure || protocol === 'https:');
      });
      const port = sent.some((cookie) => cookie.port !== null);
      const pairs = sent.map(({ pair }) => pair).toSorted();
      if (!port)
        assert.deepEqual((header?.split('; ') ?? []).toSorted(), pairs.flatMap((pair) => pair.split('; ')).toSorted());
      assert.match(header ?? '', /^[\x20-\x7e\x80-\xff]*$/);
      for (const { name, secure, hostOnly, path, domain } of sent) {
        if (/^__(?:host|secure)-/i.test(name)) assert.ok(secure, name);
        if (/^__host-/i.test(name)) assert.ok((hostOnly || domain === '') && path === '/', name);
        assert.ok(hostOnly || !/^(?:co\.uk|com|[\d.]+|\[.*)$/.test(domain), domain);
      }
    }
  },
};
