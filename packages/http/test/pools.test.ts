import { once } from 'node:events';
import { createServer } from 'node:net';
import { ConnectionError, ConnectTimeout } from '@requests-ts/core';
import {
  crlf,
  listen,
  type RawServer,
  startDeafServer,
  startHttpbin,
  startRawServer,
  steps,
} from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { dns, failure, get, makeAdapter, opened, prepare, sleep } from './support.ts';

const OK = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');

/** Answers after a moment. */
const slowly = (ms = 30): Promise<RawServer> =>
  startRawServer(async (connection) => {
    while (!connection.ended) {
      await connection.nextRequest();
      await sleep(ms);
      await connection.send(OK);
    }
  });

describe('connection pool', () => {
  it('B-ADAPT-03 opens one connection for requests one after the other', async () => {
    const server = opened(await startRawServer(OK));
    const adapter = makeAdapter();
    for (let i = 0; i < 10; i++) await get(adapter, server.url);
    expect(server.connections).toBe(1);
  });

  it('[pitfall 16] B-DIFF-40 poolBlock: false opens a connection for each of 50, and keeps poolMaxsize', async () => {
    const server = opened(await slowly());
    const adapter = makeAdapter({ poolMaxsize: 3 });
    await Promise.all(Array.from({ length: 50 }, () => get(adapter, server.url)));
    expect(server.connections).toBe(50);
    await server.waitForOpenConnections(3);
  });

  it('[pitfall 16] poolBlock: true serves 50 over poolMaxsize connections, first come first served', async () => {
    const server = opened(await slowly(5));
    const adapter = makeAdapter({ poolMaxsize: 3, poolBlock: true });
    const order: number[] = [];
    await Promise.all(Array.from({ length: 50 }, (_, i) => get(adapter, server.url).then(() => order.push(i))));
    expect(server.connections).toBe(3);
    expect(order.map((i) => Math.floor(i / 6))).toEqual(order.map((i) => Math.floor(i / 6)).toSorted((a, b) => a - b));
  });

  it('B-RESP-09 B-ADAPT-11 holds the connection of an unread stream, and frees it when it is read or closed', async () => {
    const server = opened(await startRawServer(OK));
    const adapter = makeAdapter({ poolMaxsize: 1, poolBlock: true });
    const held = await get(adapter, server.url, { stream: true });
    expect(held.raw).toBeDefined();
    // This one had come whole with its head, so its place is free already.
    expect((await get(adapter, server.url, { timeout: { total: 1 } })).text).toBe('ok');
    const open = opened(
      await startRawServer([steps.request, crlf('HTTP/1.1 200 OK', 'Content-Length: 9', '', 'part')]),
    );
    const waiting = await get(adapter, open.url, { stream: true });
    expect(await failure(get(adapter, open.url, { timeout: { total: 0.1 } }))).toBeInstanceOf(ConnectTimeout);
    await waiting.close();
    await open.waitForOpenConnections(0);
  });

  it('uses the last connection first', async () => {
    const server = opened(await startHttpbin());
    const adapter = makeAdapter();
    await Promise.all([get(adapter, `${server.url}/delay/0.1`), get(adapter, `${server.url}/delay/0.2`)]);
    await sleep(20);
    for (let i = 0; i < 2; i++) {
      await get(adapter, `${server.url}/get`);
      await sleep(20);
    }
    const [, second, third, fourth] = server.requests.map(({ connectionId }) => connectionId);
    expect([third, fourth]).toEqual([second, second]);
  });

  it('poolConnections keeps so many hosts, and drops the least recently used', async () => {
    const servers = await Promise.all([startRawServer(OK), startRawServer(OK), startRawServer(OK)]);
    for (const server of servers) opened(server);
    const adapter = makeAdapter({ poolConnections: 2 });
    for (const i of [0, 1, 0, 2, 0]) await get(adapter, servers[i]!.url);
    await servers[1]!.waitForOpenConnections(0);
    expect(servers.map(({ openConnections }) => openConnections)).toEqual([1, 0, 1]);
    expect(servers[0]!.connections).toBe(1);
  });

  it('lets a busy connection of a dropped host finish', async () => {
    const [first, second] = [opened(await slowly(150)), opened(await startRawServer(OK))];
    const adapter = makeAdapter({ poolConnections: 1 });
    const running = get(adapter, first.url);
    await first.waitForRequest();
    await get(adapter, second.url);
    expect((await running).text).toBe('ok');
    await first.waitForOpenConnections(0);
  });

  it('keepAlive: false opens a connection for every request, and says so', async () => {
    const server = opened(await startRawServer(OK));
    const adapter = makeAdapter({ keepAlive: false });
    for (let i = 0; i < 3; i++) await get(adapter, server.url);
    expect(server.connections).toBe(3);
    expect(server.requests[0]!.getAll('connection')).toEqual(['close']);
  });

  it('[E05] with keepAlive: false never takes bytes that a server sends late for the next answer', async () => {
    const server = opened(
      await startRawServer(async (connection) => {
        const { target } = await connection.nextRequest();
        await connection.send(crlf('HTTP/1.1 200 OK', `Content-Length: ${target.length}`, '', target));
        await sleep(Number(target.slice(1)) % 4);
        await connection.send(crlf('HTTP/1.1 200 OK', 'Content-Length: 8', '', 'poisoned')).catch(() => {});
      }),
    );
    const adapter = makeAdapter({ keepAlive: false });
    for (let i = 0; i < 200; i++) expect((await get(adapter, `${server.url}/${i}`)).text).toBe(`/${i}`);
  });

  it('closes idle connections after keepAliveTimeout', async () => {
    const server = opened(await startRawServer(OK));
    await get(makeAdapter({ keepAliveTimeout: 0.1 }), server.url);
    const start = performance.now();
    await server.waitForOpenConnections(0);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('keeps targets and ports apart', async () => {
    const [one, two] = [opened(await startRawServer(OK)), opened(await startRawServer(OK))];
    const adapter = makeAdapter({ lookup: dns() });
    for (const url of [one.url, two.url, `http://a.example:${one.port}`, `http://b.example:${one.port}`])
      await get(adapter, url);
    expect([one.connections, two.connections]).toEqual([3, 1]);
  });
});

describe('stale connections', () => {
  /** Answers, and closes the connection so many milliseconds later. */
  const closesAfter = (ms: number): Promise<RawServer> =>
    startRawServer(async (connection) => {
      await connection.nextRequest();
      await connection.send(OK);
      if (ms > 0) await sleep(ms);
      connection.halfClose();
    });

  it('[pitfall 3] survives a server that closes right after a keep-alive answer', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => socket.write(OK, () => socket.end()));
    });
    const { port } = opened(await listen(server));
    const adapter = makeAdapter();
    const url = `http://127.0.0.1:${port}/`;
    for (let i = 0; i < 50; i++) expect((await get(adapter, url)).text).toBe('ok');
    for (let i = 0; i < 50; i++) expect((await adapter.send(prepare('POST', url, { data: 'x' }), {})).text).toBe('ok');
  });

  it('B-ADAPT-09 replaces a connection that the server has closed meanwhile, for any method', async () => {
    const server = opened(await closesAfter(0));
    const adapter = makeAdapter();
    for (const method of ['GET', 'POST', 'PATCH', 'CUSTOM']) {
      expect((await adapter.send(prepare(method, server.url, { data: 'x' }), {})).text).toBe('ok');
      await server.waitForOpenConnections(0);
    }
    expect(server.requests).toHaveLength(4);
  });

  /** Kills a kept connection when the second request has arrived on it. */
  const killsSecond = (bytes = ''): Promise<RawServer> =>
    startRawServer(async (connection) => {
      await connection.nextRequest();
      await connection.send(OK);
      if (connection.id > 1) return;
      await connection.nextHead();
      await connection.send(bytes);
      connection.reset();
    });

  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'])(
    '[pitfall 4] [O01] sends %s once more when a kept connection dies before a byte of the answer',
    async (method) => {
      const server = opened(await killsSecond());
      const adapter = makeAdapter();
      await get(adapter, server.url);
      const response = await adapter.send(prepare(method, server.url, method === 'PUT' ? { data: 'body' } : {}), {});
      expect(response.statusCode).toBe(200);
      expect(server.connections).toBe(2);
    },
  );

  it.each(['POST', 'PATCH', 'LOCK'])('[pitfall 4] [O01] never sends %s twice', async (method) => {
    const server = opened(await killsSecond());
    const adapter = makeAdapter();
    await get(adapter, server.url);
    expect(await failure(adapter.send(prepare(method, server.url, { data: 'x' }), {}))).toBeInstanceOf(ConnectionError);
    expect(server.connections).toBe(1);
  });

  it('[O01] does not repeat once a byte of the answer has come, on a new connection, or a second time', async () => {
    const partly = opened(await killsSecond('HTTP'));
    const adapter = makeAdapter();
    await get(adapter, partly.url);
    expect(await failure(get(adapter, partly.url))).toBeInstanceOf(ConnectionError);
    expect(partly.connections).toBe(1);

    const fresh = opened(await startRawServer([steps.request, steps.reset]));
    expect(await failure(get(adapter, fresh.url))).toBeInstanceOf(ConnectionError);
    expect(fresh.connections).toBe(1);

    const always = opened(
      await startRawServer(async (connection) => {
        await connection.nextRequest();
        if (connection.id === 1) {
          await connection.send(OK);
          await connection.nextHead().catch(() => {});
        }
        connection.reset();
      }),
    );
    await get(adapter, always.url);
    expect(await failure(get(adapter, always.url, { timeout: 2 }))).toBeInstanceOf(ConnectionError);
    expect(always.connections).toBe(2);
  });

  it('[O01] B-DIFF-23 does not repeat a body that can be read only once, and opens one anew that can be', async () => {
    const once = opened(await killsSecond());
    const adapter = makeAdapter();
    await get(adapter, once.url);
    expect(await failure(adapter.send(prepare('PUT', once.url, { data: ['a', 'b'].values() }), {}))).toBeInstanceOf(
      ConnectionError,
    );
    const again = opened(await killsSecond());
    await get(adapter, again.url);
    await adapter.send(prepare('PUT', again.url, { data: () => ['a', 'b'].values() }), {});
    expect(again.requests.at(-1)!.body.toString()).toBe('ab');
  });

  it('[O01] takes a fresh connection for it, not another kept one', async () => {
    const server = opened(
      await startRawServer(async (connection) => {
        await connection.nextRequest();
        await sleep(20);
        await connection.send(OK);
        if (connection.id > 3) return;
        await connection.nextHead().catch(() => {});
        connection.reset();
      }),
    );
    const adapter = makeAdapter();
    await Promise.all([1, 2, 3].map(() => get(adapter, server.url)));
    expect((await get(adapter, server.url)).text).toBe('ok');
    expect(server.connections).toBe(4);
  });
});

