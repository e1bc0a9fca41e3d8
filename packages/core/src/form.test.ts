import { cpuMs } from '@requests-ts/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeForm, encodeParams, type FormFields, formPairs, type Params } from './form.ts';
import { PreparedRequest } from './prepared-request.ts';

const bytes = (...codes: number[]): Uint8Array => Uint8Array.from(codes);
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The URL that Requests 2.34.2 makes of `http://h/` and these params. */
const PARAMS: Readonly<Record<string, readonly (readonly [params: Params, query: string])[]>> = {
  'B-PARAM-01': [
    [{ a: 'b' }, '?a=b'],
    [[['a', 'b']], '?a=b'],
    [new Map([['a', 'b']]), '?a=b'],
    ['a=b', '?a=b'],
    [ascii('a=b'), '?a=b'],
    [null, ''],
    [{}, ''],
    [[], ''],
    ['', ''],
    [bytes(), ''],
  ],
  'B-PARAM-02 M26': [
    ['test=foo', '?test=foo'],
    ['?test=foo', '??test=foo'],
    ['q=requests+language:python', '?q=requests+language:python'],
    [' a=b', '?%20a=b'],
    ['a=b c', '?a=b%20c'],
    ['a=é', '?a=%C3%A9'],
    ['a=%41', '?a=A'],
    ['a=%zz', '?a=%25zz'],
    ['a=%', '?a=%'],
    ['a=100%&b=%C3%A9', '?a=100%&b=%C3%A9'],
    ['a=%c3%a9', '?a=%c3%a9'],
    ['a=[b]|^`{}"<>\\', '?a=[b]%7C%5E%60%7B%7D%22%3C%3E%5C'],
    ['a=b#c', '?a=b#c'],
    ['&', '?&'],
    ['=', '?='],
    [ascii('a+b'), '?a+b'],
  ],
  'B-PARAM-03 S6': [
    [{ a: ['b', 'c'] }, '?a=b&a=c'],
    [{ a: ['b', null, 'c'] }, '?a=b&a=c'],
    [{ a: null, b: 'x' }, '?b=x'],
    [{ a: [] }, ''],
    [{ a: [null] }, ''],
    [{ a: '' }, '?a='],
    [{ a: ['', ''] }, '?a=&a='],
    [{ '': 'x' }, '?=x'],
    [{ '': '' }, '?='],
  ],
  'B-PARAM-04 B-DIFF-19 M24': [
    [{ q: 'requests+language:python' }, '?q=requests%2Blanguage%3Apython'],
    [
      { k: '!\'()*~-_.$&,/:;=?@ "<>\\^`{|}%#[]\t\n\0' },
      '?k=%21%27%28%29%2A~-_.%24%26%2C%2F%3A%3B%3D%3F%40+%22%3C%3E%5C%5E%60%7B%7C%7D%25%23%5B%5D%09%0A%00',
    ],
    [{ 'a b': 'c d' }, '?a+b=c+d'],
    [{ a: '1&b=2' }, '?a=1%26b%3D2'],
    [{ a: '%20' }, '?a=%2520'],
    [{ a: bytes(0x00, 0xff, 0x20, 0x41, 0x7a, 0x7e) }, '?a=%00%FF+Az~'],
    [[[bytes(0x6b, 0xff), 'v']], '?k%FF=v'],
  ],
  'B-PARAM-05 M27': [
    [{ name: 'john', age: 12 }, '?name=john&age=12'],
    [{ a: 1, b: 1.5, c: -3 }, '?a=1&b=1.5&c=-3'],
    [[[1, 2]], '?1=2'],
  ],
  'B-PARAM-06 M25': [
    [
      [
        ['q', 'b'],
        ['a', '1'],
        ['q', 'a'],
      ],
      '?q=b&a=1&q=a',
    ],
    [{ é: 'ü€😀' }, '?%C3%A9=%C3%BC%E2%82%AC%F0%9F%98%80'],
    [{ a: 'b', A: 'c' }, '?a=b&A=c'],
  ],
};

