import { RequestException } from '@requests-ts/core';
import type { Probe } from './probe.ts';
import type { Fact } from './surroundings.ts';

/** The facts as lines, their names in one column. */
export function lines(facts: readonly Fact[]): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}

/** The same of a request, and why it failed. */
export function probeLines({ facts, error }: Probe): string {
  return error === undefined ? lines(facts) : lines([...facts, ['error', describe(error)]]);
}

function describe(error: unknown): string {
  if (error instanceof RequestException) return `${error.name} (${error.code}): ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
