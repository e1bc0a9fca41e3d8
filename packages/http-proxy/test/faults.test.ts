/** What the fault matrix (hostile/faults) has found. */
import { Request } from '@requests-ts/core';
import { AgentAdapter } from '@requests-ts/http-proxy';
import { crlf, startRawServer, steps } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

describe('AgentAdapter: faults', () => {
  it.each([
    ['chunks that break off in a packet', ['Transfer-Encoding: chunked', '', '5', 'piece', 'no size', ''], 1],
    ['bytes beyond the length in a packet', ['Content-Length: 5', '', 'piece and more'], 1],
    [
      'a body beyond its limit, in two chunks',
      ['Transfer-Encoding: chunked', '', '5', 'piece', '5', 'piece', '0', '', ''],
      3,
    ],
  ] as const)('[F11] leaves no timer after %s', async (_what, lines, maxBodySize) => {
    await using server = await startRawServer([steps.request, crlf('HTTP/1.1 200 OK', ...lines), steps.halfClose]);
    for (const limits of [{}, { maxBodySize }]) {
      const adapter = new AgentAdapter(limits);
      const before = timers();
      const request = new Request('GET', server.url).prepare();
      await adapter.send(request, { timeout: 20 }).catch(() => {});
      await adapter.close();
      await server.waitForOpenConnections(0);
      // The test runner has short timers of its own; one of the call would last for 20 s.
      const patience = performance.now() + 5000;
      while (timers() > before && performance.now() < patience) await new Promise((resolve) => setImmediate(resolve));
      expect(timers()).toBeLessThanOrEqual(before);
    }
  });
});
