import type { ClientRequest } from 'node:http';
import { type Upload, UploadStream, type WireHeaders } from '@requests-ts/node-transport';

/** The body is not as long as its Content-Length. */
export class LengthMismatch extends Error {}

/** How long a body waits for `100 Continue` (RFC 9110 §10.1.1 lets a client go on without it). */
const CONTINUE_MS = 1000;

/** Who is told how the sending goes. */
export interface BodyWatcher {
  /** A piece was taken by the system. */
  progress(): void;
  /** The source failed, or is not as long as it should be. */
  failed(error: unknown): void;
}

/** Sends one body on one request: at once, or when the server says `100 Continue`. */
export class BodyWriter {
  readonly #client: ClientRequest;
  readonly #upload: Upload;
  readonly #wire: WireHeaders;
  readonly #watcher: BodyWatcher;
  #waiting: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(client: ClientRequest, upload: Upload, wire: WireHeaders, watcher: BodyWatcher) {
    this.#client = client;
    this.#upload = upload;
    this.#wire = wire;
    this.#watcher = watcher;
  }

  start(): void {
    if (!this.#wire.expectContinue || this.#upload === null) {
      this.#write();
      return;
    }
    // Not among the first headers: Node would send them before an agent could add its own.
    this.#client.setHeader('Expect', '100-continue');
    this.#client.flushHeaders();
    const go = (): void => {
      if (!this.#waiting) return;
      this.stop();
      this.#stopped = false;
      this.#write();
    };
    this.#waiting = setTimeout(go, CONTINUE_MS);
    this.#client.once('continue', go);
  }

  /** Writes nothing more. */
  stop(): void {
    this.#stopped = true;
    if (this.#waiting) clearTimeout(this.#waiting);
    this.#waiting = null;
  }

  #write(): void {
    if (this.#upload instanceof UploadStream) void this.#pump(this.#upload);
    else if (this.#upload) this.#client.end(this.#upload);
    else this.#client.end();
  }

  /** Pieces as fast as the socket takes them; a failing source ends the request with its own error. */
  async #pump(upload: UploadStream): Promise<void> {
    const { contentLength } = this.#wire;
    const client = this.#client;
    let sent = 0;
    try {
      for await (const piece of upload) {
        sent += piece.length;
        if (contentLength !== null && sent > contentLength) throw new LengthMismatch();
        if (this.#stopped) return;
        const writable = client.write(piece, () => this.#watcher.progress());
        if (!writable) await drained(client);
        if (this.#stopped || client.destroyed) return;
      }
      if (this.#stopped) return;
      if (contentLength !== null && sent < contentLength) throw new LengthMismatch();
      client.end();
    } catch (error) {
      if (!this.#stopped) this.#watcher.failed(error);
    }
  }
}

function drained(client: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      client.off('drain', done).off('close', done);
      resolve();
    };
    client.on('drain', done).on('close', done);
  });
}
