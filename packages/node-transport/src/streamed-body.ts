import type { RawBody } from '@requests-ts/core';
import { emitWarning } from '@requests-ts/core/authors';
import type { BodyQueue } from './body-queue.ts';
import type { Coding } from './codings.ts';
import { decodeStream } from './decoding.ts';
import type { BodyLimits } from './limits.ts';

const NOTHING = new Uint8Array(0);

/** Gives up the connection of a body that nobody can read any more, so that its place in the pool is not lost; says so once per process. */
const dropped: FinalizationRegistry<BodyQueue> = new FinalizationRegistry((queue) => {
  if (queue.open && !warned) {
    warned = true;
    emitWarning(
      'A streamed response was forgotten unread, and its connection was dropped: read it, or await response.close()',
      'ResourceWarning',
    );
  }
  queue.drop();
});
let warned = false;

/**
 * A body on the wire: decoded by iteration, undecoded through `raw`, dropped by `close`.
 *
 * The connection knows the queue and never this object, so a response that is forgotten unread is collected and frees it.
 */
export class StreamedBody implements AsyncIterable<Uint8Array> {
  readonly #queue: BodyQueue;
  readonly #codings: () => readonly Coding[];
  readonly #limits: BodyLimits;
  /** Taken from the queue and not given out by `raw.read(n)`. */
  #held: Uint8Array = NOTHING;

  /** @param codings Asked when decoding begins, so that too many of them are the reader's error. */
  constructor(queue: BodyQueue, codings: () => readonly Coding[], limits: BodyLimits) {
    this.#queue = queue;
    this.#codings = codings;
    this.#limits = limits;
    dropped.register(this, queue, this);
  }

  /** The undecoded bytes. */
  get raw(): RawBody {
    return { read: (size?: number) => this.#read(size), close: () => this.close() };
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    let codings: readonly Coding[];
    try {
      codings = this.#codings();
    } catch (error) {
      this.close();
      return { next: () => Promise.reject(error) };
    }
    const wire: AsyncIterator<Uint8Array> = {
      next: () => this.#next(),
      return: async () => {
        this.close();
        return { done: true, value: undefined };
      },
    };
    return codings.length === 0 ? wire : decodeStream({ [Symbol.asyncIterator]: () => wire }, codings, this.#limits);
  }

  /** Drops what was not read; the connection goes back to the pool only when nothing was left. */
  close(): void {
    dropped.unregister(this);
    this.#held = NOTHING;
    this.#queue.drop();
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#held.length > 0) {
      const value = this.#held;
      this.#held = NOTHING;
      return { done: false, value };
    }
    try {
      const value = await this.#queue.take();
      if (value) return { done: false, value };
    } catch (error) {
      // It is forgotten here as at its end: an error of a body knows its response, and would keep it for ever.
      dropped.unregister(this);
      throw error;
    }
    dropped.unregister(this);
    return { done: true, value: undefined };
  }

  async #read(size = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let have = 0;
    while (have < size) {
      const { done, value } = await this.#next();
      if (done) break;
      pieces.push(value);
      have += value.length;
    }
    const bytes = Buffer.concat(pieces, have);
    if (have > size) this.#held = new Uint8Array(bytes.subarray(size));
    return new Uint8Array(bytes.subarray(0, size));
  }
}
