import { ConnectTimeout, ProxyError, ReadTimeout, SSLError } from '@requests-ts/core';
import {
  createCanaries,
  createCertificates,
  expectNoSecret,
  startDeafServer,
  startHttpbin,
  trackHandles,
} from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { get, OK, opened, origin, prepare, proxy, requestFailure, through } from './support.ts';

const { ca } = createCertificates();
const TRUSTED = { verify: Buffer.from(ca) };
const REASON = { because: 'the caller said so' };

describe('HTTPProxyAdapter and an https target', () => {
  it('B-PROXY-09 asks for a tunnel to host and port, and sends the origin form inside', async () => {
    const server = await origin(OK, true);
    const way = await proxy();
    const request = prepare('GET', `https://localhost:${server.port}/a?b=c`, {
      headers: { Authorization: 'Bearer inner', Cookie: 'a=b', 'X-Custom': 'yes' },
    });
    expect((await through(way.url).send(request, TRUSTED)).text).toBe('ok');
    const [connect] = way.requests;
    expect(connect!.head).toBe(`CONNECT localhost:${server.port} HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`);
    expect((await server.waitForRequest()).target).toBe('/a?b=c');
  });

  it('writes IPv6 hosts in brackets', async () => {
    const way = await proxy({ refuse: 403 });
    await requestFailure(get(through(way.url), 'https://[::1]/'));
    expect(way.requests[0]!.target).toBe('[::1]:443');
  });

  it('B-PROXY-11 [A04] credentials and proxyHeaders are in the CONNECT and never in the tunnel', async () => {
    const server = await origin(OK, true);
    const way = await proxy({ auth: ['ada', 'lovelace'] });
    const adapter = through(way.urlWith('ada', 'lovelace'), { proxyHeaders: { 'Proxy-Token': 'for the proxy' } });
    const headers = { 'Proxy-Authorization': 'Basic mine' };
    await adapter.send(prepare('GET', server.url, { headers }), TRUSTED);
    expect(way.requests[0]!.getAll('proxy-authorization')).toEqual([`Basic ${btoa('ada:lovelace')}`]);
    expect(way.requests[0]!.getAll('proxy-token')).toEqual(['for the proxy']);
    expect((await server.waitForRequest()).head).not.toMatch(/^proxy-/im);
  });

  it("[A04] [G02] the caller's Proxy-Authorization moves to the CONNECT, and its connection serves nobody else", async () => {
    const server = await origin(OK, true);
    const way = await proxy();
    const adapter = through(way.url);
    const send = (value: string | null) =>
      adapter.send(
        prepare('GET', server.url, { headers: value === null ? {} : { 'Proxy-Authorization': value } }),
        TRUSTED,
      );
    for (const value of ['Basic one', 'Basic two', null, 'Basic one', null]) await send(value);
    expect(way.requests.map((request) => request.getAll('proxy-authorization')[0])).toEqual([
      'Basic one',
      'Basic two',
      undefined,
    ]);
    expect(server.requests).toHaveLength(5);
    for (const request of server.requests) expect(request.head).not.toMatch(/^proxy-/im);
  });

  it('keeps the tunnel', async () => {
    const server = await origin(OK, true);
    const way = await proxy();
    const adapter = through(way.url);
    for (let i = 0; i < 5; i++) await get(adapter, server.url, TRUSTED);
    expect([way.connections, server.connections]).toEqual([1, 1]);
  });

  it('[G01] [G02] keeps tunnels with different TLS settings apart', async () => {
    const httpbin = opened(await startHttpbin({ tls: true }));
    const way = await proxy();
    const adapter = through(way.url);
    const url = `https://localhost:${httpbin.port}/get`;
    await get(adapter, url, { verify: false });
    expect(await requestFailure(get(adapter, url))).toBeInstanceOf(SSLError);
    await get(adapter, url, TRUSTED);
    await get(adapter, url, { verify: false });
    await get(adapter, url, TRUSTED);
    expect(way.requests).toHaveLength(3);
    expect(httpbin.requests).toHaveLength(4);
  });

  it.each([407, 403, 502, 503, 302, 201, 204])(
    'B-PROXY-14 [pitfall 19] [E08] a %i to CONNECT is a ProxyError with the answer, and nothing follows',
    async (status) => {
      const way = await proxy({ refuse: status });
      const error = await requestFailure(get(through(way.url), 'https://a.example/'));
      expect(error).toBeInstanceOf(ProxyError);
      expect(error.message).toContain(String(status));
      expect(error.response?.statusCode).toBe(status);
      expect(error.response?.headers.get('x-proxy')).toBe('refused');
      expect(error.response?.text).toBe('refused');
      expect(way.requests).toHaveLength(1);
      await way.waitForOpenConnections(0);
    },
  );

  it('[E08] keeps at most 1 KiB of the body of a refusal', async () => {
    const way = await origin(`HTTP/1.1 403 Forbidden\r\nContent-Length: 3000\r\n\r\n${'x'.repeat(3000)}`);
    const error = await requestFailure(get(through(way.url), 'https://a.example/'));
    expect(error.response!.content.length).toBeLessThanOrEqual(1024);
  });

  it.each([
    ['an answer that is not HTTP', 'SSH-2.0-OpenSSH_9.9\r\n\r\n'],
    ['a head of 1 MB', `HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(1_000_000)}\r\n\r\n`],
    ['interim answers without end', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1000)],
    ['bytes after the 200', 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a body with the 200', 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody'],
  ])('[E08] %s is a ProxyError, without a second try', async (_what, answer) => {
    const way = await origin(answer);
    const error = await requestFailure(get(through(way.url), 'https://a.example/', { timeout: 5 }));
    expect(error).toBeInstanceOf(ProxyError);
    expect(way.connections).toBe(1);
    expect(way.requests).toHaveLength(1);
    await way.waitForOpenConnections(0);
  });

  it.each(['accept', 'request', 'answer'] as const)(
    'B-PROXY-15 [F10] a proxy that closes or resets in the step %s is a ProxyError',
    async (step) => {
      for (const fault of ['close', 'reset'] as const) {
        const server = await origin(OK, true);
        const way = await proxy({ faults: { [step]: fault } });
        expect(await requestFailure(get(through(way.url), server.url))).toBeInstanceOf(ProxyError);
        expect(way.connections).toBe(1);
      }
    },
  );

  it('[F10] a tunnel that closes at once is tried once', async () => {
    const server = await origin(OK, true);
    const way = await proxy({ faults: { tunnel: 'close' } });
    expect(await requestFailure(get(through(way.url), server.url))).toBeInstanceOf(SSLError);
    expect(way.connections).toBe(1);
  });

  it('passes over a 100 and a 103 before the 200', async () => {
    const server = await origin(OK, true);
    const established =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.0 200 Yes\r\n\r\n';
    const way = await proxy({ established });
    expect((await get(through(way.url), server.url, TRUSTED)).text).toBe('ok');
  });

  it('[G05] checks the certificate of the target through the proxy', async () => {
    for (const name of ['expired', 'wrongHost', 'selfSigned', 'commonNameOnly'] as const) {
      const httpbin = opened(await startHttpbin({ tls: createCertificates()[name] }));
      const way = await proxy();
      const url = `https://localhost:${httpbin.port}/get`;
      expect(await requestFailure(get(through(way.url), url, TRUSTED))).toBeInstanceOf(SSLError);
      expect(httpbin.requests).toEqual([]);
      expect((await get(through(way.url), url, { verify: false })).statusCode).toBe(200);
    }
  });

  it('[G05] proxy and target are trusted apart, inside TLS to the proxy', async () => {
    const server = await origin(OK, true);
    const way = await proxy({ tls: true });
    const proxyTls = TRUSTED;
    expect(await requestFailure(get(through(way.url), server.url, TRUSTED))).toBeInstanceOf(ProxyError);
    expect(await requestFailure(get(through(way.url, { proxyTls }), server.url))).toBeInstanceOf(SSLError);
    expect((await get(through(way.url, { proxyTls }), server.url, TRUSTED)).text).toBe('ok');
  });

  it('[G05] shows a client certificate to the proxy, and another to the target', async () => {
    const { client, encryptedClient } = createCertificates();
    const httpbin = opened(await startHttpbin({ tls: { requestCert: true, rejectUnauthorized: false, ca } }));
    const way = await proxy({ tls: { requestCert: true, rejectUnauthorized: true, ca } });
    const adapter = through(way.url, { proxyTls: { ...TRUSTED, cert: [client.cert, client.key] } });
    const cert = { cert: encryptedClient.cert, key: encryptedClient.key, passphrase: encryptedClient.passphrase };
    const url = `https://localhost:${httpbin.port}/tls`;
    expect((await get(adapter, url, { ...TRUSTED, cert })).json()).toMatchObject({ clientSubject: expect.any(String) });
    expect((await get(adapter, url, TRUSTED)).json()).toMatchObject({ clientSubject: null });
    const bare = through(way.url, { proxyTls: TRUSTED });
    expect(await requestFailure(get(bare, url, { ...TRUSTED, cert }))).toBeInstanceOf(ProxyError);
  });

  it('B-TIME-09 a proxy that cannot be reached in time is a ProxyError', async () => {
    const deaf = opened(await startDeafServer());
    for (const url of ['http://a.example/', 'https://a.example/']) {
      const error = await requestFailure(get(through(deaf.url), url, { timeout: [0.15, 5] }));
      expect(error).toBeInstanceOf(ProxyError);
    }
  });

  it('[F09] a proxy that does not answer CONNECT in time is a ProxyError', async () => {
    const way = await proxy({ faults: { request: 'stall' } });
    const start = performance.now();
    const error = await requestFailure(get(through(way.url), 'https://a.example/', { timeout: [0.15, 5] }));
    expect(error).toBeInstanceOf(ProxyError);
    expect(performance.now() - start).toBeLessThan(1000);
    await way.waitForOpenConnections(0);
  });

  it('B-TIME-10 a target that does not answer TLS in time is a ConnectTimeout', async () => {
    const way = await proxy({ faults: { tunnel: 'stall' } });
    const server = await origin();
    const error = await requestFailure(
      get(through(way.url), server.url.replace('http', 'https'), { timeout: [0.15, 5] }),
    );
    expect(error).toBeInstanceOf(ConnectTimeout);
    expect(error).not.toBeInstanceOf(ProxyError);
    await way.waitForOpenConnections(0);
  });

  it('B-TIME-12 a target that does not answer the request in time is a ReadTimeout', async () => {
    const server = await origin(async (connection) => connection.closed, true);
    const way = await proxy();
    const error = await requestFailure(get(through(way.url), server.url, { ...TRUSTED, timeout: [5, 0.15] }));
    expect(error).toBeInstanceOf(ReadTimeout);
  });

  it.each(['request', 'tunnel'] as const)('[pitfall 13] an abort in the step %s destroys the socket', async (step) => {
    const server = await origin(OK, true);
    const way = await proxy({ faults: { [step]: 'stall' } });
    const adapter = through(way.url);
    const handles = trackHandles();
    const abort = new AbortController();
    const sending = get(adapter, server.url, { signal: abort.signal }).catch((error: unknown) => error);
    await way.waitForOpenConnections(1);
    setTimeout(() => abort.abort(REASON), 30);
    expect(await sending).toBe(REASON);
    await way.waitForOpenConnections(0);
    await server.waitForOpenConnections(0);
    await handles.expectNone();
  });

  it('[A14] shows no secret of the proxy, whatever is printed', async () => {
    const canaries = createCanaries();
    const options = { proxyHeaders: { 'Proxy-Token': canaries.header } };
    for (const way of [
      await proxy({ refuse: 407 }),
      await proxy({ faults: { request: 'close' } }),
      await proxy({ faults: { accept: 'reset' } }),
    ]) {
      const adapter = through(way.urlWith(canaries.proxyUser, canaries.proxyPassword), options);
      for (const url of ['https://a.example/']) expectNoSecret(await requestFailure(get(adapter, url)), canaries);
      expectNoSecret(adapter, canaries);
    }
  });

  it('[J03] a reset of an idle tunnel is nobody’s exception, and the next request opens another', async () => {
    const server = await origin(OK, true);
    const way = await proxy();
    const adapter = through(way.url);
    await get(adapter, server.url, TRUSTED);
    (await server.waitForConnection()).reset();
    await way.waitForOpenConnections(0);
    expect((await get(adapter, server.url, TRUSTED)).text).toBe('ok');
    expect(way.requests).toHaveLength(2);
  });
});
