import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { createCertificates } from '../certificates.ts';
import { extendListener, followTransports, type Listener, type ListenOptions, listen, urlOf } from '../listener.ts';
import { RawConnection } from './raw-connection.ts';
import type { RawRequest } from './raw-request.ts';
import type { Split } from './split.ts';

/** Plays the server on one connection. */
export type RawHandler = (connection: RawConnection) => void | Promise<void>;

/** Bytes to send (text as ISO-8859-1), or something to do; see `steps`. */
export type RawStep = string | Uint8Array | RawHandler;

/** How a raw server is started. */
export interface RawServerOptions extends ListenOptions {
  /** True speaks TLS with the good test certificate; an object adds to it or replaces it. */
  readonly tls?: boolean | TlsOptions | undefined;
  /** How answers are cut; whole by default. */
  readonly split?: Split | undefined;
}

/** A running raw server. */
export interface RawServer extends Listener {
  /** `http://127.0.0.1:port` or `https://...`, without a slash at the end. */
  readonly url: string;
  /** Every connection so far; over TLS, those whose handshake succeeded. */
  readonly accepted: readonly RawConnection[];
  /** Every complete request so far, over all connections. */
  readonly requests: readonly RawRequest[];
  /** The n-th complete request, from 1; waits for it. */
  waitForRequest(count?: number): Promise<RawRequest>;
  /** The n-th connection, from 1; waits for it. */
  waitForConnection(count?: number): Promise<RawConnection>;
  /** PEM of the test CA, when it speaks TLS. */
  readonly ca: string | undefined;
}

/** What a script can do besides sending. */
export const steps: {
  /** Waits for the next complete request. */
  readonly request: RawHandler;
  /** Waits for the head of the next request only. */
  readonly head: RawHandler;
  readonly halfClose: RawHandler;
  readonly reset: RawHandler;
  /** Sends FIN without the farewell that TLS wants before it (close_notify): a truncation attack looks like this. */
  readonly cut: RawHandler;
  readonly close: RawHandler;
  readonly stopReading: RawHandler;
  /** Does nothing more until the client goes away. */
  readonly stall: RawHandler;
  /** Waits for bytes. */
  receive(text: string | Uint8Array): RawHandler;
  /** Sleeps, for tests of time limits. */
  wait(ms: number): RawHandler;
} = {
  request: async (connection) => void (await connection.nextRequest()),
  head: async (connection) => void (await connection.nextHead()),
  halfClose: (connection) => connection.halfClose(),
  reset: (connection) => connection.reset(),
  cut: (connection) => connection.cut(),
  close: (connection) => connection.close(),
  stopReading: (connection) => connection.pause(),
  stall: (connection) => connection.closed,
  receive: (text) => (connection) => connection.receive(text),
  wait: (ms) => () => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Joins lines as HTTP does: `crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok')`. */
export function crlf(...lines: readonly string[]): string {
  return lines.join('\r\n');
}

/**
 * Starts a TCP server that answers by hand, for everything that a proper server would not do.
 *
 *     await using server = await startRawServer([steps.request, crlf('HTTP/1.1 200 OK', 'Content-Length: 9', '', 'short'), steps.close]);
 *     const request = await server.waitForRequest();
 *
 * @param play Text or bytes answer every request alike. A script is played once on each connection, which then stays open. A function gets
 *   each connection and does what it likes; an error of it closes the connection and is thrown by `close()`, unless the client had left.
 */
export async function startRawServer(
  play: string | Uint8Array | readonly RawStep[] | RawHandler,
  options: RawServerOptions = {},
): Promise<RawServer> {
  const { tls = false, split = 'whole', host, port } = options;
  const handle = toHandler(play);
  const accepted: RawConnection[] = [];
  const requests: RawRequest[] = [];
  const errors: unknown[] = [];
  const watchers = new Set<() => void>();
  const notify = (): void => {
    for (const check of [...watchers]) check();
  };
  const nth = <T>(list: readonly T[], count: number): Promise<T> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (list.length < count) return;
        watchers.delete(check);
        resolve(list[count - 1]!);
      };
      watchers.add(check);
      check();
    });

  const accept = (socket: Socket): void => {
    const connection = new RawConnection(accepted.length + 1, socket, transportOf(socket), split, (request) => {
      requests.push(request);
      notify();
    });
    accepted.push(connection);
    notify();
    Promise.resolve()
      .then(() => handle(connection))
      .catch((error: unknown) => {
        if (!connection.ended) errors.push(error);
        connection.close();
      });
  };

  const certificates = tls === false ? undefined : createCertificates();
  const server = certificates
    ? createTlsServer({ ...certificates.good, ...(tls === true ? {} : (tls as TlsOptions)) }, accept)
    : createServer(accept);
  server.on('tlsClientError', () => {});
  const transportOf = followTransports(server);
  const listener = await listen(server, { host, port });
  const close = async (): Promise<void> => {
    await listener.close();
    if (errors.length > 0) throw errors.shift();
  };
  const members = {
    url: urlOf(listener, certificates ? 'https' : 'http'),
    accepted,
    requests,
    ca: certificates?.ca,
    waitForRequest: (count = 1): Promise<RawRequest> => nth(requests, count),
    waitForConnection: (count = 1): Promise<RawConnection> => nth(accepted, count),
    close,
    [Symbol.asyncDispose]: close,
  };
  return extendListener(listener, members);
}

function toHandler(play: string | Uint8Array | readonly RawStep[] | RawHandler): RawHandler {
  if (typeof play === 'function') return play;
  if (typeof play === 'string' || play instanceof Uint8Array) {
    return async (connection) => {
      while (!connection.ended) {
        await connection.nextRequest();
        await connection.send(play);
      }
    };
  }
  return async (connection) => {
    for (const step of play) {
      if (typeof step === 'function') await step(connection);
      else await connection.send(step);
    }
  };
}
