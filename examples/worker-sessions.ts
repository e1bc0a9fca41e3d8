// Spread requests over worker threads: each has a session, and so connections, of its own.
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Session } from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';

if (isMainThread) {
  const pages = [1, 2, 3, 4];
  const halves = [pages.slice(0, 2), pages.slice(2)];
  const sums = await Promise.all(
    halves.map(async (half) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: half });
      const [sum] = await once(worker, 'message');
      return sum as number;
    }),
  );
  console.log(sums, 'make', sums[0]! + sums[1]!);
} else {
  const session = new Session({ timeout: 10 });
  let sum = 0;
  for (const page of workerData as number[]) {
    const response = await session.get(`${base}/get`, { params: { page } });
    sum += Number(response.json<{ args: { page: string } }>().args.page);
  }
  await session.close();
  parentPort?.postMessage(sum);
}
