import { readOptions } from '@requests-ts/core/authors';

/** How many retries there may be, over all requests that share the budget. */
export interface RetryBudgetOptions {
  /** Retries that each request earns: 0.2, so that in an outage a service gets at most a fifth more requests. */
  readonly ratio?: number;
  /** Retries per second that are allowed however few requests there are: 10, so that a quiet program retries as it was told to. */
  readonly minPerSecond?: number;
  /** Retries that can be saved up, and are there at the start: 100. */
  readonly capacity?: number;
}

/**
 * Keeps retries from making an outage worse: a token bucket filled by requests and by time, and emptied by retries.
 *
 * Give several adapters the same budget to bound them together. Times are epoch milliseconds, given by the caller.
 */
export class RetryBudget {
  readonly ratio: number;
  readonly minPerSecond: number;
  readonly capacity: number;
  #tokens: number;
  #filledAt: number | null = null;

  /** @throws RangeError for a negative number or NaN; TypeError for an unknown option. */
  constructor(options: RetryBudgetOptions = {}) {
    const given = readOptions<RetryBudgetOptions>(options, ['ratio', 'minPerSecond', 'capacity'], 'RetryBudget');
    this.ratio = amount(given.ratio ?? 0.2, 'ratio');
    this.minPerSecond = amount(given.minPerSecond ?? 10, 'minPerSecond');
    this.capacity = amount(given.capacity ?? 100, 'capacity');
    this.#tokens = this.capacity;
  }

  /** Counts a request, which earns its share of a retry. */
  deposit(now: number): void {
    this.#fill(now, this.ratio);
  }

  /** Takes a retry out; false when there is none, and then the request must not be repeated. */
  withdraw(now: number): boolean {
    this.#fill(now, 0);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #fill(now: number, earned: number): void {
    // A clock that was set back fills nothing.
    const elapsedMs = Math.max(0, now - (this.#filledAt ?? now));
    this.#filledAt = now;
    this.#tokens = Math.min(this.capacity, this.#tokens + (elapsedMs / 1000) * this.minPerSecond + earned);
  }
}

function amount(value: unknown, name: string): number {
  if (typeof value !== 'number' || !(value >= 0)) {
    throw new RangeError(`RetryBudget: ${name} must be a number of at least 0`);
  }
  return value;
}
