import { describe, expect, it } from 'vitest';
import { info } from '../src/help.ts';
import requests, { __version__, InvalidURL, MissingSchema, Request } from '../src/index.ts';

const { utils } = requests;

describe('utils', () => {
  it.each([
    ['', []],
    ['a, b', ['a', 'b']],
    ['foo,"bar, baz"', ['foo', 'bar, baz']],
    ['"a \\" b", c', ['a " b', 'c']],
    ['a,,b', ['a', '', 'b']],
    ['a,', ['a']],
    [',a', ['', 'a']],
  ])('B-UTIL-03 parseListHeader(%j) is %j', (header, items) => {
    expect(utils.parseListHeader(header)).toEqual(items);
  });

  it.each([
    ['foo="is a fish", bar="as well"', { foo: 'is a fish', bar: 'as well' }],
    ['key_without_value', { key_without_value: null }],
    ["a='b'", { a: "'b'" }],
    ['a="b",', { a: 'b' }],
    ['nonce="x=y", qop=auth', { nonce: 'x=y', qop: 'auth' }],
  ])('B-UTIL-04 parseDictHeader(%j) is %j', (header, items) => {
    expect(Object.fromEntries(utils.parseDictHeader(header))).toEqual(items);
  });

  it.each([
    ['"Test"', false, 'Test'],
    ['"Test\\\\"', false, 'Test\\'],
    ['"\\\\Comp\\Res"', false, '\\Comp\\Res'],
    ['"\\\\Comp\\Res"', true, '\\\\Comp\\Res'],
    ['Test', false, 'Test'],
  ])('B-UTIL-05 unquoteHeaderValue(%j, %s) is %j', (value, isFilename, text) => {
    expect(utils.unquoteHeaderValue(value, isFilename)).toBe(text);
  });

  it('B-UTIL-09 unquoteUnreserved decodes what needs no escape', () => {
    expect(utils.unquoteUnreserved('%41%7e%2F%300')).toBe('A~%2F00');
    expect(utils.unquoteUnreserved('%--')).toBe('%--');
    expect(() => utils.unquoteUnreserved('%zz')).toThrow(InvalidURL);
  });

  it('B-UTIL-17 toKeyValList takes a mapping or pairs', () => {
    expect(utils.toKeyValList({ a: 1 })).toEqual([['a', 1]]);
    expect(
      utils.toKeyValList([
        ['a', 1],
        ['a', 2],
      ]),
    ).toEqual([
      ['a', 1],
      ['a', 2],
    ]);
    expect(utils.fromKeyValList([['a', 1]])).toEqual(new Map([['a', 1]]));
    expect(utils.toKeyValList(null)).toBeNull();
    for (const wrong of ['a', 5, true, new Uint8Array(1), ['a']])
      expect(() => utils.toKeyValList(wrong as never)).toThrow(TypeError);
  });

  it('B-UTIL-20 B-UTIL-21 B-UTIL-22 leaves out what has no meaning here', () => {
    // Scoped variables: createEnvironment({ env }). Paths inside zip files, bytes as text, charsets from HTML: none of it exists in JavaScript.
    for (const name of [
      'setEnviron',
      'extractZippedPaths',
      'atomicOpen',
      'getEncodingsFromContent',
      'getUnicodeFromResponse',
    ]) {
      expect(utils).not.toHaveProperty(name);
    }
  });
});

describe('Request', () => {
  it.each([
    ['http://straße.de/', 'http://xn--strae-oqa.de/'],
    ['http://ジェーピーニック.jp', 'http://xn--hckqz9bzb1cyrb.jp/'],
  ])('S15 B-DIFF-21 prepares %s as %s', (url, prepared) => {
    expect(new Request('GET', url).prepare().url).toBe(prepared);
  });

  it('S15 B-DIFF-21 refuses hosts that only a mapping makes valid, and URLs without a scheme', () => {
    expect(() => new Request('GET', 'http://☃.net/').prepare()).toThrow(InvalidURL);
    expect(() => new Request('GET', 'http://ｅｘａｍｐｌｅ.com/').prepare()).toThrow(InvalidURL);
    expect(() => new Request('GET', 'example.com').prepare()).toThrow(MissingSchema);
  });
});

describe('help', () => {
  it('S20 B-API-20 names versions, and nothing of the user', () => {
    expect(info()).toMatchObject({
      requests: { version: __version__ },
      implementation: { name: 'node', version: process.versions.node },
      ssl: { version: process.versions.openssl },
    });
    expect(JSON.stringify(info())).not.toContain(process.cwd());
  });
});
