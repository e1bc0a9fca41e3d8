import type { SoakResult } from './soak.ts';

/** What a soak may cost. */
export interface Bounds {
  /** Bytes per request, in the heap and outside of it. */
  readonly slope: number;
  /** Bytes of the heap, from the middle to the end. */
  readonly heapGrowth: number;
  /** Responses that are alive while no request is running. */
  readonly responses: number;
  /** Resident size of the second half over the first. */
  readonly residentGrowth: number;
}

/** What is wrong with a result, in sentences; nothing when all is well. */
export function judge(result: SoakResult, bounds: Bounds): string[] {
  const { mismatches, firstMismatches, unhandled, heap, external, heapGrowth, most, residentGrowth, left } = result;
  const found: string[] = [];
  if (mismatches > 0) found.push(`${mismatches} outcomes are wrong:`, ...firstMismatches);
  found.push(...unhandled);
  for (const [name, { slope, margin }] of Object.entries({ heap, external })) {
    if (slope > bounds.slope)
      found.push(`${name}: ${slope.toFixed(2)} ± ${margin.toFixed(2)} bytes per request, more than ${bounds.slope}`);
  }
  if (heapGrowth > bounds.heapGrowth) found.push(`The heap grew by ${heapGrowth} bytes in the second half`);
  if (most.responses > bounds.responses)
    found.push(`${most.responses} responses were alive while no request was running`);
  if (residentGrowth > bounds.residentGrowth)
    found.push(`The resident size grew to ${residentGrowth.toFixed(2)} times that of the first half`);
  found.push(...left.map((text) => `Left behind: ${text}`));
  return found;
}
