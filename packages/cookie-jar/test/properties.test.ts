import fc from 'fast-check';
import { CookieJar } from 'tough-cookie';
import { describe, expect, it } from 'vitest';
import { RequestsCookieJar } from '../src/index.ts';

const hosts = [
  'example.com',
  'www.example.com',
  'deep.www.example.com',
  'other.example',
  'b.co.uk',
  'a.b.co.uk',
  'localhost',
  '127.0.0.1',
  '[::1]',
];
const paths = ['/', '/x', '/x/y', '/x/y/z', '/xy', '/x/'];
const urls = hosts.flatMap((host) => paths.map((path) => `https://${host}${path}`));

const host = fc.constantFrom(...hosts);
const path = fc.constantFrom(...paths);
const name = fc.constantFrom('a', 'b', 'sid', '__proto__', 'constructor', '__Secure-s', '__host-h', 'x y');
/** Bytes of a value as a server may write it: anything but controls and ";", no blanks at its ends. */
const value = fc
  .string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)) })
  .map((text) => text.replace(/[;\x7f]/g, '').replace(/^ +| +$/g, ''));

const attributes = fc.record(
  {
    Domain: fc.constantFrom(...hosts, 'co.uk', 'com', '.example.com', 'EXAMPLE.com'),
    Path: path,
    'Max-Age': fc.constantFrom('-1', '0', '100', '999999999999', 'x'),
    Expires: fc.constantFrom('Thu, 01-Jan-1970 00:00:01 GMT', 'Thu, 01 Jan 2099 00:00:01 GMT', 'x'),
    SameSite: fc.constantFrom('Lax', 'Strict', 'None', 'x'),
  },
  { requiredKeys: [] },
);
const flags = fc.subarray(['Secure', 'HttpOnly']);

const setCookie = fc
  .tuple(
    fc.oneof(
      fc.tuple(name, value).map((pair) => pair.join('=')),
      name,
    ),
    attributes,
    flags,
  )
  .map(([pair, given, flag]) =>
    [pair, ...Object.entries(given).map(([key, text]) => `${key}=${text}`), ...flag].join('; '),
  );

/** Responses and assignments, one after the other. */
const history = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        url: fc.tuple(fc.constantFrom('http', 'https'), host, path).map(([scheme, h, p]) => `${scheme}://${h}${p}`),
        line: setCookie,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        name: fc.constantFrom('a', 'b', 'sid', '__Secure-s'),
        value,
        domain: fc.constantFrom('', ...hosts, '.example.com'),
        path,
      }),
    },
    { weight: 1, arbitrary: fc.record({ sent: fc.constantFrom(...urls) }) },
  ),
  { maxLength: 25 },
);

function play(
  steps: readonly (
    | { url: string; line: string }
    | { name: string; value: string; domain: string; path: string }
    | { sent: string }
  )[],
): RequestsCookieJar {
  const jar = new RequestsCookieJar({ now: () => 1_700_000_000_000 });
  for (const step of steps) {
    if ('line' in step) jar.storeSetCookie(step.url, [step.line]);
    else if ('sent' in step) jar.getCookieHeader(step.sent);
    else jar.set(step.name, step.value, { domain: step.domain, path: step.path });
  }
  return jar;
}

/** What a jar sends, URL by URL; a copy each, as sending binds cookies. */
function headers(jar: RequestsCookieJar): (string | undefined)[] {
  return urls.map((url) => jar.copy().getCookieHeader(url));
}

