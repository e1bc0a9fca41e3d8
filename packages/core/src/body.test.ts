import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { cpuMs } from '@requests-ts/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeFile } from '../test/fake-file.ts';
import {
  type Body,
  bodyPosition,
  type Chunk,
  type Data,
  encodeBody,
  isEmptyData,
  isFormFields,
  isReplayable,
  isStreamBody,
  openBody,
  rewindBody,
  type StreamBody,
  superLen,
  utf8Length,
} from './body.ts';
import { InvalidJSONError, UnrewindableBodyError } from './exceptions.ts';

const bytes = (...codes: number[]): Uint8Array => Uint8Array.from(codes);
const text = async (body: StreamBody): Promise<string> => {
  let all = '';
  const decoder = new TextDecoder();
  for await (const piece of openBody(body)) all += decoder.decode(piece, { stream: true });
  return all + decoder.decode();
};

async function* later(...chunks: Chunk[]): AsyncGenerator<Chunk> {
  yield* chunks;
}

function* now(...chunks: Chunk[]): Generator<Chunk> {
  yield* chunks;
}

const webStream = (...chunks: Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

describe('encodeBody', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['""', ''],
    ['no bytes', new Uint8Array(0)],
    ['an empty ArrayBuffer', new ArrayBuffer(0)],
    ['an empty view', new DataView(new ArrayBuffer(0))],
    ['{}', {}],
    ['an object without a prototype', Object.create(null)],
    ['[]', []],
    ['an empty Map', new Map()],
    ['empty URLSearchParams', new URLSearchParams()],
    ['false', false],
    ['0', 0],
  ])('B-BODY-01 has no body for %s', (_, data) => {
    expect(isEmptyData(data)).toBe(true);
    expect(encodeBody(data as Data, undefined)).toEqual({ body: null, contentType: null });
  });

  it.each<[string, Data, string]>([
    ['an object', { key: 'value', list: ['a', null, 'b'], none: null }, 'key=value&list=a&list=b'],
    [
      'pairs',
      [
        ['k', '1'],
        ['k', '2'],
      ],
      'k=1&k=2',
    ],
    ['a Map', new Map([['a b', 'c&d']]), 'a+b=c%26d'],
    ['URLSearchParams', new URLSearchParams('a=1&b=~*'), 'a=1&b=~%2A'],
    ['numbers', { name: 'john', age: 12 }, 'name=john&age=12'],
  ])('B-BODY-02 M88..M90 M95 S6 form-encodes %s', (_, data, body) => {
    expect(encodeBody(data, undefined)).toEqual({ body, contentType: 'application/x-www-form-urlencoded' });
  });

  it('B-BODY-09 makes an empty form of values that are all null', () => {
    expect(encodeBody({ a: null }, undefined)).toEqual({ body: '', contentType: 'application/x-www-form-urlencoded' });
  });

  it('B-BODY-03 M93 sends text as it is, with no Content-Type', () => {
    expect(encodeBody('{"a": 1}', undefined)).toEqual({ body: '{"a": 1}', contentType: null });
  });

  it('B-BODY-04 B-BODY-05 B-DIFF-05 M91 sends bytes as they are, of any view', () => {
    const given = bytes(1, 2, 3);
    expect(encodeBody(given, undefined).body).toBe(given);
    expect(encodeBody(Buffer.from('abc'), undefined).body).toEqual(Buffer.from('abc'));
    expect(encodeBody(Uint8Array.of(1, 2, 3).buffer, undefined).body).toEqual(bytes(1, 2, 3));
    expect(encodeBody(new DataView(bytes(1, 2, 3).buffer, 1, 1), undefined).body).toEqual(bytes(2));
    expect(encodeBody(new Uint16Array([0x0201]), undefined)).toEqual({ body: bytes(1, 2), contentType: null });
  });

  it.each<[string, () => Data]>([
    ['a Blob', () => new Blob(['a'], { type: 'text/html' })],
    ['a File', () => new File(['a'], 'a.txt', { type: 'text/html' })],
    ['a ReadableStream', () => webStream(bytes(1))],
    ['a generator', () => now('a')],
    ['an async generator', () => later('a')],
    ['a Node stream', () => Readable.from(['a'])],
    ['a Set', () => new Set(['a'])],
    ['a function', () => () => now('a')],
    ['{ stream, length }', () => ({ stream: now('a'), length: 1 })],
  ])('B-BODY-06 B-BODY-07 B-DIFF-06 [D04] keeps %s itself, and takes no Content-Type from it', (_, make) => {
    const data = make();
    const { body, contentType } = encodeBody(data, undefined);
    expect(body).toBe(data);
    expect(contentType).toBeNull();
    expect(isStreamBody(body)).toBe(true);
    expect(isFormFields(data)).toBe(false);
  });

  it('M92 reads an open file from where it stands', async () => {
    await using file = await open(fileURLToPath(import.meta.url));
    const { body } = encodeBody(file as unknown as Data, undefined);
    expect(isStreamBody(body)).toBe(true);
    expect(await text(body as StreamBody)).toContain("import { open } from 'node:fs/promises'");
  });

  it.each([
    ['a number', 5],
    ['true', true],
    ['a Date', new Date()],
    [
      'an instance of a class',
      new (class Mine {
        read() {
          return 'a';
        }
      })(),
    ],
    ['a Promise', Promise.resolve('a')],
    ['a symbol', Symbol('a')],
    ['a bigint', 5n],
  ])('B-BODY-08 B-DIFF-06 refuses %s, and says what a body is', (_, data) => {
    expect(() => encodeBody(data as unknown as Data, undefined)).toThrow(TypeError);
    expect(() => encodeBody(data as unknown as Data, undefined)).toThrow(
      'data must be text, bytes, form fields, a Blob, a stream',
    );
  });

  it.each([[['a', 'b']], [[['a']]], [new Map([[{}, 'x']])], [{ a: { b: 1 } }], [{ read: () => 'a' }]])(
    'B-BODY-02 refuses %o as fields',
    (data) => {
      expect(() => encodeBody(data as unknown as Data, undefined)).toThrow(TypeError);
    },
  );

  it.each([
    [{}, '{}'],
    [[], '[]'],
    [0, '0'],
    [false, 'false'],
    ['', '""'],
    [{ a: null, b: undefined, c: [undefined] }, '{"a":null,"c":[null]}'],
    ['é\u2028', '"é\u2028"'],
    [{ key: 'value' }, '{"key":"value"}'],
    ['null, NaN', '"null, NaN"'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ])('B-BODY-10 B-BODY-11 B-DIFF-16 M94 M75 writes json %j compactly, in UTF-8', (json, body) => {
    const encoded = encodeBody(undefined, json);
    expect(encoded.contentType).toBe('application/json');
    expect(encoded.body).toBeInstanceOf(Uint8Array);
    expect(new TextDecoder().decode(encoded.body as Uint8Array)).toBe(body);
  });

  it.each([null, undefined])('B-BODY-10 B-DIFF-16 sends nothing for json %s', (json) => {
    expect(encodeBody(undefined, json)).toEqual({ body: null, contentType: null });
  });

  it.each<[Data, Body]>([
    ['text', 'text'],
    [{ a: '1' }, 'a=1'],
    [bytes(1), bytes(1)],
  ])('B-BODY-10 S7 ignores json beside data %o', (data, body) => {
    expect(encodeBody(data, { ignored: true }).body).toEqual(body);
  });

  it.each([{}, [], '', new Uint8Array(0)])('B-BODY-10 sends json beside empty data %o', (data) => {
    expect(encodeBody(data, 1).contentType).toBe('application/json');
  });

  it.each([
    ['NaN', { deep: [1, { a: Number.NaN }] }, "NaN at 'a'"],
    ['Infinity', [Number.POSITIVE_INFINITY], "Infinity at '0'"],
    ['-Infinity', Number.NEGATIVE_INFINITY, '-Infinity'],
    ['NaN from toJSON', { toJSON: () => Number.NaN }, 'NaN'],
    ['a cycle', cyclic(), 'circular'],
    ['a bigint', { a: 1n }, 'BigInt'],
    ['a function', () => 1, 'a function has no JSON form'],
    ['a symbol', Symbol('a'), 'a symbol has no JSON form'],
    ['a Map', new Map([['a', 1]]), 'Not JSON serializable: [object Map] has no JSON form'],
    ['a Set', { deep: [{ a: new Set([1]) }] }, "[object Set] at 'a'"],
    ['bytes', bytes(1), '[object Uint8Array] has'],
    ['no bytes', { a: bytes() }, "[object Uint8Array] at 'a'"],
    ['a Float64Array', [new Float64Array(2)], "[object Float64Array] at '0'"],
    ['an ArrayBuffer', new ArrayBuffer(1), '[object ArrayBuffer]'],
    ['a promise that nobody awaited', Promise.resolve(1), '[object Promise] has no JSON form'],
    ['a promise inside', { a: Promise.resolve(1) }, "[object Promise] at 'a'"],
    ['an error', [new Error('a')], '[object Error]'],
    ['form fields', new URLSearchParams('a=1'), '[object URLSearchParams]'],
  ])('B-BODY-12 B-DIFF-16 refuses %s in json', (_, json, message) => {
    expect(() => encodeBody(undefined, json)).toThrow(InvalidJSONError);
    expect(() => encodeBody(undefined, json)).toThrow(message);
  });

  it('B-BODY-11 writes empty objects and lists, and what has a JSON form of its own', () => {
    class Empty {}
    const boxed = [1, '', false].map(Object);
    const json = [{}, [], { a: {}, b: [], c: null }, new Empty(), Object.create(null), new Date(0), { 0: 'x' }, boxed];
    expect(new TextDecoder().decode(encodeBody(undefined, json).body as Uint8Array)).toBe(
      '[{},[],{"a":{},"b":[],"c":null},{},{},"1970-01-01T00:00:00.000Z",{"0":"x"},[1,"",false]]',
    );
  });

  it('[A14] names no key of a cycle', () => {
    expect(() => encodeBody(undefined, { CANARY: cyclic() })).not.toThrow('CANARY');
  });

  it('[F14] survives JSON that is 100,000 levels deep, sparse, or throws', () => {
    const start = cpuMs();
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(() => encodeBody(undefined, deep)).toThrow(InvalidJSONError);
    const boom = new Error('boom');
    const throwing = Object.defineProperty({}, 'a', {
      enumerable: true,
      get() {
        throw boom;
      },
    });
    expect(() => encodeBody(undefined, throwing)).toThrow(expect.objectContaining({ cause: boom }));
    const sparse: unknown[] = [];
    sparse[2 ** 31] = ['a', 'b'];
    expect(encodeBody(sparse as Data, undefined).body).toBe('a=b');
    expect(cpuMs() - start).toBeLessThan(200);
  });
});

