import { once } from 'node:events';
import { connect } from 'node:net';
import { ConnectionError, ConnectTimeout, ProxyError, ReadTimeout, type SendOptions, Timeout } from '@requests-ts/core';
import { crlf, startDeafServer, startProxy, startRawServer, steps, trackHandles } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { dns, failure, get, makeAdapter, opened, prepare, sleep } from './support.ts';

const OK = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');

async function timed<T>(run: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await run();
  return [result, performance.now() - start];
}

/**
 * The least milliseconds that a few tries took, and the least by which one was later than a plain timer of the same length that began with it: how
 * late a timer fires depends on the machine, which delays both.
 */
async function best(
  run: () => Promise<unknown>,
  limitMs: number,
  tries: number,
): Promise<{ ms: number; late: number }> {
  const least = { ms: Infinity, late: Infinity };
  for (let i = 0; i < tries; i++) {
    const [[, plainMs], [, ms]] = await Promise.all([timed(() => sleep(limitMs)), timed(run)]);
    least.ms = Math.min(least.ms, ms);
    least.late = Math.min(least.late, ms - plainMs);
  }
  return least;
}

describe('read timeout', () => {
  it.each([0.05, 0.3, 0.9])('[pitfall 1] M134 M139 M140 B-TIME-12 fires after %d s, exactly', async (limit) => {
    const server = opened(await startRawServer([steps.stall]));
    const adapter = makeAdapter();
    const { ms, late } = await best(
      async () => expect(await failure(get(adapter, server.url, { timeout: [10, limit] }))).toBeInstanceOf(ReadTimeout),
      limit * 1000,
      4,
    );
    expect(ms).toBeGreaterThan(limit * 1000 - 2);
    expect(late).toBeLessThan(30);
  });

  it('M142 names limit, method and URL without its query', async () => {
    const server = opened(await startRawServer([steps.stall]));
    const error = await failure(get(makeAdapter(), `${server.url}/path?secret=1`, { timeout: [10, 0.05] }));
    expect(error.message).toBe(`Read timed out after 50 ms without an answer: GET ${server.url}/path`);
    expect(error).toMatchObject({ code: 'ERR_READ_TIMEOUT', request: { method: 'GET' } });
  });

  it('[F09] bounds the wait for the final head as a whole: neither 103 after 103 nor a head in drops extends it', async () => {
    for (const drip of ['HTTP/1.1 103 Early Hints\r\n\r\n', null]) {
      const server = opened(
        await startRawServer(async (connection) => {
          await connection.nextRequest();
          const head = 'HTTP/1.1 200 OK\r\nX: '.padEnd(1000, 'x');
          for (let i = 0; !connection.ended; i++) {
            await connection.send(drip ?? head[i]!);
            await sleep(100);
          }
        }),
      );
      const [error, ms] = await timed(() =>
        failure(get(makeAdapter({ maxInformational: 1000 }), server.url, { timeout: 0.5 })),
      );
      expect(error).toBeInstanceOf(ReadTimeout);
      expect(ms).toBeLessThan(5000);
    }
  });

  it('B-TIME-13 B-ITER-05 is a ConnectionError inside the body, caused by ReadTimeout', async () => {
    const server = opened(
      await startRawServer([steps.request, crlf('HTTP/1.1 200 OK', 'Content-Length: 9', '', 'part'), steps.stall]),
    );
    for (const stream of [false, true]) {
      const error = await failure(
        get(makeAdapter(), server.url, { timeout: 0.1, stream }).then((response) => response.read()),
      );
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error).not.toBeInstanceOf(Timeout);
      expect(error.cause).toBeInstanceOf(ReadTimeout);
    }
  });

  it('B-TIME-06 starts anew with every byte of the body', async () => {
    const drops = Array.from({ length: 6 }, () => [steps.wait(80), 'x']).flat();
    const server = opened(
      await startRawServer([steps.request, crlf('HTTP/1.1 200 OK', 'Content-Length: 6', '', ''), ...drops]),
    );
    expect((await get(makeAdapter(), server.url, { timeout: 0.3 })).text).toBe('xxxxxx');
  });

  it('[pitfall 2] counts neither a slow reader', async () => {
    const server = opened(
      await startRawServer(async (connection) => {
        await connection.nextRequest();
        await connection.send(crlf('HTTP/1.1 200 OK', 'Content-Length: 4000000', '', ''));
        await connection.send(new Uint8Array(4_000_000));
      }),
    );
    const response = await get(makeAdapter(), server.url, { timeout: 0.15, stream: true });
    let size = 0;
    for await (const piece of response.iterContent(null)) {
      if (size === 0) await sleep(450);
      size += piece.length;
    }
    expect(size).toBe(4_000_000);
  });

  it('[pitfall 2] nor a slow producer of the upload', async () => {
    const server = opened(await startRawServer(OK));
    async function* slow(): AsyncGenerator<string> {
      yield 'a';
      await sleep(450);
      yield 'b';
    }
    expect((await makeAdapter().send(prepare('POST', server.url, { data: slow() }), { timeout: 0.15 })).text).toBe(
      'ok',
    );
  });

  it.each([
    [
      'an iterable',
      () =>
        (function* () {
          for (;;) yield new Uint8Array(65_536);
        })(),
    ],
    ['a large buffer', () => new Uint8Array(50_000_000)],
  ])('B-TIME-11 [pitfall 24] ends an upload of %s that the peer does not take', async (_title, data) => {
    const server = opened(await startRawServer([steps.head, steps.stopReading, steps.stall]));
    const [error, ms] = await timed(() =>
      failure(makeAdapter().send(prepare('POST', server.url, { data: data() }), { timeout: 0.3 })),
    );
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).not.toBeInstanceOf(Timeout);
    expect(error.message).toContain('Write timed out after 300 ms');
    expect(ms).toBeLessThan(5000);
  });
});

