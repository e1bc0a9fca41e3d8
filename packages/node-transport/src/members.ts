/**
 * The compressed formats, member by member.
 *
 * Node's own streams lose output, drop frames or fail where a body goes on after its first member, so the border of a member is kept here:
 * a gzip body may be several members (RFC 1952 §2.2) with padding, a zstd body several frames (RFC 8878 §3), and what follows the last one
 * is ignored up to a limit.
 */
import {
  constants,
  crc32,
  createBrotliDecompress,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';
import { ByteReader } from './byte-reader.ts';
import type { Coding } from './codings.ts';
import { Engine, type ZlibStream } from './engine.ts';
import { isSkippableZstdFrame, isZstdFrame, skipZstdFrame, zstdFrame } from './zstd-frame.ts';

/** How one format begins and ends a member. */
export interface Format {
  /** True when these bytes begin another member; asked after the first one. */
  startsMember(head: Uint8Array): boolean;
  decodeMember(input: ByteReader): AsyncGenerator<Uint8Array, void, undefined>;
}

const OPTIONS = { chunkSize: 64 * 1024 };
const NEVER = (): boolean => false;

/** A window above 8 MiB is refused, as RFC 8878 §3.1.1.1.2 advises. */
const ZSTD_OPTIONS = { ...OPTIONS, params: { [constants.ZSTD_d_windowLogMax]: 23 } };

export const FORMATS: Readonly<Record<Coding, Format>> = {
  gzip: { startsMember: isGzip, decodeMember: decodeGzipMember },
  deflate: { startsMember: NEVER, decodeMember: decodeDeflate },
  br: { startsMember: NEVER, decodeMember: (input) => drive(createBrotliDecompress(OPTIONS), input) },
  zstd: {
    startsMember: (head) => isZstdFrame(head) || isSkippableZstdFrame(head),
    decodeMember: decodeZstdFrame,
  },
};

/** True for the two-byte header of zlib (RFC 1950 §2.2); servers also send raw DEFLATE under the same name. */
export function isZlibHeader(head: Uint8Array): boolean {
  const [first = 0, second = 0] = head;
  return head.length >= 2 && (first & 0x0f) === 8 && first >> 4 <= 7 && ((first << 8) | second) % 31 === 0;
}

function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

async function* drive(stream: ZlibStream, input: ByteReader): AsyncGenerator<Uint8Array, void, undefined> {
  yield* new Engine(stream).run(input);
}

async function* decodeZstdFrame(input: ByteReader): AsyncGenerator<Uint8Array, void, undefined> {
  if (isSkippableZstdFrame(await input.peek(4))) await skipZstdFrame(input);
  else yield* drive(createZstdDecompress(ZSTD_OPTIONS), new ByteReader(zstdFrame(input)));
}

async function* decodeDeflate(input: ByteReader): AsyncGenerator<Uint8Array, void, undefined> {
  const head = await input.peek(2);
  yield* drive(isZlibHeader(head) ? createInflate(OPTIONS) : createInflateRaw(OPTIONS), input);
}

/** RFC 1952 §2.3, with the checksum and the length verified. */
async function* decodeGzipMember(input: ByteReader): AsyncGenerator<Uint8Array, void, undefined> {
  const head = await input.take(10);
  if (!isGzip(head)) throw new Error('not in gzip format');
  if (head[2] !== 8) throw new Error('unknown compression method');
  await skipOptionalFields(input, head[3]!);
  let sum = 0;
  let size = 0;
  for await (const piece of new Engine(createInflateRaw(OPTIONS)).run(input)) {
    sum = crc32(piece, sum);
    size = (size + piece.length) >>> 0;
    yield piece;
  }
  const trailer = await input.take(8);
  const view = new DataView(trailer.buffer, trailer.byteOffset, 8);
  if (view.getUint32(0, true) !== sum) throw new Error('incorrect data check');
  if (view.getUint32(4, true) !== size) throw new Error('incorrect length check');
}

async function skipOptionalFields(input: ByteReader, flags: number): Promise<void> {
  if (flags & 0xe0) throw new Error('unknown header flags set');
  if (flags & 4) {
    const [low = 0, high = 0] = await input.take(2);
    await input.take(low | (high << 8));
  }
  if (flags & 8) await input.skipPast(0);
  if (flags & 16) await input.skipPast(0);
  if (flags & 2) await input.take(2);
}
