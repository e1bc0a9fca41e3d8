/** Time limits, in seconds. */
import { ConnectionError, ConnectTimeout, ReadTimeout, Timeout, type TimeoutOption } from '@requests-ts/core';
import { expect } from 'vitest';
import { startDeafServer } from '../deaf-server.ts';
import { prepare } from '../prepared.ts';
import { crlf, steps } from '../raw/raw-server.ts';
import { type Check, check, checkBothWays } from './check.ts';
import { OK } from './request-checks.ts';

const LIMIT = 0.3;

/** Timers may fire a little early by the clock of `performance`; a busy machine makes them late. */
function expectAbout(ms: number, limitSeconds: number): void {
  expect(ms).toBeGreaterThan(limitSeconds * 1000 - 15);
  expect(ms).toBeLessThan(limitSeconds * 1000 + 450);
}

export const timeoutChecks: readonly Check[] = [
  ...checkBothWays(
    'timeouts',
    'B-TIME-12 B-ADAPT-15 gives up on a silent server with ReadTimeout, at the time',
    async (bench, stream) => {
      const server = await bench.raw([steps.stall]);
      const start = performance.now();
      const error = await bench.requestFailure(prepare('GET', server.url), { stream, timeout: [null, LIMIT] });
      expectAbout(performance.now() - start, LIMIT);
      expect(error).toBeInstanceOf(ReadTimeout);
      expect(error).not.toBeInstanceOf(ConnectTimeout);
      await bench.settle(server.waitForOpenConnections(0), 'dropping the connection');
    },
  ),

  ...checkBothWays(
    'timeouts',
    'B-TIME-13 gives up on a body that falls silent with ConnectionError',
    async (bench, stream) => {
      const server = await bench.raw([
        steps.request,
        crlf('HTTP/1.1 200 OK', 'Content-Length: 100', '', 'part'),
        steps.stall,
      ]);
      const start = performance.now();
      const error = await bench.requestFailure(prepare('GET', server.url), { stream, timeout: [null, LIMIT] });
      expectAbout(performance.now() - start, LIMIT);
      expect(error).toBeInstanceOf(ConnectionError);
      await bench.settle(server.waitForOpenConnections(0), 'dropping the connection');
    },
  ),

  check('timeouts', 'B-TIME-06 counts each silence, not the whole answer', async (bench) => {
    const drops = Array.from({ length: 8 }, () => [steps.wait(100), 'x']).flat();
    const server = await bench.raw([steps.request, crlf('HTTP/1.1 200 OK', 'Content-Length: 8', '', ''), ...drops]);
    expect((await bench.get(server.url, { timeout: [null, 0.6] })).text).toBe('xxxxxxxx');
  }),

  check('timeouts', 'pitfall 2: does not count the time that the caller takes to read', async (bench) => {
    const server = await bench.raw(crlf('HTTP/1.1 200 OK', 'Content-Length: 4', '', 'slow'));
    const response = await bench.get(server.url, { stream: true, timeout: [null, 0.2] });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(Buffer.from(await bench.settle(response.read(), 'reading')).toString()).toBe('slow');
  }),

  check('timeouts', 'pitfall 2: does not count the time that the caller takes to produce a body', async (bench) => {
    const server = await bench.raw(OK);
    async function* slow(): AsyncGenerator<string> {
      yield 'a';
      await new Promise((resolve) => setTimeout(resolve, 500));
      yield 'b';
    }
    expect((await bench.call('POST', server.url, { data: slow() }, { timeout: [null, 0.2] })).text).toBe('ok');
  }),

  check(
    'timeouts',
    'B-TIME-03/04 refuses a limit that is no positive number before it opens a socket',
    async (bench) => {
      const server = await bench.raw(OK);
      for (const timeout of [0, -1, Number.NaN, [0, 1], [1, 0]] as TimeoutOption[]) {
        expect(await bench.failure(bench.get(server.url, { timeout }))).toBeInstanceOf(RangeError);
      }
      for (const timeout of ['1', [1], [1, 2, 3], true, { conect: 1 }] as unknown as TimeoutOption[]) {
        expect(await bench.failure(bench.get(server.url, { timeout }))).toBeInstanceOf(TypeError);
      }
      expect(server.connections).toBe(0);
    },
  ),

  check(
    'connectTimeout',
    'B-TIME-08 B-ADAPT-13 gives up on a connection that does not come about with ConnectTimeout, at the time',
    async (bench) => {
      const server = await startDeafServer();
      bench.defer(() => server.close());
      const start = performance.now();
      const error = await bench.requestFailure(prepare('GET', server.url), { timeout: [LIMIT, null] });
      expectAbout(performance.now() - start, LIMIT);
      expect(error).toBeInstanceOf(ConnectTimeout);
      expect([error instanceof ConnectionError, error instanceof Timeout]).toEqual([true, true]);
    },
  ),

  ...checkBothWays('totalTimeout', '[F09] ends a dripping answer at the total limit', async (bench, stream) => {
    const server = await bench.raw(async (connection) => {
      await connection.nextRequest();
      await connection.send(crlf('HTTP/1.1 200 OK', 'Content-Length: 1000', '', ''));
      while (!connection.ended) {
        await connection.send('x');
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    });
    const start = performance.now();
    const error = await bench.requestFailure(prepare('GET', server.url), { stream, timeout: { total: 0.5 } });
    expectAbout(performance.now() - start, 0.5);
    expect(error instanceof Timeout || error instanceof ConnectionError).toBe(true);
  }),
];
