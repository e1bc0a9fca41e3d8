import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { ContentDecodingError } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import type { Coding } from './codings.ts';
import { decodeBody, decodeStream } from './decoding.ts';
import { DEFAULT_LIMITS } from './limits.ts';

/** The same numbers for every run (xorshift32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const TEXT = Buffer.from('the same text again and again, '.repeat(30));
const KINDS: readonly [Coding, Buffer][] = [
  ['gzip', gzipSync(TEXT)],
  ['gzip', Buffer.concat([gzipSync('a'), gzipSync(TEXT)])],
  ['deflate', deflateSync(TEXT)],
  ['deflate', deflateRawSync(TEXT)],
  ['br', brotliCompressSync(TEXT)],
  ['zstd', zstdCompressSync(TEXT)],
];

function mutate(bytes: Buffer, random: (below: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  for (let left = 1 + random(3); left > 0; left--) copy[random(copy.length)] = random(256);
  switch (random(4)) {
    case 0:
      return copy.subarray(0, random(copy.length));
    case 1:
      return Buffer.concat([copy, copy.subarray(0, random(20))]);
    default:
      return copy;
  }
}

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += Buffer.from(piece).toString('latin1');
  return text;
}

describe('compressed bodies that were tampered with', () => {
  it.each(KINDS.map(([coding, bytes], i) => [coding, i, bytes] as const))(
    '[F03] decode alike whole and in pieces, or fail with ContentDecodingError: %s %i',
    async (coding, seed, bytes) => {
      const random = randomOf(seed + 1);
      for (let round = 0; round < 400; round++) {
        const mutant = mutate(bytes, random);
        const outcomes = await Promise.all(
          [
            (async () => Buffer.from(await decodeBody(mutant, [coding], DEFAULT_LIMITS)).toString('latin1'))(),
            collect(decodeStream(cut(mutant, 1 + random(40)), [coding], DEFAULT_LIMITS)),
          ].map((outcome) =>
            outcome.catch((error: unknown) => {
              expect(error).toBeInstanceOf(ContentDecodingError);
              return 'failed';
            }),
          ),
        );
        expect([mutant.toString('hex'), outcomes[1]]).toEqual([mutant.toString('hex'), outcomes[0]]);
      }
    },
    30_000,
  );
});
