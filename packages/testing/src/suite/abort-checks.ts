/** The caller's signal. */
import { getEventListeners } from 'node:events';
import { expect } from 'vitest';
import { startDeafServer } from '../deaf-server.ts';
import { crlf, steps } from '../raw/raw-server.ts';
import { type Check, check } from './check.ts';
import { OK } from './request-checks.ts';
import { endless } from './upload-checks.ts';

/** Not an Error, so that wrapping or converting shows. */
const REASON = { because: 'the caller said so' };

const HEAD_AND_PART = crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '4', 'part', '');

export const abortChecks: readonly Check[] = [
  check('abort', 'opens no socket when the signal is aborted already', async (bench) => {
    const server = await bench.raw(OK);
    expect(await bench.failure(bench.get(server.url, { signal: AbortSignal.abort(REASON) }))).toBe(REASON);
    expect(server.connections).toBe(0);
  }),

  check('abortConnecting', 'stops connecting, with the very reason', async (bench) => {
    const server = await startDeafServer();
    bench.defer(() => server.close());
    const abort = new AbortController();
    const sending = bench.failure(bench.get(server.url, { signal: abort.signal }));
    setTimeout(() => abort.abort(REASON), 50);
    expect(await sending).toBe(REASON);
  }),

  check('abort', 'stops waiting for the head, with the very reason, and drops the connection', async (bench) => {
    const server = await bench.raw([steps.stall]);
    const abort = new AbortController();
    const sending = bench.failure(bench.get(server.url, { signal: abort.signal }));
    await bench.settle(server.waitForRequest(), 'sending the request');
    abort.abort(REASON);
    expect(await sending).toBe(REASON);
    await bench.settle(server.waitForOpenConnections(0), 'dropping the connection');
  }),

  check('abort', 'stops an upload, with the very reason, and closes its source', async (bench) => {
    const server = await bench.raw([steps.head, steps.stall]);
    const { source, closed } = endless();
    const abort = new AbortController();
    const sending = bench.failure(bench.call('POST', server.url, { data: source }, { signal: abort.signal }));
    const connection = await bench.settle(server.waitForConnection(), 'connecting');
    await bench.settle(connection.nextHead(), 'sending the head');
    abort.abort(REASON);
    expect(await sending).toBe(REASON);
    await bench.settle(closed, 'closing the source');
    await bench.settle(server.waitForOpenConnections(0), 'dropping the connection');
  }),

  check('abort', 'stops reading the body, with the very reason, and drops the connection', async (bench) => {
    const { promise: sent, resolve } = Promise.withResolvers<void>();
    const server = await bench.raw([steps.request, HEAD_AND_PART, () => resolve(), steps.stall]);
    const abort = new AbortController();
    const sending = bench.failure(bench.get(server.url, { signal: abort.signal }));
    await sent;
    abort.abort(REASON);
    expect(await sending).toBe(REASON);
    await bench.settle(server.waitForOpenConnections(0), 'dropping the connection');
  }),

  check('abort', 'stops a streamed body, whether it is waited for or not, with the very reason', async (bench) => {
    for (const waiting of [true, false]) {
      const server = await bench.raw([steps.request, HEAD_AND_PART, steps.stall]);
      const abort = new AbortController();
      const response = await bench.get(server.url, { stream: true, signal: abort.signal });
      const pieces = response.iterContent(null);
      expect(Buffer.from((await bench.settle(pieces.next(), 'the first piece')).value!).toString()).toBe('part');
      const early = waiting ? bench.failure(pieces.next(), 'reading on') : null;
      abort.abort(REASON);
      expect(await (early ?? bench.failure(pieces.next(), 'reading on'))).toBe(REASON);
      await bench.settle(server.waitForOpenConnections(0), 'dropping the connection');
    }
  }),

  check('abort', 'rejects with a DOMException when no reason was given', async (bench) => {
    const server = await bench.raw([steps.stall]);
    const abort = new AbortController();
    const sending = bench.failure(bench.get(server.url, { signal: abort.signal }));
    await bench.settle(server.waitForRequest(), 'sending the request');
    abort.abort();
    expect(await sending).toBe(abort.signal.reason);
  }),

  check('abort', '[F11] leaves no listener on the signal, and an abort afterwards changes nothing', async (bench) => {
    const server = await bench.raw(OK);
    const abort = new AbortController();
    const response = await bench.get(server.url, { signal: abort.signal });
    const streamed = await bench.get(server.url, { signal: abort.signal, stream: true });
    await bench.settle(streamed.read(), 'reading');
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
    abort.abort(REASON);
    expect([response.text, streamed.text]).toEqual(['ok', 'ok']);
    expect((await bench.get(server.url)).text).toBe('ok');
  }),
];
