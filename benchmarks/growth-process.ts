/**
 * How the cost of a request grows: prints a `Growth` as JSON per line.
 *
 *     node growth-process.ts <url of the server> <file of its CA>
 */
import { HTTPAdapter, RequestsCookieJar, Session } from 'requests-ts';
import type { Growth } from './growth.ts';

const [base, verify] = process.argv.slice(2) as [string, string];
const port = new URL(base).port;
const ROUNDS = 7;

type Send = (index: number) => Promise<unknown>;

/** The cost of one request over a slice, in microseconds. */
async function slice(send: Send, count: number, concurrency: number): Promise<number> {
  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < count) await send(next++);
  };
  const start = process.cpuUsage();
  await Promise.all(Array.from({ length: concurrency }, loop));
  const { user, system } = process.cpuUsage(start);
  return (user + system) / count;
}

/** One curve: each size is measured in turns with the others, and its least cost counts. */
async function curve(
  title: string,
  of: string,
  sizes: readonly number[],
  prepare: (size: number) => { readonly send: Send; readonly count?: number; readonly concurrency?: number },
): Promise<void> {
  const runs = sizes.map((size) => ({ size, best: Infinity, ...prepare(size) }));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const run of runs) {
      const cost = await slice(run.send, run.count ?? 1000, run.concurrency ?? 20);
      // The first round warms up.
      if (round > 0) run.best = Math.min(run.best, cost);
    }
  }
  const points = runs.map(({ size, best }) => ({ size, cpuMicros: best }));
  console.log(JSON.stringify({ title, of, points } satisfies Growth));
}

const POOL = { poolMaxsize: 20, verify };
const http = (): Session => new Session({ adapters: { 'http://': new HTTPAdapter(POOL) } });

await curve('Headers of a request', 'headers', [1, 10, 100], (size) => {
  const session = http();
  const headers = Object.fromEntries(Array.from({ length: size }, (_, i) => [`X-Header-${i}`, `value ${i}`]));
  return { send: () => session.get(`${base}/json`, { headers }) };
});

await curve('Cookies in the jar, five of them for the host', 'cookies in the jar', [10, 100, 1000, 10_000], (size) => {
  const cookies = new RequestsCookieJar();
  for (let i = 0; i < size; i++) {
    const domain = i < 5 ? '127.0.0.1' : `host${i % 1000}.example`;
    cookies.set(`name${i}`, 'value', { domain });
  }
  const session = new Session({ cookies, adapters: { 'http://': new HTTPAdapter(POOL) } });
  return { send: () => session.get(`${base}/json`) };
});

await curve('Mounted adapters', 'mounted adapters', [5, 50, 500], (size) => {
  const session = http();
  const adapter = new HTTPAdapter(POOL);
  for (let i = 0; i < size; i++) session.mount(`https://service${i}.example/`, adapter);
  return { send: () => session.get(`${base}/json`) };
});

await curve('Origins in turns, a connection kept for each', 'origins', [10, 100, 1000], (size) => {
  const lookup = ((_host: string, { all }: { all?: boolean }, done: (...found: unknown[]) => void) =>
    all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)) as never;
  const adapter = new HTTPAdapter({ ...POOL, poolConnections: size, lookup });
  const session = new Session({ adapters: { 'http://': adapter } });
  const urls = Array.from({ length: size }, (_, i) => `http://host${i}.example:${port}/json`);
  return { send: (index) => session.get(urls[index % size]!), concurrency: 1 };
});

await curve('Bytes of a request body', 'bytes of a request body', [1000, 10_000, 100_000, 1_000_000], (size) => {
  const session = http();
  const data = new Uint8Array(size);
  return { send: () => session.post(`${base}/upload`, { data }), count: size < 100_000 ? 500 : 40, concurrency: 4 };
});

await curve('Requests under way, over 20 connections', 'requests under way', [1, 10, 100, 1000, 10_000], (size) => {
  const session = new Session({ adapters: { 'http://': new HTTPAdapter({ ...POOL, poolBlock: true }) } });
  return { send: () => session.get(`${base}/json`), count: Math.max(1000, size), concurrency: size };
});

await curve('Requests that the session has sent before', 'requests sent before', [0, 10_000, 100_000], (size) => {
  const session = http();
  let before: Promise<unknown> | undefined;
  const send: Send = async () => {
    before ??= slice(() => session.get(`${base}/json`), size, 20);
    await before;
    await session.get(`${base}/json`);
  };
  return { send };
});

process.exit();
