import type { ByteReader } from './byte-reader.ts';

/** The bytes of exactly one zstd frame (RFC 8878 §3.1.1), by walking its blocks: Node's stream does not tell where a frame ends. */
export async function* zstdFrame(input: ByteReader): AsyncGenerator<Uint8Array, void, undefined> {
  const start = await input.take(5);
  if (!isZstdFrame(start)) throw new Error('not in zstd format');
  yield start;
  const descriptor = start[4]!;
  const singleSegment = (descriptor >> 5) & 1;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = [singleSegment, 2, 4, 8][descriptor >> 6]!;
  yield input.take((singleSegment ? 0 : 1) + dictionaryBytes + sizeBytes);
  for (let last = false; !last; ) {
    const header = await input.take(3);
    yield header;
    const bits = header[0]! | (header[1]! << 8) | (header[2]! << 16);
    last = (bits & 1) === 1;
    const type = (bits >> 1) & 3;
    if (type === 3) throw new Error('reserved block type');
    // A run is one byte, however long it is.
    yield* pieces(input, type === 1 ? 1 : bits >> 3);
  }
  if (descriptor & 4) yield input.take(4);
}

/** Passes over a skippable frame (RFC 8878 §3.1.2). */
export async function skipZstdFrame(input: ByteReader): Promise<void> {
  const head = await input.take(8);
  const size = new DataView(head.buffer, head.byteOffset, 8).getUint32(4, true);
  for await (const _ of pieces(input, size)) {
    // Nobody wants it.
  }
}

export function isZstdFrame(head: Uint8Array): boolean {
  return head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd;
}

export function isSkippableZstdFrame(head: Uint8Array): boolean {
  return ((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18;
}

async function* pieces(input: ByteReader, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let left = size; left > 0; ) {
    const piece = await input.next(left);
    if (!piece) throw new Error('unexpected end of file');
    left -= piece.length;
    yield piece;
  }
}
