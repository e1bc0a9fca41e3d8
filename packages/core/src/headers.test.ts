import { inspect } from 'node:util';
import { cpuMs } from '@requests-ts/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultHeaders, defaultUserAgent } from './default-headers.ts';
import { InvalidHeader } from './exceptions.ts';
import { checkHeader, Headers, type HeadersInit, mergeHeaders } from './headers.ts';
import { Request } from './request.ts';
import { VERSION } from './version.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const prepare = (headers: HeadersInit): Headers => new Request('GET', 'http://h/', { headers }).prepare().headers;

/** Every way in which a caller can hand over one field. */
const WAYS: readonly (readonly [string, (name: string, value: string) => Headers])[] = [
  ['an object', (name, value) => prepare(Object.fromEntries([[name, value]]))],
  ['pairs', (name, value) => prepare([[name, value]])],
  ['a Map', (name, value) => prepare(new Map([[name, value]]))],
  ['set', (name, value) => new Headers().set(name, value)],
  ['append', (name, value) => new Headers().append(name, value)],
  ['update', (name, value) => new Headers().update([[name, value]])],
  [
    'setDefault',
    (name, value) => {
      const headers = new Headers();
      headers.setDefault(name, value);
      return headers;
    },
  ],
  ['merging', (name, value) => mergeHeaders(new Headers(), [[name, value]])],
  [
    'an auth',
    (name, value) => {
      const request = new Request('GET', 'http://h/', {
        auth: (prepared) => {
          prepared.headers.set(name, value);
          return prepared;
        },
      });
      return request.prepare().headers;
    },
  ],
];

describe.each(WAYS)('a header given by %s', (_, give) => {
  it('B-HDR-01 [D01] has a token as name (RFC 9110 section 5.6.2), whatever the byte and where it stands', () => {
    const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/;
    for (let code = 0; code <= 0xff; code++) {
      const char = String.fromCharCode(code);
      for (const name of [`${char}a`, `a${char}a`, `a${char}`]) {
        if (token.test(char)) expect(give(name, 'v').get(name)).toBe('v');
        else expect(() => give(name, 'v')).toThrow(InvalidHeader);
      }
    }
  });

  it('B-HDR-01 B-HDR-03 [D01] has a value of visible characters, with blanks inside only (RFC 9110 section 5.5)', () => {
    for (let code = 0; code <= 0xff; code++) {
      const char = String.fromCharCode(code);
      const visible = (code >= 0x21 && code <= 0x7e) || code >= 0x80;
      const blank = char === ' ' || char === '\t';
      for (const [value, fine] of [
        [`${char}v`, visible],
        [`v${char}v`, visible || blank],
        [`v${char}`, visible || blank],
        [char, visible],
      ] as const) {
        if (fine) expect(give('n', value).get('n')).toBe(value);
        else expect(() => give('n', value)).toThrow(InvalidHeader);
      }
    }
  });

  it.each([
    '\u0100',
    '\u010a',
    '\u010d',
    '\u2028',
    '\u560d',
    '\u560a',
    '\u0660',
    '\ud800',
    '\udc00',
    '😀',
    '\u212a',
    '\u0130',
  ])('B-DIFF-26 B-HDR-09 [D01] [D05] holds no %j, which is above U+00FF', (char) => {
    for (const text of [`${char}v`, `v${char}v`, `v${char}`, char]) {
      expect(() => give('n', text)).toThrow(InvalidHeader);
      expect(() => give(text, 'v')).toThrow(InvalidHeader);
    }
  });

  it.each([
    ['', ''],
    ['\u212aeep-Alive', 'close'],
    ['Content-Length', '\u0661\u0662'],
    ['Tran\u017ffer-Encoding', 'chunked'],
    ['a b', 'v'],
    ['a:', 'v'],
    [':a', 'v'],
    ['a\r\nX: y', 'v'],
    ['a', 'v\r\nX: y'],
    ['a', 'v\n'],
    ['a', 'v\r'],
    ['a', 'v\0'],
    ['a', '\tv'],
  ])('B-HDR-01 [D01] [D05] is refused: %j: %j', (name, value) => {
    expect(() => give(name, value)).toThrow(InvalidHeader);
  });
});