describe('params', () => {
  const url = (params: unknown, to = 'http://h/'): string => {
    const request = new PreparedRequest();
    request.prepareUrl(to, params as Params);
    return request.url;
  };

  for (const [rule, rows] of Object.entries(PARAMS)) {
    it.each(rows)(`${rule} turns %j into %j`, (params, query) => {
      expect(url(params)).toBe(`http://h/${query}`);
    });
  }

  it.each([
    ['a number', 5],
    ['a boolean', true],
    ['a list of text', ['a', 'b']],
    ['a list of triples', [['a', 'b', 'c']]],
    ['a list of singles', [['a']]],
    ['bytes beyond ASCII', bytes(0x61, 0xe9)],
    ['a function', () => 'a=b'],
    ['a symbol', Symbol('a')],
  ])('B-PARAM-01 refuses %s', (_, params) => {
    expect(() => url(params)).toThrow(TypeError);
  });

  it.each([
    ['http://h/?x=y', 'http://h/?x=y&a=b'],
    ['http://h/?x=y&', 'http://h/?x=y&&a=b'],
    ['http://h/?', 'http://h/?a=b'],
    ['http://h/?&', 'http://h/?&&a=b'],
    ['http://h/#f', 'http://h/?a=b#f'],
    ['http://h/?x=y#f', 'http://h/?x=y&a=b#f'],
    ['http://h?x#', 'http://h/?x&a=b'],
    ['http://h/p;a?b', 'http://h/p;a?b&a=b'],
  ])('B-PARAM-07 adds a=b to %s: %s', (to, expected) => {
    expect(url({ a: 'b' }, to)).toBe(expected);
    expect(url('a=b', to)).toBe(expected);
  });

  it('B-PARAM-02 B-URL-16 sends no fragment that came in with params', () => {
    const request = new PreparedRequest();
    request.prepareUrl('http://h/#f', 'a=b#c');
    expect(request.url).toBe('http://h/?a=b#c%23f');
    expect(request.pathUrl).toBe('/?a=b');
  });

  it('B-DIFF-11 M25 takes URLSearchParams, Map, generators of pairs, and any iterable as value', () => {
    expect(url(new URLSearchParams('a=1&b=%20&a=2'))).toBe('http://h/?a=1&b=+&a=2');
    expect(
      url(
        new Map([
          ['b', 2],
          ['a', 1],
        ]),
      ),
    ).toBe('http://h/?b=2&a=1');
    expect(
      url(
        (function* () {
          yield ['a', 'b'];
        })(),
      ),
    ).toBe('http://h/?a=b');
    expect(url({ a: new Set([1, 2]) })).toBe('http://h/?a=1&a=2');
  });

  it('B-DIFF-02 enumerates integer-like keys of an object first, and keeps the order of pairs and maps', () => {
    expect(url({ b: 1, 2: 2, 1: 3 })).toBe('http://h/?1=3&2=2&b=1');
    expect(
      url([
        ['b', 1],
        ['2', 2],
        ['1', 3],
      ]),
    ).toBe('http://h/?b=1&2=2&1=3');
    expect(
      url(
        new Map([
          ['b', 1],
          ['2', 2],
          ['1', 3],
        ]),
      ),
    ).toBe('http://h/?b=1&2=2&1=3');
  });

  it('B-DIFF-02 leaves out what is undefined, as null', () => {
    expect(url({ a: undefined, b: [undefined, 1] })).toBe('http://h/?b=1');
    expect(url(undefined)).toBe('http://h/');
  });
});

