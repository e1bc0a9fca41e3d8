import type { Scenario } from './model.ts';

/**
 * The scenarios of every pull request, the same in every run: few, but each transport is broken in each of its phases and in each way that it
 * can be, and each phase in each way.
 *
 * Takes one scenario after the other that brings such a pair for the first time. The order mixes transports, bytes and ways of reading, so that
 * they share the pairs.
 */
export function subsetOf(scenarios: readonly Scenario[]): Scenario[] {
  const seen = new Set<string>();
  const chosen: Scenario[] = [];
  const mixed = scenarios.map((scenario) => ({ scenario, at: hash(scenario.id) })).sort((a, b) => a.at - b.at);
  for (const { scenario } of mixed) {
    const { transport, phase, action } = scenario;
    const pairs = [`${transport} ${phase}`, `${transport} ${action}`, `${phase} ${action}`];
    if (pairs.every((pair) => seen.has(pair))) continue;
    for (const pair of pairs) seen.add(pair);
    chosen.push(scenario);
  }
  return chosen;
}

/** FNV-1a: scatters names evenly, and always alike. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}