describe('connect timeout', () => {
  it.each([0.05, 0.3])('[pitfall 1] M135 M141 B-TIME-08 fires after %d s, exactly, and says where', async (limit) => {
    const server = opened(await startDeafServer());
    const adapter = makeAdapter();
    let error: Error | undefined;
    const { ms, late } = await best(
      async () => {
        error = await failure(get(adapter, server.url, { timeout: [limit, null] }));
      },
      limit * 1000,
      3,
    );
    expect(error).toBeInstanceOf(ConnectTimeout);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toBeInstanceOf(Timeout);
    expect(error!.message).toContain(`after ${limit * 1000} ms opening the connection`);
    expect(ms).toBeGreaterThan(limit * 1000 - 2);
    expect(late).toBeLessThan(40);
  });

  it('B-TIME-05 B-DIFF-35 covers the look-up of the name', async () => {
    const adapter = makeAdapter({ lookup: () => {} });
    const error = await failure(get(adapter, 'http://slow.example/', { timeout: 0.1 }));
    expect(error).toBeInstanceOf(ConnectTimeout);
    expect(error.message).toContain('resolving the host name');
  });

  it('B-TIME-10 covers the TLS handshake', async () => {
    const server = opened(await startRawServer([steps.stall]));
    const error = await failure(get(makeAdapter(), server.url.replace('http:', 'https:'), { timeout: [0.1, null] }));
    expect(error).toBeInstanceOf(ConnectTimeout);
    expect(error.message).toContain('in the TLS handshake');
  });

  it('B-TIME-09 is a ProxyError while the proxy is being reached, and while it does not answer', async () => {
    const deaf = opened(await startDeafServer());
    const silent = opened(await startProxy({ faults: { request: 'stall' } }));
    for (const [proxy, words] of [
      [deaf.url, 'opening the connection'],
      [silent.url, 'waiting for the proxy'],
    ] as const) {
      const error = await failure(
        get(makeAdapter(), 'https://target.example/', { timeout: [0.1, null], proxies: { all: proxy } }),
      );
      expect(error).toBeInstanceOf(ProxyError);
      expect(error.cause).toBeInstanceOf(ConnectTimeout);
      expect(error.message).toContain(words);
    }
  });

  it('does not run on a kept connection, nor while waiting for a place in the pool', async () => {
    const server = opened(
      await startRawServer(async (connection) => {
        for (;;) {
          await connection.nextRequest();
          await sleep(250);
          await connection.send(OK);
        }
      }),
    );
    const adapter = makeAdapter({ poolMaxsize: 1, poolBlock: true });
    const answers = await Promise.all([1, 2, 3].map(() => get(adapter, server.url, { timeout: [0.2, 0.5] })));
    expect(answers.map(({ text }) => text)).toEqual(['ok', 'ok', 'ok']);
    expect(server.connections).toBe(1);
  });
});

