import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Client, Dispatcher } from 'undici';
import type { Exchange } from './exchange.ts';
import { FrameWatch } from './frame-watch.ts';
import { HeadFilter } from './head-filter.ts';
import type { HostPool } from './host-pool.ts';
import { Opening } from './opening.ts';
import { StreamWatch } from './stream-watch.ts';
import { loadedClient } from './undici.ts';

/** Connections that one exchange may cost; more is undici connecting again and again. */
const MAX_CONNECTS = 5;
/** Streams that share one HTTP/2 connection. */
const MAX_STREAMS = 100;

/**
 * One connection and the undici client that speaks on it. With HTTP/1.1 it carries one exchange at a time, so that the deadline and the
 * cancellation of its connecting are those of exactly one request; with HTTP/2 it carries many.
 */
export class Slot {
  readonly #pool: HostPool;
  readonly #client: Client;
  #opening: Opening | null = null;
  #current: Exchange | null = null;
  /** Connections that the server told to go away. Only for HTTP/2. */
  readonly #retired: Socket[] = [];
  /** Exchanges on the connection now. */
  running: number = 0;
  /** Exchanges that the present connection has carried to their end. */
  uses: number = 0;
  /** HTTP/2 was agreed on. It stays true when the server has told the connection to go away: its streams go on. */
  multiplexed: boolean = false;
  socket: Socket | null = null;
  filter: HeadFilter | null = null;
  /** Over HTTP/2. */
  frames: FrameWatch | null = null;
  /** Over HTTP/2. */
  streams: StreamWatch | null = null;
  /** The first error of the present socket: it tells more than what undici makes of it later. */
  socketError: Error | null = null;

  constructor(pool: HostPool) {
    const Client = loadedClient()!;
    this.#pool = pool;
    const { settings, offersHttp2 } = pool;
    const { hostname, port } = pool.context.route;
    const host = hostname.includes(':') ? `[${hostname}]` : hostname;
    // With HTTP/1.1 the origin is always http: TLS is ours, and undici keeps its opinions on server names to itself.
    const options: Client.Options = {
      allowH2: offersHttp2,
      ...(offersHttp2 && { h2Options: { maxConcurrentStreams: MAX_STREAMS } }),
      // The pool gives HTTP/1.1 one exchange at a time. After GOAWAY it is the number of old streams beside which undici connects anew.
      pipelining: offersHttp2 ? MAX_STREAMS : 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: settings.keepAliveMs,
      maxHeaderSize: settings.maxHeaderSize,
      useMilo: false,
      connect: (_options, callback) => this.#connect(callback as (error: Error | null, socket: Socket | null) => void),
    };
    // Without a prototype: what somebody put on `Object.prototype` is no option.
    this.#client = new Client(
      `${offersHttp2 ? 'https' : 'http'}://${host}:${port}`,
      Object.assign(Object.create(null), options),
    );
    // undici has its session by now, and has opened no stream yet.
    this.#client.on('connect', () => {
      this.streams = this.multiplexed ? new StreamWatch(this.socket!) : null;
    });
    this.#client.on('disconnect', () => {
      // After GOAWAY it is open still: undici leaves it to its streams, and does not always close it after the last one.
      if (this.socket && !this.socket.destroyed) this.#retired.push(this.socket);
      this.socket = null;
      this.#pool.onDisconnect(this);
    });
    // A bug in a handler ends up here; without a listener it would end the process.
    (this.#client as EventEmitter).on('error', (error: Error) => this.#current?.fail(error));
  }

  /** Open, and able to take an exchange. */
  get alive(): boolean {
    return this.socket !== null && !this.socket.destroyed && !this.#client.destroyed && !this.streams?.leaving;
  }

  /** HTTP/2 may be agreed on; undici wants to be told a server name then, always the same. */
  get offersHttp2(): boolean {
    return this.#pool.offersHttp2;
  }

  /** Can take one more stream. Only for HTTP/2. */
  get hasRoom(): boolean {
    return this.alive && this.running < MAX_STREAMS;
  }

  run(exchange: Exchange, options: Dispatcher.DispatchOptions): void {
    if (this.running++ === 0) this.frames?.restart();
    this.#current = exchange;
    this.#client.dispatch(options, exchange);
  }

  /** The exchange is over, well or not. */
  finish(exchange: Exchange): void {
    if (--this.running === 0) this.frames?.restart();
    this.uses++;
    if (this.#current === exchange) this.#current = null;
    this.#pool.release(this);
  }

  /** True when there was a connecting to cancel. */
  cancelConnect(): boolean {
    this.#opening?.cancel();
    return this.#opening !== null;
  }

  /** Closes the connection at once, and those before it. */
  destroy(): void {
    // undici closes with an error, which Node would bring to HTTP/2 streams that undici has just let go of: nobody would catch it there.
    if (this.multiplexed) this.socket?.destroy();
    this.#client.destroy(null, () => {});
    for (const socket of this.#retired.splice(0)) socket.destroy();
  }

  #connect(callback: (error: Error | null, socket: Socket | null) => void): void {
    this.uses = 0;
    const exchange = this.#current;
    // Over HTTP/2 it is one of many, and the others want the connection still.
    const failed = exchange?.failed && !this.multiplexed;
    if (failed || (exchange && ++exchange.connects > MAX_CONNECTS)) {
      callback(
        new Error(failed ? 'the request was given up' : `no connection lasted in ${MAX_CONNECTS} attempts`),
        null,
      );
      return;
    }
    const opening = new Opening(this.#pool.context, exchange?.connectMs ?? null, (error, socket) => {
      this.#opening = null;
      this.socketError = null;
      this.socket = socket;
      if (socket) this.#adopt(socket);
      try {
        if (socket && this.multiplexed) endLater(socket, () => callback(error, socket));
        else callback(error, socket);
      } catch (cause) {
        exchange?.fail(cause);
        socket?.destroy();
      }
      this.#pool.onConnected(this);
    });
    this.#opening = opening;
    // The caller's own `lookup` runs in there, and may have made the caller give up.
    if (exchange?.failed) opening.cancel();
  }

  #adopt(socket: Socket): void {
    // Before undici adds its own listener: a reset inside a body that the close ends is a success to it.
    socket.on('error', (error) => {
      this.socketError ??= error;
      // A TLS socket of Node stays open after a record that cannot be read, and whoever waits for more would wait for ever.
      socket.destroy();
    });
    this.multiplexed = (socket as TLSSocket).alpnProtocol === 'h2';
    const { settings } = this.#pool;
    this.filter = this.multiplexed ? null : new HeadFilter(socket, settings);
    this.frames = this.multiplexed ? new FrameWatch(socket, settings.maxHeaderSize) : null;
  }
}

/**
 * undici breaks an HTTP/2 connection the moment that the server closes its side, and with it answers that have arrived as a whole and were not
 * given out yet, as after GOAWAY. Here its listeners hear of it one turn later.
 */
function endLater(socket: Socket, listen: () => void): void {
  const { on } = socket;
  const listenTo = on as (event: string, listener: () => void) => Socket;
  socket.on = ((event: string, listener: () => void) =>
    listenTo.call(
      socket,
      event,
      event === 'end' ? () => setImmediate(() => listener.call(socket)) : listener,
    )) as typeof on;
  try {
    listen();
  } finally {
    Reflect.deleteProperty(socket, 'on');
  }
}
