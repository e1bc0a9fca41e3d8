import { ProxyError, Request, Session } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import { HTTPProxyDigestAuth, type ProxyDigestAuthOptions } from '../src/index.ts';
import { DigestServer, hex, parseCredentials } from './digest-server.ts';

const URL = 'http://service.example/path';
const CHALLENGE = 'Digest realm="proxy", nonce="n", qop="auth"';

function setUp(options: ProxyDigestAuthOptions = {}, challenge = CHALLENGE) {
  const sent: (Record<string, string> | null)[] = [];
  const server = new DigestServer({
    before: ({ headers }) => {
      const value = headers.get('Proxy-Authorization');
      expect(headers.has('Authorization')).toBe(false);
      sent.push(value === undefined ? null : parseCredentials(value));
      if (value !== undefined) return { body: 'through' };
      return { statusCode: 407, headers: { 'Proxy-Authenticate': challenge } };
    },
  });
  const auth = new HTTPProxyDigestAuth('user', 'pass', options);
  const session = new Session({ auth, adapters: { 'http://': server, 'https://': server }, trustEnv: false });
  return { server, session, auth, sent };
}

describe('HTTPProxyDigestAuth', () => {
  const proxies = { http: 'http://user:canary@proxy.example:3128' };

  it('B-TB-12 answers a 407 with Proxy-Authorization, and signs ahead', async () => {
    const { session, sent } = setUp();
    expect((await session.get(URL, { proxies })).text).toBe('through');
    expect((await session.get('http://other.example/', { proxies })).text).toBe('through');
    expect(sent.map((fields) => fields?.nc)).toEqual([undefined, '00000001', '00000002']);
    const { nonce = '', nc = '', cnonce = '', response } = sent[1] ?? {};
    const ha1 = hex('MD5', 'user:proxy:pass');
    expect(response).toBe(hex('MD5', `${ha1}:${nonce}:${nc}:${cnonce}:auth:${hex('MD5', 'GET:/path')}`));
  });

  it('B-TB-12 a proxy that refuses a good nonce is a ProxyError, one that just asks again is not', async () => {
    for (const [stale, requests] of [
      [', stale=false', 2],
      ['', 2],
      [', stale=true', 3],
    ] as const) {
      const headers = { 'Proxy-Authenticate': CHALLENGE + stale };
      const server = new DigestServer({ before: () => ({ statusCode: 407, headers }) });
      const session = new Session({ auth: new HTTPProxyDigestAuth('u', 'p'), adapters: { 'http://': server } });
      const outcome = await session.get(URL, { proxies }).catch((error) => error);
      expect(server.seen).toHaveLength(requests);
      if (stale !== ', stale=false') expect(outcome.statusCode).toBe(407);
      else {
        expect(outcome).toBeInstanceOf(ProxyError);
        expect(outcome.response.statusCode).toBe(407);
      }
    }
  });

  it('[A08] answers nobody when there is no proxy', async () => {
    for (const options of [{}, { proxies: { https: 'http://proxy.example' } }, { proxies: { http: 'socks5://p:1' } }]) {
      const { session, sent } = setUp();
      expect((await session.get(URL, options)).statusCode).toBe(407);
      expect(sent).toEqual([null]);
    }
  });

  it('[A08] answers nobody inside a tunnel', async () => {
    const { session, sent } = setUp();
    expect((await session.get('https://service.example/', { proxies: { https: 'http://p:1' } })).statusCode).toBe(407);
    expect(sent).toEqual([null]);
  });

  it('[A08 CVE-2026-7168] a nonce goes to the proxy that gave it, and to no other', async () => {
    const { session, sent } = setUp();
    await session.get(URL, { proxies: { http: 'http://a.example:1' } });
    await session.get(URL, { proxies: { http: 'http://b.example:1' } });
    await session.get(URL, { proxies: { http: 'a.example:1' } });
    expect(sent.map(Boolean)).toEqual([false, true, false, true, true]);
  });

  it('[A08] answers no challenge of the server', async () => {
    const headers = { 'WWW-Authenticate': CHALLENGE };
    const server = new DigestServer({ before: () => ({ statusCode: 401, headers }) });
    const auth = new HTTPProxyDigestAuth('user', 'pass');
    const session = new Session({ auth, adapters: { 'http://': server } });
    expect((await session.get(URL, { proxies })).statusCode).toBe(401);
    expect(server.seen).toHaveLength(1);
  });

  it('takes the proxy that an adapter was made with', async () => {
    const { session, sent, auth } = setUp({ proxy: 'http://proxy.example:3128' });
    expect((await session.get(URL)).text).toBe('through');
    expect(sent).toHaveLength(2);
    const request = await auth.authenticate(new Request('GET', URL).prepare());
    expect(request.headers.get('Proxy-Authorization')).toContain('nc=00000002');
  });

  it('ignores domain, which means nothing for a proxy (RFC 7616 section 3.3)', async () => {
    const { session, sent } = setUp({}, `${CHALLENGE}, domain="/only/here"`);
    await session.get(URL, { proxies });
    await session.get(URL, { proxies });
    expect(sent).toHaveLength(3);
  });

  it('compares like other credentials, and refuses what is none', () => {
    const { auth } = setUp();
    expect(auth.equals(new HTTPProxyDigestAuth('user', 'pass'))).toBe(true);
    expect(auth.equals(new HTTPProxyDigestAuth('user', 'other'))).toBe(false);
    expect(auth.password).toBe('pass');
    expect(() => new HTTPProxyDigestAuth(1 as never, 'p')).toThrow(TypeError);
    expect(() => new HTTPProxyDigestAuth('u', 'p', { prox: 'x' } as never)).toThrow(TypeError);
  });
});
