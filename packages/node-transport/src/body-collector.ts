const SMALL = 1024;
const TAIL = 16 * 1024;

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

  /** All bytes, copied out of the socket's memory; the collector is empty afterwards. */
  take(): Uint8Array {
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
