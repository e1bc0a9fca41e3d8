import type { LookupFunction, Socket } from 'node:net';
import { Socket as NetSocket } from 'node:net';
import { queryObjects } from 'node:v8';
import { lookupAll } from '@requests-ts/testing';
import { HTTPAdapter, Session } from 'requests-ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendCrowd, startCountingServer } from './load.ts';

const EXPECTED = 'ExperimentalWarning';
const warnings: string[] = [];
const onWarning = ({ name, message }: Error): void => {
  if (name !== EXPECTED) warnings.push(`${name}: ${message}`);
};

beforeEach(() => {
  warnings.length = 0;
  process.on('warning', onWarning);
});

afterEach(async () => {
  // Warnings are emitted in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});

describe('one session', () => {
  it('[F10] [F11] poolBlock: true serves 10,000 requests at once over poolMaxsize connections', async () => {
    await using server = await startCountingServer();
    await using session = new Session({ trustEnv: false });
    session.mount('http://', new HTTPAdapter({ poolMaxsize: 20, poolBlock: true }));
    await sendCrowd(10_000, (path) => session.get(`http://127.0.0.1:${server.port}${path}`));
    expect(server.listener.connections).toBe(20);
    await session.close();
    await server.listener.waitForOpenConnections(0);
  }, 120_000);

  it('[F10] [F11] poolBlock: false has as many connections as requests, and keeps poolMaxsize of them', async () => {
    // Within 1024 open files, of which every connection takes two here. The script does it with 10,000.
    const crowd = 400;
    await using server = await startCountingServer({ crowd });
    await using session = new Session({ trustEnv: false });
    await sendCrowd(crowd, (path) => session.get(`http://127.0.0.1:${server.port}${path}`));
    expect(server.most).toBe(crowd);
    await server.listener.waitForOpenConnections(10);
    await session.close();
    await server.listener.waitForOpenConnections(0);
  }, 120_000);

  it('[F11] serves 1,000 origins, and keeps a connection for poolConnections of them', async () => {
    await using server = await startCountingServer();
    const lookup = lookupAll() as unknown as LookupFunction;
    await using session = new Session({ trustEnv: false });
    session.mount('http://', new HTTPAdapter({ lookup, poolConnections: 25 }));
    for (let i = 0; i < 1000; i += 50)
      await sendCrowd(50, (path) =>
        session.get(`http://host-${i + Number(path.slice(1))}.example:${server.port}${path}`),
      );
    expect(server.listener.connections).toBe(1000);
    // None of a crowd was dropped before its answer, so that at most the crowd before it was open still.
    expect(server.most).toBeLessThanOrEqual(150);
    await server.listener.waitForOpenConnections(25);
    // Both ends of the kept ones; those of the dropped ones can be collected.
    expect(countSockets()).toBeLessThan(200);
    await session.close();
    await server.listener.waitForOpenConnections(0);
  }, 120_000);
});

function countSockets(): number {
  return queryObjects(NetSocket as unknown as new () => Socket as never, { format: 'count' }) as unknown as number;
}
