import type { Transform } from 'node:stream';
import type { ByteReader } from './byte-reader.ts';

/** A decompressing stream of node:zlib. */
export type ZlibStream = Transform & { readonly bytesWritten: number };

/** Drives one stream of node:zlib by pull: it works only while its output is asked for, and gives back what it did not consume. */
export class Engine {
  readonly #stream: ZlibStream;
  #wake: (() => void) | null = null;
  #error: Error | null = null;
  #ended = false;

  constructor(stream: ZlibStream) {
    this.#stream = stream;
    stream.on('readable', () => this.#signal());
    stream.on('end', () => {
      this.#ended = true;
      this.#signal();
    });
    // Stays for the life of the stream: an error that comes late must not end the process.
    stream.on('error', (error) => {
      this.#error ??= error;
      this.#signal();
    });
  }

  /** Decodes from `input` until the stream says that its data has ended; the bytes after it stay in `input`. */
  async *run(input: ByteReader): AsyncGenerator<Uint8Array, void, undefined> {
    const stream = this.#stream;
    let written = 0;
    try {
      while (!this.#ended) {
        const piece = await input.next();
        let consumed = false;
        if (piece) {
          written += piece.length;
          stream.write(piece, () => {
            consumed = true;
            this.#signal();
          });
        } else stream.end();
        for (;;) {
          const output = stream.read() as Uint8Array | null;
          if (output) yield output;
          else if (this.#error) throw this.#error;
          else if (this.#ended || consumed) break;
          else await new Promise<void>((resolve) => (this.#wake = resolve));
        }
        const left = written - stream.bytesWritten;
        if (piece && left > 0) {
          // The data has ended inside this piece, whether the stream said so already or not.
          input.unread(piece.subarray(piece.length - left));
          return;
        }
      }
    } finally {
      stream.destroy();
    }
  }

  #signal(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
