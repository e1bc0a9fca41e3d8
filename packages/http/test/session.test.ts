import {
  ConnectionError,
  InvalidProxyURL,
  InvalidURL,
  type PreparedRequest,
  ProxyError,
  Request,
  RequestException,
  type SendOptions,
  Session,
  SSLError,
} from '@requests-ts/core';
import { HTTPAdapter, type HTTPAdapterOptions, type PoolManager } from '@requests-ts/http';
import { createCertificates, startHttpbin, startProxy, writePemFiles } from '@requests-ts/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failure, makeAdapter, opened, prepare, warningsOf } from './support.ts';

const { ca, client, otherCa } = createCertificates();

function makeSession(options: HTTPAdapterOptions = {}): Session {
  const session = new Session({
    adapters: { 'https://': new HTTPAdapter(options), 'http://': new HTTPAdapter(options) },
  });
  onTestFinished(() => session.close());
  return session;
}

describe('TLS settings of a session', () => {
  it('M121 B-TLS-03 session.verify is for every request', async () => {
    const server = opened(await startHttpbin({ tls: true }));
    const files = opened(await writePemFiles({ ca }));
    const session = makeSession();
    session.verify = files.paths.ca;
    expect((await session.get(`${server.url}/get`)).statusCode).toBe(200);
  });

  it("B-TLS-07 the request's verify beats the session's, true over false included", async () => {
    const server = opened(await startHttpbin({ tls: true }));
    const session = makeSession();
    session.verify = false;
    await warningsOf('InsecureRequestWarning', async () =>
      expect((await session.get(`${server.url}/get`)).statusCode).toBe(200),
    );
    expect(await failure(session.get(`${server.url}/get`, { verify: true }))).toBeInstanceOf(SSLError);
    expect(await failure(session.get(`${server.url}/get`, { verify: otherCa }))).toBeInstanceOf(SSLError);
    expect(server.requests).toHaveLength(1);
  });

  it('B-TLS-08 B-DIFF-37 nothing but false switches verification off, at the adapter or on the session', async () => {
    const server = opened(await startHttpbin({ tls: true }));
    for (const verify of [null, undefined, '', 0, Number.NaN, 'false', 'no', {}, []]) {
      const answer = await makeAdapter()
        .send(prepare('GET', `${server.url}/get`), { verify } as SendOptions)
        .catch((error: unknown) => error);
      expect(answer).toBeInstanceOf(Error);
    }
    const session = makeSession();
    session.verify = null as never;
    expect(await failure(session.get(`${server.url}/get`))).toBeInstanceOf(Error);
    expect(server.requests).toEqual([]);
  });

  it('M126 B-TLS-09 session.cert is for every request, and that of a request beats it', async () => {
    const server = opened(await startHttpbin({ tls: { requestCert: true, rejectUnauthorized: true, ca } }));
    const files = opened(await writePemFiles({ client: client.cert + client.key }));
    const session = makeSession({ verify: ca });
    session.cert = files.paths.client;
    expect((await session.get(`${server.url}/get`)).statusCode).toBe(200);
    expect(await failure(session.get(`${server.url}/get`, { cert: '/no/such/client.pem' }))).toMatchObject({
      code: 'ENOENT',
    });
  });

  it('B-TLS-11 M128 reads an encrypted key, given its passphrase', async () => {
    const { encryptedClient } = createCertificates();
    const server = opened(await startHttpbin({ tls: { requestCert: true, rejectUnauthorized: true, ca } }));
    const { cert, key, passphrase } = encryptedClient;
    expect(
      (await makeSession({ verify: ca }).get(`${server.url}/get`, { cert: { cert, key, passphrase } })).statusCode,
    ).toBe(200);
  });

  it('B-TLS-14 settings of the first request hold for every hop, and for an https proxy', async () => {
    const [server, proxy] = [
      opened(await startHttpbin({ tls: { requestCert: true, rejectUnauthorized: true, ca } })),
      opened(await startProxy({ tls: { requestCert: true, rejectUnauthorized: true, ca } })),
    ];
    const cert = [client.cert, client.key] as const;
    const options = { verify: ca, cert, proxies: { https: proxy.url } };
    const response = await makeSession().get(`${server.url}/redirect/2`, options);
    expect([response.statusCode, response.history.length]).toEqual([200, 2]);
    expect(
      await failure(makeSession().get(`${server.url}/get`, { verify: ca, proxies: { https: proxy.url } })),
    ).toBeInstanceOf(ProxyError);
  });

  it('M132 M149 a request that is sent by hand has the settings that it is given, and no others', async () => {
    const server = opened(await startHttpbin({ tls: true }));
    const session = makeSession();
    const prepared = session.prepareRequest(new Request('GET', `${server.url}/get`));
    const error = await failure(session.send(prepared));
    expect(error).toMatchObject({
      name: 'SSLError',
      code: 'ERR_SSL',
      message: expect.stringContaining('certificate verify failed'),
    });
    expect((await session.send(prepared, { verify: ca, timeout: 5, stream: false, proxies: {} })).statusCode).toBe(200);
  });
});

