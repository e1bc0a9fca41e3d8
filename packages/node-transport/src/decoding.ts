import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';
import { ContentDecodingError } from '@requests-ts/core';
import { BodyCollector } from './body-collector.ts';
import { ByteReader } from './byte-reader.ts';
import type { Coding } from './codings.ts';
import { type BodyLimits, DecodeGuard } from './limits.ts';
import { FORMATS, isZlibHeader } from './members.ts';
import { errorText } from './messages.ts';

/** Up to here a synchronous call is faster than a stream and blocks nobody. */
const SYNC_INPUT = 64 * 1024;
/** More output than this is made piece by piece. */
const SYNC_OUTPUT = 1024 * 1024;
/** Bytes after the end of the compressed data that are ignored. */
const MAX_GARBAGE = 64 * 1024;

/**
 * Undoes the codings of a whole body.
 *
 * Small bodies are decoded at once, without a promise; the rest, and whatever is odd about a small one, goes through `decodeStream`.
 *
 * @returns The decoded bytes, in a buffer of exactly their length, or a promise of them.
 * @throws ContentDecodingError for data that is cut short or is not what the coding says, and at a limit (`ERR_TOO_LARGE`); what could be
 *   decoded is in its property `partial`.
 */
export function decodeBody(
  body: Uint8Array,
  codings: readonly Coding[],
  limits: BodyLimits,
): Uint8Array | Promise<Uint8Array> {
  if (codings.length === 0 || body.length === 0) return body;
  if (body.length <= SYNC_INPUT) {
    const decoded = decodeAtOnce(body, codings, Math.min(SYNC_OUTPUT, limits.maxDecodedSize));
    if (decoded) return decoded;
  }
  return collectDecoded(body, codings, limits);
}

async function collectDecoded(body: Uint8Array, codings: readonly Coding[], limits: BodyLimits): Promise<Uint8Array> {
  const collector = new BodyCollector();
  try {
    for await (const piece of decodeStream(once(body), codings, limits)) collector.push(piece);
  } catch (error) {
    Object.defineProperty(error, 'partial', { value: collector.take(), configurable: true });
    throw error;
  }
  return collector.take();
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield body;
}

/** undefined when there is anything unusual, which the careful way then decides. */
function decodeAtOnce(body: Uint8Array, codings: readonly Coding[], maxOutputLength: number): Uint8Array | undefined {
  let bytes: Uint8Array = body;
  try {
    for (const coding of codings) {
      const decoded = decodeSync(bytes, coding, maxOutputLength);
      if (!decoded) return undefined;
      bytes = decoded;
    }
  } catch {
    return undefined;
  }
  return bytes.byteLength === bytes.buffer.byteLength ? toPlain(bytes) : new Uint8Array(bytes);
}

/** The size that the last member says it has (RFC 1952 §2.3.1), to be decoded into one piece of memory; harmless when it is a lie. */
function announcedSize(bytes: Uint8Array): number {
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(bytes.length - 4, true);
  return Math.min(Math.max(size, constants.Z_DEFAULT_CHUNK), SYNC_OUTPUT);
}

function toPlain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer as ArrayBuffer);
}

function decodeSync(bytes: Uint8Array, coding: Coding, maxOutputLength: number): Uint8Array | undefined {
  switch (coding) {
    case 'gzip':
      return gunzipSync(bytes, { maxOutputLength, chunkSize: announcedSize(bytes) });
    case 'deflate':
      return isZlibHeader(bytes) ? inflateSync(bytes, { maxOutputLength }) : inflateRawSync(bytes, { maxOutputLength });
    case 'br':
      return brotliDecompressSync(bytes, { maxOutputLength });
    case 'zstd': {
      const params = { [constants.ZSTD_d_windowLogMax]: 23 };
      const { buffer, engine } = zstdDecompressSync(bytes, {
        maxOutputLength,
        params,
        info: true,
      } as object) as unknown as {
        buffer: Uint8Array;
        engine: { bytesWritten: number };
      };
      // Node stops after the first frame without a word.
      return engine.bytesWritten === bytes.length ? buffer : undefined;
    }
  }
}

/**
 * Undoes the codings of a body piece by piece, only as fast as the pieces are taken (at most 64 KiB ahead per coding).
 *
 * Stopping early, or an error, ends `source` too.
 *
 * @throws ContentDecodingError, once, as `decodeBody`; errors of `source` as they are.
 */
export function decodeStream(
  source: AsyncIterable<Uint8Array>,
  codings: readonly Coding[],
  limits: BodyLimits,
): AsyncGenerator<Uint8Array, void, undefined> {
  let stage = source;
  for (const coding of codings) stage = decodeStage(stage, coding, limits);
  return stage as AsyncGenerator<Uint8Array, void, undefined>;
}

async function* decodeStage(
  source: AsyncIterable<Uint8Array>,
  coding: Coding,
  limits: BodyLimits,
): AsyncGenerator<Uint8Array, void, undefined> {
  const guard = new DecodeGuard(limits);
  const counted = new CountedSource(source[Symbol.asyncIterator](), guard);
  const input = new ByteReader(counted);
  const format = FORMATS[coding];
  try {
    if ((await input.peek(1)).length === 0) return;
    do {
      for await (const piece of format.decodeMember(input)) {
        guard.give(piece.length);
        yield piece;
      }
    } while (format.startsMember(await input.peek(4)));
    await skipGarbage(input);
  } catch (error) {
    if (error === counted.error || error instanceof ContentDecodingError) throw error;
    throw new ContentDecodingError(
      `Received response with content-encoding: ${coding}, but failed to decode it: ${errorText(error)}`,
      { cause: error },
    );
  } finally {
    await input.close();
  }
}

/** Requests ignores what follows the compressed data; an endless tail is an attack all the same. */
async function skipGarbage(input: ByteReader): Promise<void> {
  let skipped = 0;
  for (let piece = await input.next(); piece; piece = await input.next()) {
    skipped += piece.length;
    if (skipped > MAX_GARBAGE) throw new Error(`more than ${MAX_GARBAGE} bytes follow the compressed data`);
  }
}

/** Tells the source's own errors from those of the decoder. */
class CountedSource implements AsyncIterator<Uint8Array> {
  readonly #inner: AsyncIterator<Uint8Array>;
  readonly #guard: DecodeGuard;
  error: unknown = undefined;

  constructor(inner: AsyncIterator<Uint8Array>, guard: DecodeGuard) {
    this.#inner = inner;
    this.#guard = guard;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    try {
      const result = await this.#inner.next();
      if (!result.done) this.#guard.take(result.value.length);
      return result;
    } catch (error) {
      this.error = error;
      throw error;
    }
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    await this.#inner.return?.();
    return { done: true, value: undefined };
  }
}
