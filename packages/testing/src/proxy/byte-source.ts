import type { Socket } from 'node:net';

/** Bytes that wait to be taken; then the socket has to wait. */
const HIGH_WATER = 1024 * 1024;

/** Reads a socket by pieces of a wanted size or ending, until it is handed on. */
export class ByteSource {
  readonly #socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: (() => void) | null = null;
  readonly #onData = (chunk: Buffer): void => {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (this.#bytes.length > HIGH_WATER) this.#socket.pause();
    this.#wake?.();
  };
  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#wake?.();
  };

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onEnd);
  }

  /** Exactly so many bytes. Rejects when the peer ends before. */
  take(length: number): Promise<Buffer> {
    return this.#when(() => (this.#bytes.length >= length ? length : -1));
  }

  /** Up to and with that ending. Rejects when the peer ends before. */
  takeThrough(ending: string | Buffer): Promise<Buffer> {
    return this.#when(() => {
      const at = this.#bytes.indexOf(ending);
      return at < 0 ? -1 : at + Buffer.byteLength(ending);
    });
  }

  /** At least one byte, as many as there are. Rejects when the peer has ended. */
  takeSome(): Promise<Buffer> {
    return this.#when(() => this.#bytes.length || -1);
  }

  /** Puts bytes back in front. */
  unread(bytes: Buffer): void {
    this.#bytes = Buffer.concat([bytes, this.#bytes]);
  }

  /** Stops reading; what was read and not taken is given back to the socket. */
  release(): void {
    this.#socket.pause();
    this.#socket.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onEnd);
    if (this.#bytes.length > 0) this.#socket.unshift(this.#bytes);
  }

  async #when(count: () => number): Promise<Buffer> {
    for (let length = count(); ; length = count()) {
      if (length >= 0) {
        const taken = this.#bytes.subarray(0, length);
        this.#bytes = this.#bytes.subarray(length);
        return taken;
      }
      if (this.#ended || this.#socket.destroyed) throw new Error('The client has left');
      this.#socket.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
