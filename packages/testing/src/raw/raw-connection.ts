import type { Socket } from 'node:net';
import { parseHead, type RawRequest, RequestReader } from './raw-request.ts';
import { type Split, writeCut } from './split.ts';

/** One accepted connection, from the server's side. */
export class RawConnection {
  /** Counts connections from 1. */
  readonly id: number;
  /** What the bytes are read from: over TLS, the decrypted side. */
  readonly socket: Socket;
  /** Complete requests so far. */
  readonly requests: RawRequest[] = [];
  /** Resolves when the connection is gone, from whichever side. */
  readonly closed: Promise<void>;
  readonly #transport: Socket;
  readonly #split: Split;
  readonly #onRequest: (request: RawRequest) => void;
  readonly #reader: RequestReader = new RequestReader();
  /** Larger than what was received, so that few arrivals make it grow. */
  #space: Buffer = Buffer.alloc(4096);
  #size = 0;
  #ended = false;
  #watchers: Set<() => void> = new Set();
  #taken = 0;

  constructor(id: number, socket: Socket, transport: Socket, split: Split, onRequest: (request: RawRequest) => void) {
    this.id = id;
    this.socket = socket;
    this.#transport = transport;
    this.#split = split;
    this.#onRequest = onRequest;
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (chunk) => this.#take(chunk as Buffer));
    for (const event of ['end', 'close']) {
      socket.on(event, () => {
        this.#ended = true;
        this.#notify();
      });
    }
  }

  /** Every byte so far. */
  get received(): Buffer {
    return this.#space.subarray(0, this.#size);
  }

  /** True when the client has closed its side, or the connection is gone. */
  get ended(): boolean {
    return this.#ended || this.socket.destroyed;
  }

  /** The next request that nobody has waited for, once it is complete. Rejects when the connection ends before. */
  nextRequest(): Promise<RawRequest> {
    const index = this.#taken;
    this.#taken += 1;
    return this.when(() => this.requests[index]);
  }

  /** The head of the request that is arriving, without waiting for its body. */
  nextHead(): Promise<RawRequest> {
    return this.when(() => this.requests[this.#taken] ?? parseHead(this.received, this.#reader.start));
  }

  /** Resolves when that text has arrived, anywhere in the bytes of the connection. */
  async receive(text: string | Uint8Array): Promise<void> {
    const wanted = Buffer.from(text as string, 'latin1');
    await this.when(() => this.received.includes(wanted) || undefined);
  }

  /** Resolves with the first value that is not undefined; asked again whenever bytes arrive. Rejects when the connection ends without. */
  when<T>(ask: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const value = ask();
        if (value === undefined && !this.#ended) return;
        this.#watchers.delete(check);
        if (value !== undefined) resolve(value);
        else
          reject(
            new Error(
              `Connection ${this.id} ended before that; received: ${JSON.stringify(this.received.toString('latin1', 0, 2000))}`,
            ),
          );
      };
      this.#watchers.add(check);
      check();
    });
  }

  /** Writes, text as ISO-8859-1, cut as the server was told to. Resolves when the bytes were taken by the system or the connection is gone. */
  async send(data: string | Uint8Array, split: Split = this.#split): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    await writeCut(this.socket, bytes, split);
  }

  /** Sends FIN and goes on reading. */
  halfClose(): void {
    this.socket.end();
  }

  /** Sends FIN below TLS, without a close_notify; without TLS it is a half-close. */
  cut(): void {
    this.#transport.end();
  }

  /** Writes bytes below TLS, where the client expects a record; without TLS they are bytes like others. */
  sendBelow(bytes: Uint8Array): void {
    this.#transport.write(bytes);
  }

  /** Sends RST. */
  reset(): void {
    this.#transport.resetAndDestroy();
  }

  /** Closes both sides. */
  close(): void {
    this.socket.destroy();
  }

  /** Stops reading, so that the client's writes pile up. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  #take(chunk: Buffer): void {
    const size = this.#size + chunk.length;
    if (size > this.#space.length) {
      const space = Buffer.alloc(size * 2);
      this.received.copy(space);
      this.#space = space;
    }
    chunk.copy(this.#space, this.#size);
    this.#size = size;
    for (let request = this.#reader.next(this.received); request; request = this.#reader.next(this.received)) {
      this.requests.push(request);
      this.#onRequest(request);
    }
    this.#notify();
  }

  #notify(): void {
    for (const check of [...this.#watchers]) check();
  }
}
