import type { AdapterSettings } from './adapter-options.ts';
import type { Exchange } from './exchange.ts';
import type { OpeningContext } from './opening.ts';
import type { Route } from './route.ts';
import { Slot } from './slot.ts';
import { WaitingLine } from './waiting-line.ts';

/**
 * The connections of one route. The last one used is used first, so that surplus ones grow old and are closed by their server.
 *
 * A connection comes back one turn of the loop after its answer: some servers close right after an answer that promised to keep it, and
 * the close is seen by then. A request that finds only such a connection waits for it instead of opening another.
 */
export class HostPool {
  readonly #context: OpeningContext;
  readonly #settings: AdapterSettings;
  /** HTTP/2 may be agreed on. */
  readonly offersHttp2: boolean;
  readonly #idle: Slot[] = [];
  #cooling: Slot[] = [];
  readonly #busy: Set<Slot> = new Set();
  readonly #waiting: WaitingLine = new WaitingLine();
  /** The HTTP/2 connection that everybody shares. */
  #shared: Slot | null = null;
  /** The first connection, while nobody knows what it will speak. */
  #probing: Slot | null = null;
  #sharedIdle: NodeJS.Timeout | null = null;
  #speaksHttp1 = false;
  #closed = false;

  constructor(route: Route, settings: AdapterSettings) {
    this.#settings = settings;
    this.offersHttp2 = settings.http2 && settings.keepAlive && route.tls !== null;
    this.#context = { route, settings, alpn: this.offersHttp2 ? ['h2', 'http/1.1'] : ['http/1.1'], session: undefined };
  }

  /** Not printed, as the settings are not: credentials of proxies are among them. */
  get context(): OpeningContext {
    return this.#context;
  }

  get settings(): AdapterSettings {
    return this.#settings;
  }

  /** Connections by what they do, for whoever watches. */
  get counts(): { readonly idle: number; readonly busy: number; readonly waiting: number } {
    return { idle: this.#idle.length + this.#cooling.length, busy: this.#busy.size, waiting: this.#waiting.size };
  }

  /** Gives the exchange a connection, now or later. @param fresh Not one that was used before. */
  acquire(exchange: Exchange, fresh: boolean): void {
    exchange.queue(this);
    if (this.offersHttp2 && !this.#speaksHttp1) this.#acquireShared(exchange);
    else if (!fresh && this.#idle.length > 0) this.#run(this.#idle.pop()!, exchange);
    else if (!fresh && this.#cooling.length > this.#waiting.size) this.#waiting.push(exchange);
    else if (this.#mayOpen()) this.#open(exchange);
    else if (fresh && this.#idle.length > 0) {
      this.#idle.shift()!.destroy();
      this.#open(exchange);
    } else this.#waiting.push(exchange);
  }

  /** Takes an exchange out that waits for its turn. */
  cancel(exchange: Exchange): void {
    this.#waiting.delete(exchange);
  }

  /** Called when an exchange on `slot` is over. */
  release(slot: Slot): void {
    if (slot.multiplexed) {
      if (slot.running === 0) {
        if (slot === this.#shared) this.#rest(slot);
        // The server told it to go away, and its last stream has ended.
        else slot.destroy();
      }
      this.#serve();
      return;
    }
    this.#busy.delete(slot);
    if (this.#cooling.length === 0) setImmediate(this.#cooled);
    this.#cooling.push(slot);
  }

  /** Called when the connection of `slot` is open, or could not be opened. */
  onConnected(slot: Slot): void {
    if (slot !== this.#probing) return;
    this.#probing = null;
    if (slot.multiplexed) {
      this.#busy.delete(slot);
      this.#shared = slot;
    } else if (slot.alive) this.#speaksHttp1 = true;
    this.#serve();
  }

  /** Called when the connection of `slot` is gone. */
  onDisconnect(slot: Slot): void {
    if (slot === this.#shared) {
      this.#shared = null;
      if (this.#sharedIdle) clearTimeout(this.#sharedIdle);
      if (slot.running === 0) slot.destroy();
    }
    const at = this.#idle.indexOf(slot);
    if (at >= 0) this.#idle.splice(at, 1);
    if (at >= 0 || this.#shared === null) this.#serve();
  }

  /** Closes what is idle now, and what is busy when it is done. */
  close(): void {
    this.#closed = true;
    for (const slot of this.#idle.splice(0)) slot.destroy();
    if (this.#shared?.running === 0) this.#shared.destroy();
  }

  /** Nobody uses the HTTP/2 connection: it goes with its pool, or after a while. */
  #rest(slot: Slot): void {
    if (this.#closed) slot.destroy();
    else this.#sharedIdle = setTimeout(() => slot.destroy(), this.#settings.keepAliveMs).unref();
  }

  readonly #cooled = (): void => {
    const slots = this.#cooling;
    this.#cooling = [];
    for (const slot of slots) {
      const next = slot.alive ? this.#waiting.shift() : null;
      if (next) this.#run(slot, next);
      else if (slot.alive && !this.#closed && this.#idle.length < this.#settings.poolMaxsize) this.#idle.push(slot);
      else slot.destroy();
    }
    this.#serve();
  };

  /** Opens connections for those who wait, as far as there may be more. */
  #serve(): void {
    while (this.#waiting.size > this.#cooling.length && !this.#probing) {
      if (this.#shared?.hasRoom) this.#run(this.#shared, this.#waiting.shift()!);
      else if (this.#shared === null && this.#mayOpen()) {
        const exchange = this.#waiting.shift()!;
        if (this.offersHttp2 && !this.#speaksHttp1) this.#acquireShared(exchange);
        else this.#open(exchange);
      } else return;
    }
  }

  #mayOpen(): boolean {
    return (
      !this.#settings.poolBlock ||
      this.#busy.size + this.#idle.length + this.#cooling.length < this.#settings.poolMaxsize
    );
  }

  #acquireShared(exchange: Exchange): void {
    if (this.#shared?.hasRoom) this.#run(this.#shared, exchange);
    else if (this.#shared?.alive || this.#probing) this.#waiting.push(exchange);
    else this.#open(exchange, true);
  }

  #open(exchange: Exchange, probing = false): void {
    const slot = new Slot(this);
    if (probing) this.#probing = slot;
    this.#run(slot, exchange);
  }

  #run(slot: Slot, exchange: Exchange): void {
    if (slot !== this.#shared) this.#busy.add(slot);
    else if (this.#sharedIdle) {
      clearTimeout(this.#sharedIdle);
      this.#sharedIdle = null;
    }
    exchange.run(slot);
  }
}
