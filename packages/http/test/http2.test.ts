import { constants, type ServerHttp2Stream } from 'node:http2';
import { connect, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { ConnectionError, ReadTimeout, type Response, SSLError } from '@requests-ts/core';
import { crlf, listen, startHttpbin, startProxy, startRawServer } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { answerWithSize, certificates, startH2 } from './http2-server.ts';
import { failure, get, makeAdapter, opened, prepare, sleep } from './support.ts';

const { ca } = certificates;

describe('HTTP/2', () => {
  it('[J03] closes while an answer is on its way, and throws nothing when it has come', async () => {
    for (let i = 0; i < 20; i++) {
      const streams: ServerHttp2Stream[] = [];
      const server = await startH2((stream) => {
        streams.push(stream);
        stream.respond({ ':status': 200 });
        stream.write('first ');
      });
      const adapter = makeAdapter({ verify: ca, http2: true });
      const responses = await Promise.all([1, 2].map(() => get(adapter, server.url, { stream: true })));
      await adapter.close();
      for (const stream of streams) stream.end('last');
      expect(await Promise.all(responses.map(async (each) => Buffer.from(await each.read()).toString()))).toEqual([
        'first last',
        'first last',
      ]);
    }
  });

  it('[M01] is off by default', async () => {
    const server = opened(await startHttpbin({ tls: { ALPNProtocols: ['h2', 'http/1.1'] } as never }));
    expect((await get(makeAdapter({ verify: ca }), `${server.url}/get`)).httpVersion).toBe('1.1');
    const only = await startH2();
    expect(await failure(get(makeAdapter({ verify: ca }), only.url))).toBeInstanceOf(SSLError);
  });

  it('is spoken when the server agrees, and HTTP/1.1 when it does not', async () => {
    const h2 = await startH2();
    const h1 = opened(await startRawServer(crlf('HTTP/1.1 200 Fine', 'Content-Length: 2', '', 'ok'), { tls: true }));
    const adapter = makeAdapter({ verify: ca, http2: true });
    const response = await get(adapter, `${h2.url}/path?q`);
    expect(response).toMatchObject({ statusCode: 200, reason: '', httpVersion: '2' });
    for (let i = 0; i < 3; i++)
      expect(await get(adapter, h1.url)).toMatchObject({ text: 'ok', reason: 'Fine', httpVersion: '1.1' });
    expect(h1.connections).toBe(1);
    const plain = opened(await startRawServer(crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok')));
    expect((await get(adapter, plain.url)).httpVersion).toBe('1.1');
  });

  it('[M03] sends method, authority, path and headers, and none that belong to a connection', async () => {
    const server = await startH2();
    const adapter = makeAdapter({ verify: ca, http2: true });
    const response = await adapter.send(
      prepare('POST', `${server.url}/a%2Fb?c`, {
        data: 'body',
        headers: { 'X-Mixed': 'v', Connection: 'close', TE: 'gzip', 'Keep-Alive': '1', Host: 'virtual.example' },
      }),
      {},
    );
    const { headers, body } = response.json<{ headers: Record<string, string>; body: string }>();
    expect(headers).toMatchObject({
      ':method': 'POST',
      ':path': '/a%2Fb?c',
      ':authority': 'virtual.example',
      ':scheme': 'https',
      'x-mixed': 'v',
    });
    for (const name of ['connection', 'te', 'keep-alive', 'host', 'transfer-encoding'])
      expect(headers).not.toHaveProperty(name);
    expect(body).toBe('body');
    expect([...response.headers].some(([name]) => name.startsWith(':'))).toBe(false);
  });

  it('[M03] keeps fields that come more than once apart, in the order of the head, as HTTP/1.1 does', async () => {
    const server = await startH2((stream) => {
      stream.respond({ ':status': 200, 'x-b': ['2', '1'], 'set-cookie': ['a=b', 'c=d'], 'x-a': 'last' });
      stream.end();
    });
    const { headers } = await get(makeAdapter({ verify: ca, http2: true }), server.url);
    expect([...headers.lines()].filter(([name]) => name !== 'date')).toEqual([
      ['x-b', '2'],
      ['x-b', '1'],
      ['set-cookie', 'a=b'],
      ['set-cookie', 'c=d'],
      ['x-a', 'last'],
    ]);
  });

  it('carries many requests on one connection, and those that come while it is being made wait for it', async () => {
    const server = await startH2();
    const adapter = makeAdapter({ verify: ca, http2: true });
    const answers = await Promise.all(Array.from({ length: 150 }, (_, i) => get(adapter, `${server.url}/${i}`)));
    expect(answers.map((response) => response.json<{ headers: Record<string, string> }>().headers[':path'])).toEqual(
      Array.from({ length: 150 }, (_, i) => `/${i}`),
    );
    expect(server.sessions).toHaveLength(1);
  });

  it('streams, decodes, reads trailers, and passes over 103', async () => {
    const server = await startH2((stream) => {
      stream.additionalHeaders({ ':status': 103, link: '</x>' });
      stream.respond({ ':status': 200, 'content-encoding': 'gzip' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '1', 'set-cookie': 'a=b' }));
      stream.end(gzipSync('hello'.repeat(1000)));
    });
    const adapter = makeAdapter({ verify: ca, http2: true });
    for (const stream of [false, true]) {
      const response = await get(adapter, server.url, { stream });
      expect(Buffer.from(await response.read()).toString()).toBe('hello'.repeat(1000));
      expect([...response.trailers]).toEqual([['x-sum', '1']]);
    }
  });

  it('[E06] bears maxInformational of them', async () => {
    const server = await startH2((stream) => {
      for (let i = 0; i < 20; i++) stream.additionalHeaders({ ':status': 103, link: `</${i}>` });
      stream.respond({ ':status': 200 });
      stream.end('ok');
    });
    expect(await failure(get(makeAdapter({ verify: ca, http2: true }), server.url))).toMatchObject({
      code: 'ERR_PROTOCOL',
    });
  });

  it('uploads streams and large bodies', async () => {
    const server = await startH2(answerWithSize);
    const adapter = makeAdapter({ verify: ca, http2: true });
    for (const data of [['a', 'bc'].values(), Buffer.alloc(3_000_000), new Blob(['abcd'])]) {
      const expected = data instanceof Blob ? '4' : Buffer.isBuffer(data) ? '3000000' : '3';
      expect((await adapter.send(prepare('POST', server.url, { data }), {})).text).toBe(expected);
    }
  });

  it('[F06] keeps limits, and slow readers from filling the memory', async () => {
    const server = await startH2((stream) => {
      stream.respond({ ':status': 200 });
      const more = (): void => {
        while (!stream.destroyed && stream.write(Buffer.alloc(65_536)));
      };
      stream.on('drain', more);
      more();
    });
    const error = await failure(get(makeAdapter({ verify: ca, http2: true, maxBodySize: 1_000_000 }), server.url));
    expect(error).toMatchObject({ code: 'ERR_TOO_LARGE' });
  });

  it('B-TIME-12 keeps time limits: one stream ends, the others go on', async () => {
    const server = await startH2((stream, headers) => {
      if (headers[':path'] === '/silent') return;
      setTimeout(() => {
        stream.respond({ ':status': 200 });
        stream.end('ok');
      }, 250);
    });
    const adapter = makeAdapter({ verify: ca, http2: true });
    const [silent, other] = await Promise.all([
      failure(get(adapter, `${server.url}/silent`, { timeout: 0.1 })),
      get(adapter, `${server.url}/other`),
    ]);
    expect(silent).toBeInstanceOf(ReadTimeout);
    expect(other.text).toBe('ok');
    expect(server.sessions).toHaveLength(1);
  });

  it('aborts one stream only, and one that waits for the connection', async () => {
    const server = await startH2((stream) => {
      stream.respond({ ':status': 200 });
      stream.write('part');
      setTimeout(() => stream.end('end'), 200);
    });
    const adapter = makeAdapter({ verify: ca, http2: true });
    const controller = new AbortController();
    const [aborted, other]: [unknown, Response] = (await Promise.all([
      get(adapter, server.url, { signal: controller.signal }).catch((reason: unknown) => reason),
      get(adapter, server.url),
      sleep(100).then(() => controller.abort('why')),
    ])) as never;
    expect(aborted).toBe('why');
    expect(other.text).toBe('partend');
    const early = new AbortController();
    const cold = makeAdapter({ verify: ca, http2: true });
    const waiting = [
      get(cold, server.url),
      get(cold, server.url, { signal: early.signal }).catch((reason: unknown) => reason),
    ];
    early.abort('early');
    expect(await waiting[1]).toBe('early');
    expect(((await waiting[0]) as Response).text).toBe('partend');
  });

  it('ends a request at once that waits for a stream of its own', async () => {
    const held = Promise.withResolvers<void>();
    const server = await startH2(
      async (stream, headers) => {
        if (headers[':path'] === '/held') await held.promise;
        stream.respond({ ':status': 200 }, { endStream: true });
      },
      { settings: { maxConcurrentStreams: 1 } },
    );
    const adapter = makeAdapter({ verify: ca, http2: true });
    await get(adapter, server.url);
    const running = get(adapter, `${server.url}/held`);
    expect(await failure(get(adapter, server.url, { timeout: { total: 0.1 } }))).toMatchObject({
      name: 'ConnectTimeout',
    });
    held.resolve();
    expect((await running).statusCode).toBe(200);
    expect((await get(adapter, server.url)).statusCode).toBe(200);
  });

  it('connects again when the server has closed the session, and after GOAWAY', async () => {
    const server = await startH2();
    const adapter = makeAdapter({ verify: ca, http2: true });
    await get(adapter, server.url);
    server.sessions[0]!.destroy();
    await sleep(50);
    expect((await get(adapter, server.url)).statusCode).toBe(200);
    server.sessions[1]!.goaway(constants.NGHTTP2_NO_ERROR);
    server.sessions[1]!.close();
    await sleep(50);
    expect((await get(adapter, server.url)).statusCode).toBe(200);
    expect(server.sessions).toHaveLength(3);
  });

  it('[F11] GOAWAY ends no stream that runs: each is answered, then the connection closes', async () => {
    const streams: ServerHttp2Stream[] = [];
    const { promise: all, resolve } = Promise.withResolvers<void>();
    const server = await startH2((stream) => {
      if (server.sessions.length > 1) stream.respond({ ':status': 204 }, { endStream: true });
      else if (streams.push(stream) === 5) resolve();
    });
    const adapter = makeAdapter({ verify: ca, http2: true, poolMaxsize: 1 });
    const running = Array.from({ length: 5 }, (_, i) => get(adapter, `${server.url}/${i}`));
    await all;
    const [session] = server.sessions;
    const closed = new Promise((done) => session!.once('close', done));
    session!.goaway(constants.NGHTTP2_NO_ERROR);
    expect((await get(adapter, server.url)).statusCode).toBe(204);
    for (const [i, stream] of streams.entries()) {
      stream.respond({ ':status': 200 });
      stream.end(`answer ${i}`);
      expect((await running[i])!.text).toBe(`answer ${i}`);
    }
    await closed;
    expect((await get(adapter, server.url)).statusCode).toBe(204);
    await adapter.close();
    await Promise.all(server.sessions.map((one) => one.destroyed || new Promise((done) => one.once('close', done))));
  });

  it('[F11] gives out answers that have arrived together with the close of their connection', async () => {
    const streams: ServerHttp2Stream[] = [];
    const body = 'answer'.repeat(1000);
    let holding = false;
    const server = await startH2((stream) => {
      if (streams.push(stream) < 10) return;
      holding = true;
      for (const one of streams) one.respond({ ':status': 200 });
      for (const one of streams) one.end(body);
      stream.session!.close();
    });
    // Hands on what the server sends when it has sent all.
    const relay = createServer((client) => {
      const held: Buffer[] = [];
      const target = connect(server.port, '127.0.0.1');
      client.on('error', () => {}).pipe(target.on('error', () => {}));
      target.on('data', (bytes: Buffer) => (holding ? held.push(bytes) : client.write(bytes)));
      target.on('end', () => client.end(Buffer.concat(held)));
    });
    const { port } = opened(await listen(relay));
    const adapter = makeAdapter({ verify: ca, http2: true });
    const answers = Array.from({ length: 10 }, () => get(adapter, `https://localhost:${port}`));
    expect((await Promise.all(answers)).map(({ text }) => text)).toEqual(answers.map(() => body));
  });

  it('is a ConnectionError when a stream is reset before the head, and ends the body with one in it', async () => {
    const server = await startH2((stream, headers) => {
      if (headers[':path'] === '/body') {
        stream.respond({ ':status': 200 });
        stream.write('part');
        setTimeout(() => stream.destroy(new Error('gone')), 30);
      } else stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    });
    const adapter = makeAdapter({ verify: ca, http2: true });
    expect(await failure(get(adapter, `${server.url}/head`))).toBeInstanceOf(ConnectionError);
    expect((await failure(get(adapter, `${server.url}/body`))).name).toBe('ChunkedEncodingError');
  });

  it('[G01] checks certificates as HTTP/1.1 does, and keeps verify settings apart', async () => {
    const server = await startH2(undefined, certificates.wrongHost);
    const adapter = makeAdapter({ http2: true });
    expect(await failure(get(adapter, server.url, { verify: ca }))).toBeInstanceOf(SSLError);
    expect((await get(adapter, server.url, { verify: false })).statusCode).toBe(200);
    expect(await failure(get(adapter, server.url, { verify: ca }))).toBeInstanceOf(SSLError);
  });

  it('goes through a tunnel', async () => {
    const server = await startH2();
    const proxy = opened(await startProxy());
    const adapter = makeAdapter({ verify: ca, http2: true });
    for (let i = 0; i < 3; i++)
      expect((await get(adapter, server.url, { proxies: { all: proxy.url } })).httpVersion).toBe('2');
    expect(proxy.requests).toHaveLength(1);
  });

  it('[M02] closes a connection that nobody uses after keepAliveTimeout', async () => {
    const server = await startH2();
    await get(makeAdapter({ verify: ca, http2: true, keepAliveTimeout: 0.1 }), server.url);
    const [session] = server.sessions;
    await new Promise<void>((resolve) => session!.once('close', resolve));
    expect(session!.destroyed).toBe(true);
  });

  it('closes its connection with the adapter, when its streams have ended', async () => {
    const server = await startH2((stream) =>
      setTimeout(() => {
        stream.respond({ ':status': 200 });
        stream.end('ok');
      }, 100),
    );
    const adapter = makeAdapter({ verify: ca, http2: true });
    const running = get(adapter, server.url);
    await sleep(50);
    await adapter.close();
    expect((await running).text).toBe('ok');
    await new Promise<void>((resolve) =>
      server.sessions[0]!.destroyed ? resolve() : server.sessions[0]!.once('close', resolve),
    );
    expect(server.sessions[0]!.destroyed).toBe(true);
  });
});
