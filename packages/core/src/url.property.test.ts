import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestException } from './exceptions.ts';
import { canonicalHost, normalizeHost } from './host.ts';
import { PreparedRequest } from './prepared-request.ts';
import { DEFAULT_PORTS, formatUrl, prepareUrl, removeDotSegments, requoteUri, splitReference } from './url.ts';

/** What parsers disagree about, and enough of the ordinary to reach deep into a URL. */
const piece = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('a', 'example', '.com', 'xn--', '0', '127', '0x7f', '-', '_', 'é', 'ß', '例'),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...'/\\?#@:;.[]%&=+*,!$\'()~|^`{}<>" \t\r\n\0\x7f'.split(''),
      '//',
      '..',
      '%2e',
      '%2F',
      '%00',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\u3002',
      '\uff0e',
      '\u00ad',
      '\u212a',
      '\u0130',
      '\u200d',
      '\u2028',
      '\ufeff',
      '\ud800',
    ),
  },
);
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
const url = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('http://', 'https://', 'HTTP://', 'http:', 'http:/', 'http:\\\\', '//', ' http://', ''),
      text,
    )
    .map((parts) => parts.join('')),
  fc.webUrl({ validSchemes: ['http', 'https'], withFragments: true, withQueryParameters: true }),
  fc
    .tuple(text, fc.constantFrom('example.com', 'bücher.example', '[::1]', '1.2.3.4', 'a'), text)
    .map(([before, host, after]) => `http://${before}@${host}${after}`),
);
const params = fc.oneof(fc.constant(''), text);
const runs = { numRuns: 3000 };

function tryPrepare(given: string, query = ''): PreparedRequest | undefined {
  const request = new PreparedRequest();
  try {
    request.prepareUrl(given, query);
    if (/^http/i.test(request.url)) request.split satisfies object;
    return request;
  } catch (error) {
    // Nothing but our own errors: a URIError or a RangeError of the platform would be a bug.
    if (error instanceof RequestException && error instanceof TypeError) return undefined;
    throw error;
  }
}

describe('prepareUrl', () => {
  it('[C01] throws nothing but errors of the tree', () => {
    fc.assert(
      fc.property(url, params, (given, query) => void tryPrepare(given, query)),
      runs,
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => void tryPrepare(given)),
      runs,
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => void tryPrepare(`http://${given}`)),
      runs,
    );
  });

  it('B-URL-17 B-URL-18 B-URL-19 prepares what it has prepared to the same', () => {
    // Without params: text there is only requoted, as in Requests, and may hold what a URL may not.
    fc.assert(
      fc.property(url, (given) => {
        const once = tryPrepare(given)?.url;
        if (once !== undefined) expect(tryPrepare(once)?.url).toBe(once);
      }),
      runs,
    );
  });

  it('[C01] B-DIFF-20 names the host and the port that WHATWG URL names, as given and as prepared', () => {
    fc.assert(
      fc.property(url, params, (given, query) => {
        const request = tryPrepare(given, query);
        if (!request || !/^https?:/.test(request.url)) return;
        const { scheme, host, port } = request.split;
        for (const seen of [
          given.trimStart(),
          `${scheme}://${splitReference(given.trimStart()).authority}/`,
          request.url,
        ]) {
          const other = new URL(seen);
          expect(other.hostname).toBe(canonicalHost(host));
          expect(other.port === '' ? DEFAULT_PORTS[scheme] : Number(other.port) || DEFAULT_PORTS[scheme]).toBe(
            port ?? DEFAULT_PORTS[scheme],
          );
        }
      }),
      runs,
    );
  });

  it('[D02] leaves nothing but 0x21 to 0x7E in a prepared URL', () => {
    fc.assert(
      fc.property(url, params, (given, query) => {
        const request = tryPrepare(given, query);
        if (request && /^https?:/.test(request.url)) expect(request.url).toMatch(/^[\x21-\x7e]+$/);
      }),
      runs,
    );
  });

  it('is undone by formatUrl', () => {
    fc.assert(
      fc.property(url, (given) => {
        const request = tryPrepare(given);
        if (request && /^http/i.test(request.url)) expect(prepareUrl(formatUrl(request.split))).toEqual(request.split);
      }),
      runs,
    );
  });
});

describe('normalizeHost', () => {
  it('[C03] gives ASCII that it leaves alone, or nothing', () => {
    const host = fc.oneof(
      text,
      fc.domain(),
      fc.string({ unit: 'grapheme' }),
      fc.ipV4Extended(),
      fc.ipV6().map((ip) => `[${ip}]`),
    );
    fc.assert(
      fc.property(host, (given) => {
        const normal = given === '' ? undefined : normalizeHost(given);
        if (normal === undefined) return;
        expect(normal).toMatch(/^[\x21-\x7e]+$/);
        expect(normalizeHost(normal)).toBe(normal);
      }),
      runs,
    );
  });

  it('[C02] takes every IPv6 address, and knows it again in any spelling', () => {
    fc.assert(
      fc.property(fc.ipV6(), (ip) => {
        const host = normalizeHost(`[${ip.toUpperCase()}]`);
        expect(host).toBe(`[${ip.toLowerCase()}]`);
        expect(canonicalHost(host!)).toBe(new URL(`http://[${ip}]/`).hostname);
      }),
      { numRuns: 500 },
    );
  });

  it('[C02] takes every dotted quad as it is', () => {
    fc.assert(
      fc.property(fc.ipV4(), (ip) => normalizeHost(ip) === ip),
      { numRuns: 500 },
    );
  });
});

describe('removeDotSegments', () => {
  it('leaves no dot segment and is idempotent (RFC 3986 section 5.2.4)', () => {
    const path = fc.array(fc.constantFrom('.', '..', '', 'a', '...', '.a')).map((parts) => `/${parts.join('/')}`);
    fc.assert(
      fc.property(path, (given) => {
        const removed = removeDotSegments(given);
        expect(removed.split('/')).not.toContain('.');
        expect(removed.split('/')).not.toContain('..');
        expect(removed).toMatch(/^\//);
        expect(removeDotSegments(removed)).toBe(removed);
      }),
      runs,
    );
  });
});

describe('requoteUri', () => {
  it('B-UTIL-08 is idempotent', () => {
    fc.assert(
      fc.property(text, (given) => requoteUri(requoteUri(given)) === requoteUri(given)),
      runs,
    );
  });
});
