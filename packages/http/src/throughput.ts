/** The least that a body must bring in a time. */
export interface Throughput {
  readonly bytes: number;
  readonly windowMs: number;
}

/**
 * Watches that a body brings enough in each stretch of time that somebody waited for it; time in which nobody reads does not count.
 *
 * One timer while it runs, nothing per byte.
 */
export class ThroughputWatch {
  readonly #least: Throughput;
  readonly #received: () => number;
  readonly #onSlow: () => void;
  #timer: NodeJS.Timeout | null = null;
  /** Bytes when this stretch began. */
  #from = 0;
  /** Of this stretch, waited for before the last pause. */
  #waitedMs = 0;
  #since = 0;

  constructor(least: Throughput, received: () => number, onSlow: () => void) {
    this.#least = least;
    this.#received = received;
    this.#onSlow = onSlow;
  }

  /** Somebody waits for bytes. */
  start(): void {
    if (this.#timer) return;
    this.#since = performance.now();
    this.#timer = setTimeout(this.#judge, Math.max(0, this.#least.windowMs - this.#waitedMs));
  }

  /** Nobody does. */
  stop(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#waitedMs += performance.now() - this.#since;
  }

  readonly #judge = (): void => {
    this.#timer = null;
    this.#waitedMs = 0;
    const received = this.#received();
    if (received - this.#from < this.#least.bytes) {
      this.#onSlow();
      return;
    }
    this.#from = received;
    this.start();
  };
}
