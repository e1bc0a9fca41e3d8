import { InvalidHeader, ProxyError } from '@requests-ts/core';
import { HTTPProxyAdapter, type OnProxyAuth, type ProxyChallenge } from '@requests-ts/http-proxy';
import { createCertificates, crlf, type ProxyRequest } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { failure, get, OK, origin, prepare, proxy, requestFailure, through } from './support.ts';

const TRUSTED = { verify: Buffer.from(createCertificates().ca) };

/** A proxy's 407, unless the request has this token. */
function demand(token: string, offer = 'Negotiate'): (request: ProxyRequest) => string | undefined {
  return (request) =>
    request.getAll('proxy-authorization').includes(token)
      ? undefined
      : crlf(
          'HTTP/1.1 407 Who are you',
          `Proxy-Authenticate: ${offer}`,
          'Proxy-Authenticate: Basic realm="b"',
          'Content-Length: 5',
          '',
          'login',
        );
}

function answerWith(token: string): { onProxyAuth: OnProxyAuth; challenges: ProxyChallenge[] } {
  const challenges: ProxyChallenge[] = [];
  const onProxyAuth: OnProxyAuth = async (challenge) => {
    challenges.push(challenge);
    return { headers: { 'Proxy-Authorization': token } };
  };
  return { onProxyAuth, challenges };
}

describe('HTTPProxyAdapter with onProxyAuth', () => {
  it('[pitfall 18] answers the 407 of a forward proxy once, and sends the request again with its body', async () => {
    const server = await origin();
    const way = await proxy({ authorize: demand('Negotiate token') });
    const { onProxyAuth, challenges } = answerWith('Negotiate token');
    const request = prepare('POST', server.url, { data: 'body' });
    const response = await through(way.url, { onProxyAuth }).send(request);
    expect([response.statusCode, response.text]).toEqual([200, 'ok']);
    expect(response.request).toBe(request);
    expect(request.headers.has('proxy-authorization')).toBe(false);
    expect(challenges).toHaveLength(1);
    expect(challenges[0]).toMatchObject({ scheme: 'Negotiate', response: { statusCode: 407 } });
    expect(challenges[0]!.response.headers['proxy-authenticate']).toEqual(['Negotiate', 'Basic realm="b"']);
    expect((await server.waitForRequest()).body.toString()).toBe('body');
    expect((await server.waitForRequest()).head).not.toMatch(/^proxy-/im);
  });

  it('answers the 407 of a tunnel once, on a new connection', async () => {
    const server = await origin(OK, true);
    const way = await proxy({ authorize: demand('Negotiate token') });
    const { onProxyAuth, challenges } = answerWith('Negotiate token');
    expect((await get(through(way.url, { onProxyAuth }), server.url, TRUSTED)).text).toBe('ok');
    expect(challenges).toMatchObject([{ scheme: 'Negotiate', response: { statusCode: 407 } }]);
    expect(way.requests.map(({ kind, connectionId }) => [kind, connectionId])).toEqual([
      ['connect', 1],
      ['connect', 2],
    ]);
    expect((await server.waitForRequest()).head).not.toMatch(/^proxy-/im);
  });

  it.each(['http', 'https'])(
    '[G03] an %s connection that Negotiate authenticated serves no other request',
    async (scheme) => {
      const server = await origin(OK, scheme === 'https');
      const way = await proxy({ authorize: demand('Negotiate token') });
      const { onProxyAuth, challenges } = answerWith('Negotiate token');
      const adapter = through(way.url, { onProxyAuth });
      for (let i = 0; i < 2; i++) await get(adapter, server.url, TRUSTED);
      expect(challenges).toHaveLength(2);
      const authenticated = way.requests.filter((request) => request.getAll('proxy-authorization').length > 0);
      expect(new Set(authenticated.map(({ connectionId }) => connectionId)).size).toBe(2);
      expect(server.connections).toBe(2);
    },
  );

  it('a tunnel that another scheme opened is kept', async () => {
    const server = await origin(OK, true);
    const way = await proxy({ authorize: demand('Bearer token', 'Bearer') });
    const { onProxyAuth, challenges } = answerWith('Bearer token');
    const adapter = through(way.url, { onProxyAuth });
    for (let i = 0; i < 3; i++) await get(adapter, server.url, TRUSTED);
    expect(challenges).toHaveLength(1);
    expect(server.connections).toBe(1);
  });

  it('[F10] gives up when the answer is refused: a response for http, a ProxyError for https', async () => {
    const way = await proxy({ authorize: demand('Negotiate right') });
    const { onProxyAuth, challenges } = answerWith('Negotiate wrong');
    const adapter = through(way.url, { onProxyAuth });
    expect((await get(adapter, 'http://a.example/')).statusCode).toBe(407);
    const error = await requestFailure(get(adapter, 'https://a.example/'));
    expect(error).toBeInstanceOf(ProxyError);
    expect(error.response?.statusCode).toBe(407);
    expect(error.response?.text).toBe('login');
    expect(challenges).toHaveLength(2);
    expect(way.requests).toHaveLength(4);
  });

  it('[pitfall 18] leaves user and password of the URL to it', async () => {
    const server = await origin();
    const way = await proxy({ authorize: demand('Negotiate token') });
    const { onProxyAuth } = answerWith('Negotiate token');
    expect((await get(through(way.urlWith('ada', 'lovelace'), { onProxyAuth }), server.url)).text).toBe('ok');
    expect(way.requests.flatMap((request) => request.getAll('proxy-authorization'))).toEqual(['Negotiate token']);
  });

  it('does not send a body again that can be read only once', async () => {
    const way = await proxy({ authorize: demand('Negotiate token') });
    const { onProxyAuth, challenges } = answerWith('Negotiate token');
    const request = prepare('POST', 'http://a.example/', { data: ['once'].values() as never });
    expect((await through(way.url, { onProxyAuth }).send(request)).statusCode).toBe(407);
    expect(challenges).toEqual([]);
  });

  it.each(['http', 'https'])('what it throws reaches the caller of an %s request as it is [J03]', async (scheme) => {
    const way = await proxy({ authorize: demand('x') });
    const thrown = new Error('no ticket');
    const onProxyAuth = (): never => {
      throw thrown;
    };
    const adapter = through(way.url, { onProxyAuth });
    expect(await failure(get(adapter, `${scheme}://a.example/`))).toBe(thrown);
    await adapter.close();
    await way.waitForOpenConnections(0);
  });

  it.each(['http', 'https'])('[D01] refuses headers of it that would break an %s request', async (scheme) => {
    const way = await proxy({ authorize: demand('x') });
    const { onProxyAuth } = answerWith('Negotiate a\r\nX-Injected: b');
    expect(await failure(get(through(way.url, { onProxyAuth }), `${scheme}://a.example/`))).toBeInstanceOf(
      InvalidHeader,
    );
  });

  it.each(['http', 'https'])('an abort ends an %s request even when it never answers', async (scheme) => {
    const way = await proxy({ authorize: demand('x') });
    const abort = new AbortController();
    const onProxyAuth = (): Promise<never> => {
      setTimeout(() => abort.abort('enough'), 10);
      return new Promise(() => {});
    };
    const sending = get(through(way.url, { onProxyAuth }), `${scheme}://a.example/`, { signal: abort.signal });
    expect(await sending.catch((error: unknown) => error)).toBe('enough');
  });

  it('opens no other connection for a request that was given up while it was asked', async () => {
    const way = await proxy({ authorize: demand('Negotiate token') });
    const abort = new AbortController();
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<{ headers: Record<string, string> }>();
    const onProxyAuth = () => {
      asked.resolve();
      return answered.promise;
    };
    const sending = get(through(way.url, { onProxyAuth }), 'https://a.example/', { signal: abort.signal });
    await asked.promise;
    abort.abort('enough');
    expect(await sending.catch((error: unknown) => error)).toBe('enough');
    answered.resolve({ headers: { 'Proxy-Authorization': 'Negotiate token' } });
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(way.connections).toBe(1);
    await way.waitForOpenConnections(0);
  });

  it('[F09] the total limit holds over both sendings, and the error names the request of the caller', async () => {
    const server = await origin(async (connection) => connection.closed);
    const way = await proxy({ authorize: demand('Bearer token', 'Bearer') });
    const onProxyAuth = async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { headers: { 'Proxy-Authorization': 'Bearer token' } };
    };
    const request = prepare('GET', server.url);
    const start = performance.now();
    const error = await requestFailure(through(way.url, { onProxyAuth }).send(request, { timeout: { total: 0.4 } }));
    expect(performance.now() - start).toBeGreaterThan(390);
    expect(performance.now() - start).toBeLessThan(550);
    expect(error.request).toBe(request);
  });

  it('an abort while it is asked ends the request', async () => {
    const way = await proxy({ authorize: demand('x') });
    const reason = { because: 'enough' };
    for (const scheme of ['http', 'https']) {
      const abort = new AbortController();
      const onProxyAuth = () => {
        abort.abort(reason);
        return { headers: { 'Proxy-Authorization': 'x' } };
      };
      const sending = get(through(way.url, { onProxyAuth }), `${scheme}://a.example/`, { signal: abort.signal });
      expect(await sending.catch((error: unknown) => error)).toBe(reason);
    }
  });
});

