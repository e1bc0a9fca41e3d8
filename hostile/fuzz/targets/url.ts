import assert from 'node:assert/strict';
import { InvalidURL, MissingSchema, PreparedRequest } from '@requests-ts/core';
import {
  canonicalHost,
  DEFAULT_PORTS,
  formatUrl,
  getAuthFromUrl,
  prepareUrl,
  redactUrl,
  resolveUrl,
  splitReference,
  urldefragauth,
} from '@requests-ts/core/authors';
import fc from 'fast-check';
import { sentence } from '../grammar.ts';
import { attempt, type Target } from '../target.ts';

interface Input {
  readonly url: string;
  readonly params: string;
}

/** What parsers disagree about, and enough of the ordinary to reach deep into a URL. */
const tokens: readonly string[] = [
  ...[
    'a',
    'example',
    '.com',
    'xn--',
    '0',
    '127',
    '0x7f',
    '-',
    '_',
    'é',
    'ß',
    '例',
    'bücher.example',
    '[::1]',
    '1.2.3.4',
  ],
  ...'/\\?#@:;.[]%&=+*,!$\'()~|^`{}<>" \t\r\n\0\x7f'.split(''),
  ...['//', '..', '/../', '%2e', '%2F', '%00', '%zz', 'http:', 'https://', 'a@', ':80', ':65536', '[::ffff:1.2.3.4]'],
  ...['\u3002', '\uff0e', '\u00ad', '\u212a', '\u0130', '\u200d', '\u2028', '\ufeff', '\ud800', '\u30fb'],
];
const text = sentence(tokens, 12, fc.string({ unit: 'binary', maxLength: 3 }));
const starts = ['http://', 'https://', 'HTTP://', 'http:', 'http:/', 'http:\\\\', '//', ' http://', ''];
const hosts = ['example.com', 'bücher.example', '[::1]', '1.2.3.4', 'a'];
const url = fc.oneof(
  fc.tuple(fc.constantFrom(...starts), text).map((parts) => parts.join('')),
  fc.webUrl({ validSchemes: ['http', 'https'], withFragments: true, withQueryParameters: true }),
  fc.tuple(text, fc.constantFrom(...hosts), text).map(([before, host, after]) => `http://${before}@${host}${after}`),
  fc.string({ unit: 'binary' }).map((rest) => `http://${rest}`),
);

function prepare(given: string, params: string): PreparedRequest | null {
  const request = new PreparedRequest();
  return attempt(() => {
    request.prepareUrl(given, params);
    if (/^http/i.test(request.url)) request.split satisfies object;
    return request;
  });
}

export const urlTarget: Target<Input> = {
  name: 'url',
  holds: '[C01] [C02] [D02] B-URL-17 B-URL-18 B-URL-19 B-DIFF-20 names the host that WHATWG URL names, and round-trips',
  tokens,
  runs: 3000,
  inputs: fc.record({ url, params: fc.oneof(fc.constant(''), text) }),
  parsers: {
    prepareUrl: (given) => prepareUrl(given),
    authority: (given) => prepareUrl(`http://${given}`),
    host: (given) => prepareUrl(`http://${given}a/`),
    path: (given) => prepareUrl(`http://h/${given}`),
    params: (given) => prepareUrl('http://h/', given),
    redactUrl,
    urldefragauth,
    getAuthFromUrl: (given) => getAuthFromUrl(`http://${given}@h/`),
    resolveUrl: (given) => resolveUrl('http://h/a/b', given),
  },
  run({ url: given, params }) {
    const request = prepare(given, params);
    if (!request || !/^https?:/.test(request.url)) return;
    assert.match(request.url, /^[\x21-\x7e]+$/);
    const { scheme, host, port } = request.split;
    assert.equal(formatUrl(request.split), request.url);
    // Text given as params is only requoted, as in Requests, and may hold what a URL may not.
    if (params === '') assert.equal(prepare(request.url, '')?.url, request.url);
    const authority = splitReference(given.trimStart()).authority;
    for (const seen of [given.trimStart(), `${scheme}://${authority}/`, request.url]) {
      const other = new URL(seen);
      assert.equal(other.hostname, canonicalHost(host), seen);
      const standard = DEFAULT_PORTS[scheme];
      assert.equal(other.port === '' ? standard : Number(other.port) || standard, port ?? standard, seen);
    }
    assert.ok(redactUrl(given).length <= given.length + 200);
    try {
      prepareUrl(given);
    } catch (error) {
      assert.ok(error instanceof InvalidURL || error instanceof MissingSchema);
    }
  },
};
