import { isIP, type LookupFunction, Socket, type SocketConnectOpts } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { ProxyError, RequestException } from '@requests-ts/core';
import {
  ConnectFailure,
  type ConnectPhase,
  fingerprintError,
  type TlsSettings,
  tlsConnectOptions,
} from '@requests-ts/node-transport';
import type { AdapterSettings } from './adapter-options.ts';
import { publishConnect } from './events.ts';
import { askGuard, guardedLookup } from './guard.ts';
import type { Route } from './route.ts';
import { unsupportedProxy } from './route.ts';
import { openTunnel } from './tunnel.ts';

/** What every opening of one pool shares. */
export interface OpeningContext {
  readonly route: Route;
  readonly settings: AdapterSettings;
  /** Offered to the target, best first. */
  readonly alpn: readonly string[];
  /** The last TLS session with the target, for resumption; it stays with its pool, hence with its trust. */
  session: Buffer | undefined;
}

const ignore = (): void => {};

/**
 * The making of one connection: resolve, connect, proxy, TLS, under one deadline from the first step to the last.
 *
 * Calls `done` exactly once, with a usable socket or a `ConnectFailure` that says how far it came. `cancel` ends it at any time and destroys
 * what is open.
 */
export class Opening {
  readonly #context: OpeningContext;
  readonly #timeoutMs: number | null;
  #done: (error: Error | null, socket: Socket | null) => void;
  readonly #startedAt: number = performance.now();
  #timer: NodeJS.Timeout | null = null;
  #controller: AbortController | null = null;
  #socket: Socket | null = null;
  /** What a socket said first: TLS on top of one that is broken already has no better word than that it is. */
  #socketError: Error | null = null;
  #phase: ConnectPhase = 'dns';
  /** While the proxy itself is being reached. */
  #atProxy: boolean;
  #over = false;

