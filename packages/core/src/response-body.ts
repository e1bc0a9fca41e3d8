/** The body of a response: unread, being read, in memory, gone, or broken. It is read once, by one reader. */
import { concat } from './bytes.ts';
import { StreamConsumedError } from './exceptions.ts';

/** Undecoded bytes as they came from the wire. */
export interface RawBody {
  /** The next `size` bytes, fewer at the end, none after it; without `size`, all that are left. */
  read(size?: number): Promise<Uint8Array>;
  close?(): void | Promise<void>;
}

/** Decoded pieces; `close` drops what was not read and frees the connection. */
export interface BodyStream extends AsyncIterable<Uint8Array> {
  close?(): void | Promise<void>;
}

type State = 'unread' | 'reading' | 'loaded' | 'consumed' | 'closed' | 'failed';

export class ResponseBody {
  readonly #source: BodyStream | null;
  #iterator: AsyncIterator<Uint8Array> | null = null;
  #content: Uint8Array | null;
  #state: State;
  #loading: Promise<Uint8Array> | null = null;
  /** Pulled, and not yet given out. */
  #held: Uint8Array | null = null;
  /** What broke the body: whoever reads on hears it again, so that a part is never taken for the whole. */
  #failure: unknown;

  constructor(body: Uint8Array | BodyStream) {
    const inMemory = body instanceof Uint8Array;
    this.#content = inMemory ? body : null;
    this.#source = inMemory ? null : body;
    this.#state = inMemory ? 'loaded' : 'unread';
  }

  get loaded(): boolean {
    return this.#state === 'loaded';
  }

  /** There may be more on the wire. */
  get #open(): boolean {
    return this.#state === 'unread' || this.#state === 'reading';
  }

  /** The bytes in memory of their own, as `bytes` may be cut out of a larger piece. @throws like `bytes` */
  get content(): Uint8Array {
    const { bytes } = this;
    if (bytes.byteLength < bytes.buffer.byteLength) this.#content = new Uint8Array(bytes);
    return this.bytes;
  }

  /** For reading on the spot. @throws Error while the body is on the wire, and after it was iterated or closed. */
  get bytes(): Uint8Array {
    if (this.#content !== null) return this.#content;
    if (this.#open) {
      throw new Error(
        'The body of this streamed response has not been read: await response.read() first, or iterate it',
      );
    }
    if (this.#state === 'failed') throw this.#failure;
    throw new Error(
      `The content for this response was already ${this.#state === 'closed' ? 'dropped by close()' : 'consumed'}`,
    );
  }

  /** Reads what is left into memory and keeps it. */
  async load(): Promise<Uint8Array> {
    if (!this.#open) return this.content;
    this.#loading ??= this.#keep(Infinity).then(() => this.content);
    return this.#loading;
  }

  /** Reads what is left if it is at most `limit` bytes, else drops the connection: for bodies nobody asked for. */
  async drain(limit: number): Promise<void> {
    if (this.#open) await this.#keep(limit);
  }

  async #keep(limit: number): Promise<void> {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for (let piece = await this.next(null, false); piece; piece = await this.next(null, false)) {
      size += piece.length;
      if (size > limit) return this.close();
      pieces.push(piece);
    }
    if (this.#state === 'closed') return;
    this.#content = concat(pieces);
    this.#state = 'loaded';
  }

  /**
   * Claims the body for one reader, at once. Leaving its loop early keeps the rest for `load` or `close`.
   *
   * @param exact Pieces of exactly `size` bytes but for the last; otherwise pieces as they arrive, at most that long.
   * @param toError What the reader is told when reading fails.
   * @throws StreamConsumedError when another reader has it.
   */
  claim(
    size: number | null,
    exact: boolean,
    toError: (error: unknown) => unknown,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#state !== 'unread') throw new StreamConsumedError('The content for this response was already consumed');
    this.#state = 'reading';
    return this.#pieces(size, exact, toError);
  }

  async *#pieces(
    size: number | null,
    exact: boolean,
    toError: (error: unknown) => unknown,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (let piece = await this.next(size, exact); piece; piece = await this.next(size, exact)) yield piece;
    } catch (error) {
      throw toError(error);
    }
  }

  /** The next piece; undefined at the end, and when the body is in memory or was closed. */
  async next(size: number | null, exact: boolean): Promise<Uint8Array | undefined> {
    const first = this.#held ?? (await this.#pull());
    this.#held = null;
    if (!first || size === null) return first;
    if (first.length >= size || !exact) return this.#cut(first, size);
    const pieces = [first];
    for (let have = first.length; have < size; have += pieces.at(-1)!.length) {
      // What arrived before an error is given out first.
      const piece = await this.#pull().catch(() => undefined);
      if (!piece) break;
      pieces.push(this.#cut(piece, size - have));
    }
    return concat(pieces);
  }

  #cut(piece: Uint8Array, size: number): Uint8Array {
    if (piece.length <= size) return piece;
    this.#held = piece.subarray(size);
    return piece.subarray(0, size);
  }

  async #pull(): Promise<Uint8Array | undefined> {
    if (this.#state === 'failed') throw this.#failure;
    if (!this.#open) return undefined;
    this.#state = 'reading';
    try {
      this.#iterator ??= this.#source![Symbol.asyncIterator]();
      let result = await this.#iterator.next();
      while (!result.done && result.value.length === 0) result = await this.#iterator.next();
      if (!result.done) {
        if (result.value instanceof Uint8Array) return result.value;
        throw new TypeError('The body of a response must come in pieces of bytes (Uint8Array)');
      }
    } catch (error) {
      if (this.#state === 'reading') {
        this.#state = 'failed';
        this.#failure = error;
      }
      throw error;
    }
    if (this.#state === 'reading') this.#state = 'consumed';
    return undefined;
  }

  /** Drops an unread body and frees its connection; harmless afterwards. */
  async close(): Promise<void> {
    if (this.#open) this.#state = 'closed';
    else if (this.#state !== 'failed') return;
    this.#held = null;
    if (this.#source?.close) await this.#source.close();
    else await (this.#iterator ?? this.#source?.[Symbol.asyncIterator]())?.return?.();
  }
}