describe('superLen', () => {
  it.each<[string, unknown, number]>([
    ['text', 'abc', 3],
    ['text beyond ASCII', 'é€😀', 9],
    ['a lone surrogate', '\ud800', 3],
    ['bytes', bytes(1, 2), 2],
    ['an ArrayBuffer', new ArrayBuffer(4), 4],
    ['a Blob', new Blob(['é']), 2],
    ['an empty Blob', new Blob([]), 0],
    ['length', { length: 5 }, 5],
    ['len', { len: 5 }, 5],
    ['byteLength before length', { byteLength: 8, length: 4 }, 8],
    ['{ stream, length }', { stream: now(), length: 7 }, 7],
    ['a Set, whose size is no number of bytes', new Set(['abc']), 0],
    ['a Map', new Map([['a', 'b']]), 0],
    ['a generator', now('a'), 0],
    ['a function', () => 1, 0],
    ['null', null, 0],
    ['a number', 5, 0],
    ['an object that says nothing', {}, 0],
    ['a length that is no integer', { length: 1.5 }, 0],
    ['a length that is NaN', { length: Number.NaN }, 0],
    ['a negative length', { length: -1 }, 0],
    ['a length beyond what is exact', { length: 2 ** 53 }, 0],
    ['a length as text', { length: '5' }, 0],
  ])('B-LEN-01 B-LEN-02 is right for %s', (_, body, length) => {
    expect(superLen(body)).toBe(length);
  });

  it('B-LEN-01 B-BODY-16 counts what remains, and never less than nothing', () => {
    const file = new FakeFile('0123456789');
    expect(superLen(file)).toBe(10);
    file.seek(4);
    expect(superLen(file)).toBe(6);
    file.seek(100);
    expect(superLen(file)).toBe(0);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no position');
      },
    ],
    ['says nothing', () => undefined],
  ])('B-LEN-02 is 0 when asking for the position %s', (_, tell) => {
    expect(superLen({ length: 10, tell })).toBe(0);
    expect(superLen({ tell })).toBe(0);
  });

  it('B-LEN-01 counts UTF-8 as TextEncoder does', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (given) => utf8Length(given) === new TextEncoder().encode(given).length,
      ),
    );
  });
});

