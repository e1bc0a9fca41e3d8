import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';

/** RFC 9113 §7. Not from `node:http2`, which is not loaded for this. */
const REFUSED_STREAM = 7;

/** An HTTP/2 stream that keeps what undici does not tell. */
export interface WatchedStream extends ClientHttp2Stream {
  /** Name, value, name, value... of the final head, each field on its own, as in HTTP/1; null where that is not known. */
  head: string[] | null;
  /** The server has sent END_STREAM (RFC 9113 §8.1). */
  endedByPeer: boolean;
}

/** Who wants to know the stream that its request goes out on. */
export interface StreamOwner {
  onStream(stream: WatchedStream): void;
}

/** Watches the streams that undici opens on one HTTP/2 connection. */
export class StreamWatch {
  #next: StreamOwner | null = null;
  /** The last stream that the server takes, once it has told the connection to go away. */
  #last: number | null = null;

  /** @param socket One that undici has started a session on. */
  constructor(socket: Socket) {
    const session = sessionOn(socket);
    if (!session) return;
    session.prependListener('goaway', (_code, last) => {
      this.#last = last;
    });
    const { request } = session;
    session.request = (...args) => {
      const stream = request.apply(session, args) as WatchedStream;
      stream.head = null;
      stream.endedByPeer = false;
      stream.push = push;
      stream.on('response', keepHead);
      this.#next?.onStream(stream);
      this.#next = null;
      return stream;
    };
  }

  /** The server has told the connection to go away: no stream can be opened. undici hears of it after us. */
  get leaving(): boolean {
    return this.#last !== null;
  }

  /** The server has processed nothing of it: the request may be sent again, whatever it is (RFC 9113 §8.7). */
  hasRefused(stream: WatchedStream): boolean {
    return stream.rstCode === REFUSED_STREAM || (this.#last !== null && (stream.id ?? Infinity) > this.#last);
  }

  /** The next stream, which is opened in this turn, is that of `owner`. */
  expect(owner: StreamOwner): void {
    this.#next = owner;
  }
}

/** The list begins with `:status`, the only pseudo-field that there may be (RFC 9113 §8.3.2). Not every runtime has it. */
function keepHead(this: WatchedStream, _joined: unknown, _flags: number, raw?: string[]): void {
  this.head = raw?.[0] === ':status' ? raw.slice(2) : null;
}

/**
 * Node ends a body in the same way when the server cuts it off with RST_STREAM and the code CANCEL or NO_ERROR, or closes the connection; and
 * undici takes that for a complete answer. The difference is that the stream is closed by then, which follows a proper end.
 */
function push(this: WatchedStream, chunk: unknown, encoding?: BufferEncoding): boolean {
  if (chunk === null && !this.closed && !this.destroyed) this.endedByPeer = true;
  return Readable.prototype.push.call(this, chunk, encoding);
}

/** Both Node and undici leave it on the socket, under symbols of their own. */
function sessionOn(socket: Socket): ClientHttp2Session | undefined {
  for (const symbol of Object.getOwnPropertySymbols(socket)) {
    const value = (socket as unknown as Record<symbol, unknown>)[symbol];
    if (isSession(value)) return value;
  }
  return undefined;
}

function isSession(value: unknown): value is ClientHttp2Session {
  const { request, goaway } = (value ?? {}) as { readonly request?: unknown; readonly goaway?: unknown };
  return typeof request === 'function' && typeof goaway === 'function';
}
