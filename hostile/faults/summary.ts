import type { Result } from './perform.ts';

/** Counts by transport, phase and outcome. */
export function summarize(results: readonly Result[], every: number, ms: number): string {
  const bad = results.filter(({ violations }) => violations.length > 0).length;
  return [
    ...table('transport', results, ({ scenario }) => scenario.transport),
    ...table('phase', results, ({ scenario }) => scenario.phase),
    ...table('action', results, ({ scenario }) => scenario.action),
    ...table('outcome', results, ({ outcome }) => outcome),
    `${results.length} of ${every} scenarios in ${(ms / 1000).toFixed(1)} s: ${bad === 0 ? 'all as expected' : `${bad} not as expected`}`,
  ].join('\n');
}

function table(title: string, results: readonly Result[], keyOf: (result: Result) => string): string[] {
  const counts = new Map<string, number>();
  for (const result of results) counts.set(keyOf(result), (counts.get(keyOf(result)) ?? 0) + 1);
  const rows = [...counts].map(([key, count]) => `  ${key.padEnd(22)}${String(count).padStart(5)}`);
  return [title, ...rows, ''];
}