describe('total timeout', () => {
  it.each<[string, SendOptions]>([
    ['a body that drips', {}],
    ['a streamed body that drips', { stream: true }],
  ])('B-TIME-07 [F09] ends %s at the deadline', async (_title, options) => {
    const server = opened(
      await startRawServer(async (connection) => {
        await connection.nextRequest();
        await connection.send(crlf('HTTP/1.1 200 OK', 'Content-Length: 1000', '', ''));
        while (!connection.ended) {
          await connection.send('x');
          await sleep(20);
        }
      }),
    );
    const [error, ms] = await timed(() =>
      failure(
        get(makeAdapter(), server.url, { ...options, timeout: { total: 0.4 } }).then((response) => response.read()),
      ),
    );
    expect(error).toBeInstanceOf(ReadTimeout);
    expect(error.message).toContain('longer than 400 ms (total)');
    expect(ms).toBeGreaterThan(390);
    expect(ms).toBeLessThan(5000);
    await server.waitForOpenConnections(0);
  });

  it('covers waiting for a place in the pool, as ConnectTimeout: nothing was sent', async () => {
    const server = opened(await startRawServer([steps.stall]));
    const adapter = makeAdapter({ poolMaxsize: 1, poolBlock: true });
    const first = failure(get(adapter, server.url, { timeout: { total: 1 } }));
    const second = failure(get(adapter, server.url, { timeout: { total: 0.2 } }));
    expect(await Promise.race([first, second])).toBeInstanceOf(ConnectTimeout);
    expect(await first).toBeInstanceOf(ReadTimeout);
    expect(server.connections).toBe(1);
  });

  it('covers connecting', async () => {
    const server = opened(await startDeafServer());
    expect(await failure(get(makeAdapter(), server.url, { timeout: { total: 0.1, connect: 5 } }))).toBeInstanceOf(
      ConnectTimeout,
    );
  });

  it('covers the attempts of maxRetries together', async () => {
    const server = opened(await startDeafServer());
    const [error, ms] = await timed(() =>
      failure(get(makeAdapter({ maxRetries: 50 }), server.url, { timeout: { connect: 0.1, total: 0.35 } })),
    );
    expect(error).toBeInstanceOf(ConnectTimeout);
    expect(ms).toBeGreaterThan(340);
    expect(ms).toBeLessThan(3000);
  });
});

