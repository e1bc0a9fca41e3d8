/** The connection behind a streamed body. */
export interface BodyProducer {
  /** Called when the consumer caught up after `push` answered false. */
  resume(): void;
  /** Called with true when a reader waits for a piece, with false when it got one. */
  demand?(wanted: boolean): void;
  /** Called when the body is dropped before its end; the connection is given up. */
  drop(): void;
}

/** Bytes that wait before the connection is paused. */
const HIGH_WATER = 128 * 1024;
/** What a piece costs at least, so that many tiny ones fill the queue as well. */
const PIECE_COST = 128;

/** Hands the pieces of a body from the connection, which pushes, to its reader, who pulls; pauses the one while the other is slow. */
export class BodyQueue {
  readonly #producer: BodyProducer;
  #pieces: Uint8Array[] = [];
  #first = 0;
  #weight = 0;
  #paused = false;
  #state: 'open' | 'ended' | 'failed' | 'dropped' = 'open';
  #error: unknown;
  #waiting: { resolve(piece: Uint8Array | null): void; reject(error: unknown): void } | null = null;

  constructor(producer: BodyProducer) {
    this.#producer = producer;
  }

  /** There is more to come. */
  get open(): boolean {
    return this.#state === 'open';
  }

  /** False asks the connection to pause. */
  push(piece: Uint8Array): boolean {
    if (this.#state !== 'open' || piece.length === 0) return true;
    const waiting = this.#waiting;
    if (waiting) {
      this.#waiting = null;
      this.#producer.demand?.(false);
      waiting.resolve(piece);
      return true;
    }
    this.#pieces.push(piece);
    this.#weight += Math.max(piece.length, PIECE_COST);
    this.#paused = this.#weight >= HIGH_WATER;
    return !this.#paused;
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    this.#waiting?.resolve(null);
    this.#waiting = null;
  }

  /** @param at Once: what waits in the queue is dropped, for an abort. Otherwise it is read first. */
  fail(error: unknown, at: 'once' | 'end' = 'end'): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#error = error;
    if (at === 'once') this.#clear();
    this.#waiting?.reject(error);
    this.#waiting = null;
  }

  /** The next piece; null at the end. @throws The error of the connection, again and again. */
  take(): Promise<Uint8Array | null> {
    if (this.#first < this.#pieces.length) return Promise.resolve(this.#shift());
    switch (this.#state) {
      case 'open':
        if (this.#waiting)
          return Promise.reject(new Error('The body is being read already: wait for the piece asked for'));
        return new Promise((resolve, reject) => {
          this.#waiting = { resolve, reject };
          this.#producer.demand?.(true);
        });
      case 'failed':
        return Promise.reject(this.#error);
      default:
        return Promise.resolve(null);
    }
  }

  /** Gives up what was not read; harmless after the end. */
  drop(): void {
    if (this.#state === 'open') {
      this.#state = 'dropped';
      this.#producer.drop();
    }
    this.#clear();
    this.#waiting?.resolve(null);
    this.#waiting = null;
  }

  #shift(): Uint8Array {
    const piece = this.#pieces[this.#first]!;
    this.#pieces[this.#first++] = undefined as never;
    this.#weight -= Math.max(piece.length, PIECE_COST);
    if (this.#first === this.#pieces.length) {
      this.#pieces = [];
      this.#first = 0;
    }
    if (this.#paused && this.#weight <= HIGH_WATER / 2) {
      this.#paused = false;
      if (this.#state === 'open') this.#producer.resume();
    }
    return piece;
  }

  #clear(): void {
    this.#pieces = [];
    this.#first = 0;
    this.#weight = 0;
  }
}
