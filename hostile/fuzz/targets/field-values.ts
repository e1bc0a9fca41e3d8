import assert from 'node:assert/strict';
import { Headers } from '@requests-ts/core';
import { getEncodingFromHeaders, linksByRel, parseContentType, parseHeaderLinks } from '@requests-ts/core/authors';
import { guessFilename } from '@requests-ts/multipart';
import { Retry } from '@requests-ts/retry';
import fc from 'fast-check';
import { utils } from 'requests-ts';
import { choice, chosen, sentence } from '../grammar.ts';
import { attempt, type Target } from '../target.ts';

interface Input {
  readonly value: string;
  readonly links: { readonly url: string; readonly rel: string; readonly title: string }[];
  readonly items: string[];
  /** Seconds since 1970, and the form that they are written in. */
  readonly date: number;
  readonly form: number;
}

const tokens: readonly string[] = [
  ...[
    '<',
    '>',
    '<http://a/?b,c;d>',
    '; rel=next',
    '; rel="next"',
    ";rel='x'",
    ', ',
    ',',
    ';',
    '=',
    '"',
    '\\"',
    '\\',
    "'",
    ' ',
    '\t',
    'rel',
    'url',
    '__proto__',
    'a',
  ],
  ...[
    'text/html',
    'charset',
    '; charset=',
    'utf-8',
    '"utf-8"',
    'application/json',
    '/',
    '+xml',
    'multipart/form-data; boundary=',
  ],
  ...[
    '120',
    '0',
    '-1',
    '1e3',
    '1.5',
    '99999999999999999999',
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    '+0100',
    'EST',
    '31 Feb',
    '24:00:00',
    '\x80',
    '\0',
  ],
];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const NOW = Date.UTC(2026, 10, 21);

const two = (value: number): string => String(value).padStart(2, '0');
const time = (date: Date): string => date.toISOString().slice(11, 19);
/** The three forms of RFC 9110 §5.6.7, and what servers write besides. */
const FORMS: readonly ((date: Date) => string)[] = [
  (date) => date.toUTCString(),
  (date) =>
    `${DAYS[date.getUTCDay()]}day, ${two(date.getUTCDate())}-${MONTHS[date.getUTCMonth()]}-${two(date.getUTCFullYear() % 100)} ${time(date)} GMT`,
  (date) =>
    `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${time(date)} ${date.getUTCFullYear()}`,
  (date) => date.toUTCString().replace('GMT', '+0000'),
  (date) => new Date(date.getTime() - 5 * 3600_000).toUTCString().replace('GMT', 'EST'),
];

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
const { parseListHeader } = utils;
const retry = new Retry({ retryAfterMax: Number.POSITIVE_INFINITY });
const parseRetryAfter = (text: string, now: number): number => retry.parseRetryAfter(text, now);

export const fieldValuesTarget: Target<Input> = {
  name: 'field-values',
  holds:
    '[F12] [F13] [J01] [O02] reads Link, Content-Type, Retry-After and lists of any kind without an error of the platform, and what was written comes back',
  tokens,
  runs: 1500,
  inputs: fc.record({
    value: sentence(tokens, 14),
    links: fc.array(
      fc.record({
        url: fc.constantFrom('/x', 'http://a/?b=1,2;c', '#', '/é'),
        rel: fc.constantFrom('next', 'last', 'a b', '__proto__'),
        title: fc.constantFrom('', 'a, b', 'x; rel=y', '<z>', "it's"),
      }),
      { maxLength: 5 },
    ),
    items: fc.array(sentence(['a', ',', '"', '\\', ' ', '=', 'é', '\t'], 5), { maxLength: 5 }),
    date: fc.integer({ min: 0, max: 4_000_000_000 }),
    form: choice(FORMS),
  }),
  parsers: {
    parseHeaderLinks,
    linksByRel,
    parseContentType,
    getEncodingFromHeaders: (text) => getEncodingFromHeaders(Headers.received(['content-type', text])),
    parseRetryAfter: (text) => parseRetryAfter(text, NOW),
    parseListHeader,
    parseDictHeader: utils.parseDictHeader,
    unquoteHeaderValue: (text) => utils.unquoteHeaderValue(`"${text}"`),
    guessFilename: (name) => guessFilename({ name }),
  },
  run({ value, links, items, date, form }) {
    for (const link of parseHeaderLinks(value)) assert.equal(typeof link.url, 'string');
    assert.ok(parseHeaderLinks(value).length <= 100);
    const byRel = linksByRel(value);
    for (const [key, link] of Object.entries(byRel)) assert.ok(key === (link.rel ?? link.url) || link.rel === '', key);
    parseContentType(value);
    utils.parseDictHeader(value);
    utils.unquoteHeaderValue(value, true);
    const seconds = attempt(() => parseRetryAfter(value, NOW));
    assert.ok(seconds === null || seconds >= 0);
    assert.deepEqual(Object.keys(Object.prototype), []);
    const header = links
      .map(({ url, rel, title }) => `<${url}>; rel=${quoted(rel)}${title === '' ? '' : `; title=${quoted(title)}`}`)
      .join(', ');
    if (
      !/["\\\n]/.test(links.map((link) => Object.values(link).join('')).join('')) &&
      links.every(({ url }) => !/[<>\s'"]/.test(url) && url !== '')
    ) {
      const plain = (text: string): string => text.replace(/^[ \t'"]+|[ \t'"]+$/g, '');
      assert.deepEqual(
        parseHeaderLinks(header).map(({ url, rel, title = '' }) => [url, rel, title]),
        links.map(({ url, rel, title }) => [url, plain(rel), plain(title)]),
      );
    }
    assert.deepEqual(parseListHeader(items.map(quoted).join(', ')), items);
    const moment = new Date(Math.abs(Math.trunc(date) % 4_000_000_000) * 1000);
    const near = Math.abs(moment.getUTCFullYear() - 2026) < 49;
    const write = chosen(FORMS, form);
    if (near || write !== FORMS[1]) {
      assert.equal(parseRetryAfter(write(moment), moment.getTime() - 1000), 1, write(moment));
      assert.equal(parseRetryAfter(write(moment), moment.getTime() + 1000), 0);
    }
  },
};
