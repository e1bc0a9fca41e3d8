import { describe, expect, it } from 'vitest';
import { RetryBudget } from './budget.ts';

function spend(budget: RetryBudget, now: number): number {
  let retries = 0;
  while (retries < 100_000 && budget.withdraw(now)) retries++;
  return retries;
}

describe('RetryBudget', () => {
  it('starts full, so that a short program retries as it was told to', () => {
    expect(spend(new RetryBudget(), 0)).toBe(100);
  });

  it('earns a retry by time and by requests, up to its capacity', () => {
    const budget = new RetryBudget({ ratio: 0.5, minPerSecond: 2, capacity: 5 });
    expect(spend(budget, 0)).toBe(5);
    expect(spend(budget, 1000)).toBe(2);
    for (let i = 0; i < 4; i++) budget.deposit(1000);
    expect(spend(budget, 1000)).toBe(2);
    expect(spend(budget, 3_600_000)).toBe(5);
  });

  it('bounds the share of retries in an outage: 10,000 requests in 10 s give at most 2,200 retries', () => {
    const budget = new RetryBudget();
    let retries = 0;
    for (let i = 0; i < 10_000; i++) {
      budget.deposit(i);
      for (let attempt = 0; attempt < 10 && budget.withdraw(i); attempt++) retries++;
    }
    // A fifth of the requests, ten per second, and the hundred saved up.
    expect(retries).toBeGreaterThan(2_000);
    expect(retries).toBeLessThanOrEqual(2_200);
  });

  it('gains nothing from a clock that is set back', () => {
    const budget = new RetryBudget({ minPerSecond: 1, capacity: 1 });
    expect(spend(budget, 10_000)).toBe(1);
    expect(spend(budget, 0)).toBe(0);
    expect(spend(budget, 999)).toBe(0);
    expect(spend(budget, 1000)).toBe(1);
  });

  it('refuses amounts that are none', () => {
    expect(() => new RetryBudget({ ratio: -1 })).toThrow(RangeError);
    expect(() => new RetryBudget({ capacity: Number.NaN })).toThrow(RangeError);
    expect(() => new RetryBudget({ minPerSecond: '5' as never })).toThrow(RangeError);
    expect(() => new RetryBudget({ tokens: 5 } as never)).toThrow(TypeError);
  });
});
