import { cpuMs } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import {
  asciiLower,
  checkHeader,
  createDecoder,
  encodeForm,
  encodeParams,
  getAuthFromUrl,
  getEncodingFromHeaders,
  linksByRel,
  normalizeHost,
  parseContentType,
  parseHeaderLinks,
  percentDecode,
  prepareUrl,
  prependSchemeIfNeeded,
  printable,
  redactUrl,
  redirectUrl,
  removeDotSegments,
  requoteUri,
  resolveUrl,
  splitReference,
  trimBlanks,
  urldefragauth,
} from '../src/authors.ts';
import { Headers, Request, RequestException } from '../src/index.ts';
import { errorPosition, parseJson } from '../src/json.ts';
import { codes } from '../src/status-codes.ts';

const SIZE = 64 * 1024;
const BOUND_MS = 50;

/** What the parsers of other clients were slow about: each is repeated up to 64 KiB. */
const PUMPS: readonly string[] = [
  ...'@%./\\:;,?#&=+-_~*!\'"()<>[]{}|^` \t0a'.split(''),
  ...[
    '%25',
    '%zz',
    '%c3',
    '%2e',
    'a.',
    '1.',
    '../',
    './',
    '//',
    '@:',
    ':@',
    'a@',
    '\r\n',
    ', ',
    '; ',
    '<>;',
    '<a>; rel=x, ',
    ';a="',
    '\\"',
    '"\\',
  ],
  ...[
    'a=b&',
    'charset=',
    '[{',
    '{"a":',
    '"a",',
    '\ud800',
    'é',
    'ü.',
    '例',
    'xn--',
    '\u0301',
    '\u30fb',
    'l·',
    '\u200d',
    '[::',
    '0x',
    'http://',
    'data:',
  ],
];

const base = prepareUrl('https://h/a/b?c');
const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  prepareUrl: (text) => prepareUrl(text),
  'prepareUrl, authority': (text) => prepareUrl(`http://${text}`),
  'prepareUrl, userinfo': (text) => prepareUrl(`http://${text}@h/`),
  'prepareUrl, host': (text) => prepareUrl(`http://a${text}a/`),
  'prepareUrl, port': (text) => prepareUrl(`http://h:${text}/`),
  'prepareUrl, path': (text) => prepareUrl(`http://h/${text}`),
  'prepareUrl, query': (text) => prepareUrl(`http://h/?${text}`),
  'prepareUrl, fragment': (text) => prepareUrl(`http://h/#${text}`),
  'prepareUrl, another scheme': (text) => prepareUrl(`http+unix://${text}/${text}`),
  'prepareUrl, params': (text) => prepareUrl('http://h/', text),
  'Request.prepare, Host': (text) => new Request('GET', 'http://h/', { headers: { Host: text } }).prepare(),
  'Request.prepare, method': (text) => new Request(text, 'http://h/').prepare(),
  splitReference,
  resolveUrl: (text) => resolveUrl('http://h/a/b', text),
  redirectUrl: (text) => redirectUrl(base, text, ''),
  'redirectUrl, authority': (text) => redirectUrl(base, `//${text}`, ''),
  removeDotSegments: (text) => removeDotSegments(`/${text}`),
  requoteUri,
  redactUrl,
  'redactUrl, authority': (text) => redactUrl(`http://${text}`),
  urldefragauth,
  getAuthFromUrl: (text) => getAuthFromUrl(`http://${text}@h/`),
  percentDecode,
  prependSchemeIfNeeded: (text) => prependSchemeIfNeeded(text, 'http'),
  normalizeHost: (text) => normalizeHost(text),
  encodeForm: (text) => encodeForm({ [text]: text }),
  encodeParams: (text) => encodeParams(new TextEncoder().encode(text)),
  'checkHeader, value': (text) => checkHeader('name', text),
  'checkHeader, name': (text) => checkHeader(text, 'value'),
  Headers: (text) => new Headers({ name: `a${text}` }).get('name'),
  'Headers.received': (text) => [...Headers.received([text, text, text, text])],
  parseContentType,
  getEncodingFromHeaders: (text) => getEncodingFromHeaders(Headers.received(['content-type', text])),
  parseHeaderLinks,
  linksByRel,
  createDecoder: (text) => createDecoder(text),
  'JSON, position of an error': errorPosition,
  'JSON, an error': (text) => parseJson(text, undefined, {}),
  'codes.get': (text) => codes.get(text),
  trimBlanks,
  printable,
  asciiLower,
};

/** The best of five, so that a busy machine does not count. */
function milliseconds(parse: (text: string) => unknown, text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5 && best >= BOUND_MS; attempt++) {
    const start = cpuMs();
    try {
      parse(text);
    } catch (error) {
      if (!(error instanceof RequestException || error instanceof TypeError)) throw error;
    }
    best = Math.min(best, cpuMs() - start);
  }
  return best;
}

describe.each(Object.entries(PARSERS))('%s', (_, parse) => {
  it('[C05] [F13] takes less than 50 ms for 64 KiB of anything', () => {
    const slow: unknown[] = [];
    for (const pump of PUMPS) {
      const text = pump.repeat(Math.ceil(SIZE / pump.length));
      for (const shape of [text, `"${text}\0`]) {
        const took = milliseconds(parse, shape);
        if (took >= BOUND_MS) slow.push([pump, shape.slice(-1), Math.round(took)]);
      }
    }
    expect(slow).toEqual([]);
  });
});

// Judged by processor time: how long a busy machine takes over it says nothing.
describe('time', { timeout: 90_000 }, () => {
  it.each([
    ['a URL', (n: number) => prepareUrl(`http://${'u@'.repeat(n)}h/${'../%25'.repeat(n)}?${'é'.repeat(n)}`)],
    ['params', (n: number) => encodeForm(Array.from({ length: n }, (_, at) => [`k${at}`, 'é v']))],
    [
      'headers',
      (n: number) => Headers.received(Array.from({ length: n }, (_, at) => [`x-${at % 7}`, 'v']).flat()).size,
    ],
  ])('[C05] [F12] for %s grows with its length', (_, run) => {
    // Several runs at a time: the clock of a thread ticks coarsely. The best of three, for what else the machine does.
    const best = (n: number): number => {
      let least = Number.POSITIVE_INFINITY;
      for (let attempt = 0; attempt < 3; attempt++) {
        const start = cpuMs();
        for (let i = 0; i < 5; i++) run(n);
        least = Math.min(least, cpuMs() - start);
      }
      return least;
    };
    best(8000);
    // Eight times the length; a quadratic step would cost sixty-four times the time.
    expect(best(64_000) / Math.max(5, best(8000))).toBeLessThan(30);
  });
});
