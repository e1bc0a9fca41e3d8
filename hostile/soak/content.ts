/** What both sides of the soak know of a request by its number alone. */

/** The body of request `id`, in either direction: bytes that no other request has. */
export function contentOf(id: number, size: number): Buffer<ArrayBuffer> {
  return size === 0 ? Buffer.alloc(0) : Buffer.alloc(size, `${id};`);
}

/** Numbers that are the same for the same seed (mulberry32), each request having a sequence of its own. */
export class Random {
  #state: number;

  constructor(seed: number, id: number) {
    this.#state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(id + 1, 0xc2b2ae35)) >>> 0;
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

/** Picks items as often as their weights say. */
export class Lottery<T extends { readonly weight: number }> {
  readonly #items: readonly T[];
  readonly #total: number;

  constructor(items: readonly T[]) {
    this.#items = items;
    this.#total = items.reduce((sum, { weight }) => sum + weight, 0);
  }

  draw(random: Random): T {
    let at = random.next() * this.#total;
    for (const item of this.#items) {
      at -= item.weight;
      if (at < 0) return item;
    }
    return this.#items.at(-1)!;
  }
}