describe('limits of a session', () => {
  it('M136 M138 takes one value for both limits, slightly above a multiple of 3 as Requests advises', async () => {
    const server = opened(await startHttpbin());
    expect((await makeSession().get(`${server.url}/get`, { timeout: 3.05 })).statusCode).toBe(200);
    expect(await failure(makeSession().get(`${server.url}/delay/1`, { timeout: 0.1 }))).toMatchObject({
      name: 'ReadTimeout',
    });
  });
});

describe('HTTPAdapter as a class to extend', () => {
  it('B-ADAPT-05 B-ADAPT-08 calls its overridable parts', async () => {
    const calls: string[] = [];
    class Watched extends HTTPAdapter {
      override initPoolManager(options: HTTPAdapterOptions): PoolManager {
        calls.push('initPoolManager');
        return super.initPoolManager(options);
      }
      override addHeaders(request: PreparedRequest, options: SendOptions): void {
        calls.push(`addHeaders ${options.stream === true}`);
        request.headers.set('X-Added', 'yes');
      }
    }
    const server = opened(await startHttpbin());
    const adapter = new Watched();
    onTestFinished(() => adapter.close());
    const request = prepare('GET', `${server.url}/get`);
    for (const stream of [false, true]) {
      const response = await adapter.send(request, { stream });
      await response.read();
      expect(response).toMatchObject({ statusCode: 200, reason: 'OK', url: request.url, request });
      expect(response.json<{ headers: Record<string, string> }>().headers['X-Added']).toBe('yes');
    }
    expect(calls).toEqual(['addHeaders false', 'initPoolManager', 'addHeaders true']);
  });

  it('B-ADAPT-17 B-ADAPT-21 B-ADAPT-23 raises errors of our tree that carry the request, with the low-level one as cause', async () => {
    const cases = [
      ['http://target.example/', { all: 'http://127.0.0.1:1' }, ProxyError],
      ['http://target.example/', { all: 'http://' }, InvalidProxyURL],
      ['http://127.0.0.1:1/', {}, ConnectionError],
    ] as const;
    for (const [url, proxies, type] of cases) {
      const request = prepare('GET', url);
      const error = await failure(makeAdapter().send(request, { proxies }));
      expect(error).toBeInstanceOf(type);
      expect(error).toBeInstanceOf(RequestException);
      if (type !== InvalidProxyURL) expect([error.request, error.cause instanceof Error]).toEqual([request, true]);
      else expect(error).toBeInstanceOf(InvalidURL);
    }
  });

  it('B-DIFF-39 keeps one pool per proxy, trust and certificate, and at most poolConnections of them', async () => {
    const server = opened(await startHttpbin({ tls: { requestCert: true, rejectUnauthorized: false, ca } }));
    const proxy = opened(await startProxy());
    const adapter = makeAdapter({ poolConnections: 3 });
    const request = prepare('GET', `${server.url}/get`);
    const settings: SendOptions[] = [
      { verify: ca },
      { verify: ca, cert: [client.cert, client.key] },
      { verify: ca, proxies: { all: proxy.url } },
    ];
    for (const options of [...settings, ...settings]) await adapter.send(request, options);
    expect(server.connections).toBe(3);
    await adapter.send(request, { verify: ca + otherCa });
    await server.waitForOpenConnections(3);
  });

  it('B-DIFF-41 never tunnels to an http target', async () => {
    const [server, proxy] = [opened(await startHttpbin()), opened(await startProxy())];
    await makeAdapter().send(prepare('POST', `${server.url}/post`, { data: 'x' }), { proxies: { all: proxy.url } });
    expect(proxy.requests.map(({ kind }) => kind)).toEqual(['forward']);
  });

  it('B-BODY-22 sends Content-Length: 0 with a POST that has no body', async () => {
    const server = opened(await startHttpbin());
    for (const method of ['POST', 'PUT', 'PATCH']) {
      const request = prepare(method, `${server.url}/anything`);
      request.headers.delete('Content-Length');
      await makeAdapter().send(request, {});
      expect(server.requests.at(-1)!.rawHeaders.join(':').toLowerCase()).toContain('content-length:0');
    }
  });
});
