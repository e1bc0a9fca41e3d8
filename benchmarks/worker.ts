/**
 * One client in a process of its own: reads slices from its standard input, one JSON per line, and answers each with what it cost.
 *
 *     node worker.ts <client> <setup as JSON>
 */
import { createInterface } from 'node:readline';
import type { Client, CreateClient, Operation } from './client.ts';
import type { Slice, SliceCost } from './worker-process.ts';

const [name, setup] = process.argv.slice(2) as [string, string];
const { createClient } = (await import(`./clients/${name}.ts`)) as { createClient: CreateClient };
const client: Client = await createClient(JSON.parse(setup));

function say(message: unknown): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function run({ operation, url, concurrency, count, expected }: Slice): Promise<SliceCost> {
  const send = client[operation]!;
  let left = count;
  const loop = async (): Promise<void> => {
    while (left-- > 0) {
      const result = await send(url);
      const right = expected === null ? (result as { id: number }).id === 1 : result === expected;
      if (!right) throw new Error(`${name} got a wrong answer to '${operation}': ${JSON.stringify(result)}`);
    }
  };
  const cpu = process.cpuUsage();
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, loop));
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMicros: (user + system) / count, perSecond: (count * 1000) / wallMs };
}

say(Object.keys(client) satisfies string[] as Operation[]);
for await (const line of createInterface({ input: process.stdin })) say(await run(JSON.parse(line)));
process.exit();
