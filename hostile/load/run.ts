/**
 * The long form of `load.test.ts`: so many requests at once on one session, each with a connection of its own, then over a few connections.
 *
 *     node --conditions=@requests-ts/source hostile/load/run.ts [--requests 10000]
 *
 * The server is a process of its own, as `ulimit -n` counts open files by process. Exits with 1 when anything is not as it must be.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { HTTPAdapter, Session } from 'requests-ts';
import { sendCrowd } from './load.ts';
import type { Counts } from './server.ts';

const { values } = parseArgs({ options: { requests: { type: 'string', default: '10000' } } });
const requests = Number(values.requests);
let warnings = 0;
process.on('warning', (warning) => {
  warnings++;
  console.error(warning);
});

await run('poolBlock: false', new HTTPAdapter(), requests, { most: requests, kept: 10 });
await run('poolBlock: true', new HTTPAdapter({ poolMaxsize: 20, poolBlock: true }), 0, { most: 20, kept: 20 });
if (warnings > 0) process.exitCode = 1;

async function run(name: string, adapter: HTTPAdapter, crowd: number, expected: Counts): Promise<void> {
  const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), [String(crowd)]);
  const [port] = (await once(child, 'message')) as [number];
  const session = new Session({ trustEnv: false, adapters: { 'http://': adapter } });
  const started = performance.now();
  await sendCrowd(requests, (path) => session.get(`http://127.0.0.1:${port}${path}`));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  child.send(expected.kept);
  const [counts] = (await once(child, 'message')) as [Counts];
  console.log(`${name}: ${requests} requests in ${seconds} s, at most ${counts.most} connections, ${counts.kept} kept`);
  if (counts.most !== expected.most || counts.kept !== expected.kept) process.exitCode = 1;
  await session.close();
  child.send(0);
  await once(child, 'message');
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
}
