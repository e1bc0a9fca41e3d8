import type { ClientRequest } from 'node:http';
import { connect as connectSocket, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import {
  ConnectFailure,
  type ConnectPhase,
  fingerprintError,
  type ProxyUrl,
  type TlsSettings,
  tlsConnectOptions,
} from '@requests-ts/node-transport';

/** Event on a request: nobody waits for it any more, so whatever is being opened for it is to be destroyed. */
export const ABANDONED: unique symbol = Symbol('abandoned');
/** Event on a request: how far the way to its target has come. */
export const PHASE: unique symbol = Symbol('phase');

const ignore = (): void => {};
const KEEP_ALIVE_MS = 60_000;

/** A proxy and how to talk to it. */
export interface ProxyPeer {
  readonly url: ProxyUrl;
  /** TLS with the proxy, or null. */
  readonly tls: TlsSettings | null;
}

/**
 * Opens a connection to the proxy, TLS included. It is destroyed when the request is abandoned, until `release`.
 *
 * @throws ConnectFailure that names the proxy.
 */
export async function connectProxy({ url, tls }: ProxyPeer, request: ClientRequest): Promise<ProxyConnection> {
  const connection = new ProxyConnection(url, request);
  const raw = await connection.connect();
  if (!tls) return connection;
  await connection.secure(raw, tls);
  return connection;
}

/** A connection to a proxy while it belongs to the request that asked for it. */
export class ProxyConnection {
  readonly #url: ProxyUrl;
  readonly #request: ClientRequest;
  #socket: Socket | null = null;
  #abandoned = false;

  constructor(url: ProxyUrl, request: ClientRequest) {
    this.#url = url;
    this.#request = request;
    request.once(ABANDONED, this.#onAbandoned);
  }

  get socket(): Socket {
    return this.#socket!;
  }

  readonly #onAbandoned = (): void => {
    this.#abandoned = true;
    this.#socket?.destroy();
  };

  /** From now on the request itself destroys the socket. */
  release(): Socket {
    this.#request.off(ABANDONED, this.#onAbandoned);
    return this.socket;
  }

  destroy(): void {
    this.release().destroy();
  }

  connect(): Promise<Socket> {
    const { hostname, port } = this.#url;
    const options = {
      host: hostname,
      port,
      path: undefined,
      lookup: undefined,
      localAddress: undefined,
      family: 0,
      autoSelectFamily: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    };
    const socket = connectSocket(Object.assign(Object.create(null), options));
    this.#hold(socket);
    return new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException): void =>
        reject(this.#failure(error.syscall === 'getaddrinfo' ? 'dns' : 'tcp', error));
      const closed = (): void => reject(this.#failure('tcp', new Error('the connection was closed')));
      socket.once('lookup', () => this.#request.emit(PHASE, 'tcp'));
      socket.once('error', failed).once('close', closed);
      socket.once('connect', () => {
        socket.off('error', failed).off('close', closed);
        this.#request.emit(PHASE, 'proxy');
        resolve(socket);
      });
    });
  }

  secure(raw: Socket, tls: TlsSettings): Promise<TLSSocket> {
    const options = tlsConnectOptions(tls, this.#url.hostname, ['http/1.1']);
    options.socket = raw;
    const socket = connectTls(options);
    this.#hold(socket);
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => reject(this.#failure('tls', error));
      const closed = (): void => failed(new Error('the connection was closed during the TLS handshake'));
      socket.once('error', failed).once('close', closed);
      socket.once('secureConnect', () => {
        socket.off('error', failed).off('close', closed);
        const error = fingerprintError(socket, tls.options);
        if (error) {
          socket.destroy();
          failed(error);
        } else resolve(socket);
      });
    });
  }

  /** Its errors have a listener from the first to the last; who waits for something gets them as well. */
  #hold(socket: Socket): void {
    this.#socket = socket.on('error', ignore);
    if (this.#abandoned) socket.destroy();
  }

  #failure(phase: ConnectPhase, cause: unknown): ConnectFailure {
    return new ConnectFailure({ phase, proxy: this.#url.display, cause });
  }
}
