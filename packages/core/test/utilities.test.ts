import { describe, expect, it } from 'vitest';
import {
  checkHeader,
  defaultHeaders,
  defaultUserAgent,
  formPairs,
  getAuthFromUrl,
  iterSlices,
  parseHeaderLinks,
  prependSchemeIfNeeded,
  requoteUri,
  rewindBody,
  selectProxy,
  splitReference,
  superLen,
  urldefragauth,
} from '../src/authors.ts';
import { VERSION } from '../src/version.ts';

describe('defaultUserAgent', () => {
  it('B-UTIL-07 B-DIFF-27 M76 is a name and our version', () => {
    expect([defaultUserAgent(), defaultUserAgent('my-app')]).toEqual([`requests-ts/${VERSION}`, `my-app/${VERSION}`]);
  });
});

describe('defaultHeaders', () => {
  it('B-UTIL-07 B-HDR-06 M76 is a new object each time', () => {
    expect([...defaultHeaders().keys()]).toEqual(['User-Agent', 'Accept-Encoding', 'Accept', 'Connection']);
    expect(defaultHeaders()).not.toBe(defaultHeaders());
  });
});

describe('requoteUri', () => {
  it.each([
    ['http://example.com/fiz?buz=%25ppicture', 'http://example.com/fiz?buz=%25ppicture'],
    ['http://example.com/fiz?buz=%ppicture', 'http://example.com/fiz?buz=%25ppicture'],
    ['/%7e%41%2f%2F', '/~A%2f%2F'],
    ['/a b', '/a%20b'],
    ['/%', '/%'],
    ['/%-', '/%-'],
    ['/a%2', '/a%2'],
    ['/é', '/%C3%A9'],
    ['[x]', '[x]'],
    ['a|b^c', 'a%7Cb%5Ec'],
    ['%300', '00'],
    ['%--', '%--'],
  ])('B-UTIL-08 %j => %j', (uri, quoted) => {
    expect(requoteUri(uri)).toBe(quoted);
  });

  it.each([
    ['/%zz%C3%A9', '/%25zz%C3%A9'],
    ['/a%zzb%41', '/a%25zzbA'],
  ])('B-UTIL-08 B-URL-20 encodes the offending "%%" of %j only: %j', (uri, quoted) => {
    expect(requoteUri(uri)).toBe(quoted);
  });
});

describe('getAuthFromUrl', () => {
  it.each([
    ['http://user:pass@complex.url.com/path?query=yes', ['user', 'pass']],
    ['http://user:pass%20pass@complex.url.com/path?query=yes', ['user', 'pass pass']],
    ['http://user:pass pass@complex.url.com/path?query=yes', ['user', 'pass pass']],
    ['http://user%25user:pass@complex.url.com/path?query=yes', ['user%user', 'pass']],
    ['http://user:pass%23pass@complex.url.com/path?query=yes', ['user', 'pass#pass']],
    ['http://complex.url.com/path?query=yes', ['', '']],
    ['http://u@h/', ['', '']],
    ['http://:p@h/', ['', 'p']],
    ['http://u:@h/', ['u', '']],
    ['http://:@h/', ['', '']],
    ['', ['', '']],
    ['mailto:a@b', ['', '']],
    ['http://a:b@c:d@h/', ['a', 'b@c:d']],
    ['//u:p@h/', ['u', 'p']],
    ['http://u:p%3A%40@h', ['u', 'p:@']],
    ['http://%C3%A9:p@h/', ['é', 'p']],
  ])('B-UTIL-10 of %j is %j', (url, auth) => {
    expect(getAuthFromUrl(url)).toEqual(auth);
  });
});

