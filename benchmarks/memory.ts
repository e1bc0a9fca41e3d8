import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { listen } from '@requests-ts/testing';
import { onClientCores } from './cores.ts';
import type { BenchServer } from './server/server.ts';
import { median } from './statistics.ts';

/** What a client keeps in memory, in bytes of its heap and buffers. */
export interface MemoryCost {
  /** For a connection that is kept open and unused. */
  readonly idleConnectionBytes: number;
  /** For a request that waits for its answer, with its connection. */
  readonly waitingRequestBytes: number;
}

/** The same with the name of the client. */
export interface MemoryRow extends MemoryCost {
  readonly client: string;
}

/** All clients keep so many without being told to. */
export const IDLE_CONNECTIONS = 50;
export const WAITING_REQUESTS = 500;

const script = fileURLToPath(new URL('memory-process.ts', import.meta.url));

/** Asks each client in a process of its own, `rounds` times; medians. */
export async function measureMemory(
  names: readonly string[],
  server: BenchServer,
  rounds: number,
): Promise<MemoryRow[]> {
  const rows: MemoryRow[] = [];
  for (const client of names) {
    const costs: MemoryCost[] = [];
    for (let round = 0; round < rounds; round++) costs.push(await measureOnce(client, server));
    rows.push({
      client,
      idleConnectionBytes: median(costs.map(({ idleConnectionBytes }) => idleConnectionBytes)),
      waitingRequestBytes: median(costs.map(({ waitingRequestBytes }) => waitingRequestBytes)),
    });
  }
  return rows;
}

async function measureOnce(client: string, server: BenchServer): Promise<MemoryCost> {
  await using silent = await listen(createServer());
  const args = ['--expose-gc', ...process.execArgv, script, client, JSON.stringify(server.setup)];
  const child = spawn(
    ...onClientCores(process.execPath, [...args, `${server.http}/json`, `http://127.0.0.1:${silent.port}/`]),
    {
      env: { PATH: process.env.PATH },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  await silent.waitForOpenConnections(WAITING_REQUESTS);
  child.stdin.write('go on\n');
  const { value, done } = await lines.next();
  if (done) throw new Error(`the process of ${client} ended`);
  await ended;
  return JSON.parse(value) as MemoryCost;
}
