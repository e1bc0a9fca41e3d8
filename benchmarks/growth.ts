import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onClientCores } from './cores.ts';
import type { BenchServer } from './server/server.ts';

/** How the cost of one request grows with something. */
export interface Growth {
  readonly title: string;
  /** What is counted, in a word or two: `cookies in the jar`. */
  readonly of: string;
  readonly points: readonly GrowthPoint[];
}

export interface GrowthPoint {
  readonly size: number;
  /** Processor time of one request, in microseconds: the least of all rounds. */
  readonly cpuMicros: number;
}

const script = fileURLToPath(new URL('growth-process.ts', import.meta.url));

/** Measures every curve of requests-ts in one process of its own. */
export async function measureGrowth(server: BenchServer): Promise<Growth[]> {
  const args = [...process.execArgv, script, server.http, server.setup.ca];
  const child = spawn(...onClientCores(process.execPath, args), {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const curves: Growth[] = [];
  for await (const line of createInterface({ input: child.stdout })) curves.push(JSON.parse(line));
  if (child.exitCode !== 0 && child.exitCode !== null) throw new Error('the process of the growth curves failed');
  return curves;
}