describe('selectProxy', () => {
  it.each([
    ['http://h/p', { http: '1', 'http://h': '2' }, '2'],
    ['http://h:80/p', { http: '1', 'http://h': '2' }, '2'],
    ['https://h/', { http: '1', all: '3' }, '3'],
    ['https://h/', { all: '3', 'all://h': '4' }, '4'],
    ['http://h/', { http: '1', all: '3', 'all://h': '4' }, '1'],
    ['http://h/', {}, undefined],
    ['http://h/', { http: '' }, undefined],
    ['http://h/', { http: null, all: '3' }, undefined],
    ['http://h/', undefined, undefined],
    ['file:///x', { file: '5', all: '3' }, '5'],
    ['file:///x', { all: '3', 'all://': '4' }, '3'],
    ['http://h/', { no_proxy: 'h' }, undefined],
  ])('B-UTIL-13 B-PROXY-01 M189 for %s of %j is %s', (url, proxies, proxy) => {
    const { scheme = '', authority = '' } = splitReference(url);
    expect(selectProxy({ scheme, host: authority.replace(/:\d+$/, '') }, proxies)).toBe(proxy);
  });

  it('[J01] B-UTIL-13 is not led astray by names that every object has', () => {
    for (const scheme of ['constructor', '__proto__', 'toString'])
      expect(selectProxy({ scheme, host: 'h' }, {})).toBeUndefined();
  });
});

describe('prependSchemeIfNeeded', () => {
  it.each([
    ['http://example.com/path', 'http://example.com/path'],
    ['https://example.com/p?q', 'https://example.com/p?q'],
    ['//example.com/p', 'http://example.com/p'],
    ['example.com/p', 'http://example.com/p'],
    ['example.com:80', 'http://example.com:80'],
    ['http://user:pass@example.com/path?query', 'http://user:pass@example.com/path?query'],
    ['http://user@example.com/path?query', 'http://user@example.com/path?query'],
    ['socks5://h:1', 'socks5://h:1'],
    ['localhost:3128', 'http://localhost:3128'],
    ['user:pass@example.com', 'http://user:pass@example.com'],
  ])('B-UTIL-14 M190 %s => %s', (url, with_) => {
    expect(prependSchemeIfNeeded(url, 'http')).toBe(with_);
  });
});

describe('urldefragauth', () => {
  it.each([
    ['http://u:p@example.com/path?query#fragment', 'http://example.com/path?query'],
    ['http://example.com/path', 'http://example.com/path'],
    ['//u:p@example.com/path#f', '//example.com/path'],
    ['example.com/path', '//example.com/path'],
    ['scheme:u:p@example.com/path', 'scheme://example.com/path'],
    ['http://h', 'http://h'],
    ['http://u@h?x=1', 'http://h?x=1'],
  ])('B-UTIL-15 %s => %s', (url, bare) => {
    expect(urldefragauth(url)).toBe(bare);
  });
});

describe('formPairs', () => {
  it('B-UTIL-17 takes a mapping or pairs', () => {
    expect([...formPairs({ key: 'val' })]).toEqual([['key', 'val']]);
    expect([...formPairs([['key', 'val']])]).toEqual([['key', 'val']]);
    expect([...formPairs(new Map([['key', 'val']]))]).toEqual([['key', 'val']]);
  });

  it.each(['string', new Uint8Array(1), true, 3, null])('B-UTIL-17 refuses %j', (fields) => {
    expect(() => [...formPairs(fields as never)]).toThrow(TypeError);
  });
});

describe('iterSlices', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  it.each([
    ['', 1, []],
    ['T', 1, ['T']],
    ['Test', 1, ['T', 'e', 's', 't']],
    ['Test', 3, ['Tes', 't']],
    ['Test', 10, ['Test']],
    ['Test', 0, ['Test']],
    ['Test', -2, ['Test']],
    ['Test', null, ['Test']],
    ['', null, []],
    ['', 0, []],
  ])('B-UTIL-19 %j by %s => %j', (text, size, slices) => {
    expect(Array.from(iterSlices(bytes(text), size), (slice) => new TextDecoder().decode(slice))).toEqual(slices);
  });
});

describe('what people import', () => {
  it('B-UTIL-06 S24 is there under its name', () => {
    expect(superLen('é')).toBe(2);
    expect(parseHeaderLinks('<u>')[0]!.url).toBe('u');
    expect(checkHeader('X-A', 'value')).toBe('value');
    expect(() => checkHeader('X-A', 'value\n')).toThrow(TypeError);
    expect(rewindBody('text', null)).toBeUndefined();
  });
});
