/** What the fault matrix (hostile/faults) has found, one test per defect. */
import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import type { LookupFunction } from 'node:net';
import { ChunkedEncodingError, ConnectionError, InvalidHeader, SSLError } from '@requests-ts/core';
import { createCertificates, crlf, listen, startRawServer, steps } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { failure, get, makeAdapter, opened, prepare } from './support.ts';

const { ca, good } = createCertificates();
const OK = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');
const NO_RECORD = Buffer.from('by no means a record of TLS, whatever it is');

async function startH2(onStream: (stream: ServerHttp2Stream, count: number) => void): Promise<string> {
  const server = createSecureServer({ ...good });
  let count = 0;
  server.on('session', (session) => void session.on('error', () => {}));
  server.on('stream', (stream) => {
    count += 1;
    onStream(
      stream.on('error', () => {}),
      count,
    );
  });
  const { port } = opened(await listen(server));
  return `https://localhost:${port}`;
}

describe('HTTPAdapter: faults', () => {
  it.each([
    ['before the head', '', SSLError],
    ['inside the head', 'HTTP/1.1 200 OK\r\nX-A', SSLError],
    ['inside the body', crlf('HTTP/1.1 200 OK', 'Content-Length: 9', '', 'part'), SSLError],
  ] as const)(
    '[F10] ends a request, even one without a time limit, at a broken TLS record %s',
    async (_where, part, type) => {
      const server = opened(
        await startRawServer([steps.request, part, (connection) => connection.sendBelow(NO_RECORD), steps.stall], {
          tls: true,
        }),
      );
      expect(await failure(get(makeAdapter({ verify: ca }), server.url))).toBeInstanceOf(type);
      await server.waitForOpenConnections(0);
    },
  );

  it.each(['GET', 'POST'])(
    'B-ADAPT-09 [O01] replaces a connection that was reset while it was idle, for %s',
    async (method) => {
      const server = opened(await startRawServer(OK));
      const adapter = makeAdapter();
      await get(adapter, server.url);
      server.accepted[0]!.reset();
      // The adapter hears of it on the turn in which it starts the next request, when nothing was written yet, or before.
      await server.waitForOpenConnections(0);
      await new Promise((resolve) => setImmediate(resolve));
      expect((await adapter.send(prepare(method, server.url))).text).toBe('ok');
      expect(server.connections).toBe(2);
    },
  );

  it('[F10] hears of an abort out of its own lookup', async () => {
    const abort = new AbortController();
    const lookup: LookupFunction = () => abort.abort('enough');
    const sending = get(makeAdapter({ lookup }), 'http://name.example/', { signal: abort.signal });
    expect(await sending.catch((reason: unknown) => reason)).toBe('enough');
  });

  it.each([
    ['a header without a colon', ['Content-Length: 2', 'no colon'], ConnectionError],
    ['a NUL', ['Content-Length: 2', 'X-A: \0'], ConnectionError],
    ['two lengths', ['Content-Length: 2', 'Content-Length: 3'], InvalidHeader],
    ['a length and chunks', ['Content-Length: 2', 'Transfer-Encoding: chunked'], InvalidHeader],
  ] as const)('B-ADAPT-14 [E04] tells what is wrong with a head that has a length: %s', async (_what, lines, type) => {
    for (const split of ['whole', 'bytes'] as const) {
      const server = opened(await startRawServer(crlf('HTTP/1.1 200 OK', ...lines, '', 'ok'), { split }));
      expect(await failure(get(makeAdapter(), server.url))).toBeInstanceOf(type);
    }
  });

  it('B-TIME-11 [F09] ends an upload over HTTP/2 for which the server never opens its window', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(16_384);
      } finally {
        resolve();
      }
    }
    const url = await startH2(() => {});
    const adapter = makeAdapter({ verify: ca, http2: true });
    const error = await failure(adapter.send(prepare('POST', url, { data: endless() }), { timeout: [10, 0.3] }));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain('Write timed out');
    await closed;
  });

  it.each([
    ['by a reset without an error', (stream: ServerHttp2Stream) => stream.destroy()],
    ['by a close of the connection', (stream: ServerHttp2Stream) => stream.session!.destroy()],
  ] as const)('[E07] takes no HTTP/2 body for complete whose stream is cut off %s', async (_how, cut) => {
    const url = await startH2((stream) => {
      stream.respond({ ':status': 200 });
      stream.write('part', () => cut(stream));
    });
    for (const stream of [false, true]) {
      const reading = get(makeAdapter({ verify: ca, http2: true }), url, { stream }).then((response) =>
        response.read(),
      );
      expect(await failure(reading)).toBeInstanceOf(ChunkedEncodingError);
    }
  });

  it.each(['GET', 'POST'])('[M01] leaves an HTTP/2 connection that has ended, for %s', async (method) => {
    const url = await startH2((stream, count) => {
      stream.respond({ ':status': 200, 'content-length': 3 });
      stream.end(count === 1 ? 'more than three' : 'yes');
    });
    const adapter = makeAdapter({ verify: ca, http2: true });
    expect(await failure(get(adapter, url))).toBeInstanceOf(ChunkedEncodingError);
    expect((await adapter.send(prepare(method, url))).text).toBe('yes');
  });
});
