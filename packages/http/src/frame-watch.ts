import type { Socket } from 'node:net';

const LOOK_MS = 250;
/** Bytes of frames that carry nothing which a connection may bring beside twice its content. */
const ALLOWANCE = 1024 * 1024;

/** The peer sends frames that carry nothing, and more of them than anything could need. */
export class FrameFlood extends Error {
  constructor() {
    super(`brings frames without content (HTTP/2), more than ${ALLOWANCE} bytes of them`);
    this.name = 'FrameFlood';
  }
}

/**
 * Ends an HTTP/2 connection on which frames come that carry nothing: SETTINGS, padding, WINDOW_UPDATE, ALTSVC, ORIGIN and the like. Node
 * bounds some kinds itself (PING, empty DATA, CONTINUATION), the others for no time at all.
 *
 * What arrives is compared with what arrived of bodies and heads, a few times per second as long as the connection is open; nothing is done
 * per frame.
 */
export class FrameWatch {
  readonly #socket: Socket;
  readonly #maxHeaderSize: number;
  readonly #timer: NodeJS.Timeout;
  /** Bytes of the connection when its present requests, or its present rest, began. */
  #from = 0;
  #content = 0;

  constructor(socket: Socket, maxHeaderSize: number) {
    this.#socket = socket;
    this.#maxHeaderSize = maxHeaderSize;
    this.#timer = setInterval(this.#look, LOOK_MS).unref();
    socket.once('close', () => clearInterval(this.#timer));
  }

  /** There were no requests and there are now, or the other way round. */
  restart(): void {
    this.#from = this.#socket.bytesRead;
    this.#content = 0;
  }

  /** Bytes of a body. */
  count(bytes: number): void {
    this.#content += bytes;
  }

  /** An answer's head, whose size nobody tells. */
  countHead(): void {
    this.#content += this.#maxHeaderSize;
  }

  readonly #look = (): void => {
    const arrived = this.#socket.bytesRead - this.#from;
    if (arrived > ALLOWANCE + 2 * this.#content) this.#socket.destroy(new FrameFlood());
  };
}
