import type { BodyStream } from '../src/response-body.ts';

const encoder = new TextEncoder();

export function bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A body that comes in pieces, and tells what became of it. */
export class FakeBody implements BodyStream {
  pulled = 0;
  closed = 0;
  readonly #pieces: readonly Uint8Array[];
  readonly #error: Error | undefined;

  /** @param error Thrown after the last piece. */
  constructor(pieces: readonly (string | Uint8Array)[], error?: Error) {
    this.#pieces = pieces.map((piece) => (typeof piece === 'string' ? bytes(piece) : piece));
    this.#error = error;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (const piece of this.#pieces) {
      this.pulled++;
      yield piece;
    }
    if (this.#error) throw this.#error;
  }

  close(): void {
    this.closed++;
  }
}

export async function collect<T>(pieces: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

/** Pieces of bytes as text, for short expectations. */
export async function texts(pieces: AsyncIterable<Uint8Array>): Promise<string[]> {
  return (await collect(pieces)).map((piece) => new TextDecoder().decode(piece));
}

/** Cuts what is given into pieces of these sizes, empty ones included, and the rest. */
export function cut<T extends { slice(from: number, to?: number): T }>(whole: T, sizes: readonly number[]): T[] {
  const pieces: T[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(whole.slice(at, at + size));
    at += size;
  }
  return [...pieces, whole.slice(at)];
}