describe('HTTPProxyAdapter with negotiate', () => {
  it.each(['http', 'https'])('says which package it needs, for %s', async (scheme) => {
    const way = await proxy({ authorize: demand('x') });
    const error = await failure(get(through(way.url, { negotiate: true }), `${scheme}://a.example/`));
    expect(error).toBeInstanceOf(ProxyError);
    expect(error.message).toContain('npm install kerberos');
  });

  it('cannot be had together with onProxyAuth', () => {
    const { onProxyAuth } = answerWith('x');
    expect(() => new HTTPProxyAdapter('http://127.0.0.1:1', { negotiate: true, onProxyAuth })).toThrow(TypeError);
  });
});

describe('new HTTPProxyAdapter', () => {
  it.each(['socks5h://127.0.0.1:1080', 'ftp://127.0.0.1', 'http://', 'http:/127.0.0.1:3128', 'https://:8080'])(
    'B-PROXY-13 refuses %s',
    (url) => {
      expect(() => new HTTPProxyAdapter(url)).toThrow('roxy');
    },
  );

  it('B-PROXY-12 reads a proxy without a scheme as http', async () => {
    const server = await origin();
    const way = await proxy();
    expect((await get(through(`127.0.0.1:${way.port}`), server.url)).text).toBe('ok');
  });

  it.each([
    [{ proxyHeaders: 'x' }, TypeError],
    [{ negotiate: 'yes' }, TypeError],
    [{ onProxyAuth: {} }, TypeError],
    [{ maxFreeSockets: 0 }, RangeError],
    [{ proxyTls: { verfy: true } }, TypeError],
    [{ httpAgent: null }, TypeError],
  ])('refuses options that make no sense: %o', (options, type) => {
    expect(() => new HTTPProxyAdapter('http://127.0.0.1:1', options as never)).toThrow(type);
  });
});
