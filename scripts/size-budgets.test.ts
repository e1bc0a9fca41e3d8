import { describe, expect, it } from 'vitest';
import { checkSizes, nextBudgets } from './size-budgets.ts';

const sizes = new Map([['a', { bundle: 1000, tarball: 5000 }]]);

describe('checkSizes', () => {
  it('has nothing to say within the budget', () => {
    expect(checkSizes(sizes, { a: { bundle: 1000, tarball: 5000 } })).toEqual([]);
  });

  it('names what is over it', () => {
    expect(checkSizes(sizes, { a: { bundle: 999, tarball: 5000 } })).toEqual([
      'the bundle of a has 1000 bytes, its budget is 999 (scripts/sizes.json)',
    ]);
  });

  it('wants a budget for every package', () => {
    expect(checkSizes(sizes, {})).toEqual(['a has no budget: run pnpm sizes --lower']);
  });
});

describe('nextBudgets', () => {
  it('leaves a little room, in round numbers', () => {
    expect(nextBudgets(sizes, {})).toEqual({ a: { bundle: 1100, tarball: 5100 } });
  });

  it('lowers a budget and never raises one', () => {
    expect(nextBudgets(sizes, { a: { bundle: 1050, tarball: 9000 } })).toEqual({ a: { bundle: 1050, tarball: 5100 } });
  });

  it('forgets packages that are gone', () => {
    expect(nextBudgets(sizes, { b: { bundle: 1, tarball: 1 } })).not.toHaveProperty('b');
  });
});
