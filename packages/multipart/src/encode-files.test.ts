import { type FormFields, Headers, InvalidHeader } from '@requests-ts/core';
import { createEncodeFiles, encodeFiles, type MultipartEncoder } from '@requests-ts/multipart';
import { afterEach, describe, expect, it, vi } from 'vitest';

const encode = createEncodeFiles({ boundary: () => 'B' });

/** The body as text, bytes as ISO-8859-1 characters so that each can be seen. */
async function wire(data: FormFields | FormData | null, files: unknown): Promise<string> {
  const { body } = encode(data, files);
  const bytes = body instanceof Uint8Array ? body : await (body as MultipartEncoder).read();
  return Buffer.from(bytes).toString('latin1');
}

const part = (...lines: string[]): string => `--B\r\n${lines.join('\r\n')}\r\n`;
const disposition = (rest: string): string => `Content-Disposition: form-data; ${rest}`;
const END = '--B--\r\n';

async function* pieces(...chunks: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* chunks;
}

class Buffered {
  readonly name = 'some/folder/data.csv';
  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    yield 'a,b';
  }
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('encodeFiles', () => {
  it.each([
    ['text', 'a,b', 'a,b'],
    ['bytes', new Uint8Array([0, 255]), '\0\xff'],
    ['an ArrayBuffer', new Uint8Array([1, 2]).buffer, '\x01\x02'],
    ['a view', new DataView(new Uint8Array([1, 2, 3]).buffer, 1, 1), '\x02'],
    ['empty text', '', ''],
  ])('B-FILES-01 S8 names %s after its field', async (_what, content, expected) => {
    expect(await wire(null, { file: content })).toBe(
      part(disposition('name="file"; filename="file"'), '', expected) + END,
    );
  });

  it.each([
    ['a File', new File(['a,b'], 'report.csv'), 'report.csv'],
    ['an object with a name', new Buffered(), 'data.csv'],
    ['a Blob', new Blob(['a,b']), 'file'],
    ['a stream', new Blob(['a,b']).stream(), 'file'],
    ['a generator', pieces('a', ',b'), 'file'],
    ['an iterator', ['a', ',b'].values(), 'file'],
    ['a function', () => pieces('a,b'), 'file'],
    ['{ stream, length }', { stream: pieces('a,b'), length: 3 }, 'file'],
  ])('B-FILES-02 M100 takes the name of %s, else that of the field, and no type', async (_what, content, filename) => {
    expect(await wire(null, { file: content })).toBe(
      part(disposition(`name="file"; filename="${filename}"`), '', 'a,b') + END,
    );
  });

  it('B-FILES-03 S8 M101 takes name and content, type, and extra headers', async () => {
    expect(await wire(null, { f: ['r.csv', 'x'] })).toBe(
      part(disposition('name="f"; filename="r.csv"'), '', 'x') + END,
    );
    expect(await wire(null, { f: ['r.csv', 'x', 'text/csv'] })).toBe(
      part(disposition('name="f"; filename="r.csv"'), 'Content-Type: text/csv', '', 'x') + END,
    );
    expect(await wire(null, { f: ['r.csv', 'x', 'text/csv', { Expires: '0' }] })).toBe(
      part(disposition('name="f"; filename="r.csv"'), 'Content-Type: text/csv', 'Expires: 0', '', 'x') + END,
    );
    expect(await wire(null, { f: ['r.csv', new File(['x'], 'other')] })).toContain('filename="r.csv"');
  });

  it('B-FILES-04 makes a plain field of [null, content], and an empty file name of ""', async () => {
    expect(await wire(null, { f: [null, 'x'] })).toBe(part(disposition('name="f"'), '', 'x') + END);
    expect(await wire(null, { f: [null, '{}', 'application/json'] })).toBe(
      part(disposition('name="f"'), 'Content-Type: application/json', '', '{}') + END,
    );
    expect(await wire(null, { f: [null, new Blob(['x'])] })).toBe(part(disposition('name="f"'), '', 'x') + END);
    expect(await wire(null, { f: ['', 'x'] })).toBe(part(disposition('name="f"; filename=""'), '', 'x') + END);
  });

  it('B-FILES-05 skips null, and writes numbers and booleans as text', async () => {
    expect(await wire(null, { a: null, b: ['x', null], c: undefined, d: 'd' })).toBe(
      part(disposition('name="d"; filename="d"'), '', 'd') + END,
    );
    for (const value of [0, 8, 1e6, -1.5, true, false, 10n]) {
      expect(await wire(null, { f: [null, value] })).toBe(part(disposition('name="f"'), '', String(value)) + END);
      expect(await wire(null, { f: value })).toBe(part(disposition('name="f"; filename="f"'), '', String(value)) + END);
    }
  });

  it.each([[[]], [['a']], [['a', 'b', null, null, 'c']]])('B-FILES-06 refuses a list of %j', (value) => {
    expect(() => encode(null, { f: value })).toThrow(TypeError);
  });

  it('B-FILES-07 guesses no type', async () => {
    expect(await wire(null, { f: ['page.html', '<p>'] })).not.toContain('Content-Type');
    expect(await wire(null, { f: new File(['x'], 'image.png') })).not.toContain('Content-Type');
  });

  it('takes the type that a Blob was made with, unless another or null is given', async () => {
    const blob = new Blob(['x'], { type: 'image/png' });
    expect(await wire(null, { f: blob })).toContain('\r\nContent-Type: image/png\r\n');
    expect(await wire(null, { f: ['a', blob] })).toContain('\r\nContent-Type: image/png\r\n');
    expect(await wire(null, { f: ['a', blob, 'image/gif'] })).toContain('\r\nContent-Type: image/gif\r\n');
    expect(await wire(null, { f: ['a', blob, null] })).not.toContain('Content-Type');
  });

  it('B-FILES-08 M102 takes mappings and pairs, and keeps repeated fields in order', async () => {
    const expected =
      part(disposition('name="images"; filename="foo.png"'), 'Content-Type: image/png', '', 'a') +
      part(disposition('name="other"; filename="other"'), '', 'b') +
      part(disposition('name="images"; filename="bar.png"'), 'Content-Type: image/png', '', 'c') +
      END;
    const pairs: [string, unknown][] = [
      ['images', ['foo.png', 'a', 'image/png']],
      ['other', 'b'],
      ['images', ['bar.png', 'c', 'image/png']],
    ];
    expect(await wire(null, pairs)).toBe(expected);
    expect(await wire(null, pairs.values())).toBe(expected);
    expect(
      await wire(
        null,
        new Map([
          ['b', '1'],
          ['a', '2'],
        ]),
      ),
    ).toBe(
      part(disposition('name="b"; filename="b"'), '', '1') + part(disposition('name="a"; filename="a"'), '', '2') + END,
    );
    expect(await wire(null, new Map([[new TextEncoder().encode('ñ'), '1']]))).toBe(
      part(disposition('name="Ã±"; filename="Ã±"'), '', '1') + END,
    );
  });

  it.each([
    'text',
    ['text'],
    ['ab'],
    [['a']],
    [['a', 'b', 'c']],
    7,
    new Uint8Array(2),
    [null],
    { f: {} },
    { f: ['a', {}] },
    { f: ['a', ['b']] },
    { f: Symbol('x') },
    { f: [7n, 'x'] },
  ])('B-FILES-08 refuses %o', (files) => {
    expect(() => encode(null, files)).toThrow(TypeError);
  });

  it('B-FILES-09 puts the fields of data first, lists expanded, null left out, bytes as they are', async () => {
    const data = new Map<string | Uint8Array, unknown>([
      ['b', ['1', 2, null, true]],
      ['a', null],
      ['c', new Uint8Array([0, 255])],
      [new TextEncoder().encode('ñ'), 'x'],
    ]);
    expect(await wire(data as unknown as FormFields, { f: 'y' })).toBe(
      part(disposition('name="b"'), '', '1') +
        part(disposition('name="b"'), '', '2') +
        part(disposition('name="b"'), '', 'true') +
        part(disposition('name="c"'), '', '\0\xff') +
        part(disposition('name="Ã±"'), '', 'x') +
        part(disposition('name="f"; filename="f"'), '', 'y') +
        END,
    );
    expect(
      await wire(
        [
          ['a', '1'],
          ['b', '2'],
          ['a', '3'],
        ],
        { f: 'y' },
      ),
    ).toMatch(/name="a".*name="b".*name="a".*name="f"/s);
    expect(await wire(new URLSearchParams('a=1&a=2'), { f: 'y' })).toMatch(/name="a".*name="a".*name="f"/s);
  });

  it('B-FILES-09 B-DIFF-18 refuses values without a plain text form', () => {
    expect(() => encode({ a: new Date() } as never, { f: 'y' })).toThrow(TypeError);
    expect(() => encode({ a: { b: 1 } } as never, { f: 'y' })).toThrow(TypeError);
  });

  it('B-FILES-10 [K02] writes custom headers after ours, in order, without those that are ours or empty', async () => {
    const headers = {
      'X-B': '1',
      'content-disposition': 'attachment',
      'CONTENT-TYPE': 'text/evil',
      'Content-Location': '/x',
      'X-Empty': '',
      'X-Null': null,
      'X-A': '2',
    };
    const lines = [disposition('name="f"; filename="n"')];
    expect(await wire(null, { f: ['n', 'x', 'text/csv', headers] })).toBe(
      part(...lines, 'Content-Type: text/csv', 'X-B: 1', 'X-A: 2', '', 'x') + END,
    );
    expect(await wire(null, { f: ['n', 'x', null, headers] })).toBe(part(...lines, 'X-B: 1', 'X-A: 2', '', 'x') + END);
    expect(await wire(null, { f: ['n', 'x', null, new globalThis.Headers({ 'X-A': '2' })] })).toBe(
      part(...lines, 'x-a: 2', '', 'x') + END,
    );
    expect(await wire(null, { f: ['n', 'x', null, new Headers({ 'X-A': '2' })] })).toBe(
      part(...lines, 'X-A: 2', '', 'x') + END,
    );
    expect(
      await wire(null, {
        f: [
          'n',
          'x',
          null,
          [
            ['X-A', '1'],
            ['X-A', '2'],
          ],
        ],
      }),
    ).toBe(part(...lines, 'X-A: 1', 'X-A: 2', '', 'x') + END);
    expect(await wire(null, { f: ['n', 'x', null, null] })).toBe(part(...lines, '', 'x') + END);
  });

  it.each([
    { 'X-A': 'a\r\nX-B: c' },
    { 'X-A': 'a\nb' },
    { 'X-A': 'a\0' },
    { 'X-A\r\nX-B': 'c' },
    { 'X A': 'c' },
    { '': 'c' },
    { 'X-A': '\u560d' },
    { 'X-A': 7 },
    { 'content-disposition': 'a\r\nb' },
  ])('B-FILES-10 [K02 CVE-2026-50269] [D01] refuses the headers %j', (headers) => {
    expect(() => encode(null, { f: ['n', 'x', null, headers] })).toThrow(InvalidHeader);
  });

  it('B-FILES-11 says what is wrong with names in bytes that are not UTF-8', () => {
    const name = Uint8Array.of(0xe4);
    expect(() => encode(null, { f: [name, 'x'] })).toThrow('A file name in bytes must be UTF-8');
    expect(() => encode(null, [[name, 'x']])).toThrow('A field name in bytes must be UTF-8');
  });

  it('B-FILES-10 refuses headers that are none', () => {
    expect(() => encode(null, { f: ['n', 'x', null, 'X: y'] })).toThrow(TypeError);
  });

  it('[K02] [D04] refuses a type that would begin a header, however it comes', () => {
    expect(() => encode(null, { f: ['n', 'x', 'image/png\r\nX: y'] })).toThrow(InvalidHeader);
    class Evil extends Blob {
      override readonly type: string = 'x/y\r\nX: y';
    }
    expect(() => encode(null, { f: new Evil(['x']) })).toThrow(InvalidHeader);
  });

  it('[D04] reads the type of a Blob once', async () => {
    let reads = 0;
    const blob = new Blob(['x']);
    Object.defineProperty(blob, 'type', { get: () => (reads++ === 0 ? 'text/plain' : 'x/y\r\nX: y') });
    expect(await wire(null, { f: blob })).toContain('\r\nContent-Type: text/plain\r\n\r\nx');
  });

  it('B-FILES-12 B-FILES-14 M103 uses a new random boundary of 32 hexadecimal digits each time', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const types = [1, 2].map(() => encodeFiles(null, { f: 'x' }).contentType);
    expect(types[0]).toMatch(/^multipart\/form-data; boundary=[0-9a-f]{32}$/);
    expect(types[0]).not.toBe(types[1]);
    const { body, contentType } = encodeFiles(null, { f: 'x' });
    expect(Buffer.from(body as Uint8Array).toString()).toContain(`--${contentType.split('=')[1]}--\r\n`);
  });

  it('B-FILES-12 with every part skipped is just the closing line', async () => {
    expect(await wire(null, { f: null })).toBe(END);
    expect(await wire({ a: null }, { f: ['n', null] })).toBe(END);
  });

  it('B-FILES-13 makes bytes when every part is in memory, and a body of known length with a Blob', () => {
    const memory = encode({ a: '1' }, { f: 'x', g: new Uint8Array(3) }).body as Uint8Array;
    expect(memory).toBeInstanceOf(Uint8Array);
    expect(memory.byteLength).toBe(memory.buffer.byteLength);
    const blob = encode({ a: '1' }, { f: new Blob(['xyz']) }).body as MultipartEncoder;
    expect(blob.length).toBe(
      Buffer.byteLength(
        `--B\r\n${disposition('name="a"')}\r\n\r\n1\r\n--B\r\n${disposition('name="f"; filename="f"')}\r\n\r\nxyz\r\n--B--\r\n`,
      ),
    );
    expect(blob.replayable).toBe(true);
    const stream = encode(null, { f: pieces('x') }).body as MultipartEncoder;
    expect([stream.length, stream.replayable]).toEqual([null, false]);
    const sized = encode(null, { f: { stream: pieces('x'), length: 1 } }).body as MultipartEncoder;
    expect([sized.length, sized.replayable]).toEqual([expect.any(Number), false]);
  });

  it('B-FILES-15 writes text as UTF-8', async () => {
    expect(await wire({ a: 'ñ' }, { f: '☃' })).toMatch(/\r\nÃ±\r\n.*\r\nâ\x98\x83\r\n/s);
    expect(await wire(null, { f: pieces('☃') })).toMatch(/\r\nâ\x98\x83\r\n/);
  });

  it('B-DIFF-11 takes FormData in either place', async () => {
    const form = new FormData();
    form.append('a', 'x\ny');
    form.append('f', new File(['1'], 'n.bin'));
    form.append('f', new File(['2'], 'm.txt', { type: 'text/plain' }));
    form.append('a', 'z');
    const expected =
      part(disposition('name="a"'), '', 'x\ny') +
      part(disposition('name="f"; filename="n.bin"'), 'Content-Type: application/octet-stream', '', '1') +
      part(disposition('name="f"; filename="m.txt"'), 'Content-Type: text/plain', '', '2') +
      part(disposition('name="a"'), '', 'z');
    expect(await wire(form, null)).toBe(expected + END);
    expect(await wire(null, form)).toBe(expected + END);
    expect(await wire(form, { g: '3' })).toBe(
      `${expected}${part(disposition('name="g"; filename="g"'), '', '3')}${END}`,
    );
    expect(await wire(new FormData(), null)).toBe(END);
  });

  it('uses the length that sizeOf knows', () => {
    const sizeOf = vi.fn((content: object) => ('path' in content ? 3 : undefined));
    const withSize = createEncodeFiles({ sizeOf });
    const file = Object.assign(pieces('abc'), { path: 'abc.txt' });
    const known = withSize(null, { f: file }).body as MultipartEncoder;
    expect(known.length).toBeGreaterThan(3);
    expect((withSize(null, { f: pieces('x') }).body as MultipartEncoder).length).toBeNull();
    expect(sizeOf).toHaveBeenCalledTimes(2);
  });

  it('[K01] refuses a boundary that a part contains', () => {
    for (const content of ['--B', '--Bx', 'a\r\n--B', `a\r\n--B--\r\n`, new TextEncoder().encode('\r\n--B')]) {
      expect(() => encode(null, { f: content })).toThrow(/contains the boundary/);
      expect(() => encode({ f: content }, { g: '' })).toThrow(/contains the boundary/);
    }
    for (const content of ['a--B', 'a\n--B', 'B', '-B', 'x--B\r\n'])
      expect(() => encode(null, { f: content })).not.toThrow();
  });

  it.each([{ boundary: () => 'a"b' }, { boundary: () => '' }])(
    '[K01] refuses a boundary that RFC 2046 does',
    (options) => {
      expect(() => createEncodeFiles(options)(null, { f: 'x' })).toThrow(RangeError);
    },
  );

  it('refuses unknown options', () => {
    expect(() => createEncodeFiles({ boundery: 'x' } as never)).toThrow(TypeError);
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('refuses the length %d', (length) => {
    expect(() => encode(null, { f: { stream: pieces('x'), length } })).toThrow(RangeError);
  });

  it('[J04 CVE-2017-16026] sends exactly the bytes of a view', async () => {
    const buffer = new Uint8Array([9, 1, 2, 9]).buffer;
    expect(await wire(null, { f: [null, new Uint8Array(buffer, 1, 2)] })).toBe(
      part(disposition('name="f"'), '', '\x01\x02') + END,
    );
    const body = encode(null, { f: new Uint8Array(buffer) }).body as Uint8Array;
    const before = body.slice();
    new Uint8Array(buffer).fill(7);
    expect(body).toEqual(before);
  });

  it('[J04] refuses bytes that were transferred away', () => {
    const bytes = new Uint8Array(4);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect(() => encode(null, { f: bytes })).toThrow(TypeError);
  });

  it('[J01] [J02] takes nothing from Object.prototype, and takes names such as __proto__', async () => {
    const files = JSON.parse('{"__proto__": "a", "constructor": "b"}') as object;
    const clean = await wire({ a: '1' }, { f: new Blob(['x']), g: pieces('y'), h: ['n', 'z', null, {}] });
    const names = [
      'type',
      'name',
      'path',
      'length',
      'size',
      'filename',
      'content',
      'headers',
      'boundary',
      'sizeOf',
      'stream',
      'tell',
      'on',
      'destroy',
      'createReadStream',
      'replayable',
      '0',
      '1',
      '2',
      '3',
    ];
    for (const name of names)
      Object.defineProperty(Object.prototype, name, { value: 3, configurable: true, writable: true });
    try {
      expect(await wire({ a: '1' }, { f: new Blob(['x']), g: pieces('y'), h: ['n', 'z', null, {}] })).toBe(clean);
      expect(encode(null, { g: pieces('y') }).body).toHaveProperty('length', null);
    } finally {
      for (const name of names) delete (Object.prototype as Record<string, unknown>)[name];
    }
    expect(await wire(null, files)).toBe(
      part(disposition('name="__proto__"; filename="__proto__"'), '', 'a') +
        part(disposition('name="constructor"; filename="constructor"'), '', 'b') +
        END,
    );
  });
});
