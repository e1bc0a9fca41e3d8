const NOTHING = new Uint8Array(0);

/** Bytes of an iterable by count instead of by piece, with a view of what comes next. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Uint8Array = NOTHING;
  #ended = false;

  constructor(source: AsyncIterator<Uint8Array>) {
    this.#source = source;
  }

  /** The next piece, of at most so many bytes; null at the end. */
  async next(most: number = Number.POSITIVE_INFINITY): Promise<Uint8Array | null> {
    if (this.#held.length === 0 && !(await this.#pull())) return null;
    const piece = this.#held.subarray(0, Math.min(most, this.#held.length));
    this.#held = this.#held.subarray(piece.length);
    return piece;
  }

  /** Puts bytes back in front. */
  unread(bytes: Uint8Array): void {
    this.#held = this.#held.length === 0 ? bytes : join(bytes, this.#held);
  }

  /** The next `size` bytes without taking them; fewer at the end. */
  async peek(size: number): Promise<Uint8Array> {
    while (this.#held.length < size && (await this.#pull())) {
      // Pulled one more piece.
    }
    return this.#held.subarray(0, size);
  }

  /** Takes exactly `size` bytes. @throws Error when there are fewer. */
  async take(size: number): Promise<Uint8Array> {
    const bytes = await this.peek(size);
    if (bytes.length < size) throw new Error('unexpected end of file');
    this.#held = this.#held.subarray(size);
    return bytes;
  }

  /** Skips up to and including this byte. @throws Error when there is none. */
  async skipPast(byte: number): Promise<void> {
    for (let piece = await this.next(); piece; piece = await this.next()) {
      const at = piece.indexOf(byte);
      if (at < 0) continue;
      this.unread(piece.subarray(at + 1));
      return;
    }
    throw new Error('unexpected end of file');
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #pull(): Promise<boolean> {
    if (this.#ended) return false;
    const { done, value } = await this.#source.next();
    if (done) {
      this.#ended = true;
      return false;
    }
    this.#held = this.#held.length === 0 ? value : join(this.#held, value);
    return true;
  }
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