describe('abort', () => {
  it.each([
    ['dns', 'dns'],
    ['tcp', 'tcp'],
    ['TLS', 'tls'],
    ['a proxy', 'proxy'],
    ['the head', 'head'],
    ['the body', 'body'],
    ['a streamed body', 'stream'],
    ['an upload', 'upload'],
    ['a place in the pool', 'queue'],
  ] as const)(
    '[pitfall 13] ends a request that waits for %s, with the reason as it is, and leaves nothing open',
    async (_title, phase) => {
      const handles = trackHandles();
      const silent = await startRawServer([steps.stall]);
      const deaf = await startDeafServer();
      const half = await startRawServer([
        steps.request,
        crlf('HTTP/1.1 200 OK', 'Content-Length: 9', '', 'part'),
        steps.stall,
      ]);
      const adapter = makeAdapter({ poolMaxsize: 1, poolBlock: true, ...(phase === 'dns' && { lookup: () => {} }) });
      const url = {
        dns: 'http://slow.example/',
        tcp: deaf.url,
        tls: silent.url.replace('http:', 'https:'),
        proxy: 'https://target.example',
        head: silent.url,
        body: half.url,
        stream: half.url,
        upload: silent.url,
        queue: silent.url,
      }[phase];
      const reason = { my: 'reason' };
      const controller = new AbortController();
      const options: SendOptions = {
        signal: controller.signal,
        stream: phase === 'stream',
        ...(phase === 'proxy' && { proxies: { all: silent.url } }),
      };
      const request = prepare(
        'POST',
        url,
        phase === 'upload'
          ? {
              data: (async function* () {
                yield 'a';
                await new Promise(() => {});
              })(),
            }
          : {},
      );
      const blocker = phase === 'queue' ? adapter.send(prepare('GET', url), options).catch(() => {}) : null;
      const promise = adapter.send(request, options).then((response) => response.read());
      setTimeout(() => controller.abort(reason), 50);
      const [thrown, ms] = await timed(() =>
        promise.then(
          () => 'resolved',
          (error: unknown) => error,
        ),
      );
      expect(thrown).toBe(reason);
      expect(ms).toBeLessThan(5000);
      await blocker;
      await Promise.all([silent.close(), deaf.close(), half.close()]);
      await handles.expectNone();
    },
  );

  it('rejects with the reason even when that is null', async () => {
    const server = opened(await startRawServer([steps.stall]));
    const controller = new AbortController();
    const promise = get(makeAdapter(), server.url, { signal: controller.signal });
    await server.waitForConnection();
    controller.abort(null);
    expect(
      await promise.then(
        () => 'resolved',
        (reason: unknown) => reason,
      ),
    ).toBeNull();
  });

  it('rejects at once, and before anything is opened, when it is aborted already', async () => {
    const server = opened(await startRawServer(OK));
    expect(
      await get(makeAdapter(), server.url, { signal: AbortSignal.abort('why') }).catch((reason: unknown) => reason),
    ).toBe('why');
    expect(server.connections).toBe(0);
  });

  it('[F11] leaves no listener on a signal that lives long', async () => {
    const server = opened(await startRawServer(OK));
    const adapter = makeAdapter();
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: never): void => {
      listeners++;
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: never): void => {
      listeners--;
      removeEventListener.apply(signal, args);
    };
    for (let i = 0; i < 20; i++) {
      const response = await get(adapter, server.url, { signal, stream: i % 2 === 0 });
      await response.read();
    }
    await failure(get(makeAdapter(), 'http://127.0.0.1:1', { signal }));
    expect(listeners).toBe(0);
  });

  it('destroys the connection of a half-read body, and keeps others', async () => {
    const server = opened(
      await startRawServer([steps.request, crlf('HTTP/1.1 200 OK', 'Content-Length: 9', '', 'part'), steps.stall]),
    );
    const controller = new AbortController();
    const response = await get(makeAdapter(), server.url, { stream: true, signal: controller.signal });
    const pieces = response.iterContent(4);
    await pieces.next();
    controller.abort();
    await expect(pieces.next()).rejects.toBe(controller.signal.reason);
    await server.waitForOpenConnections(0);
  });
});

it('M133 M137 B-TIME-01 waits for ever by default', async () => {
  const server = opened(await startRawServer([steps.request, steps.wait(700), OK]));
  for (const timeout of [undefined, null, [3.05, null] as const]) {
    const one = makeAdapter();
    expect((await get(one, server.url, { timeout })).text).toBe('ok');
  }
});

it('sees a deaf server as one', async () => {
  const server = opened(await startDeafServer());
  const socket = connect(server.port, server.host);
  const first = await Promise.race([once(socket, 'connect').then(() => 'connected'), sleep(150).then(() => 'waiting')]);
  socket.destroy();
  expect(first).toBe('waiting');
  expect(dns().names).toEqual([]);
});