describe('checkHeader', () => {
  it.each([
    ['a number', 3],
    ['a list', ['v']],
    ['a mapping', { v: 1 }],
    ['null', null],
    ['undefined', undefined],
    ['a boolean', true],
    ['a Date', new Date(0)],
    ['an object with a text form', { toString: () => 'v' }],
  ])('B-HDR-02 refuses %s as a value, naming the header', (_, value) => {
    expect(() => checkHeader('X-Name', value)).toThrow(InvalidHeader);
    expect(() => checkHeader('X-Name', value)).toThrow("header 'X-Name'");
  });

  it('B-HDR-02 B-DIFF-05 takes bytes as ISO-8859-1, by the same rules', () => {
    expect(checkHeader('n', bytes('caf\u00e9'))).toBe('caf\u00e9');
    expect(checkHeader('n', new Uint8Array(0))).toBe('');
    expect(checkHeader('n', new Uint8Array(300_000).fill(0x61))).toHaveLength(300_000);
    expect(() => checkHeader('n', bytes('a\r\nb'))).toThrow(InvalidHeader);
    expect(() => checkHeader(bytes('n'), 'v')).toThrow(InvalidHeader);
  });

  it('[D01] [A14] never shows the value, and a name as printable text', () => {
    const message = (name: unknown, value: unknown): string => {
      try {
        return checkHeader(name, value);
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(message('Authorization', 'Bearer CANARY\n')).not.toContain('CANARY');
    expect(message('Authorization', { token: 'CANARY' })).not.toContain('CANARY');
    expect(message('a\x1b[31m\nb', 'v')).toContain("'a\\x1b[31m\\x0ab'");
    expect(message('a '.repeat(500), 'v').length).toBeLessThan(200);
  });

  it('accepts exactly what the grammar of RFC 9110 accepts', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.string({ unit: 'binary-ascii', maxLength: 6 }),
    );
    const accepts = (name: string, value: string): boolean => {
      try {
        return checkHeader(name, value) === value;
      } catch (error) {
        if (error instanceof InvalidHeader) return false;
        throw error;
      }
    };
    fc.assert(
      fc.property(text, text, (name, value) => {
        const token = name !== '' && [...name].every((char) => /[A-Za-z0-9!#$%&'*+.^_`|~-]/.test(char));
        const codes = Array.from({ length: value.length }, (__, at) => value.charCodeAt(at));
        const field = codes.every((code) => code === 9 || (code >= 32 && code < 127) || (code >= 128 && code < 256));
        const leading = codes[0] === 9 || codes[0] === 32;
        expect(accepts(name, value)).toBe(token && field && !leading);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('Headers', () => {
  it('B-CID-01 B-DIFF-11 M85 is built from an object, pairs, a Map, WHATWG Headers, another Headers, or nothing', () => {
    const pairs = [
      ['B', '1'],
      ['a', '2'],
    ] as const;
    for (const init of [{ B: '1', a: '2' }, pairs, new Map(pairs), new Headers(pairs), new Set(pairs)]) {
      expect([...new Headers(init)]).toEqual(pairs);
    }
    const whatwg = new globalThis.Headers(pairs.map((pair) => [...pair]));
    whatwg.append('set-cookie', 'x=1');
    whatwg.append('set-cookie', 'y=2');
    expect([...new Headers(whatwg).lines()]).toEqual([
      ['a', '2'],
      ['b', '1'],
      ['set-cookie', 'x=1'],
      ['set-cookie', 'y=2'],
    ]);
    expect([...new Headers()]).toEqual([]);
    expect([...new Headers(null)]).toEqual([]);
  });

  it.each([
    ['text', 'a: b'],
    ['a number', 5],
    ['a list of text', ['ab']],
    ['triples', [['a', 'b', 'c']]],
    ['singles', [['a']]],
  ])('B-HDR-03 is not built from %s', (_, init) => {
    expect(() => new Headers(init as unknown as HeadersInit)).toThrow(TypeError);
    expect(() => new Headers().update(init as unknown as HeadersInit)).toThrow(TypeError);
  });

  it('B-CID-01 M62 M63 M64 is looked up, asked, updated and deleted without regard to case', () => {
    const headers = new Headers({ 'Content-Type': 'text/plain' });
    expect(headers.get('content-type')).toBe('text/plain');
    expect(headers.get('CONTENT-TYPE')).toBe('text/plain');
    expect(headers.has('cOnTeNt-TyPe')).toBe(true);
    headers.set('CONTENT-type', 'text/html');
    expect([...headers]).toEqual([['CONTENT-type', 'text/html']]);
    expect(headers.setDefault('content-TYPE', 'x')).toBe('text/html');
    expect(headers.setDefault('X-New', 'x')).toBe('x');
    headers.update({ 'x-NEW': 'y' });
    expect([...headers]).toEqual([
      ['CONTENT-type', 'text/html'],
      ['x-NEW', 'y'],
    ]);
    expect(headers.delete('CONTENT-TYPE')).toBe(true);
    expect(headers.delete('CONTENT-TYPE')).toBe(false);
    expect(headers.size).toBe(1);
    headers.clear();
    expect(headers.size).toBe(0);
  });

  it('B-HDR-04 B-CID-02 keeps the first position and takes the newest spelling; deleted and set again, it comes last', () => {
    const headers = new Headers({ Accept: 'a', b: '1' });
    headers.set('ACCEPT', 'z');
    expect([...headers.keys()]).toEqual(['ACCEPT', 'b']);
    headers.delete('accept');
    headers.set('Accept', 'q');
    expect([...headers.entries()]).toEqual([
      ['b', '1'],
      ['Accept', 'q'],
    ]);
    expect([...headers.values()]).toEqual(['1', 'q']);
  });

  it('B-CID-03 counts names once', () => {
    expect(
      new Headers([
        ['a', '1'],
        ['A', '2'],
        ['b', '3'],
      ]).size,
    ).toBe(2);
  });

  it('B-CID-04 B-DIFF-43 gives undefined, or the fallback, for a name that is not there', () => {
    const headers = new Headers();
    expect(headers.get('x')).toBeUndefined();
    expect(headers.get('x', null)).toBeNull();
    expect(headers.get('x', 'default')).toBe('default');
    expect(headers.getAll('x')).toEqual([]);
    expect((headers as unknown as Record<string, unknown>)['Content-Type']).toBeUndefined();
  });

  it('B-CID-05 lists its names in lower case', () => {
    expect([
      ...new Headers([
        ['B', '1'],
        ['Set-Cookie', 'x'],
        ['set-cookie', 'y'],
      ]).lowerItems(),
    ]).toEqual([
      ['b', '1'],
      ['set-cookie', 'x, y'],
    ]);
  });

  it('B-CID-06 equals a mapping with the same names in any case and the same values', () => {
    const headers = new Headers({ a: 'b', C: 'd' });
    for (const same of [
      { A: 'b', c: 'd' },
      new Headers({ c: 'd', A: 'b' }),
      new Map([
        ['A', 'b'],
        ['C', 'd'],
      ]),
    ]) {
      expect(headers.equals(same)).toBe(true);
    }
    for (const other of [
      { a: 'B', c: 'd' },
      { a: 'b' },
      { a: 'b', c: 'd', e: 'f' },
      null,
      undefined,
      'a',
      5,
      new Map(),
    ]) {
      expect(headers.equals(other)).toBe(false);
    }
    expect(new Headers().equals(new Map([['a', 'b']]))).toBe(false);
    expect(new Headers().equals({})).toBe(true);
    expect(
      new Headers([
        ['a', '1'],
        ['a', '2'],
      ]).equals({ a: '1, 2' }),
    ).toBe(true);
  });

  it('B-CID-07 is copied independently, and printed as a plain mapping with the spellings as they are', () => {
    const headers = new Headers([
      ['A', '1'],
      ['Set-Cookie', 'x'],
      ['Set-Cookie', 'y'],
    ]);
    const copy = headers.copy();
    copy.set('a', '2');
    copy.append('Set-Cookie', 'z');
    expect(headers.get('A')).toBe('1');
    expect(headers.getSetCookie()).toEqual(['x', 'y']);
    expect(copy.getSetCookie()).toEqual(['x', 'y', 'z']);
    expect(String(new Headers({ 'Content-Type': 'x', b: 'y' }))).toBe('{"Content-Type":"x","b":"y"}');
    expect(inspect(new Headers({ 'Content-Type': 'x' }))).toBe("{ 'Content-Type': 'x' }");
  });

  it.each(['Authorization', 'proxy-authorization', 'COOKIE', 'Set-Cookie', 'Cookie2', 'Set-Cookie2'])(
    '[A14] hides the value of %s when it is printed',
    (name) => {
      const headers = new Headers({ [name]: 'CANARY', Other: 'x' });
      for (const shown of [
        String(headers),
        JSON.stringify(headers),
        inspect(headers, { showHidden: true, depth: Number.POSITIVE_INFINITY }),
      ]) {
        expect(shown).not.toContain('CANARY');
        expect(shown).toContain('[redacted]');
      }
      expect(headers.get(name)).toBe('CANARY');
    },
  );

  it('S22 joins several lines of a name, and gives them apart when asked', () => {
    const headers = new Headers([
      ['a', '1'],
      ['b', 'x'],
      ['A', '2'],
    ]);
    headers.append('a', '3');
    expect(headers.get('a')).toBe('1, 2, 3');
    expect(headers.getAll('a')).toEqual(['1', '2', '3']);
    expect([...headers.lines()]).toEqual([
      ['a', '1'],
      ['a', '2'],
      ['a', '3'],
      ['b', 'x'],
    ]);
    expect([...headers]).toEqual([
      ['a', '1, 2, 3'],
      ['b', 'x'],
    ]);
    headers.getAll('a').push('4');
    expect(headers.getAll('a')).toHaveLength(3);
    headers.set('A', 'only');
    expect([...headers.lines()]).toEqual([
      ['A', 'only'],
      ['b', 'x'],
    ]);
  });

  it('B-HDR-05 B-DIFF-02 removes a name for null, and leaves it for undefined', () => {
    const headers = new Headers({ A: '1', B: '2' });
    headers.update({ a: null, b: undefined, c: undefined });
    expect([...headers]).toEqual([['B', '2']]);
    expect(new Headers({ a: undefined }).size).toBe(0);
    expect(headers.set('b', null).size).toBe(0);
    expect(() => new Headers({ a: null })).toThrow(InvalidHeader);
    expect(() => prepare({ a: null })).toThrow(InvalidHeader);
  });

  it('calls back for each name', () => {
    const seen: unknown[] = [];
    const headers = new Headers({ a: '1' });
    headers.forEach((...all) => {
      seen.push(all);
    });
    expect(seen).toEqual([['1', 'a', headers]]);
    expect(Object.prototype.toString.call(headers)).toBe('[object Headers]');
  });

  it.each<[string, (mapping: Record<string, string>) => HeadersInit]>([
    ['an object', (mapping) => mapping],
    ['a Map', (mapping) => new Map(Object.entries(mapping))],
  ])('B-HDR-04 B-CID-02 takes the later value of a name that %s has in two spellings', (_, make) => {
    const init = make({ 'Content-Type': 'a/b', b: '1', 'content-type': 'c/d' });
    const expected = [
      ['content-type', 'c/d'],
      ['b', '1'],
    ];
    expect([...new Headers(init).lines()]).toEqual(expected);
    expect([...new Headers({ 'CONTENT-TYPE': 'x/y' }).update(init).lines()]).toEqual(expected);
    expect([...mergeHeaders(new Headers(), init).lines()]).toEqual(expected);
    expect([...prepare(init).lines()]).toEqual(expected);
  });

  it('B-HDR-05 takes the null or the value of two spellings that comes later', () => {
    expect([...new Headers().update({ A: null, a: '1', B: '2', b: null }).lines()]).toEqual([['a', '1']]);
  });

  it.each([bytes('a'), 5, null, Symbol('a')])('B-HDR-02 refuses the name %o with InvalidHeader', (name) => {
    for (const value of ['v', null]) {
      const pairs = [[name, value]] as unknown as [string, string][];
      for (const init of [pairs, new Map(pairs)]) {
        expect(() => new Headers(init)).toThrow(InvalidHeader);
        if (value !== null) expect(() => new Headers().update(init)).toThrow(InvalidHeader);
        else expect([...new Headers().update(init)]).toEqual([]);
      }
    }
  });

  it('replaces what update names twice by all of it', () => {
    const headers = new Headers({ a: '0' }).update([
      ['a', '1'],
      ['A', '2'],
      ['b', null],
      ['b', '3'],
    ]);
    expect([...headers.lines()]).toEqual([
      ['A', '1'],
      ['A', '2'],
      ['b', '3'],
    ]);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'get', '__defineGetter__'])(
    '[J02] [J01] keeps %s as a name like any other',
    async (name) => {
      const own = JSON.parse(`{"${name}": "v"}`) as Record<string, string>;
      for (const headers of [new Headers(own), Headers.received([name, 'v']), new Headers([[name, 'v']])]) {
        expect(headers.get(name)).toBe('v');
        expect([...headers]).toEqual([[name, 'v']]);
        expect(await headers).toBe(headers);
        expect(headers.get('__defineSetter__')).toBeUndefined();
      }
    },
  );
});

describe('Headers.received', () => {
  it('keeps the first spelling, the order and every line, and validates nothing', () => {
    const headers = Headers.received(['X-A', '1', 'Set-Cookie', 'a=b', 'x-a', ' odd\u0000', 'set-cookie', 'c=d']);
    expect([...headers]).toEqual([
      ['X-A', '1,  odd\u0000'],
      ['Set-Cookie', 'a=b, c=d'],
    ]);
    expect(headers.getSetCookie()).toEqual(['a=b', 'c=d']);
  });

  it('[F12] takes names that look like integers, and many lines of one name, in linear time', () => {
    const names = Array.from({ length: 256 }, (_, at) => [String(at * 2 ** 20), 'v']).flat();
    const lines = Array.from({ length: 20_000 }, () => ['set-cookie', 'a=b']).flat();
    const start = cpuMs();
    expect(Headers.received(names).size).toBe(256);
    expect(Headers.received(lines).getSetCookie()).toHaveLength(20_000);
    expect(cpuMs() - start).toBeLessThan(50);
  });
});

describe('mergeHeaders', () => {
  it('B-HDR-04 B-HDR-05 M86 keeps the order of the session, takes the spelling of the request, and leaves out null', () => {
    const session = new Headers([
      ['A', '1'],
      ['B', '2'],
      ['C', '3'],
    ]);
    const merged = mergeHeaders(session, { c: 'new', D: '4', b: null, e: null });
    expect([...merged]).toEqual([
      ['A', '1'],
      ['c', 'new'],
      ['D', '4'],
    ]);
    expect(session.size).toBe(3);
    expect(mergeHeaders(session, null).equals(session)).toBe(true);
  });
});

describe('defaultHeaders', () => {
  it('B-HDR-06 B-DIFF-27 M76 are these four in this order, a new object each time', () => {
    expect([...defaultHeaders()]).toEqual([
      ['User-Agent', `requests-ts/${VERSION}`],
      ['Accept-Encoding', 'gzip, deflate, br, zstd'],
      ['Accept', '*/*'],
      ['Connection', 'keep-alive'],
    ]);
    expect(defaultHeaders()).not.toBe(defaultHeaders());
    expect(defaultUserAgent('app')).toBe(`app/${VERSION}`);
  });
});
