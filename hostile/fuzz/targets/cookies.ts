import assert from 'node:assert/strict';
import { RequestsCookieJar } from '@requests-ts/cookie-jar';
import fc from 'fast-check';
import { choice, chosen, sentence } from '../grammar.ts';
import { ModelJar } from '../model-jar.ts';
import type { Target } from '../target.ts';

interface Input {
  readonly steps: { readonly url: number; readonly lines: string[] }[];
}

const HOSTS = [
  'example.com',
  'www.example.com',
  'deep.www.example.com',
  'other.example',
  'b.co.uk',
  'a.b.co.uk',
  'me.github.io',
  '127.0.0.1',
  '[::1]',
  'plainhost',
];
const PATHS = ['/', '/x', '/x/y', '/xy', '/x/'];
const URLS = HOSTS.flatMap((host) => PATHS.flatMap((path) => [`http://${host}${path}`, `https://${host}${path}`]));
const NOW = 1_700_000_000;
/** Anything else in `Expires` is left to the tests of the package: the grammar of dates is a target of its own. */
const DATES: ReadonlyMap<string, number> = new Map([
  ['Thu, 01-Jan-1970 00:00:01 GMT', 1],
  ['Thu, 01 Jan 2026 00:00:00 GMT', 1_767_225_600],
  ['Tue, 01 Jan 2030 00:00:00 GMT', 1_893_456_000],
]);
const tokens: readonly string[] = [
  ...[
    'a=',
    'a',
    'b=1',
    'sid=x',
    '__Host-a=1',
    '__Secure-b=2',
    '__host-a=',
    '=',
    ';',
    '; ',
    ' ',
    '\t',
    ',',
    '"',
    '\0',
    '\r',
    '\n',
    '\x7f',
    '\x80',
    'é',
    '\u0131',
  ],
  ...[
    '; Path=/',
    '; Path=/x',
    '; path=x',
    '; Domain=',
    '; Domain=example.com',
    '; Domain=.example.com',
    '; domain=EXAMPLE.COM',
    '; Domain=co.uk',
    '; Domain=b.co.uk',
  ],
  ...[
    '; Domain=github.io',
    '; Domain=127.0.0.1',
    '; Domain=[::1]',
    '; Domain=com',
    '; Domain=plainhost',
    '; Domain=..example.com',
    '; Domain=example.com.',
    '; Secure',
    '; HttpOnly',
    '; Secure=x',
  ],
  ...[
    '; SameSite=None',
    '; SameSite=lax',
    '; SameSite=',
    '; Max-Age=0',
    '; Max-Age=-1',
    '; Max-Age=100',
    '; Max-Age=99999999999999',
    '; Max-Age=1.5',
    '; Max-Age',
  ],
  ...[...DATES.keys()].map((date) => `; Expires=${date}`),
];
const pair = fc.constantFrom(
  'a=1',
  'a=',
  'a',
  'b=2',
  'sid="x; y"',
  '__Host-a=1',
  '__Secure-b=2',
  '__host-c=3',
  'x y=1',
  ' a = 1 ',
  '=1',
  'é=\xe9',
);
const line = fc.oneof(
  fc
    .tuple(pair, fc.subarray([...tokens.filter((token) => token.startsWith('; '))], { maxLength: 4 }))
    .map(([first, rest]) => first + rest.join('')),
  sentence(tokens, 8),
);

export const cookiesTarget: Target<Input> = {
  name: 'cookies',
  holds: '[D06] [I01] [I02] [I03] [I04] stores and sends what a model of RFC 6265bis does, over several hosts',
  tokens,
  runs: 500,
  inputs: fc.record({
    steps: fc.array(fc.record({ url: choice(URLS), lines: fc.array(line, { minLength: 1, maxLength: 4 }) }), {
      minLength: 1,
      maxLength: 8,
    }),
  }),
  parsers: {
    'storeSetCookie, one line': (text) => new RequestsCookieJar().storeSetCookie('https://a.example/', [text]),
    'storeSetCookie, no limits': (text) =>
      new RequestsCookieJar({
        maxLineSize: Infinity,
        maxCookieSize: Infinity,
        maxAttributeSize: Infinity,
      }).storeSetCookie('https://a.example/', [text, `a=1; Expires=${text}`, `a=1; Domain=${text}`]),
    getCookieHeader: (text) =>
      new RequestsCookieJar().set('a', '1') && new RequestsCookieJar().getCookieHeader(`https://${text}/`),
  },
  run({ steps }) {
    const jar = new RequestsCookieJar({ now: () => NOW * 1000 });
    const model = new ModelJar(NOW, DATES);
    for (const { url, lines } of steps) {
      // What is a date only for one of the two would say nothing.
      const plain = lines.map((text) =>
        text.replace(/(expires[ \t]*=[ \t]*)([^;]*)/gi, (all, key: string, date: string) =>
          DATES.has(date) ? all : `${key}x`,
        ),
      );
      jar.storeSetCookie(chosen(URLS, url), plain);
      model.store(chosen(URLS, url), plain);
    }
    for (const url of URLS) {
      const header = jar.getCookieHeader(url) ?? '';
      assert.match(header, /^[\x20-\x7e\x80-\xff]*$/);
      assert.equal(header, model.header(url), url);
    }
  },
};
