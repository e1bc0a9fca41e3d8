import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type LookupFunction, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from '@requests-ts/core';
import { HTTPAdapter } from '@requests-ts/http';
import { createCertificates, crlf, startRawServer } from '@requests-ts/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { dns, failure, get, makeAdapter, opened } from './support.ts';

const OK = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');

/** An HTTP server on a Unix domain socket that tells Host and target. */
async function startUnixServer(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'unix-'));
  const path = join(directory, 'app.sock');
  const server: Server = createServer(
    (request, response) => void response.end(`${request.headers.host} ${request.url}`),
  );
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(directory, { recursive: true, force: true });
  });
  return path;
}

describe('Unix domain sockets', () => {
  it('are named in the URL: http+unix://%2Fpath/target', async () => {
    const path = await startUnixServer();
    await using session = new Session({ adapters: { 'http+unix://': new HTTPAdapter() } });
    const response = await session.get(`http+unix://${encodeURIComponent(path)}/info?a=b`);
    expect(response.text).toBe('localhost /info?a=b');
  });

  it('are named by socketPath for any URL, and no proxy leads there', async () => {
    const path = await startUnixServer();
    const adapter = makeAdapter({ socketPath: path });
    expect((await get(adapter, 'http://docker.example/info', { proxies: { all: 'http://127.0.0.1:1' } })).text).toBe(
      'docker.example /info',
    );
  });

  it('fail as ConnectionError that names the socket when nobody listens', async () => {
    const error = await failure(get(makeAdapter({ socketPath: '/nowhere/app.sock' }), 'http://h/'));
    expect(error).toMatchObject({ name: 'ConnectionError', message: expect.stringContaining('/nowhere/app.sock') });
  });

  it('need a path', async () => {
    expect(await failure(get(makeAdapter(), 'http+unix://%00/x'))).toMatchObject({ name: 'InvalidURL' });
  });
});

describe('names and addresses', () => {
  it('[pitfall 12] tries every address of a name, and names them all when none answers', async () => {
    const server = opened(await startRawServer(OK));
    const adapter = makeAdapter({
      lookup: dns({ 'both.example': ['::1', '127.0.0.1'], 'none.example': ['::1', '127.0.0.2'] }),
    });
    expect((await get(adapter, `http://both.example:${server.port}/`)).text).toBe('ok');
    const error = await failure(get(adapter, 'http://none.example:1/'));
    expect(error.message).toMatch(/::1:1.*; .*127\.0\.0\.2:1/);
  });

  it('resolves names by `lookup`, and asks for the family that it was told', async () => {
    const families: unknown[] = [];
    const lookup: LookupFunction = (_name, options, callback) => {
      families.push(options.family);
      callback(null, options.all ? [{ address: '127.0.0.1', family: 4 }] : ('127.0.0.1' as never), 4);
    };
    const server = opened(await startRawServer(OK));
    await get(makeAdapter({ lookup, family: 4 }), `http://four.example:${server.port}/`);
    await get(makeAdapter({ lookup, autoSelectFamily: false }), `http://any.example:${server.port}/`);
    expect(families).toEqual([4, 0]);
  });

  it.each([
    [{}, { keepAlive: true, keepAliveInitialDelay: 60_000, noDelay: true }],
    [
      { tcpKeepAlive: 20, noDelay: false },
      { keepAlive: true, keepAliveInitialDelay: 20_000, noDelay: false },
    ],
    [{ tcpKeepAlive: false }, { keepAlive: false, noDelay: true }],
  ] as const)('B-TB-09 asks the socket for what %j says', async (options, wanted) => {
    const connect = vi.spyOn(Socket.prototype, 'connect');
    try {
      const server = opened(await startRawServer(OK));
      await get(makeAdapter(options), server.url);
      expect(connect.mock.calls[0]![0]).toMatchObject(wanted);
    } finally {
      connect.mockRestore();
    }
  });

  it('B-TB-08 connects from localAddress', async () => {
    const server = opened(await startRawServer(OK));
    await get(makeAdapter({ localAddress: '127.0.0.9' }), server.url);
    expect(server.accepted[0]!.socket.remoteAddress).toBe('127.0.0.9');
    expect(await failure(get(makeAdapter({ localAddress: '192.0.2.1' }), server.url))).toMatchObject({
      name: 'ConnectionError',
      message: expect.stringContaining('EADDRNOTAVAIL'),
    });
  });

  it('reaches an IPv6 literal, over TLS too', async () => {
    const { ca } = createCertificates();
    for (const tls of [false, true]) {
      const server = opened(await startRawServer(OK, { host: '::1', tls }));
      expect((await get(makeAdapter({ verify: ca }), server.url)).text).toBe('ok');
      expect(server.requests[0]!.getAll('host')).toEqual([`[::1]:${server.port}`]);
    }
  });

  it('reports a lookup that throws or fails as ConnectionError', async () => {
    const throwing = makeAdapter({
      lookup: () => {
        throw new Error('broken resolver');
      },
    });
    expect(await failure(get(throwing, 'http://x.example/'))).toMatchObject({
      name: 'ConnectionError',
      message: expect.stringContaining('broken resolver'),
    });
    const failing = makeAdapter({ lookup: dns({ 'x.example': 'EAI_AGAIN' }) });
    expect(await failure(get(failing, 'http://x.example/'))).toMatchObject({
      name: 'ConnectionError',
      message: expect.stringMatching(/^Failed to resolve the host name: .*EAI_AGAIN/),
    });
  });
});
