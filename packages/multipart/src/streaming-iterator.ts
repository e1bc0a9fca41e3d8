import type { StreamBody } from '@requests-ts/core';
import { isReplayable, openBody } from '@requests-ts/core/authors';

/**
 * Gives a stream a length, so that it is sent with `Content-Length` instead of chunked; the same as `{ stream, length }`.
 *
 * The transport fails the request when the stream gives another number of bytes.
 */
export class StreamingIterator implements AsyncIterable<Uint8Array> {
  /** In bytes. */
  readonly length: number;
  readonly #stream: StreamBody;

  /** @throws RangeError for a size that is no integer of at least 0. */
  constructor(size: number, stream: StreamBody) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError('The size must be an integer of at least 0');
    this.length = size;
    this.#stream = stream;
  }

  get replayable(): boolean {
    return isReplayable(this.#stream);
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    return openBody(this.#stream);
  }
}
