import { UnrewindableBodyError } from '@requests-ts/core';
import { concat } from '@requests-ts/core/authors';
import { checkBoundary, chooseBoundary, formatContentType, indexOfBytes } from './boundary.ts';
import type { Part } from './part.ts';

const encoder = new TextEncoder();
const CRLF = encoder.encode('\r\n');

/** Framing and small parts are sent together up to this size, in bytes. */
const COALESCE = 65_536;

/**
 * Parts between boundaries (RFC 2046 §5.1), as a body that is read while it is sent.
 *
 * What adapters use is the iterator, `length` and `replayable`.
 */
export class MultipartBody implements AsyncIterable<Uint8Array> {
  /** Without the leading hyphens. */
  readonly boundaryValue: string;
  /** The value for the `Content-Type` header. */
  readonly contentType: string;
  /** Of the whole body in bytes; null when the length of some part is not known, so that it is sent chunked. */
  readonly length: number | null;
  readonly #parts: readonly Part[];
  #started = false;
  #reader: AsyncGenerator<Uint8Array, void, undefined> | null = null;
  /** Read from the parts, and not yet given out by `read`. */
  #held: Uint8Array = new Uint8Array(0);
  #finished = false;

  /** @throws RangeError for a bad boundary; Error when a part in memory contains it. */
  constructor(parts: readonly Part[], boundary?: string) {
    this.boundaryValue = boundary === undefined ? chooseBoundary() : checkBoundary(boundary);
    this.contentType = formatContentType(this.boundaryValue);
    this.#parts = parts;
    // A boundary of our own cannot be in there but by a chance of one in 2^128.
    if (boundary !== undefined) for (const part of parts) this.#refuseBoundaryIn(part);
    const framing = parts.reduce((sum, part, index) => sum + this.#opening(part, index).length, this.#closing().length);
    this.length = parts.reduce<number | null>(
      (sum, { source }) => (sum === null || source.length === null ? null : sum + source.length),
      framing,
    );
  }

  #refuseBoundaryIn({ name, source: { bytes } }: Part): void {
    const delimiter = encoder.encode(`\r\n--${this.boundaryValue}`);
    if (!bytes) return;
    const atStart = indexOfBytes(bytes.subarray(0, delimiter.length - 2), delimiter.subarray(2), 0) === 0;
    if (atStart || indexOfBytes(bytes, delimiter, 0) >= 0) {
      throw new Error(`${name} contains the boundary: leave the boundary out, then a random one is chosen`);
    }
  }

  #opening({ head }: Part, index: number): Uint8Array {
    return concat([encoder.encode(`${index === 0 ? '' : '\r\n'}--${this.boundaryValue}\r\n`), head]);
  }

  #closing(): Uint8Array {
    const line = encoder.encode(`--${this.boundaryValue}--\r\n`);
    return this.#parts.length === 0 ? line : concat([CRLF, line]);
  }

  /** True when every part can be read again, so that the body survives redirects, challenges and retries. */
  get replayable(): boolean {
    return this.#parts.every(({ source }) => source.replayable);
  }

  /** True once everything was read, by a transport or by `read`. */
  get finished(): boolean {
    return this.#finished && this.#held.length === 0;
  }

  /** The whole body, where every part is in memory; else null. */
  toBytes(): Uint8Array | null {
    const { length } = this;
    const parts = this.#parts;
    if (length === null || parts.some(({ source }) => source.bytes === null)) return null;
    return concat([
      ...parts.flatMap((part, index) => [this.#opening(part, index), part.source.bytes!]),
      this.#closing(),
    ]);
  }

  /**
   * Reads the next bytes, beside the iterator that a transport uses.
   *
   * @param size At most so many bytes; a negative number, the default, reads all that are left.
   * @returns No bytes at the end.
   * @throws UnrewindableBodyError when a transport has already read parts that cannot be read twice.
   */
  async read(size: number = -1): Promise<Uint8Array> {
    this.#reader ??= this.#pieces();
    const pieces = [this.#held];
    let have = this.#held.length;
    while (size < 0 || have < size) {
      const { value, done } = await this.#reader.next();
      if (done) break;
      pieces.push(value);
      have += value.length;
    }
    const all = concat(pieces);
    const end = size < 0 ? all.length : Math.min(size, all.length);
    this.#held = all.subarray(end);
    return all.slice(0, end);
  }

  /**
   * The pieces of the body, from the start.
   *
   * Stopping early closes the streams of all parts.
   *
   * @throws UnrewindableBodyError the second time, unless `replayable`; RequestException when a part gives another number of bytes than announced.
   */
  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#pieces();
  }

  async *#pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#started && !this.replayable) {
      throw new UnrewindableBodyError(
        'Unable to rewind request body: a part can be read only once. Pass a Blob, bytes, or a function that opens the stream anew',
      );
    }
    this.#started = true;
    this.#finished = false;
    let opened = 0;
    const small = new Batch();
    try {
      for (const [index, part] of this.#parts.entries()) {
        small.add(this.#opening(part, index));
        const { bytes } = part.source;
        if (bytes && bytes.length <= COALESCE) small.add(bytes);
        else yield small.take();
        opened++;
        if (!bytes) yield* part.source.open();
        else if (bytes.length > COALESCE) yield bytes;
        else if (small.size > COALESCE) yield small.take();
      }
      small.add(this.#closing());
      this.#finished = true;
      yield small.take();
    } finally {
      // What went wrong in a part must not be hidden by what goes wrong in tidying up behind it.
      await Promise.allSettled(this.#parts.slice(opened).map(({ source }) => source.close()));
    }
  }
}

/** Small pieces that go out together. */
class Batch {
  #pieces: Uint8Array[] = [];
  size = 0;

  add(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.size += piece.length;
  }

  take(): Uint8Array {
    const all = concat(this.#pieces);
    this.#pieces = [];
    this.size = 0;
    return all;
  }
}
