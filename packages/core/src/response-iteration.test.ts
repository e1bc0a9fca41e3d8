import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { bytes, collect, cut, FakeBody, texts } from '../test/fake-body.ts';
import { StreamConsumedError } from './exceptions.ts';
import { Response } from './response.ts';
import type { ResponseInit } from './response-options.ts';

const response = (init: Partial<ResponseInit> = {}): Response => new Response({ statusCode: 200, ...init });
const chunked = { 'Transfer-Encoding': 'chunked' };

const message = async (run: () => unknown): Promise<string> => {
  try {
    await run();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'nothing was thrown';
};

describe('Response.iterContent', () => {
  it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, '1024', true, {}])(
    'B-ITER-01 B-DIFF-07 throws TypeError at call time for the size %s',
    (size) => {
      const r = response({ body: new FakeBody(['a']) });
      expect(() => r.iterContent(size as number)).toThrow(TypeError);
      expect(() => r.iterLines({ chunkSize: size as number })).toThrow(TypeError);
      expect(r.iterContent(1)).toBeDefined();
    },
  );

  it('B-ITER-02 throws at call time when the body has a reader', () => {
    const r = response({ body: new FakeBody(['a']) });
    r.iterContent(1);
    expect(() => r.iterContent(1)).toThrow(StreamConsumedError);
  });

  it.each([
    [1, ['a', 'b', 'c', 'd', 'e']],
    [2, ['ab', 'cd', 'e']],
    [5, ['abcde']],
    [9, ['abcde']],
    [0, ['abcde']],
    [-3, ['abcde']],
    [null, ['abcde']],
  ])('B-ITER-03 M59 slices a body in memory by %s, as often as one likes', async (size, pieces) => {
    const r = response({ body: 'abcde' });
    expect(await texts(r.iterContent(size))).toEqual(pieces);
    expect(await texts(r.iterContent(size))).toEqual(pieces);
    expect(await texts(response({ body: '' }).iterContent(size))).toEqual([]);
  });

  it('B-ITER-03 M57 cuts a stream into exactly that many bytes, the default being one', async () => {
    expect(await texts(response({ body: new FakeBody(['ab', '', 'cde']) }).iterContent(2))).toEqual(['ab', 'cd', 'e']);
    expect(await texts(response({ body: new FakeBody(['ab']) }).iterContent())).toEqual(['a', 'b']);
  });

  it('B-ITER-04 M60 M99 gives the chunks of a chunked response as they come, capped at the size', async () => {
    const stream = (): Response => response({ body: new FakeBody(['ab', '', 'cdefg', 'h']), headers: chunked });
    expect(await texts(stream().iterContent(3))).toEqual(['ab', 'cde', 'fg', 'h']);
    expect(await texts(stream().iterContent(null))).toEqual(['ab', 'cdefg', 'h']);
    expect(await texts(stream().iterContent(0))).toEqual(['ab', 'cdefg', 'h']);
  });

  it('B-ITER-04 gives a response that is not chunked in one piece for null', async () => {
    expect(await texts(response({ body: new FakeBody(['ab', 'cd']) }).iterContent(null))).toEqual(['abcd']);
    expect(await texts(response({ body: new FakeBody([]) }).iterContent(null))).toEqual([]);
  });

  it('B-RESP-16 S10 is iterated in pieces of 128 bytes', async () => {
    const pieces = await collect(response({ body: new FakeBody(['x'.repeat(300)]) }));
    expect(pieces.map((piece) => piece.length)).toEqual([128, 128, 44]);
  });

  it('M181 B-ITER-06 decodes as it goes, holding back split characters', async () => {
    const euro = bytes('€');
    const body = new FakeBody([euro.subarray(0, 1), euro.subarray(1), 'a', euro.subarray(0, 2)]);
    const r = response({ body, headers: { ...chunked, 'Content-Type': 'text/plain; charset=utf-8' } });
    expect(await collect(r.iterContent(null, { decodeUnicode: true }))).toEqual(['€', 'a', '\ufffd']);
  });

  it('M182 B-ITER-06 leaves bytes without an encoding, until one is assigned', async () => {
    const r = response({ body: 'é' });
    expect(await collect(r.iterContent(1, { decodeUnicode: true }))).toEqual([
      bytes('é').slice(0, 1),
      bytes('é').slice(1),
    ]);
    r.encoding ??= 'utf-8';
    expect(await collect(r.iterContent(1, { decodeUnicode: true }))).toEqual(['é']);
  });

  it('B-ITER-06 throws on iteration for an unknown encoding', async () => {
    const r = response({ body: new FakeBody(['a']), headers: { 'Content-Type': 'text/plain; charset=nonsense' } });
    const pieces = r.iterContent(1, { decodeUnicode: true });
    expect(await message(() => pieces.next())).toMatch(/^RangeError: .*nonsense/);
  });

  it('types its pieces', () => {
    const r = response({ body: 'a' });
    expectTypeOf(r.iterContent(1)).toEqualTypeOf<AsyncGenerator<Uint8Array, void, undefined>>();
    expectTypeOf(r.iterContent(1, { decodeUnicode: true })).toEqualTypeOf<AsyncGenerator<string, void, undefined>>();
    expectTypeOf(r.iterLines({ decodeUnicode: true })).toEqualTypeOf<AsyncGenerator<string, void, undefined>>();
    expectTypeOf(r.iterLines()).toEqualTypeOf<AsyncGenerator<Uint8Array, void, undefined>>();
  });

  const body = fc.uint8Array({ maxLength: 60 });
  const cuts = fc.array(fc.nat(9), { maxLength: 15 });

  it('B-ITER-03 gives the slices of the whole body however it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(body, cuts, fc.integer({ min: 1, max: 70 }), async (whole, sizes, size) => {
        const pieces = await collect(response({ body: new FakeBody(cut(whole, sizes)) }).iterContent(size));
        const expected = await collect(response({ body: whole }).iterContent(size));
        expect(pieces).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('B-ITER-04 loses and repeats nothing of a chunked response, and yields no empty piece', async () => {
    await fc.assert(
      fc.asyncProperty(body, cuts, fc.option(fc.integer({ min: -1, max: 20 })), async (whole, sizes, size) => {
        const r = response({ body: new FakeBody(cut(whole, sizes)), headers: chunked });
        const pieces = await collect(r.iterContent(size));
        expect(pieces.flatMap((piece) => [...piece])).toEqual([...whole]);
        for (const piece of pieces) {
          expect(piece.length).toBeGreaterThan(0);
          if (size !== null && size > 0) expect(piece.length).toBeLessThanOrEqual(size);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('B-RESP-11 what was iterated and what read() gives make the whole body', async () => {
    await fc.assert(
      fc.asyncProperty(body, cuts, fc.integer({ min: 1, max: 9 }), fc.nat(5), async (whole, sizes, size, turns) => {
        const r = response({ body: new FakeBody(cut(whole, sizes)) });
        const pieces = r.iterContent(size);
        const taken: number[] = [];
        for (let turn = 0; turn < turns; turn++) taken.push(...((await pieces.next()).value ?? []));
        const ended = turns * size > whole.length;
        if (!ended) taken.push(...(await r.read()));
        expect(taken).toEqual([...whole]);
      }),
      { numRuns: 300 },
    );
  });

  it('B-ITER-06 decodes a stream to the text of the whole', async () => {
    const encodings = fc.constantFrom('utf-8', 'utf-16', 'iso-8859-1', 'shift_jis', 'utf-32');
    await fc.assert(
      fc.asyncProperty(body, cuts, encodings, fc.integer({ min: 1, max: 9 }), async (whole, sizes, encoding, size) => {
        const r = response({ body: new FakeBody(cut(whole, sizes)) });
        r.encoding = encoding;
        const pieces = await collect(r.iterContent(size, { decodeUnicode: true }));
        const same = response({ body: whole });
        same.encoding = encoding;
        expect(pieces.join('')).toBe(same.text);
        expect(pieces).not.toContain('');
      }),
      { numRuns: 300 },
    );
  });
});

describe('Response.iterLines', () => {
  it('M179 M180 B-FLOW-11 gives lines as bytes, blank ones included', async () => {
    const r = response({ body: new FakeBody(['{"a":', '1}\n\n{"b":2}', '\r\n']) });
    const parsed: unknown[] = [];
    for await (const line of r.iterLines())
      if (line.length > 0) parsed.push(JSON.parse(new TextDecoder().decode(line)));
    expect(parsed).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('M181 B-ITER-07 gives lines as text, which have more line ends than bytes', async () => {
    const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
    const body = bytes('a\u2028b\nc');
    expect(await collect(response({ body, headers }).iterLines({ decodeUnicode: true }))).toEqual(['a', 'b', 'c']);
    expect(await texts(response({ body, headers }).iterLines())).toEqual(['a\u2028b', 'c']);
  });

  it('B-ITER-10 splits at a delimiter of the kind of the pieces, or a text for bytes', async () => {
    const body = 'a|b|';
    expect(await texts(response({ body }).iterLines({ delimiter: '|' }))).toEqual(['a', 'b', '']);
    expect(await texts(response({ body }).iterLines({ delimiter: bytes('|') }))).toEqual(['a', 'b', '']);
    const text = response({ body, headers: { 'Content-Type': 'text/plain' } });
    expect(await collect(text.iterLines({ delimiter: '|', decodeUnicode: true }))).toEqual(['a', 'b', '']);
    expect(() => text.iterLines({ delimiter: bytes('|'), decodeUnicode: true })).toThrow(TypeError);
  });

  it.each(['', new Uint8Array(0), null])('B-ITER-10 takes an empty delimiter for none', async (delimiter) => {
    expect(await texts(response({ body: 'a\nb' }).iterLines({ delimiter }))).toEqual(['a', 'b']);
  });

  it('gives a line as soon as it is there', async () => {
    const body = new FakeBody(['a\n', 'b\n']);
    const r = response({ body });
    const lines = r.iterLines({ chunkSize: 4096 });
    expect(new TextDecoder().decode((await lines.next()).value!)).toBe('a');
    expect(body.pulled).toBe(1);
  });

  const part = fc.constantFrom('\r', '\n', '\r\n', 'a', 'é', '|', '\u2028', '\x85');
  const text = fc.array(part, { maxLength: 20 }).map((parts) => parts.join(''));
  const options = fc.record({
    chunkSize: fc.option(fc.integer({ min: 1, max: 9 })),
    decodeUnicode: fc.boolean(),
    delimiter: fc.constantFrom(null, '|', '||', 'aé', '\r\n'),
  });

  it('B-ITER-08 B-ITER-09 B-ITER-10 gives the same lines however the body is cut', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(4), { maxLength: 20 }), options, async (whole, sizes, given) => {
        const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
        const live = response({ body: new FakeBody(cut(bytes(whole), sizes)), headers });
        const loaded = response({ body: whole, headers });
        const lines = await collect(live.iterLines(given));
        expect(lines).toEqual(await collect(loaded.iterLines({ ...given, chunkSize: null })));
        if (given.delimiter !== null && whole !== '')
          expect(lines.map(String)).toHaveLength(whole.split(given.delimiter).length);
      }),
      { numRuns: 500 },
    );
  });
});