describe('bodyPosition', () => {
  it('B-BODY-17 is a number, "failed", or null for what has no position', () => {
    const file = new FakeFile('0123456789');
    file.seek(3);
    expect(bodyPosition(file)).toBe(3);
    expect(bodyPosition({ ...webStreamLike(), tell: async () => 1 } as never)).toBe('failed');
    expect(
      bodyPosition({
        ...webStreamLike(),
        tell: () => {
          throw new Error('x');
        },
      } as never),
    ).toBe('failed');
    for (const body of [null, 'text', bytes(1), new Blob(['a']), now('a'), () => now('a')])
      expect(bodyPosition(body)).toBeNull();
  });
});

describe('rewindBody', () => {
  it('B-LEN-04 seeks back to the recorded position, of a partly read file too', () => {
    const file = new FakeFile('0123456789');
    file.seek(2);
    const position = bodyPosition(file);
    expect([...file].length).toBeGreaterThan(0);
    rewindBody(file, position);
    expect(file.tell()).toBe(2);
  });

  it.each<[string, unknown, number | 'failed' | null]>([
    ['has no seek', { tell: () => 0, *[Symbol.iterator]() {} }, 0],
    ['did not know its position', new FakeFile('a'), 'failed'],
    ['is a generator', now('a'), null],
    ['is an async generator', later('a'), null],
    ['is a ReadableStream', webStream(), null],
    ['is a Node stream', Readable.from(['a']), null],
    ['is { stream, length } of a generator', { stream: now('a'), length: 1 }, null],
    ['says so', Object.assign(['a'], { replayable: false }), null],
  ])('B-LEN-04 B-DIFF-23 cannot rewind what %s', (_, body, position) => {
    expect(() => rewindBody(body as Body, position)).toThrow(UnrewindableBodyError);
    expect(() => rewindBody(body as Body, position)).toThrow('Unable to rewind request body');
  });

  it('B-LEN-04 says so when seeking fails', () => {
    const cause = new Error('bad disk');
    const file = Object.assign(new FakeFile('a'), {
      seek() {
        throw cause;
      },
    });
    expect(() => rewindBody(file, 0)).toThrow(UnrewindableBodyError);
    expect(() => rewindBody(file, 0)).toThrow('An error occurred when rewinding request body');
    expect(() => rewindBody(file, 0)).toThrow(expect.objectContaining({ cause }));
  });

  it.each<[string, Body | null]>([
    ['no body', null],
    ['text', 'a'],
    ['bytes', bytes(1)],
    ['a Blob', new Blob(['a'])],
    ['a function', () => now('a')],
    ['a Set', new Set(['a'])],
    ['{ stream, length } of a list', { stream: ['a'], length: 1 }],
    ['what says so', Object.assign(later('a'), { replayable: true })],
  ])('B-DIFF-23 leaves %s as it is', (_, body) => {
    expect(isReplayable(body)).toBe(true);
    expect(() => rewindBody(body, null)).not.toThrow();
  });
});

