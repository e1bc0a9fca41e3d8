/** A file as bodies know it: a length, a position, and pieces from there on. */
export class FakeFile {
  readonly #content: Uint8Array;
  position = 0;

  constructor(content: string) {
    this.#content = new TextEncoder().encode(content);
  }

  get length(): number {
    return this.#content.length;
  }

  tell(): number {
    return this.position;
  }

  seek(position: number): void {
    this.position = position;
  }

  *[Symbol.iterator](): Generator<Uint8Array, void, undefined> {
    while (this.position < this.length) {
      const piece = this.#content.subarray(this.position, this.position + 4);
      this.position += piece.length;
      yield piece;
    }
  }
}
