import { cpuMs } from '@requests-ts/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect, cut } from '../test/fake-body.ts';
import { BYTES, splitDelimited, splitLines, TEXT } from './lines.ts';

async function* each<T>(pieces: Iterable<T>): AsyncGenerator<T, void, undefined> {
  yield* pieces;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
const textLines = (...pieces: string[]): Promise<string[]> => collect(splitLines(each(pieces), TEXT));
const byteLines = async (...pieces: string[]): Promise<string[]> =>
  (await collect(splitLines(each(pieces.map(encode)), BYTES))).map(decode);

const cuts = fc.array(fc.nat(5), { maxLength: 30 });

describe('splitLines', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\nb', ['a', 'b']],
    ['a\r\nb\rc\nd', ['a', 'b', 'c', 'd']],
    ['\n', ['']],
    ['a\n\nb\n', ['a', '', 'b']],
    ['\r\r\n\n', ['', '', '']],
  ])('B-ITER-07 B-ITER-08 %j has the lines %j, as bytes and as text', async (body, lines) => {
    expect(await byteLines(body)).toEqual(lines);
    expect(await textLines(body)).toEqual(lines);
  });

  it.each(['\v', '\f', '\x1c', '\x1d', '\x1e', '\x85', '\u2028', '\u2029'])(
    'B-ITER-07 %j ends a line of text but not of bytes',
    async (end) => {
      expect(await textLines(`a${end}b`)).toEqual(['a', 'b']);
      expect(await byteLines(`a${end}b`)).toEqual([`a${end}b`]);
    },
  );

  it('B-ITER-07 other separators of Unicode end no line', async () => {
    expect(await textLines('a\x1fb\u00a0c\u200bd')).toEqual(['a\x1fb\u00a0c\u200bd']);
  });

  it('B-ITER-08 joins a line across pieces, and gives the last one without a line end', async () => {
    expect(await byteLines('ab', 'cd\ne', 'f')).toEqual(['abcd', 'ef']);
    expect(await textLines('ab', '', 'cd\ne', 'f')).toEqual(['abcd', 'ef']);
  });

  it('B-ITER-09 B-DIFF-08 takes a CRLF cut in two for one line end', async () => {
    expect(await byteLines('a\r', '\nb')).toEqual(['a', 'b']);
    expect(await textLines('a\r', '\nb')).toEqual(['a', 'b']);
    expect(await byteLines('a\r', '', '\nb')).toEqual(['a', 'b']);
    expect(await byteLines('a\r', '\n', '\nb')).toEqual(['a', '', 'b']);
  });

  it('B-ITER-09 gives a line that ends in CR without waiting for the next piece', async () => {
    let asked = 0;
    const lines = splitLines(
      (async function* () {
        asked++;
        yield 'a\r';
        asked++;
        yield 'b';
      })(),
      TEXT,
    );
    expect((await lines.next()).value).toBe('a');
    expect(asked).toBe(1);
  });

  const ends = fc.constantFrom('\r', '\n', '\r\n', 'a', 'b', '\v', '\x85', '\u2028', 'é');
  const body = fc.array(ends, { maxLength: 20 }).map((parts) => parts.join(''));
  const model = (text: string, separator: RegExp): string[] => {
    const lines = text.split(separator);
    return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  };

  it('B-ITER-08 gives the lines of the whole text however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(body, cuts, async (text, sizes) => {
        expect(await textLines(...cut(text, sizes))).toEqual(model(text, /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/));
      }),
      { numRuns: 300 },
    );
  });

  it('B-ITER-08 gives the lines of all bytes however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(body, cuts, async (text, sizes) => {
        const lines = await collect(splitLines(each(cut(encode(text), sizes)), BYTES));
        expect(lines.map(decode)).toEqual(model(text, /\r\n|[\n\r]/));
      }),
      { numRuns: 300 },
    );
  });

  it('[F12] joins a long line once, however many pieces it comes in', async () => {
    const start = cpuMs();
    const [line] = await collect(splitLines(each(Array<Uint8Array>(40_000).fill(encode('x'.repeat(50)))), BYTES));
    expect(line).toHaveLength(2_000_000);
    expect(cpuMs() - start).toBeLessThan(3000);
  });
});

describe('splitDelimited', () => {
  const split = (delimiter: string, ...pieces: string[]): Promise<string[]> =>
    collect(splitDelimited(each(pieces), delimiter, TEXT));

  it.each([
    ['a|b', ['a', 'b']],
    ['a|b|', ['a', 'b', '']],
    ['|', ['', '']],
    ['a', ['a']],
    ['a\nb|c\r\n', ['a\nb', 'c\r\n']],
  ])('B-ITER-10 %j split at "|" is %j', async (text, parts) => {
    expect(await split('|', text)).toEqual(parts);
  });

  it('B-ITER-10 finds a delimiter that spans pieces', async () => {
    expect(await split('||', 'a|', '|b')).toEqual(['a', 'b']);
    expect(await split('--x--', 'a-', '-x', '--b', '--x-', '-')).toEqual(['a', 'b', '']);
  });

  it('B-ITER-10 gives the empty part at the very end only, not after each piece that ends in the delimiter', async () => {
    expect(await split('|', 'a|', 'b|')).toEqual(['a', 'b', '']);
  });

  it('B-ITER-10 has no parts without pieces', async () => {
    expect(await split('|')).toEqual([]);
  });

  const letters = fc.array(fc.constantFrom('a', 'b', '|', 'é'), { maxLength: 25 }).map((parts) => parts.join(''));
  const delimiter = fc
    .array(fc.constantFrom('a', 'b', '|'), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join(''));

  it('B-ITER-10 splits as the whole text does, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(letters, delimiter, cuts, async (text, at, sizes) => {
        expect(await split(at, ...cut(text, sizes))).toEqual(text.split(at));
        const parts = await collect(splitDelimited(each(cut(encode(text), sizes)), encode(at), BYTES));
        expect(parts.map(decode)).toEqual(text.split(at));
      }),
      { numRuns: 500 },
    );
  });

  it('[F12] searches and joins a long part once, however many pieces it comes in', async () => {
    const start = cpuMs();
    const pieces = Array<Uint8Array>(40_000).fill(encode('x'.repeat(50)));
    const [part] = await collect(splitDelimited(each(pieces), encode('|'), BYTES));
    expect(part).toHaveLength(2_000_000);
    expect(cpuMs() - start).toBeLessThan(3000);
  });
});
