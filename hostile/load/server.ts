/** The server of `run.ts`: told a number, it answers with its counts once so many connections are open. */
import { startCountingServer } from './load.ts';

/** Connections: the most at once, and those that are open now. */
export interface Counts {
  readonly most: number;
  readonly kept: number;
}

const server = await startCountingServer({ crowd: Number(process.argv[2] ?? '0') });
process.on('message', async (kept: number) => {
  await server.listener.waitForOpenConnections(kept);
  process.send!({ most: server.most, kept } satisfies Counts);
});
process.on('disconnect', () => void server.listener.close());
process.send!(server.port);
