import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { ContentDecodingError } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import type { Coding } from './codings.ts';
import { decodeBody, decodeStream } from './decoding.ts';
import { type BodyLimits, DEFAULT_LIMITS } from './limits.ts';

const TEXT = Buffer.from('Der Zug fährt um 8 Uhr. '.repeat(40));
const cat = (...parts: Uint8Array[]): Buffer => Buffer.concat(parts);
const text = (value: string): Buffer => Buffer.from(value);
const zeros = (size: number): Buffer => Buffer.alloc(size);

function wrongCrc(): Buffer {
  const bytes = gzipSync(TEXT);
  bytes[bytes.length - 6]! ^= 0xff;
  return bytes;
}

/** A header with every optional field of RFC 1952 §2.3. */
function fullHeader(): Buffer {
  const plain = gzipSync(TEXT);
  const head = Buffer.from([0x1f, 0x8b, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 3]);
  return cat(
    head,
    Buffer.from([3, 0, 1, 2, 3]),
    text('name\0'),
    text('a comment\0'),
    Buffer.from([9, 9]),
    plain.subarray(10),
  );
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const WAYS: readonly [
  name: string,
  decode: (bytes: Uint8Array, codings: readonly Coding[], limits?: BodyLimits) => Promise<Buffer>,
][] = [
  [
    'in memory',
    async (bytes, codings, limits = DEFAULT_LIMITS) => Buffer.from(await decodeBody(bytes, codings, limits)),
  ],
  [
    'as a stream',
    (bytes, codings, limits = DEFAULT_LIMITS) => collect(decodeStream(cut(bytes, 65_536), codings, limits)),
  ],
  ['byte by byte', (bytes, codings, limits = DEFAULT_LIMITS) => collect(decodeStream(cut(bytes, 1), codings, limits))],
];

const GOOD: readonly [title: string, bytes: Uint8Array, codings: Coding[], expected?: Uint8Array][] = [
  ['gzip', gzipSync(TEXT), ['gzip']],
  ['gzip with every header field', fullHeader(), ['gzip']],
  ['gzip of nothing', gzipSync(''), ['gzip'], text('')],
  ['B-RESP-18 two gzip members', cat(gzipSync('one'), gzipSync('two')), ['gzip'], text('onetwo')],
  ['a large gzip member and an empty one', cat(gzipSync(zeros(500_000)), gzipSync('')), ['gzip'], zeros(500_000)],
  ['gzip of garbage that announces four gigabytes', cat(gzipSync(TEXT), zeros(4).fill(255)), ['gzip']],
  [
    '[F03] twenty gzip members',
    cat(...Array.from({ length: 20 }, () => gzipSync('x'))),
    ['gzip'],
    text('x'.repeat(20)),
  ],
  ['gzip padded with zeros', cat(gzipSync(TEXT), zeros(512)), ['gzip']],
  ['B-RESP-18 garbage after gzip', cat(gzipSync(TEXT), text('garbage')), ['gzip']],
  ['garbage after two members', cat(gzipSync('one'), gzipSync('two'), text('xx')), ['gzip'], text('onetwo')],
  ['one byte of garbage', cat(gzipSync(TEXT), text('x')), ['gzip']],
  ['zlib under deflate', deflateSync(TEXT), ['deflate']],
  ['B-RESP-17 raw DEFLATE under deflate', deflateRawSync(TEXT), ['deflate']],
  ['raw DEFLATE, stored', deflateRawSync(TEXT, { level: 0 }), ['deflate']],
  ['garbage after zlib', cat(deflateSync(TEXT), text('garbage')), ['deflate']],
  ['garbage after raw DEFLATE', cat(deflateRawSync(TEXT), text('garbage')), ['deflate']],
  ['brotli', brotliCompressSync(TEXT), ['br']],
  ['garbage after brotli', cat(brotliCompressSync(TEXT), text('garbage')), ['br']],
  ['zstd', zstdCompressSync(TEXT), ['zstd']],
  ['two zstd frames', cat(zstdCompressSync('one'), zstdCompressSync('two')), ['zstd'], text('onetwo')],
  [
    'a skippable zstd frame between two',
    cat(zstdCompressSync('one'), Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9]), zstdCompressSync('two')),
    ['zstd'],
    text('onetwo'),
  ],
  ['garbage after zstd', cat(zstdCompressSync(TEXT), text('garbage')), ['zstd']],
  ['two codings', brotliCompressSync(gzipSync(TEXT)), ['br', 'gzip']],
  [
    'five codings',
    gzipSync(deflateSync(zstdCompressSync(brotliCompressSync(gzipSync(TEXT))))),
    ['gzip', 'deflate', 'zstd', 'br', 'gzip'],
  ],
  ['an empty body with a coding', zeros(0), ['gzip'], zeros(0)],
  ['no coding', TEXT, []],
];

