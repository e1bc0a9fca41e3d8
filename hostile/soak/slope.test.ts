import { describe, expect, it } from 'vitest';
import { fitLine } from './slope.ts';

describe('fitLine', () => {
  it('finds the slope of a line', () => {
    const { slope, margin } = fitLine([1, 2, 3, 4].map((x) => [x, 7 - 3 * x]));
    expect(slope).toBeCloseTo(-3);
    expect(margin).toBeCloseTo(0);
  });

  it('says how sure it is', () => {
    // R: confint(lm(c(1, 3, 2, 5, 4) ~ seq(5))) is -0.2993 to 1.8993 around 0.8.
    const { slope, margin } = fitLine([1, 3, 2, 5, 4].map((y, i) => [i + 1, y]));
    expect(slope).toBeCloseTo(0.8);
    expect(margin).toBeCloseTo(1.1, 1);
  });

  it('is not sure at all of two points, and refuses one', () => {
    expect(
      fitLine([
        [0, 0],
        [1, 5],
      ]),
    ).toEqual({ slope: 5, margin: Number.POSITIVE_INFINITY });
    expect(() => fitLine([[0, 0]])).toThrow(RangeError);
  });
});
