import { describe, expect, it } from 'vitest';
import { median, pairedRatio } from './statistics.ts';

describe('median', () => {
  it.each([
    { values: [3], expected: 3 },
    { values: [9, 1, 5], expected: 5 },
    { values: [10, 2, 1, 4], expected: 3 },
  ])('median($values) = $expected', ({ values, expected }) => {
    expect(median(values)).toBe(expected);
  });

  it('leaves its argument as it was, and knows no median of nothing', () => {
    const values = [2, 1];
    median(values);
    expect(values).toEqual([2, 1]);
    expect(median([])).toBeNaN();
  });
});

describe('pairedRatio', () => {
  it('compares within each round, so that a slow round of both changes nothing', () => {
    expect(pairedRatio([20, 200, 22], [10, 100, 10])).toBe(2);
  });
});