const BAD: readonly [title: string, bytes: Uint8Array, codings: Coding[]][] = [
  ['[E07] gzip cut in its data', gzipSync(TEXT).subarray(0, 30), ['gzip']],
  ['gzip cut in its header', gzipSync(TEXT).subarray(0, 5), ['gzip']],
  ['[E07] gzip without its checksum', gzipSync(TEXT).subarray(0, -8), ['gzip']],
  ['gzip cut in its checksum', gzipSync(TEXT).subarray(0, -3), ['gzip']],
  ['gzip with a wrong checksum', wrongCrc(), ['gzip']],
  ['B-RESP-18 what was never gzip', text('hello, this is text'), ['gzip']],
  ['a second member cut short', cat(gzipSync('one'), gzipSync(TEXT).subarray(0, 40)), ['gzip']],
  ['[E07] zlib cut short', deflateSync(TEXT).subarray(0, -5), ['deflate']],
  ['zlib with a wrong checksum', cat(deflateSync(TEXT).subarray(0, -4), zeros(4)), ['deflate']],
  ['[E07] raw DEFLATE cut short', deflateRawSync(TEXT).subarray(0, -3), ['deflate']],
  ['[E07] brotli cut short', brotliCompressSync(TEXT).subarray(0, -3), ['br']],
  ['what was never brotli', text('<html>not brotli</html>'), ['br']],
  ['[E07] zstd cut short', zstdCompressSync(TEXT).subarray(0, -3), ['zstd']],
  ['what was never zstd', text('hello'), ['zstd']],
  ['[E07] a cut inside two codings', gzipSync(deflateSync(TEXT).subarray(0, -5)), ['gzip', 'deflate']],
  ['[F03] more than 64 KiB of garbage', cat(gzipSync(TEXT), randomBytes(70_000)), ['gzip']],
];

describe.each(WAYS)('decodeBody, decodeStream: %s', (_name, decode) => {
  it.each(GOOD)('B-DIFF-28 [pitfall 22] decodes %s', async (_title, bytes, codings, expected = TEXT) => {
    expect(await decode(bytes, codings)).toEqual(Buffer.from(expected));
  });

  it.each(BAD)('[pitfall 22] fails with ContentDecodingError on %s', async (_title, bytes, codings) => {
    const error = await decode(bytes, codings).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ContentDecodingError);
    expect((error as Error).message).toContain(`content-encoding: `);
  });
});