describe('openBody', () => {
  it.each<[string, () => StreamBody]>([
    ['a generator', () => now('h', 'é')],
    ['an async generator', () => later('h', 'é')],
    ['bytes cut within a character', () => now(bytes(0x68, 0xc3), bytes(0xa9))],
    ['a ReadableStream', () => webStream(bytes(0x68, 0xc3, 0xa9))],
    ['a Blob', () => new Blob(['hé'])],
    ['a function', () => () => later('hé')],
    ['{ stream, length }', () => ({ stream: now('hé'), length: 3 })],
    ['a Node stream', () => Readable.from(['h', Buffer.from('é')])],
    ['a collection', () => new Set(['h', 'é'])],
  ])('B-BODY-19 M98 reads %s as bytes, text as UTF-8', async (_, make) => {
    expect(await text(make())).toBe('hé');
  });

  it('B-LEN-03 M97 reads a stream with an encoding as UTF-8, and claims no length for it that could be wrong', async () => {
    const stream = Readable.from([Buffer.from('hé')]).setEncoding('utf8');
    expect(superLen(stream)).toBe(0);
    expect(await text(stream)).toBe('hé');
  });

  it('B-BODY-19 skips empty pieces, which would end a chunked body', async () => {
    const pieces: Uint8Array[] = [];
    for await (const piece of openBody(now('', 'a', new Uint8Array(0), 'b', ''))) pieces.push(piece);
    expect(pieces).toEqual([bytes(0x61), bytes(0x62)]);
  });

  it.each([5, null, undefined, {}, ['a'], new ArrayBuffer(1)])('B-BODY-19 refuses %o as a piece', async (piece) => {
    await expect(text(now(piece as unknown as string))).rejects.toThrow('A body chunk must be a string or bytes');
  });

  it('B-BODY-19 lets an error of the source through unchanged, and closes a source that is left early', async () => {
    const boom = new Error('boom');
    let closed = false;
    function* failing(): Generator<string> {
      yield 'a';
      throw boom;
    }
    function* endless(): Generator<string> {
      try {
        for (;;) yield 'a';
      } finally {
        closed = true;
      }
    }
    await expect(text(failing())).rejects.toBe(boom);
    for await (const piece of openBody(endless())) if (piece.length > 0) break;
    expect(closed).toBe(true);
  });

  it('B-DIFF-23 refuses to read a stream a second time', async () => {
    for (const once of [now('a'), later('a'), webStream(bytes(0x61)), { stream: now('a'), length: 1 }]) {
      expect(await text(once)).toBe('a');
      await expect(text(once)).rejects.toThrow(UnrewindableBodyError);
    }
    const again = (): Generator<Chunk> => now('a');
    expect([await text(again), await text(again)]).toEqual(['a', 'a']);
  });
});

function cyclic(): object {
  const self: { self?: object } = {};
  self.self = self;
  return self;
}

function webStreamLike(): object {
  return { [Symbol.asyncIterator]: () => later('a') };
}