  constructor(
    context: OpeningContext,
    timeoutMs: number | null,
    done: (error: Error | null, socket: Socket | null) => void,
  ) {
    this.#context = context;
    this.#timeoutMs = timeoutMs;
    this.#done = done;
    this.#atProxy = context.route.proxy !== null;
    if (timeoutMs !== null) this.#timer = setTimeout(() => this.#fail(undefined, timeoutMs), timeoutMs);
    this.#run().then(
      (socket) => this.#finish(null, socket),
      (error: unknown) => this.#fail(error),
    );
  }

  /** Ends it for a reason that the caller already knows. */
  cancel(): void {
    this.#fail(new Error('the request was given up'));
  }

  async #run(): Promise<Socket> {
    const { route, alpn } = this.#context;
    if (route.mode === 'connector') {
      const socket = await this.#connectThrough();
      this.#atProxy = false;
      return route.tls ? this.#secure(socket, route.tls, route.hostname, alpn) : socket;
    }
    let socket = await this.#connect();
    if (route.proxy && route.proxyTls)
      socket = await this.#secure(socket, route.proxyTls, route.proxy.hostname, ['http/1.1']);
    if (route.mode === 'forward') return socket;
    if (route.mode === 'tunnel') {
      this.#phase = 'proxy';
      await openTunnel(socket, route);
    }
    this.#atProxy = false;
    return route.tls ? this.#secure(socket, route.tls, route.hostname, alpn) : socket;
  }

  /** DNS and TCP, or a local socket. */
  #connect(): Promise<Socket> {
    const { route, settings } = this.#context;
    const { hostname, port } = route.proxy ?? route;
    const lookup = this.#guarded(hostname, port);
    const options: SocketConnectOpts = Object.assign(Object.create(null), {
      ...(route.socketPath === undefined
        ? {
            host: hostname,
            port,
            path: undefined,
            autoSelectFamily: settings.autoSelectFamily,
            ...settings.socket,
            lookup,
            family: settings.socket.family ?? 0,
          }
        : { path: route.socketPath }),
      signal: undefined,
      onread: undefined,
      fd: undefined,
      handle: undefined,
      allowHalfOpen: false,
      noDelay: settings.noDelay,
      keepAlive: settings.tcpKeepAliveMs !== null,
      keepAliveInitialDelay: settings.tcpKeepAliveMs ?? 0,
    });
    // Held before it connects: a `lookup` of the user's may throw in there.
    const socket = new Socket(options as object);
    this.#hold(socket);
    socket.connect(options);
    return new Promise((resolve, reject) => {
      // With a synchronous `lookup` the first of these has gone by before anybody listens.
      const onTcp = (error?: unknown): void => {
        if (!(error instanceof Error)) this.#phase = 'tcp';
      };
      const onError = (error: NodeJS.ErrnoException): void => {
        if (error.syscall !== 'getaddrinfo' && error.code !== 'ENOTFOUND') this.#phase = 'tcp';
        reject(error);
      };
      if (route.socketPath !== undefined) this.#phase = 'tcp';
      socket.once('lookup', onTcp).once('connectionAttempt', onTcp).once('error', onError);
      socket.once('connect', () => {
        socket.off('lookup', onTcp).off('connectionAttempt', onTcp).off('error', onError);
        this.#phase = 'tcp';
        resolve(socket);
      });
    });
  }

  /** Asks the guard about what is known already; what is not known yet, the returned `lookup` asks about. */
  #guarded(hostname: string, port: number): LookupFunction | undefined {
    const { route, settings } = this.#context;
    const { guard, socket } = settings;
    if (!guard) return socket.lookup;
    const connection = { hostname, port, role: route.proxy ? 'proxy' : 'target' } as const;
    const address = route.socketPath ?? hostname;
    if (route.socketPath !== undefined || isIP(address) !== 0)
      askGuard(guard, address, { ...connection, resolved: route.socketPath === undefined });
    return guardedLookup(guard, socket.lookup, connection);
  }

  async #connectThrough(): Promise<Socket> {
    const { route, settings } = this.#context;
    const proxy = route.proxy!;
    this.#phase = 'proxy';
    const entry = route.connector;
    if (!entry) throw unsupportedProxy(proxy.scheme);
    const connector = typeof entry === 'function' ? await entry() : entry;
    this.#controller = new AbortController();
    const { hostname, port } = route;
    const timeoutMs =
      this.#timeoutMs === null ? null : Math.max(1, this.#timeoutMs - (performance.now() - this.#startedAt));
    const request = {
      proxy,
      target: { hostname, port },
      signal: this.#controller.signal,
      timeoutMs,
      socket: settings.socket,
    };
    const socket = await connector.connect(request);
    if (this.#over) socket.on('error', ignore).destroy();
    else this.#hold(socket);
    if (socket.readableLength > 0) throw new ProxyError('The proxy sent bytes before the target could');
    return socket;
  }

  /** TLS on a connected socket, the certificate checked before anything is sent. */
  #secure(raw: Socket, settings: TlsSettings, host: string, alpn: readonly string[]): Promise<TLSSocket> {
    this.#phase = 'tls';
    const options = tlsConnectOptions(settings, host, alpn);
    // A fingerprint is compared with a certificate, which a resumed session may not have.
    const resumable = !this.#atProxy && settings.options.assertFingerprint === undefined;
    options.socket = raw;
    options.session = resumable ? this.#context.session : undefined;
    const socket = connectTls(options);
    this.#hold(socket);
    if (resumable) socket.on('session', (session: Buffer) => (this.#context.session = session));
    return new Promise((resolve, reject) => {
      const onError = (error: Error): void => reject(this.#socketError ?? error);
      const onClose = (): void => onError(new Error('the connection was closed during the TLS handshake'));
      socket.once('error', onError).once('close', onClose);
      socket.once('secureConnect', () => {
        socket.off('error', onError).off('close', onClose);
        const error = fingerprintError(socket, settings.options);
        if (error) reject(error);
        else resolve(socket);
      });
    });
  }

  /** The socket that is destroyed when this fails; its errors always have a listener. */
  #hold(socket: Socket): void {
    this.#socket = socket.on('error', (error) => (this.#socketError ??= error));
    if (this.#over) socket.destroy();
  }

  #fail(error: unknown, timeoutMs?: number): void {
    if (this.#over) return;
    // Errors of our own tree say all there is; wrapped, so that no code of theirs means anything to undici.
    const { route } = this.#context;
    const atProxy =
      (this.#atProxy && !(timeoutMs !== undefined && route.mode === 'connector')) || error instanceof ProxyError;
    const proxy = atProxy ? route.proxy?.display : undefined;
    const cause = error instanceof RequestException || timeoutMs === undefined ? error : undefined;
    const socket = this.#socket;
    this.#finish(new ConnectFailure({ phase: this.#phase, proxy, timeoutMs, cause }), null);
    socket?.destroy();
  }

  #finish(error: Error | null, socket: Socket | null): void {
    if (this.#over) {
      socket?.destroy();
      return;
    }
    this.#over = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (error) this.#controller?.abort(error);
    this.#controller = null;
    this.#socket = null;
    publishConnect(this.#context.route, performance.now() - this.#startedAt, error, socket);
    const done = this.#done;
    // Listeners of the connection know this object: with it they would keep the first request, and its answer, as long as the connection lives.
    this.#done = ignore;
    done(error, socket);
  }
}
