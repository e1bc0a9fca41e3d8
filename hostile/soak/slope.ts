/** A straight line through points, by least squares. */
export interface Line {
  readonly slope: number;
  /** Half of the width of the interval that holds the true slope in 95 of 100 cases, were the errors random. */
  readonly margin: number;
}

/** Of two points and more; the margin needs three. @throws RangeError for fewer. */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line {
  const { length } = points;
  if (length < 2) throw new RangeError('A line needs two points');
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / length;
  const [meanX, meanY] = [mean(0), mean(1)];
  let xx = 0;
  let xy = 0;
  for (const [x, y] of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  const slope = xy / xx;
  const squares = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  const freedom = length - 2;
  const margin = freedom === 0 ? Number.POSITIVE_INFINITY : studentT(freedom) * Math.sqrt(squares / freedom / xx);
  return { slope, margin };
}

/** Two-sided 97.5 % point of Student's distribution (Cornish and Fisher's expansion; within 1 % from three degrees of freedom on). */
function studentT(freedom: number): number {
  if (freedom === 1) return 12.706;
  if (freedom === 2) return 4.303;
  const z = 1.959964;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}
