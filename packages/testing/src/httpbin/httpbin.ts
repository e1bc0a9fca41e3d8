import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { createCertificates } from '../certificates.ts';
import { extendListener, type Listener, type ListenOptions, listen, urlOf } from '../listener.ts';
import { authRoutes } from './auth.ts';
import { cookieRoutes } from './cookies.ts';
import { echoRoutes } from './echo.ts';
import { Exchange, type RecordedRequest, type ServerMemory } from './exchange.ts';
import { formatRoutes } from './formats.ts';
import { redirectRoutes } from './redirects.ts';
import { createRouter } from './router.ts';
import { statusRoutes } from './statuses.ts';
import { streamRoutes } from './streams.ts';

/** How an httpbin is started. */
export interface HttpbinOptions extends ListenOptions {
  /** True serves HTTPS with the good test certificate; an object adds to it or replaces it. */
  readonly tls?: boolean | TlsOptions | undefined;
}

/** A running httpbin. */
export interface Httpbin extends Listener {
  /** `http://127.0.0.1:port` or `https://...`, without a slash at the end. */
  readonly url: string;
  /** Every request so far, in the order of their heads. */
  readonly requests: readonly RecordedRequest[];
  /** PEM of the test CA, when it serves HTTPS. */
  readonly ca: string | undefined;
}

const route = createRouter([
  ...echoRoutes,
  ...authRoutes,
  ...cookieRoutes,
  ...redirectRoutes,
  ...statusRoutes,
  ...formatRoutes,
  ...streamRoutes,
]);

/**
 * Starts a server with the endpoints of httpbin.org and the same JSON, on a free loopback port.
 *
 * It answers HTTP/1.1, keeps connections alive for ever, and records every request.
 */
export async function startHttpbin({ tls = false, host, port }: HttpbinOptions = {}): Promise<Httpbin> {
  const requests: RecordedRequest[] = [];
  const memory: ServerMemory = { nonces: new Map(), turns: new Map() };
  const ids = new WeakMap<Socket, number>();
  let lastId = 0;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = '', url = '', rawHeaders } = request;
    const record = { method, url, rawHeaders, bodyLength: 0, connectionId: ids.get(request.socket) ?? 0 };
    requests.push(record);
    const exchange = new Exchange(request, response, record, memory);
    route(exchange).catch((error: unknown) => {
      // A client that has gone away is the test's business; anything else is a bug, shown to the client.
      if (response.headersSent || request.socket.destroyed) response.destroy();
      else
        response
          .writeHead(500, { 'Content-Type': 'text/plain' })
          .end(error instanceof Error ? error.message : String(error));
    });
  };

  const certificates = tls === false ? undefined : createCertificates();
  const server: Server = certificates
    ? createTlsServer(
        { ...certificates.good, ALPNProtocols: ['http/1.1'], ...(tls === true ? {} : (tls as TlsOptions)) },
        answer,
      )
    : createServer(answer);
  server.on(certificates ? 'secureConnection' : 'connection', (socket: Socket) => {
    lastId += 1;
    ids.set(socket, lastId);
    socket.on('error', () => {});
  });
  server.keepAliveTimeout = 0;
  server.headersTimeout = 0;
  server.requestTimeout = 0;

  const listener = await listen(server, { host, port });
  return extendListener(listener, {
    url: urlOf(listener, certificates ? 'https' : 'http'),
    requests,
    ca: certificates?.ca,
  });
}
