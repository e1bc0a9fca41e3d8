const SMALL = 1024;
const TAIL = 16 * 1024;
/** Bytes that may be kept alive beside a body: the head that came with it. */
const SLACK = 1024;

/** Gathers the pieces of a body into one array of exactly its length; many tiny pieces cost no more than few large ones. */
export class BodyCollector {
  #pieces: Uint8Array[] = [];
  #tail: Uint8Array | null = null;
  #used = 0;
  /** Bytes so far. */
  size = 0;

  push(piece: Uint8Array): void {
    this.size += piece.length;
    if (piece.length >= SMALL || (this.#pieces.length === 0 && this.#tail === null)) {
      this.#flush();
      this.#pieces.push(piece);
      return;
    }
    if (this.#tail && this.#used + piece.length > TAIL) this.#flush();
    this.#tail ??= new Uint8Array(TAIL);
    this.#tail.set(piece, this.#used);
    this.#used += piece.length;
  }

  #flush(): void {
    if (this.#tail) this.#pieces.push(this.#tail.subarray(0, this.#used));
    this.#tail = null;
    this.#used = 0;
  }

  /**
   * All bytes; the collector is empty afterwards. They are copied out of the socket's memory unless a single piece has it nearly to itself: a
   * response copies that when somebody wants its bytes, and most want text.
   */
  take(): Uint8Array {
    const [first] = this.#pieces;
    if (first && first.length === this.size && first.buffer.byteLength - first.length <= SLACK) {
      this.#pieces = [];
      this.size = 0;
      return first;
    }
    this.#flush();
    const all = new Uint8Array(this.size);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.size = 0;
    return all;
  }
}
