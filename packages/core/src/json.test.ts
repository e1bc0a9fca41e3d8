import { cpuMs } from '@requests-ts/testing';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { InvalidJSONError, JSONDecodeError, RequestException } from './exceptions.ts';
import { decodeJsonBytes, errorPosition, parseJson, type StandardSchema, validateJson } from './json.ts';
import { Response } from './response.ts';

const response = (body: string | Uint8Array, type?: string): Response =>
  new Response({ statusCode: 200, body, headers: type === undefined ? {} : { 'Content-Type': type } });

const caught = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

describe('Response.json', () => {
  it('M52 parses the body, unknown unless a type is claimed', () => {
    const r = response('{"a":[1,"é"]}', 'application/json');
    expect(r.json()).toEqual({ a: [1, 'é'] });
    expectTypeOf(r.json()).toBeUnknown();
    expectTypeOf(r.json<{ a: unknown[] }>()).toEqualTypeOf<{ a: unknown[] }>();
  });

  it('M53 M54 gives keys to walk, and text to parse oneself', () => {
    const r = response('{"items":[{"name":"requests"}]}', 'application/json');
    expect(r.json<{ items: { name: string }[] }>().items[0]!.name).toBe('requests');
    expect(Object.keys(r.json<object>())).toEqual(['items']);
    expect(JSON.parse(r.text)).toEqual(r.json());
  });

  const utf16 = (text: string): Uint8Array => new Uint8Array(Uint16Array.from(text, (c) => c.charCodeAt(0)).buffer);
  it.each([
    ['UTF-8', new TextEncoder().encode('{"a":"é"}')],
    ['UTF-8 with BOM', new TextEncoder().encode('\ufeff{"a":"é"}')],
    ['UTF-16', utf16('\ufeff{"a":"é"}')],
    ['UTF-16-LE', utf16('{"a":"é"}')],
    ['UTF-16-BE', utf16('{"a":"é"}').map((_, at, all) => all[at ^ 1]!)],
    ['UTF-32', new Uint8Array(Uint32Array.from('\ufeff{"a":"é"}', (c) => c.charCodeAt(0)).buffer)],
    ['UTF-32-LE', new Uint8Array(Uint32Array.from('{"a":"é"}', (c) => c.charCodeAt(0)).buffer)],
  ])('B-JSON-01 reads %s without a charset', (_, body) => {
    expect(response(body).json()).toEqual({ a: 'é' });
  });

  it('B-JSON-01 falls back to text where the guessed bytes do not decode', () => {
    const latin1 = Uint8Array.from([0x22, 0x61, 0x62, 0xe9, 0x22]);
    const r = response(latin1);
    expect(r.json()).toBe('ab\ufffd');
    const loneSurrogate = utf16('["\ud800"]');
    expect(caught(() => response(loneSurrogate).json())).toBeInstanceOf(JSONDecodeError);
  });

  it('B-JSON-01 reads three bytes or fewer as text', () => {
    expect(response('123').json()).toBe(123);
    expect(decodeJsonBytes(new TextEncoder().encode('123'))).toBeNull();
    expect(decodeJsonBytes(Uint8Array.from([0, 0, 0, 0]))).toBeNull();
  });

  it('B-JSON-02 obeys the encoding, also one that was assigned', () => {
    const r = response(Uint8Array.from([0x22, 0xe9, 0x22, 0x20, 0x20]), 'application/json; charset=latin-1');
    expect(r.json()).toBe('é');
    r.encoding = 'utf-8';
    expect(r.json()).toBe('\ufffd');
  });

  it('B-JSON-02 refuses a BOM under utf-8, and takes it where the charset is guessed', () => {
    const body = new TextEncoder().encode('\ufeff{"a":1}');
    expect(caught(() => response(body, 'application/json').json())).toBeInstanceOf(JSONDecodeError);
    expect(response(body).json()).toEqual({ a: 1 });
  });

  it.each([
    ['an empty body', '', 0],
    ['blanks', '  ', 2],
    ['trailing data', '{} x', 3],
    ['single quotes', "{'a': 1}", 1],
    ['a trailing comma', '[1,]', 3],
    ['an unquoted key', '{a: 1}', 1],
    ['no colon', '{"a" 1}', 5],
    ['two values', '1 2', 2],
    ['HTML', '<html>', 0],
    ['a cut object', '{"a": 1', 7],
    ['a cut string', '{"a": "b', 8],
    ['a bad escape', '"a\\x"', 2],
    ['a control character in a string', '"a\nb"', 2],
    ['a leading zero', '01', 1],
    ['a bare point', '1.', 1],
    ['a bare minus', '-', 0],
    ['the wrong bracket', '[1}', 2],
    ['a second document', '[]]', 2],
  ])('B-JSON-03 M55 throws JSONDecodeError for %s: %j stops at %i', (_, text, pos) => {
    const r = response(text, 'application/json');
    const error = caught(() => r.json()) as JSONDecodeError;
    expect(error).toBeInstanceOf(JSONDecodeError);
    expect(error).toBeInstanceOf(InvalidJSONError);
    expect(error).toBeInstanceOf(RequestException);
    expect(error).toBeInstanceOf(SyntaxError);
    expect(error.code).toBe('ERR_JSON_DECODE');
    expect({ doc: error.doc, pos: error.pos }).toEqual({ doc: text, pos });
    expect(error.response).toBe(r);
  });

  it('B-JSON-03 B-DIFF-17 counts lines and columns from 1', () => {
    const error = caught(() => response('{\n  "a": 1,\n  b\n}', 'application/json').json()) as JSONDecodeError;
    expect({ lineno: error.lineno, colno: error.colno, pos: error.pos }).toEqual({ lineno: 3, colno: 3, pos: 14 });
    expect(error.message).toBe(`${error.msg}: line 3 column 3 (char 14)`);
  });

  it('[A14] B-JSON-03 shows nothing of the body in message, stack or cause', () => {
    const error = caught(() => response('{"password":"canary"', 'application/json').json()) as JSONDecodeError;
    expect(error.message + error.stack).not.toContain('canary');
    expect(error.cause).toBeUndefined();
    expect(JSON.stringify(error)).not.toContain('canary');
  });

  it.each([204, 200])('B-JSON-03 M55 throws for the empty body of a %i', (statusCode) => {
    expect(caught(() => new Response({ statusCode }).json())).toBeInstanceOf(JSONDecodeError);
  });

  it('B-JSON-04 M41 does not look at the status', () => {
    const r = new Response({
      statusCode: 404,
      body: '{"error":"none"}',
      headers: { 'Content-Type': 'application/json' },
    });
    expect(r.json()).toEqual({ error: 'none' });
  });

  it('B-JSON-04 B-DIFF-17 passes a reviver on, and errors of its own untouched', () => {
    const r = response('{"day":"2026-11-21"}', 'application/json');
    expect(r.json((key, value) => (key === 'day' ? new Date(String(value)) : value))).toEqual({
      day: new Date('2026-11-21'),
    });
    const own = new RangeError('mine');
    expect(
      caught(() =>
        r.json(() => {
          throw own;
        }),
      ),
    ).toBe(own);
  });

  it('B-JSON-05 B-DIFF-17 refuses NaN and Infinity, and rounds big integers, as JSON.parse does', () => {
    for (const text of ['NaN', '[Infinity]', '-Infinity'])
      expect(caught(() => response(text, 'application/json').json())).toBeInstanceOf(JSONDecodeError);
    expect(response('12345678901234567891', 'application/json').json()).toBe(12345678901234567000);
  });

  it('[J02] keeps a key named __proto__ as data', () => {
    const value = response('{"__proto__":{"polluted":true}}', 'application/json').json<object>();
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('errorPosition', () => {
  const mutated = fc
    .tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', 'x', '0', '\n', '\u0000', '-'),
    )
    .map(([text, at, insert]) => {
      const cut = at % (text.length + 1);
      return insert === '' ? text.slice(0, cut) : text.slice(0, cut) + insert + text.slice(cut);
    });

  it('B-JSON-03 is within the text, and at its end exactly for what JSON.parse takes or what breaks off', () => {
    const accepted = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(fc.oneof(fc.json(), mutated, fc.string({ unit: 'binary' })), (text) => {
        const pos = errorPosition(text);
        expect(pos).toBeGreaterThanOrEqual(0);
        expect(pos).toBeLessThanOrEqual(text.length);
        if (accepted(text)) expect(pos).toBe(text.length);
        else if (pos < text.length) expect(accepted(`${text.slice(0, pos)}${text.slice(pos, pos + 1)}`)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('[F13] finds an error behind megabytes of text, and below thousands of brackets', () => {
    const long = `["${'a'.repeat(20_000_000)}", x]`;
    expect(errorPosition(long)).toBe(long.length - 2);
    const escapes = `["${'\\n'.repeat(2_000_000)}", x]`;
    expect(errorPosition(escapes)).toBe(escapes.length - 2);
    expect(errorPosition(`${'['.repeat(500_000)}x`)).toBe(500_000);
  });

  it.each(['"', '[', '{', '{"a":', '\\', ' ', '1', '-', '[]'])(
    '[F13] takes no longer than its length allows for %j',
    (pump) => {
      const start = cpuMs();
      errorPosition(pump.repeat(65536));
      errorPosition(`"${pump.repeat(65536)}`);
      expect(cpuMs() - start).toBeLessThan(500);
    },
  );
});

describe('parseJson', () => {
  it('B-JSON-03 tells an end that came too early from a character that does not fit', () => {
    expect((caught(() => parseJson('[1', undefined, {})) as JSONDecodeError).msg).toContain('end');
    expect((caught(() => parseJson('[1 2', undefined, {})) as JSONDecodeError).msg).toContain('character');
  });
});

describe('validateJson', () => {
  const schema = (validate: StandardSchema<number>['~standard']['validate']): StandardSchema<number> => ({
    '~standard': { version: 1, vendor: 'test', validate },
  });

  it('M52 returns what a Standard Schema validator makes of the body, typed as its output', () => {
    const r = response('"41"', 'application/json');
    const output = r.json(schema((value) => ({ value: Number(value) + 1 })));
    expect(output).toBe(42);
    expectTypeOf(output).toEqualTypeOf<number>();
  });

  it('M52 throws InvalidJSONError with the first issues, their paths and the response', () => {
    const r = response('{}', 'application/json');
    const issues = [
      { message: 'expected a name', path: ['user', { key: 'name' }] },
      { message: 'two' },
      { message: 'three' },
      { message: 'four' },
    ];
    const error = caught(() => r.json(schema(() => ({ issues })))) as InvalidJSONError;
    expect(error).toBeInstanceOf(InvalidJSONError);
    expect(error).not.toBeInstanceOf(JSONDecodeError);
    expect(error.message).toContain('user.name: expected a name; two; three; and 1 more');
    expect(error.response).toBe(r);
    expect(error.cause).toBe(issues);
  });

  it('M52 refuses what is no schema, with which nothing would be validated', () => {
    const r = response('{}', 'application/json');
    for (const other of [{ parse: () => 1 }, 'name', 5]) {
      expect(() => r.json(other as unknown as StandardSchema<number>)).toThrow('json(schema): not a Standard Schema');
    }
  });

  it('M52 refuses an asynchronous validator, which json() cannot wait for', () => {
    const later = schema(async (value) => ({ value: Number(value) }));
    expect(() => validateJson(1, later, {})).toThrow(TypeError);
  });
});
