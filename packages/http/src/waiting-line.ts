import type { Exchange } from './exchange.ts';

/**
 * Exchanges that wait for a connection: first in, first out, and an aborted one leaves at once.
 *
 * Not a `Set`: a table that it has outgrown keeps its successors, and all that was ever in them, alive past many collections of garbage.
 */
export class WaitingLine {
  #first: Exchange | null = null;
  #last: Exchange | null = null;
  size: number = 0;

  push(exchange: Exchange): void {
    exchange.before = this.#last;
    if (this.#last) this.#last.after = exchange;
    else this.#first = exchange;
    this.#last = exchange;
    this.size++;
  }

  /** Takes out the one that has waited longest. */
  shift(): Exchange | null {
    const first = this.#first;
    if (first) this.delete(first);
    return first;
  }

  /** Harmless for one that does not wait here. */
  delete(exchange: Exchange): void {
    const { before, after } = exchange;
    if (!before && exchange !== this.#first) return;
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
    else this.#last = before;
    exchange.before = null;
    exchange.after = null;
    this.size--;
  }
}