describe('encodeForm', () => {
  it.each([
    ['true', true, 'true'],
    ['false', false, 'false'],
    ['1.0', 1.0, '1'],
    ['-0', -0, '0'],
    ['1e21', 1e21, '1e%2B21'],
    ['0.1', 0.1, '0.1'],
    ['10n', 10n, '10'],
    ['NaN', Number.NaN, 'NaN'],
    ['a lone surrogate', '\ud800', '%EF%BF%BD'],
  ])('B-DIFF-18 writes %s as String does', (_, value, expected) => {
    expect(encodeForm({ k: value })).toBe(`k=${expected}`);
  });

  it.each([
    ['a Date', new Date(0), 'not a Date'],
    ['an object', { x: 1 }, 'not object'],
    ['an object in a list', [{ x: 1 }], 'not object'],
    ['a list in a list', [['x']], 'not object'],
    ['a function', () => 1, 'not function'],
    ['a symbol', Symbol('x'), 'not symbol'],
    ['an ArrayBuffer', new ArrayBuffer(1), 'not object'],
    ['a RegExp', /x/, 'not object'],
  ])('B-PARAM-05 B-DIFF-18 refuses %s as a value', (_, value, message) => {
    expect(() => encodeForm({ k: value } as unknown as FormFields)).toThrow(TypeError);
    expect(() => encodeForm({ k: value } as unknown as FormFields)).toThrow(message);
  });

  it('B-DIFF-18 refuses null and objects as keys', () => {
    expect(() => encodeForm([[null, 'x']] as unknown as FormFields)).toThrow('The key must be text');
    expect(() => encodeForm(new Map([[{}, 'x']]) as unknown as FormFields)).toThrow('The key must be text');
  });

  it('is read back by URLSearchParams as it was given', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
        expect([...new URLSearchParams(encodeForm(pairs))]).toEqual(pairs);
      }),
      { numRuns: 2000 },
    );
  });

  it('B-PARAM-04 B-DIFF-19 writes nothing but unreserved characters, escapes, "+", "&" and "="', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array(), fc.double(), fc.boolean());
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), value)), (pairs) => {
        expect(encodeForm(pairs)).toMatch(/^(?:[A-Za-z0-9_.~+&=-]|%[0-9A-F]{2})*$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('[D02] [D05] escapes every control byte, and no character by a byte of its code', () => {
    for (let code = 0; code < 0x20; code++) {
      expect(encodeForm({ k: String.fromCharCode(code) })).toBe(
        `k=%${code.toString(16).toUpperCase().padStart(2, '0')}`,
      );
      expect(encodeForm({ k: String.fromCharCode(0x100 + code) })).toMatch(/^k=%C4%[89AB][0-9A-F]$/);
    }
  });

  it('[J02] [J01] keeps names such as __proto__ as names', () => {
    const fields = JSON.parse('{"__proto__": "x", "constructor": "y", "toString": "z"}') as FormFields;
    expect(encodeForm(fields)).toBe('__proto__=x&constructor=y&toString=z');
  });

  it.each([
    ['an object 100,000 levels deep', deep(100_000)],
    ['a cyclic object', cyclic()],
  ])('[F14] refuses %s at once', (_, fields) => {
    const start = cpuMs();
    expect(() => encodeForm(fields as FormFields)).toThrow(TypeError);
    expect(() => encodeForm([['a', fields]] as unknown as FormFields)).toThrow(TypeError);
    expect(cpuMs() - start).toBeLessThan(50);
  });

  it('[F14] does not count the holes of a sparse list', () => {
    const sparse: string[] = [];
    sparse[2 ** 31] = 'x';
    const start = cpuMs();
    expect(encodeForm({ a: sparse })).toBe('a=x');
    expect(() => encodeForm(sparse as unknown as FormFields)).toThrow(TypeError);
    expect(cpuMs() - start).toBeLessThan(50);
  });

  it('[F14] lets an error of a getter through as it was thrown', () => {
    const boom = new Error('boom');
    const fields = Object.defineProperty({}, 'a', {
      enumerable: true,
      get() {
        throw boom;
      },
    });
    expect(() => encodeForm(fields)).toThrow(boom);
  });
});

describe('formPairs', () => {
  it('gives one pair per value, bytes as they are', () => {
    const blob = bytes(1, 2);
    expect([...formPairs({ a: [1, null, 'x'], b: blob, c: null })]).toEqual([
      ['a', '1'],
      ['a', 'x'],
      ['b', blob],
    ]);
  });
});

describe('encodeParams', () => {
  it('B-PARAM-02 takes long bytes', () => {
    expect(encodeParams(new Uint8Array(300_000).fill(0x61))).toHaveLength(300_000);
  });
});

function deep(levels: number): object {
  const top: { a?: object } = {};
  let at = top;
  for (let level = 0; level < levels; level++) {
    at.a = {};
    at = at.a;
  }
  return top;
}

function cyclic(): object {
  const self: { a?: object } = {};
  self.a = self;
  return self;
}
