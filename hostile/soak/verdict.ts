import type { SoakResult } from './soak.ts';

/** What a soak may cost. */
export interface Bounds {
  /** Bytes per request, in the heap and outside of it. */
  readonly slope: number;
  /** Resident size of the second half over the first. */
  readonly residentGrowth: number;
}

/** What is wrong with a result, in sentences; nothing when all is well. */
export function judge(result: SoakResult, bounds: Bounds): string[] {
  const { mismatches, firstMismatches, unhandled, heap, external, residentGrowth, left } = result;
  const found: string[] = [];
  if (mismatches > 0) found.push(`${mismatches} outcomes are wrong:`, ...firstMismatches);
  found.push(...unhandled);
  for (const [name, { slope, margin }] of Object.entries({ heap, external })) {
    if (slope > bounds.slope)
      found.push(`${name}: ${slope.toFixed(2)} ± ${margin.toFixed(2)} bytes per request, more than ${bounds.slope}`);
  }
  if (residentGrowth > bounds.residentGrowth)
    found.push(`The resident size grew to ${residentGrowth.toFixed(2)} times that of the first half`);
  found.push(...left.map((text) => `Left behind: ${text}`));
  return found;
}