describe('decodeBody', () => {
  it('answers without a promise for small bodies', () => {
    for (const [coding, bytes] of [
      ['gzip', gzipSync(TEXT)],
      ['deflate', deflateRawSync(TEXT)],
      ['br', brotliCompressSync(TEXT)],
      ['zstd', zstdCompressSync(TEXT)],
    ] as const) {
      expect(decodeBody(bytes, [coding], DEFAULT_LIMITS)).toEqual(new Uint8Array(TEXT));
    }
  });

  it('[J04] returns a buffer of exactly the length of the bytes, whatever their size', async () => {
    for (const size of [10, 5000, 3_000_000]) {
      for (const compress of [gzipSync, brotliCompressSync, zstdCompressSync]) {
        const coding = compress === gzipSync ? 'gzip' : compress === brotliCompressSync ? 'br' : 'zstd';
        const content = await decodeBody(compress(zeros(size)), [coding], DEFAULT_LIMITS);
        expect(content.byteLength).toBe(size);
        expect(content.buffer.byteLength).toBe(size);
        expect(content.constructor).toBe(Uint8Array);
      }
    }
  });

  it('[E07] keeps what could be decoded on the error', async () => {
    const random = randomBytes(200_000);
    const error = await Promise.resolve(
      decodeBody(gzipSync(random).subarray(0, 150_000), ['gzip'], DEFAULT_LIMITS),
    ).catch((reason: unknown) => reason);
    const { partial } = error as { partial: Uint8Array };
    expect(partial.length).toBeGreaterThan(100_000);
    expect(Buffer.from(partial)).toEqual(random.subarray(0, partial.length));
  });
});

describe('decodeStream', () => {
  it('[F01] decodes no further ahead than it is read', async () => {
    let taken = 0;
    const bomb = gzipSync(zeros(64 * 1024 * 1024));
    async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
      for (let at = 0; at < bomb.length; at += 1024) {
        taken += 1024;
        yield bomb.subarray(at, at + 1024);
      }
    }
    const pieces = decodeStream(source(), ['gzip'], DEFAULT_LIMITS);
    await pieces.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toBeLessThanOrEqual(4096);
    await pieces.return();
  });

  it('ends its source when it is left early, and when it fails', async () => {
    for (const bytes of [gzipSync(randomBytes(100_000)), text('never gzip')]) {
      let closed = false;
      async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
        try {
          yield* cut(bytes, 1000);
        } finally {
          closed = true;
        }
      }
      try {
        for await (const _ of decodeStream(source(), ['gzip'], DEFAULT_LIMITS)) break;
      } catch {
        // The second one.
      }
      expect(closed).toBe(true);
    }
  });

  it('passes an error of its source on as it is', async () => {
    const failure = new Error('the network');
    async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
      yield gzipSync(TEXT).subarray(0, 20);
      throw failure;
    }
    await expect(collect(decodeStream(source(), ['gzip'], DEFAULT_LIMITS))).rejects.toBe(failure);
    await expect(collect(decodeStream(source(), ['gzip', 'br'], DEFAULT_LIMITS))).rejects.toBe(failure);
  });
});

describe.each(WAYS.slice(0, 2))('limits, %s', (_name, decode) => {
  it('[F01] stops at maxDecodedSize', async () => {
    for (const [coding, bytes] of [
      ['gzip', gzipSync(zeros(3_000_000))],
      ['br', brotliCompressSync(zeros(3_000_000))],
      ['zstd', zstdCompressSync(zeros(3_000_000))],
    ] as const) {
      const error = await decode(bytes, [coding], { ...DEFAULT_LIMITS, maxDecodedSize: 1_000_000 }).catch(
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(ContentDecodingError);
      expect(error).toMatchObject({ code: 'ERR_TOO_LARGE', message: expect.stringContaining('maxDecodedSize') });
    }
    expect(
      await decode(gzipSync(zeros(3_000_000)), ['gzip'], { ...DEFAULT_LIMITS, maxDecodedSize: 3_000_000 }),
    ).toHaveLength(3_000_000);
  });

  it('[F01 CVE-2026-84890] stops a bomb after 64 MiB by its ratio, in each stage of a chain', async () => {
    const bomb = brotliCompressSync(zeros(100_000_000), { params: { 1: 4 } });
    const error = await decode(bomb, ['br'], DEFAULT_LIMITS).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'ContentDecodingError',
      code: 'ERR_TOO_LARGE',
      message: expect.stringContaining('maxRatio'),
    });
    expect((await decode(gzipSync(zeros(60_000_000)), ['gzip'], DEFAULT_LIMITS)).length).toBe(60_000_000);
  });
});
