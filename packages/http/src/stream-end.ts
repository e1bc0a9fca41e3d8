import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';

/**
 * Whether the body of an HTTP/2 stream came to its own end (RFC 9113 §8.1).
 *
 * Node ends it in the same way when the server cuts it off with RST_STREAM and the code CANCEL or NO_ERROR, or closes the connection; and undici
 * takes that for a complete answer. The difference is that the stream is closed by then, which follows a proper end.
 */
export class StreamEnd {
  /** The server has sent END_STREAM. */
  proper: boolean = false;

  watch(stream: ClientHttp2Stream): void {
    const { push } = stream;
    stream.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
      if (chunk === null && !stream.closed && !stream.destroyed) this.proper = true;
      return push.call(stream, chunk, encoding);
    };
  }
}

/** Watches the stream that is about to be opened on this socket, in this turn; null when its session cannot be found. */
export function watchNextStream(socket: Socket): StreamEnd | null {
  const session = sessionOn(socket);
  if (!session) return null;
  const end = new StreamEnd();
  const { request } = session;
  session.request = (...args) => {
    Reflect.deleteProperty(session, 'request');
    const stream = request.apply(session, args);
    end.watch(stream);
    return stream;
  };
  return end;
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
