import { RequestException, Response } from '@requests-ts/core';
import {
  ImproperBodyPartContentException,
  MultipartDecoder,
  MultipartEncoder,
  NonMultipartContentTypeException,
} from '@requests-ts/multipart';
import { cpuMs } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';

const TYPE = 'multipart/form-data; boundary=B';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parts = (body: string, type = TYPE) =>
  new MultipartDecoder(body, type).parts.map(({ headers, text }) => [[...headers.lines()], text]);

describe('MultipartDecoder', () => {
  it('B-TB-06 gives headers, content and text of each part', () => {
    const decoder = new MultipartDecoder(
      '--B\r\nContent-Type: text/plain\r\nX-A:  1 \r\n\r\nñ\r\n--B\r\n\r\n\r\n--B\r\nX: y\r\n\r\na\r\nb\r\n\r\n--B--\r\n',
      TYPE,
    );
    expect(decoder.parts.map(({ text }) => text)).toEqual(['ñ', '', 'a\r\nb\r\n']);
    expect(decoder.parts[0]!.headers.get('CONTENT-TYPE')).toBe('text/plain');
    expect(decoder.parts[0]!.headers.get('x-a')).toBe('1');
    expect(decoder.parts[0]!.content).toEqual(bytes('ñ'));
    expect([...decoder.parts[1]!.headers]).toEqual([]);
    expect([decoder.contentType, decoder.encoding]).toEqual([TYPE, 'utf-8']);
  });

  it('B-TB-06 reads what the encoder writes', async () => {
    const encoder = new MultipartEncoder([
      ['ñ"', 'x'],
      ['f', ['☃.txt', new Uint8Array([0, 255, 13, 10]), 'application/octet-stream', { 'X-A': '1' }]],
    ]);
    const decoded = new MultipartDecoder(await encoder.read(), encoder.contentType);
    expect(decoded.parts.map(({ headers }) => [...headers.lines()])).toEqual([
      [['Content-Disposition', 'form-data; name="ñ%22"']],
      [
        ['Content-Disposition', 'form-data; name="f"; filename="☃.txt"'],
        ['Content-Type', 'application/octet-stream'],
        ['X-A', '1'],
      ],
    ]);
    expect(decoded.parts[1]!.content).toEqual(new Uint8Array([0, 255, 13, 10]));
  });

  it('B-TB-06 decodes a response', () => {
    const response = new Response({
      statusCode: 200,
      headers: { 'Content-Type': 'Multipart/Mixed; Boundary="B"' },
      body: '--B\r\n\r\nx\r\n--B--',
    });
    expect(MultipartDecoder.fromResponse(response).parts[0]!.text).toBe('x');
    expect(() => MultipartDecoder.fromResponse(new Response({ statusCode: 200, body: '' }))).toThrow(
      NonMultipartContentTypeException,
    );
  });

  it('B-TB-06 decodes text in the given encoding', () => {
    const body = Buffer.from('--B\r\nX: é\r\n\r\né\r\n--B--', 'latin1');
    const [part] = new MultipartDecoder(body, TYPE, { encoding: 'iso-8859-1' }).parts;
    expect([part!.text, part!.headers.get('X'), part!.encoding]).toEqual(['é', 'é', 'iso-8859-1']);
    expect(() => new MultipartDecoder(body, TYPE, { encoding: 'klingon' })).toThrow(RangeError);
    expect(() => new MultipartDecoder(body, TYPE, { charset: 'x' } as never)).toThrow(TypeError);
  });

  it.each([
    ['preamble and epilogue', 'hello\r\n--B\r\n\r\nx\r\n--B--\r\nbye\r\n--B\r\n\r\ny', [[[], 'x']]],
    ['blanks after a boundary', '--B \t\r\n\r\nx\r\n--B--', [[[], 'x']]],
    ['nothing between two boundaries', '--B--\r\n', []],
    ['a longer word', '--B\r\n\r\nx\r\n--BC\r\ny\r\n--B--', [[[], 'x\r\n--BC\r\ny']]],
    ['a boundary in the middle of a line', '--B\r\n\r\nx--B--\r\n--B--', [[[], 'x--B--']]],
    ['a boundary after a bare line feed', '--B\r\n\r\nx\n--B--\r\n--B--', [[[], 'x\n--B--']]],
    ['a folded header line', '--B\r\nX: a\r\n  b\r\n\r\nx\r\n--B--', [[[['X', 'a b']], 'x']]],
    [
      'repeated header lines',
      '--B\r\nX: a\r\nX: b\r\n\r\nx\r\n--B--',
      [
        [
          [
            ['X', 'a'],
            ['X', 'b'],
          ],
          'x',
        ],
      ],
    ],
    [
      '[J02] names such as __proto__',
      '--B\r\n__proto__: a\r\nconstructor: b\r\n\r\nx\r\n--B--',
      [
        [
          [
            ['__proto__', 'a'],
            ['constructor', 'b'],
          ],
          'x',
        ],
      ],
    ],
  ])('reads %s (RFC 2046 section 5.1.1)', (_what, body, expected) => {
    expect(parts(body)).toEqual(expected);
  });

  it.each([
    '',
    'text/plain',
    'multipart',
    'multipart/mixed',
    'multipart/mixed; boundary=',
    'multipart/mixed; boundary="a\r\nb"',
    `multipart/mixed; boundary=${'x'.repeat(71)}`,
  ])('B-TB-06 refuses the content type %j', (type) => {
    expect(() => new MultipartDecoder('--B--', type)).toThrow(NonMultipartContentTypeException);
    expect(() => new MultipartDecoder('--B--', type)).toThrow(RequestException);
  });

  it.each([
    ['no boundary', 'hello'],
    ['nothing', ''],
    ['no terminator', '--B\r\n\r\nx'],
    ['no terminator after a part', '--B\r\n\r\nx\r\n--B\r\n'],
    ['a cut terminator', '--B\r\n\r\nx\r\n--B-'],
    ['a part without an empty line', '--B\r\nX: y\r\n--B--'],
    ['a part of no bytes', '--B\r\n--B--'],
    ['a header line without a colon', '--B\r\nX\r\n\r\nx\r\n--B--'],
    ['a header line without a name', '--B\r\n: y\r\n\r\nx\r\n--B--'],
    ['a name with a blank', '--B\r\nX : y\r\n\r\nx\r\n--B--'],
    ['a continuation of nothing', '--B\r\n y\r\n\r\nx\r\n--B--'],
    ['a bare line feed', '--B\r\nX: a\nY: b\r\n\r\nx\r\n--B--'],
    ['a NUL', '--B\r\nX: a\0\r\n\r\nx\r\n--B--'],
  ])('B-TB-06 [K03] refuses a body with %s', (_what, body) => {
    expect(() => new MultipartDecoder(body, TYPE)).toThrow(ImproperBodyPartContentException);
  });

  it('[K03 CVE-2026-34516] limits parts, header lines and header bytes', () => {
    const body = (count: number, head: string): string => `${`--B\r\n${head}\r\nx\r\n`.repeat(count)}--B--`;
    expect(parts(body(1000, ''))).toHaveLength(1000);
    expect(() => parts(body(1001, ''))).toThrow(/more than 1000 parts/);
    expect(new MultipartDecoder(body(1001, ''), TYPE, { maxParts: 2000 }).parts).toHaveLength(1001);
    expect(parts(body(1, 'X: y\r\n'.repeat(64)))).toHaveLength(1);
    expect(() => parts(body(1, 'X: y\r\n'.repeat(65)))).toThrow(/more than 64 header lines/);
    expect(parts(body(1, `X: ${'y'.repeat(16_384 - 3)}\r\n`))).toHaveLength(1);
    expect(() => parts(body(1, `X: ${'y'.repeat(16_384 - 2)}\r\n`))).toThrow(/more than 16384 bytes of headers/);
  });

  it('[J04] gives copies of exactly the content', () => {
    const body = bytes('--B\r\n\r\nxyz\r\n--B--');
    const { content } = new MultipartDecoder(body, TYPE).parts[0]!;
    body.fill(0);
    expect(content).toEqual(bytes('xyz'));
    expect(content.buffer.byteLength).toBe(3);
  });

  it('[K03 CVE-2024-30251] takes linear time, whatever resembles a boundary', () => {
    const type = `multipart/mixed; boundary=${'a'.repeat(70)}`;
    const start = cpuMs();
    for (const pump of [
      '\r',
      '\r\n',
      '\r\n-',
      '\r\n--',
      `\r\n--${'a'.repeat(69)}`,
      `\r\n--${'a'.repeat(70)}`,
      `\r\n--${'a'.repeat(70)}  `,
      ' ',
    ]) {
      const body = `--${'a'.repeat(70)}\r\n\r\n${pump.repeat(2_000_000 / pump.length)}`;
      expect(() => new MultipartDecoder(body, type)).toThrow(ImproperBodyPartContentException);
    }
    expect(cpuMs() - start).toBeLessThan(5_000);
  });

  it('[K03] survives mutated bodies: parts or an ImproperBodyPartContentException', () => {
    const body = bytes(
      'x\r\n--B\r\nContent-Disposition: form-data; name="a"\r\nX: y\r\n z\r\n\r\nhello\r\n--B \r\n\r\n--B\r\n--B--\r\nend',
    );
    const alphabet = bytes('\r\n-B:  x\0');
    let seed = 1;
    const random = (n: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % n;
    };
    let decoded = 0;
    for (let round = 0; round < 20_000; round++) {
      const mutated = body.slice(0, body.length - random(20));
      for (let count = 1 + random(4); count > 0; count--)
        mutated[random(mutated.length)] = alphabet[random(alphabet.length)]!;
      try {
        new MultipartDecoder(mutated, TYPE);
        decoded++;
      } catch (error) {
        if (!(error instanceof ImproperBodyPartContentException)) throw error;
      }
    }
    expect(decoded).toBeGreaterThan(100);
  });
});
