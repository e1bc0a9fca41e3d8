import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BaseAdapter } from './adapter.ts';
import { AdapterMap } from './adapter-map.ts';
import { Response } from './response.ts';

class Named extends BaseAdapter {
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }

  override async send(): Promise<Response> {
    return new Response({ statusCode: 200 });
  }
}

/** A map whose adapters are named after their prefixes. */
function mounted(...prefixes: string[]): AdapterMap {
  const map = new AdapterMap();
  for (const prefix of prefixes) map.mount(prefix, new Named(prefix));
  return map;
}

const nameOf = (adapter: BaseAdapter | undefined): string | undefined => (adapter as Named | undefined)?.name;

describe('AdapterMap', () => {
  it('B-SESS-17 M220 sorts prefixes by length, the longest first', () => {
    const map = mounted('http://', 'https://', 'http://git', 'http://github.com/about/', 'http://github.com');
    expect(map.keys()).toEqual(['http://github.com/about/', 'http://github.com', 'http://git', 'https://', 'http://']);
    map.mount('http://github.com/about/team/', new Named('x'));
    expect(map.keys()[0]).toBe('http://github.com/about/team/');
  });

  it('B-SESS-17 keeps prefixes of one length in the order of mounting', () => {
    expect(mounted('https://', 'http://', 'bbb', 'aaa', 'ccc').keys()).toEqual([
      'https://',
      'http://',
      'bbb',
      'aaa',
      'ccc',
    ]);
  });

  it('B-SESS-17 keeps the place of a prefix that is mounted again, with its new adapter', () => {
    const map = mounted('bbb', 'aaa', 'ccc');
    const again = new Named('again');
    map.mount('aaa', again);
    expect(map.keys()).toEqual(['bbb', 'aaa', 'ccc']);
    expect(map.get('aaa')).toBe(again);
    expect(map.size).toBe(3);
  });

  it.each([
    ['http://example.com/x', 'http://'],
    ['HTTPS://EXAMPLE.COM/', 'https://'],
    ['https://api.example.com/v1', 'https://api.example.com/'],
    ['https://API.example.com/V1/things', 'https://api.example.com/V1/'],
    ['https://api.example.com/v1/things', 'https://api.example.com/V1/'],
    ['https://api.example.com', 'https://'],
    ['foo://x', 'foo://'],
    ['foo:', undefined],
    ['ftp://example.com/', undefined],
    ['', undefined],
  ])('B-SESS-18 M218 M220 takes for %j the adapter of %j', (url, prefix) => {
    const map = mounted('https://', 'http://', 'https://api.example.com/', 'https://api.example.com/V1/', 'foo://');
    expect(nameOf(map.get(url))).toBe(prefix);
  });

  it('B-SESS-18 compares text: only a slash at the end of a prefix ends the host', () => {
    const open = mounted('https://', 'https://example.com');
    expect(nameOf(open.get('https://example.com.other.com/'))).toBe('https://example.com');
    const closed = mounted('https://', 'https://example.com/');
    expect(nameOf(closed.get('https://example.com.other.com/'))).toBe('https://');
    expect(nameOf(closed.get('https://example.com/x'))).toBe('https://example.com/');
  });

  it('B-SESS-18 takes the empty prefix for every URL', () => {
    expect(nameOf(mounted('', 'http://').get('anything'))).toBe('');
  });

  it('refuses what is no adapter', () => {
    for (const other of [undefined, {}, { total: 3 }, 'http://']) {
      expect(() => new AdapterMap().mount('http://', other as unknown as BaseAdapter)).toThrow(
        new TypeError('An adapter must have send()'),
      );
    }
  });

  it('prints what is mounted', () => {
    expect(inspect(mounted('http://', 'https://a/'))).toBe(
      "{\n  'https://a/': Named { name: 'https://a/' },\n  'http://': Named { name: 'http://' }\n}",
    );
  });

  it('deletes a prefix', () => {
    const map = mounted('https://', 'https://example.com/');
    expect(map.delete('HTTPS://example.com/')).toBe(true);
    expect(map.delete('https://example.com/')).toBe(false);
    expect(nameOf(map.get('https://example.com/'))).toBe('https://');
    expect(map.values().map(nameOf)).toEqual(['https://']);
  });

  it('B-SESS-18 finds what a search through all prefixes finds', () => {
    const part = fc.array(fc.constantFrom('a', 'B', 'b', '/'), { maxLength: 5 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(fc.array(part), part, (prefixes, url) => {
        const map = mounted(...prefixes);
        const expected = map.keys().find((prefix) => url.toLowerCase().startsWith(prefix.toLowerCase()));
        expect(nameOf(map.get(url))?.toLowerCase()).toBe(expected?.toLowerCase());
      }),
    );
  });

  it('[J02] [J01] knows no prefix that nobody mounted', () => {
    expect(new AdapterMap().get('__proto__')).toBeUndefined();
    expect(new AdapterMap().get('constructor')).toBeUndefined();
    expect(nameOf(mounted('__proto__').get('__proto__'))).toBe('__proto__');
  });
});
