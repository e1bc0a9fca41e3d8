/** Connections: reuse, desync, release, concurrency, close. */
import { ConnectionError, type Response } from '@requests-ts/core';
import { expect } from 'vitest';
import { trackHandles } from '../handles.ts';
import { prepare } from '../prepared.ts';
import { crlf, type RawServer, startRawServer, steps } from '../raw/raw-server.ts';
import type { Bench } from './bench.ts';
import { type Check, check, checkBothWays } from './check.ts';
import { OK } from './request-checks.ts';

/** Answers every request with its own target. */
async function echoServer(bench: Bench, headers: readonly string[] = [], afterwards = ''): Promise<RawServer> {
  return bench.raw(async (connection) => {
    for (;;) {
      const { target } = await connection.nextRequest();
      await connection.send(
        crlf('HTTP/1.1 200 OK', ...headers, `Content-Length: ${target.length}`, '', target + afterwards),
      );
    }
  });
}

/** A streamed response whose body does not end. */
async function endlessResponse(bench: Bench): Promise<{ response: Response; server: RawServer }> {
  const server = await bench.raw(async (connection) => {
    await connection.nextRequest();
    await connection.send(crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', ''));
    while (!connection.ended) {
      await connection.send(crlf('5', 'piece', ''));
      // As long as the system takes what is written, nothing else would have its turn, the client in this process included.
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  return { response: await bench.get(server.url, { stream: true }), server };
}

export const connectionChecks: readonly Check[] = [
  ...checkBothWays('reuse', 'M205 sends one request after the other over one connection', async (bench, stream) => {
    const server = await echoServer(bench);
    for (const path of ['/1', '/2', '/3', '/4']) {
      const response = await bench.get(server.url + path, { stream });
      await bench.settle(response.read(), 'reading');
      expect(response.text).toBe(path);
    }
    expect(server.connections).toBe(1);
  }),

  check('reuse', 'uses the connection again after a chunked body, an error status and an upload', async (bench) => {
    const httpbin = await bench.httpbin();
    await bench.get(`${httpbin.url}/stream/3`);
    await bench.get(`${httpbin.url}/status/500`);
    await bench.call('POST', `${httpbin.url}/post`, { data: ['a', 'b'].values() });
    await bench.call('HEAD', `${httpbin.url}/get`);
    await bench.get(`${httpbin.url}/get`);
    expect(httpbin.requests.map(({ connectionId }) => connectionId)).toEqual([1, 1, 1, 1, 1]);
  }),

  ...checkBothWays(
    'reuse',
    'uses the connection again after HEAD, 204, 304 and an empty body',
    async (bench, stream) => {
      const answers: readonly [method: string, answer: string][] = [
        ['HEAD', crlf('HTTP/1.1 200 OK', 'Content-Length: 5', '', '')],
        ['GET', crlf('HTTP/1.1 204 No Content', '', '')],
        ['GET', crlf('HTTP/1.1 304 Not Modified', 'ETag: "e"', '', '')],
        ['GET', crlf('HTTP/1.1 200 OK', 'Content-Length: 0', '', '')],
        ['GET', OK],
      ];
      const server = await bench.raw(async (connection) => {
        for (const [, answer] of answers) {
          await connection.nextRequest();
          await connection.send(answer);
        }
      });
      for (const [method] of answers) {
        const response = await bench.call(method, server.url, {}, { stream });
        await bench.settle(response.read(), 'reading');
      }
      expect(server.connections).toBe(1);
    },
  ),

  check('reuse', 'opens a new connection after Connection: close', async (bench) => {
    const server = await echoServer(bench, ['Connection: close']);
    for (const path of ['/1', '/2']) expect((await bench.get(server.url + path)).text).toBe(path);
    expect(server.connections).toBe(2);
  }),

  check('reuse', 'B-ADAPT-09 opens a new connection when the server has closed the idle one', async (bench) => {
    const server = await bench.raw([steps.request, OK, steps.close]);
    await bench.get(server.url);
    await server.waitForOpenConnections(0);
    expect((await bench.get(server.url)).text).toBe('ok');
    expect(server.connections).toBe(2);
  }),

  check(
    'reuse',
    '[O01] pitfall 4: sends GET again when a kept connection dies under it, but never POST (RFC 9110 section 9.2.2)',
    async (bench) => {
      for (const [method, arrivals] of [
        ['GET', 3],
        ['POST', 2],
      ] as const) {
        const server = await bench.raw(async (connection) => {
          await connection.nextRequest();
          await connection.send(OK);
          if (connection.id > 1) return;
          await connection.nextRequest();
          connection.reset();
        });
        await bench.get(server.url);
        const request = prepare(method, server.url, { data: 'body' });
        if (method === 'GET') expect((await bench.send(request)).text).toBe('ok');
        else expect(await bench.requestFailure(request)).toBeInstanceOf(ConnectionError);
        expect(server.requests).toHaveLength(arrivals);
      }
    },
  ),

  check('desync', '[E05] never takes bytes after an answer for the next one', async (bench) => {
    const server = await echoServer(bench, [], crlf('HTTP/1.1 200 OK', 'Content-Length: 8', '', 'poisoned'));
    for (const path of ['/1', '/2', '/3']) expect((await bench.get(server.url + path)).text).toBe(path);
    expect(server.connections).toBe(3);
  }),

  check('desync', '[E05] never takes the body of HEAD, 204 or 304 for the next answer', async (bench) => {
    const body = crlf('HTTP/1.1 200 OK', 'Content-Length: 8', '', 'poisoned');
    for (const [method, status] of [
      ['HEAD', '200 OK'],
      ['GET', '204 No Content'],
      ['GET', '304 Not Modified'],
    ] as const) {
      const server = await bench.raw(async (connection) => {
        await connection.nextRequest();
        await connection.send(
          connection.id === 1 ? crlf(`HTTP/1.1 ${status}`, `Content-Length: ${body.length}`, '', body) : OK,
        );
      });
      await bench.call(method, server.url);
      expect((await bench.get(server.url)).text).toBe('ok');
    }
  }),

  check('earlyClose', 'B-RESP-09/12 drops the connection when an unread response is closed', async (bench) => {
    const { response, server } = await endlessResponse(bench);
    await bench.settle(response.close(), 'response.close()');
    await bench.settle(response.close(), 'response.close() again');
    await bench.settle(server.waitForOpenConnections(0), 'dropping the connection');
  }),

  check('earlyClose', '[F11] drops the connection when a half read response is closed', async (bench) => {
    const { response, server } = await endlessResponse(bench);
    for await (const piece of response.iterContent(null)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    await bench.settle(response.close(), 'response.close()');
    await bench.settle(server.waitForOpenConnections(0), 'dropping the connection');
  }),

  check('concurrency', 'keeps the answers of concurrent requests apart', async (bench) => {
    const httpbin = await bench.httpbin();
    const ids = Array.from({ length: 40 }, (_, i) => i);
    const answers = await Promise.all(
      ids.map(async (id) => {
        const path = id % 3 === 0 ? `/delay/0.0${id % 5}?id=${id}` : `/anything?id=${id}`;
        const response = await bench.call('POST', httpbin.url + path, { data: `body ${id}` }, { stream: id % 2 === 0 });
        await bench.settle(response.read(), 'reading');
        return response.json<{ args: { id: string }; data?: string }>();
      }),
    );
    expect(answers.map(({ args, data }) => [args.id, data])).toEqual(
      ids.map((id) => [`${id}`, id % 3 === 0 ? undefined : `body ${id}`]),
    );
  }),

  check('close', 'can be closed unused, and twice', async (bench) => {
    await bench.settle(bench.adapter.close(), 'close()');
    await bench.settle(bench.adapter.close(), 'close() again');
  }),

  check('close', 'B-ADAPT-10 drops its idle connections when closed, and sends again afterwards', async (bench) => {
    const server = await echoServer(bench);
    await bench.get(`${server.url}/1`);
    await bench.settle(bench.adapter.close(), 'close()');
    await bench.settle(server.waitForOpenConnections(0), 'dropping idle connections');
    expect((await bench.get(`${server.url}/2`)).text).toBe('/2');
  }),

  check('close', 'lets a running body finish', async (bench) => {
    const { promise: reading, resolve } = Promise.withResolvers<void>();
    const server = await bench.raw([
      steps.request,
      crlf('HTTP/1.1 200 OK', 'Content-Length: 10', '', 'first'),
      () => reading,
      'after',
    ]);
    const response = await bench.get(server.url, { stream: true });
    const closing = bench.adapter.close();
    resolve();
    expect(Buffer.from(await bench.settle(response.read(), 'reading')).toString()).toBe('firstafter');
    await bench.settle(closing, 'close()');
  }),

  check('close', '[F11] leaves no socket and no timer behind, however its requests ended', async (bench) => {
    const handles = trackHandles();
    const servers = [
      await startRawServer(OK),
      await startRawServer([steps.stall]),
      await startRawServer([steps.request, steps.reset]),
    ];
    const [good, silent, broken] = servers.map(({ url }) => url) as [string, string, string];
    const abort = new AbortController();
    await bench.get(good, { timeout: 100 });
    await bench.settle((await bench.get(good, { stream: true, timeout: { total: 100 } })).close(), 'response.close()');
    await bench.failure(bench.get(broken, { timeout: 100 }));
    await bench.failure(bench.get(silent, { timeout: [100, 0.05] }));
    const aborted = bench.failure(bench.get(silent, { timeout: 100, signal: abort.signal }));
    abort.abort();
    await aborted;
    await bench.settle(bench.adapter.close(), 'close()');
    for (const server of servers) await server.close();
    await handles.expectNone();
  }),

  check('close', 'is asynchronously disposable', async (bench) => {
    await bench.settle(bench.adapter[Symbol.asyncDispose](), 'dispose');
  }),
];
