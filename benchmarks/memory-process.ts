/**
 * What one client keeps in memory: answers with a `MemoryCost` as JSON.
 *
 *     node --expose-gc memory-process.ts <client> <setup as JSON> <url that answers> <url that never does>
 */
import { setImmediate } from 'node:timers/promises';
import type { CreateClient } from './client.ts';
import { IDLE_CONNECTIONS, type MemoryCost, WAITING_REQUESTS } from './memory.ts';

const [name, setup, answering, silent] = process.argv.slice(2) as [string, string, string, string];
const { createClient } = (await import(`./clients/${name}.ts`)) as { createClient: CreateClient };
const client = await createClient(JSON.parse(setup));

/** Bytes of the heap and of buffers, what nobody needs left out. */
async function used(): Promise<number> {
  for (let i = 0; i < 5; i++) {
    await setImmediate();
    globalThis.gc!();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const together = (count: number, url: string): Promise<unknown>[] =>
  Array.from({ length: count }, () => client.get!(url));

// Everything is loaded and compiled before the first look.
for (let i = 0; i < 200; i++) await client.get!(answering);
const before = await used();
await Promise.all(together(IDLE_CONNECTIONS, answering));
const idle = await used();
for (const request of together(WAITING_REQUESTS, silent)) request.catch(() => {});
// Told by the parent that all of them have arrived there.
process.stdout.write('sent\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
const waiting = await used();
const cost: MemoryCost = {
  idleConnectionBytes: (idle - before) / (IDLE_CONNECTIONS - 1),
  waitingRequestBytes: (waiting - idle) / WAITING_REQUESTS,
};
process.stdout.write(`${JSON.stringify(cost)}\n`, () => process.exit());
