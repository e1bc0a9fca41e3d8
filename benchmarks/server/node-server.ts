import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { RunningServer } from './server.ts';

/** Starts `node-server-process.ts`: for machines without nginx. */
export async function startNodeServer(folder: string): Promise<RunningServer> {
  const child = fork(new URL('node-server-process.ts', import.meta.url), [folder]);
  const ended = once(child, 'exit');
  const [ports] = (await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('the server did not start'))),
  ])) as [Pick<RunningServer, 'httpPort' | 'httpsPort' | 'http2Port'>];
  return {
    name: `node:http ${process.version} (nginx is not installed)`,
    ...ports,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