describe('a jar of any history', () => {
  it('[I05] sends the same to every URL after serialize and deserialize', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const jar = play(steps);
        const restored = RequestsCookieJar.deserialize(jar.serialize(), { ...jar.getPolicy() });
        expect(headers(restored)).toEqual(headers(jar));
        expect(restored.serialize()).toBe(jar.serialize());
      }),
      { numRuns: 300 },
    );
  });

  it('[I05] sends the same to every URL after toNetscape and fromNetscape', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const jar = play(steps);
        const text = jar.toNetscape();
        const restored = RequestsCookieJar.fromNetscape(text, { ...jar.getPolicy() });
        expect(restored.toNetscape()).toBe(text);
        // One cookie per host, path and name: of two, the younger.
        const keys = new Set(
          [...jar].map(({ domain, boundTo, path, name }) => [domain || boundTo, path, name].join('\t')),
        );
        expect(restored.size).toBe(keys.size);
      }),
      { numRuns: 300 },
    );
  });

  it('[I05] sends the same from a copy, and sends a cookie only where its fields allow it', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(...urls), (steps, url) => {
        const jar = play(steps);
        const copy = jar.copy();
        expect(copy.getCookieHeader(url)).toBe(jar.getCookieHeader(url));
        const { protocol, hostname, pathname } = new URL(url);
        const allowed = [...jar].filter((cookie) => {
          const hostFits =
            (cookie.domain || cookie.boundTo) === hostname ||
            (!cookie.hostOnly && cookie.domain !== '' && hostname.endsWith(`.${cookie.domain}`));
          const pathFits =
            pathname === cookie.path ||
            pathname.startsWith(cookie.path.endsWith('/') ? cookie.path : `${cookie.path}/`);
          return hostFits && pathFits && (!cookie.secure || protocol === 'https:');
        });
        const pairs = allowed.map((cookie) => cookie.pair).toSorted();
        expect(jar.getCookieHeader(url)?.split('; ').toSorted() ?? []).toEqual(pairs);
      }),
      { numRuns: 300 },
    );
  });

  it('[D06] [J03] takes any line without throwing, and never makes a header of it that cannot be sent', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.constantFrom(...urls), (lines, url) => {
        const jar = new RequestsCookieJar();
        jar.storeSetCookie(url, [...lines, ...lines.map((line) => `n=${line}`)]);
        expect(jar.getCookieHeader(url) ?? '').toMatch(/^[\x20-\x7e\x80-\xff]*$/);
      }),
      { numRuns: 300 },
    );
  });

  it('[I05] loads any text or throws CookieLoadError', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ version: 1, cookies: [value] })),
      fc.array(fc.string()).map((fields) => fields.join('\t')),
    );
    fc.assert(
      fc.property(text, (given) => {
        for (const load of [RequestsCookieJar.deserialize, RequestsCookieJar.fromNetscape]) {
          try {
            load(given);
          } catch (error) {
            expect(error).toMatchObject({ name: 'CookieLoadError' });
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('agreement with the CookieJar of tough-cookie', () => {
  /** Where the two are meant to agree: https, no prefixes, and a name that never changes between host-only and Domain. */
  const line = fc
    .tuple(
      fc.constantFrom('a', 'b', 'c'),
      fc.option(fc.constantFrom('example.com', 'www.example.com', 'b.co.uk', 'co.uk', 'other.example')),
      fc.option(path),
      flags,
      fc.constantFrom('', '; Max-Age=0', '; Max-Age=100'),
    )
    .map(
      ([key, domain, at, flag, age]) =>
        `${domain === null ? 'h' : 'd'}${key}=${flag.length}${domain === null ? '' : `; Domain=${domain}`}${at === null ? '' : `; Path=${at}`}${flag.map((one) => `; ${one}`).join('')}${age}`,
    );
  const names = fc.constantFrom(
    'example.com',
    'www.example.com',
    'deep.www.example.com',
    'other.example',
    'b.co.uk',
    'a.b.co.uk',
  );

  it('B-DIFF-33 sends what tough-cookie sends after the same responses', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(names, path, line), { maxLength: 30 }), (steps) => {
        const [ours, theirs] = [new RequestsCookieJar(), new CookieJar()];
        for (const [at, under, text] of steps) {
          ours.storeSetCookie(`https://${at}${under}`, [text]);
          theirs.setCookieSync(text, `https://${at}${under}`, { ignoreError: true });
        }
        for (const url of urls) {
          for (const to of [url, url.replace('https', 'http')]) {
            // Loopback hosts are the exception: there, tough-cookie sends Secure cookies in clear.
            expect((ours.getCookieHeader(to) ?? '').split('; ').toSorted(), to).toEqual(
              theirs.getCookieStringSync(to).split('; ').toSorted(),
            );
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