describe('maxRetries', () => {
  it('M223 is 0: a refused connection is an error at once', async () => {
    const lookup = dns({ 'gone.example': 'ENOTFOUND' });
    expect(await failure(get(makeAdapter({ lookup }), 'http://gone.example/'))).toBeInstanceOf(ConnectionError);
    expect(lookup.names).toHaveLength(1);
  });

  it('M224 M225 B-ADAPT-04 B-ADAPT-19 tries so often again, for any method, and raises the last failure', async () => {
    const lookup = dns({ 'gone.example': 'EAI_AGAIN' });
    const adapter = makeAdapter({ lookup, maxRetries: 3 });
    const error = await failure(adapter.send(prepare('POST', 'http://gone.example/', { data: 'x' }), {}));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain('EAI_AGAIN');
    expect(lookup.names).toHaveLength(4);
  });

  it('succeeds when a later attempt does, with a body that was not touched before', async () => {
    const server = opened(await startRawServer(OK));
    let attempts = 0;
    const lookup = dns({ 'shaky.example': () => (++attempts < 3 ? 'ENOTFOUND' : '127.0.0.1') });
    const adapter = makeAdapter({ lookup, maxRetries: 5 });
    const response = await adapter.send(
      prepare('POST', `http://shaky.example:${server.port}/`, { data: ['once'].values() }),
      {},
    );
    expect([response.text, server.requests[0]!.body.toString(), attempts]).toEqual(['ok', 'once', 3]);
  });

  it('repeats connect timeouts, and neither TLS failures nor broken answers', async () => {
    const deaf = opened(await startDeafServer());
    expect(await failure(get(makeAdapter({ maxRetries: 2 }), deaf.url, { timeout: [0.05, null] }))).toBeInstanceOf(
      ConnectTimeout,
    );
    const plain = opened(await startRawServer([steps.receive('\x16'), steps.close]));
    await failure(get(makeAdapter({ maxRetries: 3 }), plain.url.replace('http:', 'https:')));
    const broken = opened(await startRawServer([steps.request, steps.close]));
    await failure(get(makeAdapter({ maxRetries: 3 }), broken.url));
    expect([plain.connections, broken.connections]).toEqual([1, 1]);
  });

  it('is a number: a policy belongs into RetryAdapter', () => {
    expect(() => makeAdapter({ maxRetries: { total: 3 } as never })).toThrow(/new RetryAdapter\(new HTTPAdapter\(\)/);
    for (const maxRetries of [-1, 1.5, Number.NaN]) expect(() => makeAdapter({ maxRetries })).toThrow(RangeError);
  });
});

describe('close', () => {
  it('B-ADAPT-10 B-DIFF-42 drops idle connections, and can be used again', async () => {
    const server = opened(await startRawServer(OK));
    const adapter = makeAdapter();
    await get(adapter, server.url);
    await adapter.close();
    await server.waitForOpenConnections(0);
    expect((await get(adapter, server.url)).text).toBe('ok');
    await adapter.close();
    await adapter.close();
  });

  it('B-DIFF-42 lets a running body end, and those that wait for a place', async () => {
    const server = opened(await slowly(50));
    const adapter = makeAdapter({ poolMaxsize: 1, poolBlock: true });
    const running = [1, 2, 3].map(() => get(adapter, server.url));
    await server.waitForRequest();
    await adapter.close();
    expect((await Promise.all(running)).map(({ text }) => text)).toEqual(['ok', 'ok', 'ok']);
    await server.waitForOpenConnections(0);
  });

  it('resolves although a stream is never read', async () => {
    const server = opened(
      await startRawServer([steps.request, crlf('HTTP/1.1 200 OK', 'Content-Length: 9', '', 'part'), steps.stall]),
    );
    const adapter = makeAdapter();
    const response = await get(adapter, server.url, { stream: true });
    await adapter.close();
    expect(server.openConnections).toBe(1);
    await response.close();
    await server.waitForOpenConnections(0);
  });

  it('[F10] with many requests in flight, every one of them settles', async () => {
    const server = opened(await slowly(10));
    const adapter = makeAdapter();
    const all = Array.from({ length: 300 }, () =>
      get(adapter, server.url).then(
        () => 'ok',
        (error: Error) => error.name,
      ),
    );
    await once(process, 'beforeExit', { signal: AbortSignal.timeout(20) }).catch(() => {});
    await adapter.close();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['ok']));
    await server.waitForOpenConnections(0);
  });
});

describe('construction', () => {
  it('[J01] refuses unknown options, and values of the wrong kind', () => {
    expect(() => makeAdapter({ poolmaxsize: 3 } as never)).toThrow(
      /unknown option 'poolmaxsize'; known are poolConnections/,
    );
    for (const options of [
      { poolMaxsize: 0 },
      { poolConnections: 1.5 },
      { maxHeaderSize: -1 },
      { family: 5 as never },
      { keepAliveTimeout: 0 },
    ])
      expect(() => makeAdapter(options)).toThrow(RangeError);
    for (const options of [
      { poolBlock: 1 as never },
      { poolMaxsize: '3' as never },
      { lookup: 'x' as never },
      { socketPath: '' },
      { connectors: { socks5: {} as never } },
    ])
      expect(() => makeAdapter(options)).toThrow(TypeError);
  });
});
