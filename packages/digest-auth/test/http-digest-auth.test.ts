import { inspect } from 'node:util';
import {
  type CookieStore,
  Headers,
  HTTPBasicAuth,
  InvalidHeader,
  type PreparedRequest,
  Request,
  RequestException,
  type Response,
  Session,
  type SessionInit,
  UnrewindableBodyError,
} from '@requests-ts/core';
import { describe, expect, it, vi } from 'vitest';
import { HTTPDigestAuth } from '../src/index.ts';
import { DigestServer, type DigestServerOptions, hex } from './digest-server.ts';

const URL = 'http://service.example/path?q=1';

function setUp(options: DigestServerOptions = {}, auth = new HTTPDigestAuth('user', 'pass'), init: SessionInit = {}) {
  const server = new DigestServer(options);
  const session = new Session({ ...init, auth, adapters: { 'http://': server, 'https://': server } });
  return { server, session, auth };
}

function field(server: DigestServer, name: string): (string | undefined)[] {
  return server.seen.map(({ fields }) => fields[name]);
}

/** A body on the wire that notes when its connection is given up. */
function closable() {
  return {
    closed: false,
    async *[Symbol.asyncIterator]() {
      yield new Uint8Array(1);
    },
    close() {
      this.closed = true;
    },
  };
}

describe('HTTPDigestAuth', () => {
  it('M109 B-DIG-01 goes out without credentials first, and answers the challenge', async () => {
    const { server, session } = setUp();
    const response = await session.get(URL);
    expect([response.statusCode, response.text]).toEqual([200, 'secret']);
    expect(server.authorizations[0]).toBeUndefined();
    expect(server.authorizations[1]).toMatch(
      /^Digest username="user", realm="realm", nonce="n1", uri="\/path\?q=1", response="[0-9a-f]{32}", qop="auth", nc=00000001, cnonce="[0-9a-f]{16}"$/,
    );
  });

  it('M206 B-DIG-01 B-DIG-08 B-DIG-14 remembers the nonce, and counts its uses across calls and sessions', async () => {
    const { server, session, auth } = setUp();
    for (let i = 0; i < 12; i++) await session.get(URL);
    const other = new Session({ adapters: { 'http://': server } });
    await other.get(URL, { auth });
    expect(field(server, 'nc')).toEqual([
      undefined,
      ...Array.from({ length: 13 }, (_, i) => (i + 1).toString(16).padStart(8, '0')),
    ]);
    expect(new Set(field(server, 'cnonce')).size).toBe(14);
  });

  it.each([401, 403, 407, 418, 499])('B-DIG-02 answers a %i that challenges', async (status) => {
    const { server, session } = setUp({ status });
    expect((await session.get(URL)).statusCode).toBe(200);
    expect(server.seen).toHaveLength(2);
  });

  it.each([200, 204, 300, 304, 500, 503])('B-DIG-02 answers no %i', async (status) => {
    const { server, session } = setUp({ status });
    expect((await session.get(URL)).statusCode).toBe(status);
    expect(server.seen).toHaveLength(1);
  });

  it.each(['DIGEST', 'digest', 'DiGeSt'])('B-DIG-02 reads the scheme %s', async (scheme) => {
    const { server, session } = setUp({
      before: (request) =>
        request.headers.has('Authorization')
          ? {}
          : { statusCode: 401, headers: { 'WWW-Authenticate': `${scheme} realm="r", nonce="n"` } },
    });
    expect((await session.get(URL)).statusCode).toBe(200);
    expect(server.seen).toHaveLength(2);
  });

  it('[L01] answers no Basic challenge', async () => {
    const headers = { 'WWW-Authenticate': 'Basic realm="Digest realm=x, nonce=y"' };
    const { server, session } = setUp({ before: () => ({ statusCode: 401, headers }) });
    expect((await session.get(URL)).statusCode).toBe(401);
    expect(server.seen).toHaveLength(1);
  });

  it('[L01] [L04] B-DIG-03 answers once: a second challenge is the answer', async () => {
    const { server, session } = setUp({ password: 'another' });
    const response = await session.get(URL);
    expect(response.statusCode).toBe(401);
    expect(server.seen).toHaveLength(2);
    // The next call knows a nonce, and may answer once as well.
    await session.get(URL);
    expect(server.seen).toHaveLength(4);
  });

  it('[L01] B-DIG-03 answers once more when only the nonce of the answer was old', async () => {
    let stale = 1;
    const { server, session } = setUp({
      before: ({ headers }) =>
        headers.has('Authorization') && stale-- > 0
          ? {
              statusCode: 401,
              headers: { 'WWW-Authenticate': 'Digest realm="realm", nonce="n1", qop="auth", stale=TRUE' },
            }
          : undefined,
    });
    expect((await session.get(URL)).statusCode).toBe(200);
    expect(field(server, 'nc')).toEqual([undefined, '00000001', '00000002']);
  });

  it('[L04] a server that calls every nonce old is asked three times', async () => {
    let count = 0;
    const { server, session } = setUp({
      before: () => ({
        statusCode: 401,
        headers: { 'WWW-Authenticate': `Digest realm="r", nonce="n${count++}", qop="auth", stale=true` },
      }),
    });
    expect((await session.get(URL)).statusCode).toBe(401);
    expect(server.seen).toHaveLength(3);
  });

  it('[L04] B-DIG-03 a challenge after a redirect is answered again, and endless turns end', async () => {
    const { server, session } = setUp({
      replays: true,
      before: ({ headers, url }) =>
        headers.has('Authorization') ? { statusCode: 302, headers: { location: `${url}x` } } : undefined,
    });
    session.maxRedirects = 3;
    await expect(session.get('http://service.example/')).rejects.toThrow('Exceeded 3 redirects');
    // One challenge; after it the nonce is known.
    expect(server.authorizations.map(Boolean)).toEqual([false, true, true, true, true]);
    expect(field(server, 'uri')).toEqual([undefined, '/', '/x', '/xx', '/xxx']);
  });

  it('B-DIG-04 the challenge is in history, and the request of the answer is the signed one', async () => {
    const { server, session } = setUp();
    const request = session.prepareRequest(new Request('GET', URL));
    const response = await session.send(request);
    expect(response.history.map(({ statusCode }) => statusCode)).toEqual([401]);
    expect(response.history[0]?.text).toBe('who are you?');
    expect(response.request?.headers.get('Authorization')).toBe(server.authorizations[1]);
    expect(response.history[0]?.request?.headers.has('Authorization')).toBe(false);
    expect(request.headers.has('Authorization')).toBe(false);
  });

  it('B-DIG-04 the answer runs no hooks of its own', async () => {
    const { session } = setUp();
    const seen: number[] = [];
    session.hooks.response.push((response) => void seen.push(response.statusCode));
    await session.get(URL);
    expect(seen).toEqual([200]);
  });

  it('B-DIG-05 B-DIFF-36 fills in elapsed for the answer too', async () => {
    const { session } = setUp();
    expect((await session.get(URL)).elapsed).toBeGreaterThan(0);
  });

  it.each(
    ['MD5', 'SHA', 'SHA-256', 'SHA-512', 'SHA-512-256'].flatMap((name) => [name, `${name}-sess`, name.toLowerCase()]),
  )('S19 B-DIG-06 speaks %s', async (algorithm) => {
    const { server, session } = setUp({ algorithm });
    for (let i = 0; i < 3; i++) expect((await session.get(URL)).statusCode).toBe(200);
    expect(server.seen).toHaveLength(4);
    expect(field(server, 'algorithm').at(-1)).toBe(algorithm);
  });

  it('B-DIG-06 leaves a challenge alone whose algorithm it does not know', async () => {
    const { server, session } = setUp({
      before: () => ({
        statusCode: 401,
        headers: { 'WWW-Authenticate': 'Digest realm="r", nonce="n", algorithm=SHA3-256' },
      }),
    });
    expect((await session.get(URL)).statusCode).toBe(401);
    expect(server.seen).toHaveLength(1);
  });

  it('a session keeps the cnonce that its secret is made from', async () => {
    const { server, session } = setUp({ algorithm: 'MD5-sess' });
    for (let i = 0; i < 3; i++) await session.get(URL);
    expect(new Set(field(server, 'cnonce').slice(1)).size).toBe(1);
    expect(field(server, 'nc').slice(1)).toEqual(['00000001', '00000002', '00000003']);
  });

  it('B-DIG-07 speaks the old form without qop', async () => {
    const { server, session } = setUp({ qop: '' });
    expect((await session.get(URL)).statusCode).toBe(200);
    expect(server.authorizations[1]).not.toMatch(/nc=|cnonce|qop/);
  });

  it.each(['auth', 'auth,auth-int', 'auth-int, auth'])('B-DIG-07 takes auth out of qop="%s"', async (qop) => {
    const { server, session } = setUp({ qop });
    expect((await session.get(URL)).statusCode).toBe(200);
    expect(field(server, 'qop')).toEqual([undefined, 'auth']);
  });

  describe('auth-int', () => {
    it.each([
      ['nothing', undefined],
      ['text', 't\u00e4xt'],
      ['bytes', new Uint8Array([1, 2, 255])],
      ['fields', { a: 'b' }],
      ['a Blob', new Blob(['x', 'yz'])],
      ['a function', () => ['one', 'two']],
      ['a list', new Set(['one'])],
    ])('S19 B-DIG-07 signs %s', async (_, data) => {
      const { server, session } = setUp({ qop: 'auth-int', algorithm: 'SHA-256' });
      const bodies = async () => {
        const response = await session.post(URL, { data: data as string });
        expect(response.statusCode).toBe(200);
      };
      await bodies();
      await bodies();
      expect(field(server, 'qop')).toEqual([undefined, 'auth-int', 'auth-int']);
      expect(new Set(server.seen.map(({ body }) => body.toString('hex'))).size).toBe(1);
    });

    it('signs a file from where it stood', async () => {
      const content = 'skip-this|and this';
      const file = {
        position: 10,
        tell: () => file.position,
        seek: (to: number) => {
          file.position = to;
        },
        async *[Symbol.asyncIterator]() {
          const rest = content.slice(file.position);
          file.position = content.length;
          yield rest;
        },
      };
      const { server, session } = setUp({ qop: 'auth-int' });
      expect((await session.put(URL, { data: file })).statusCode).toBe(200);
      file.position = 5;
      expect((await session.put(URL, { data: file })).statusCode).toBe(200);
      expect(server.seen.map(({ body }) => String(body))).toEqual(['and this', 'and this', 'this|and this']);
    });

    it('a body that cannot be signed frees the connection of a streamed challenge', async () => {
      const body = closable();
      const headers = { 'WWW-Authenticate': 'Digest realm="r", nonce="n", qop="auth-int"' };
      const { session } = setUp({ before: () => ({ statusCode: 401, headers, body }) });
      const sending = session.post(URL, { data: ['once'].values(), stream: true });
      await expect(sending).rejects.toBeInstanceOf(UnrewindableBodyError);
      expect(body.closed).toBe(true);
    });

    it('B-DIFF-23 cannot sign what can be read only once, and says so', async () => {
      const { server, session } = setUp({ qop: 'auth-int' });
      await session.get(URL);
      await expect(session.post(URL, { data: ['once'].values() })).rejects.toBeInstanceOf(UnrewindableBodyError);
      expect(String(server.seen.at(-1)?.body)).toBe('once');
    });
  });

  it('[L01] B-DIG-08 draws cnonces from the cryptographic source', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    vi.useFakeTimers({ now: 0 });
    try {
      const { server, session } = setUp();
      for (let i = 0; i < 5; i++) await session.get(URL);
      expect(new Set(field(server, 'cnonce').slice(1)).size).toBe(5);
    } finally {
      vi.restoreAllMocks();
      vi.useRealTimers();
    }
  });

  it('[L01] B-DIG-08 B-DIFF-44 200 parallel requests on one nonce have 200 counts', async () => {
    const { server, session } = setUp();
    await session.get(URL);
    const responses = await Promise.all(Array.from({ length: 200 }, () => session.get(URL)));
    expect(responses.every(({ statusCode }) => statusCode === 200)).toBe(true);
    expect(new Set(field(server, 'nonce')).size).toBe(2);
    expect(new Set(field(server, 'nc')).size).toBe(202);
  });

  it('B-DIFF-44 parallel first requests that get the same nonce do not repeat a count', async () => {
    const { server, session } = setUp({ nonce: () => 'the-same' });
    await Promise.all(Array.from({ length: 20 }, () => session.get(URL)));
    expect(new Set(field(server, 'nc').filter(Boolean)).size).toBe(20);
  });

  it('B-DIFF-44 a nonce that comes back goes on counting', async () => {
    const nonces = ['a', 'b', 'a', 'c'];
    const { server, session } = setUp({ nonce: () => nonces.shift()!, uses: 1 });
    for (let i = 0; i < 3; i++) expect((await session.get(URL)).statusCode).toBe(200);
    expect(server.seen.map(({ fields }) => fields.nonce && `${fields.nonce}:${fields.nc}`)).toEqual([
      undefined,
      'a:00000001',
      'a:00000002',
      'b:00000001',
      'b:00000002',
      'a:00000003',
      'c:00000001',
    ]);
  });

  it('B-DIG-09 signs UTF-8 credentials, and the path and query as they are sent', async () => {
    const auth = new HTTPDigestAuth('J\u00e4s\u00f8n', 'p\u00e4ss \u2713');
    const { server, session } = setUp({ username: 'J\u00e4s\u00f8n', password: 'p\u00e4ss \u2713' }, auth);
    expect((await session.get('http://service.example/a b/\u00e4?x=\u00f6#f')).statusCode).toBe(200);
    expect(field(server, 'uri')[1]).toBe('/a%20b/%C3%A4?x=%C3%B6');
    expect((await session.get('http://service.example')).statusCode).toBe(200);
    expect(field(server, 'uri').at(-1)).toBe('/');
  });

  it('B-DIG-10 sends opaque and the algorithm back as the server spelled it', async () => {
    const { server, session } = setUp({ algorithm: 'Sha-256', more: 'opaque="5ccc"' });
    await session.get(URL);
    expect(server.authorizations[1]).toMatch(/, opaque="5ccc", algorithm="Sha-256", qop="auth", nc=00000001, cnonce="/);
  });

  it('[L01] B-DIG-11 answers the strongest of several challenges', async () => {
    const challenges = [
      'Basic realm="x"',
      'Digest realm="r", nonce="weak", algorithm=MD5, qop="auth"',
      'Digest realm="r", nonce="strong", algorithm=SHA-256, qop="auth", Digest realm="r", nonce="unknown", algorithm=SHA3, qop="auth"',
    ].map((challenge): [string, string] => ['WWW-Authenticate', challenge]);
    const { server, session } = setUp({
      before: ({ headers }) => (headers.has('Authorization') ? {} : { statusCode: 401, headers: challenges }),
    });
    await session.get(URL);
    expect(server.seen[1]?.fields).toMatchObject({ nonce: 'strong', algorithm: 'SHA-256' });
  });

  it('[L01] minAlgorithm leaves weaker challenges unanswered', async () => {
    const strict = () => new HTTPDigestAuth('user', 'pass', { minAlgorithm: 'SHA-256' });
    for (const [algorithm, requests] of [
      ['MD5', 1],
      ['SHA', 1],
      ['SHA-256', 2],
      ['SHA-512-256-sess', 2],
    ] as const) {
      const { server, session } = setUp({ algorithm }, strict());
      expect((await session.get(URL)).statusCode).toBe(requests === 1 ? 401 : 200);
      expect(server.seen).toHaveLength(requests);
    }
  });

  it('B-DIG-12 a nonce that got old is replaced by one more round, counted from 1', async () => {
    const { server, session } = setUp({ uses: 2 });
    for (let i = 0; i < 4; i++) expect((await session.get(URL)).statusCode).toBe(200);
    expect(server.seen.map(({ fields }) => fields.nonce && `${fields.nonce}:${fields.nc}`)).toEqual([
      undefined,
      'n1:00000001',
      'n1:00000002',
      'n1:00000003',
      'n2:00000001',
      'n2:00000002',
    ]);
  });

  it.each(['Digest', 'Digest realm="r"', 'Digest nonce="n"', 'Digest foo'])(
    'B-DIG-13 returns the 401 of %j',
    async (challenge) => {
      const { server, session } = setUp({
        before: () => ({ statusCode: 401, headers: { 'WWW-Authenticate': challenge } }),
      });
      expect((await session.get(URL)).statusCode).toBe(401);
      expect(server.seen).toHaveLength(1);
    },
  );

  it('[A08] B-DIG-15 a redirect to another origin takes no credentials along and answers no challenge there', async () => {
    for (const target of ['http://other.example/', 'http://service.example:8080/', 'http://service.example.evil/']) {
      const { server, session } = setUp({
        before: ({ url, headers }) =>
          url === URL && headers.has('Authorization') ? { statusCode: 302, headers: { location: target } } : undefined,
      });
      const response = await session.get(URL);
      expect(response.statusCode).toBe(401);
      expect(server.seen.map(({ url, authorization }) => [url, Boolean(authorization)])).toEqual([
        [URL, false],
        [URL, true],
        [target, false],
      ]);
    }
  });

  it('[A08 CVE-2026-11856] a nonce goes to the origin that gave it, and nowhere else', async () => {
    const { server, session } = setUp();
    await session.get('http://one.example/');
    await session.get('http://two.example/');
    await session.get('http://one.example:8080/');
    await session.get('https://one.example/');
    await session.get('http://ONE.example:80/');
    expect(server.seen.map(({ fields }) => fields.nonce)).toEqual([
      ...[undefined, 'n1', undefined, 'n2', undefined, 'n3', undefined, 'n4'],
      'n1',
    ]);
  });

  it('[A08] a 407 with a challenge for proxies is nobody\u2019s to answer', async () => {
    const headers = { 'Proxy-Authenticate': 'Digest realm="r", nonce="n"' };
    const { server, session } = setUp({ before: () => ({ statusCode: 407, headers }) });
    expect((await session.get(URL)).statusCode).toBe(407);
    expect(server.seen).toHaveLength(1);
  });

  it('[A08] domain bounds where credentials go ahead, within the origin', async () => {
    const more = 'domain="/private relative http://service.example/absolute http://evil.example/ http://["';
    const { server, session } = setUp({ more });
    await session.get('http://service.example/private/a');
    const ahead: Record<string, boolean> = {};
    for (const path of ['/private/b', '/private/relative', '/absolute?x', '/public', '/', '/evil']) {
      const before = server.seen.length;
      await session.get(`http://service.example${path}`);
      ahead[path] = server.seen[before]?.authorization !== undefined;
    }
    expect(ahead).toEqual({
      '/private/b': true,
      '/private/relative': true,
      '/absolute?x': true,
      '/public': false,
      '/': false,
      '/evil': false,
    });
    await session.get('http://evil.example/');
    expect(server.authorizations.at(-2)).toBeUndefined();
  });

  it('B-DIG-16 works with streaming, and leaves the answer on the wire', async () => {
    let read = false;
    async function* body() {
      read = true;
      yield new TextEncoder().encode('streamed');
    }
    const { session } = setUp({
      before: ({ headers }) => (headers.has('Authorization') ? { body: body() } : undefined),
    });
    const response = await session.get(URL, { stream: true });
    expect([response.statusCode, read]).toEqual([200, false]);
    expect(new TextDecoder().decode(await response.read())).toBe('streamed');
  });

  it('B-DIG-04 B-DIG-16 sends the cookies of the challenge with the answer, and keeps those of both', async () => {
    const lines: string[] = [];
    const jar: CookieStore = {
      get size() {
        return lines.length;
      },
      getCookieHeader: () => lines.map((line) => line.split(';')[0]).join('; ') || undefined,
      storeSetCookie: (_, added) => void lines.push(...added),
      create: () => jar,
      from: () => jar,
      copy: () => jar,
    };
    const { server, session } = setUp(
      { challengeHeaders: { 'Set-Cookie': 'a=1; Path=/' }, headers: () => ({ 'Set-Cookie': 'b=2' }) },
      new HTTPDigestAuth('user', 'pass'),
      { cookies: jar },
    );
    await session.get(URL);
    expect(server.seen.map(({ cookie }) => cookie)).toEqual([undefined, 'a=1']);
    await session.get(URL);
    expect(server.seen[2]?.cookie).toBe('a=1; b=2');
  });

  it('reads the rest of a streamed challenge before it sends again', async () => {
    const order: string[] = [];
    async function* challenge() {
      yield new Uint8Array(10);
      order.push('read');
    }
    const { session } = setUp({
      before: ({ headers }) => {
        order.push('sent');
        if (headers.has('Authorization')) return {};
        const lines = { 'WWW-Authenticate': 'Digest realm="r", nonce="n"' };
        return { statusCode: 401, headers: lines, body: challenge() };
      },
    });
    await session.get(URL, { stream: true });
    expect(order).toEqual(['sent', 'read', 'sent']);
  });

  describe('bodies', () => {
    it('B-DIG-04 sends them again', async () => {
      for (const data of ['text', { a: 'b' }, new Blob(['blob']), () => ['made', ' anew']]) {
        const { server, session } = setUp();
        expect((await session.post(URL, { data })).statusCode).toBe(200);
        expect(server.seen[1]?.body).toEqual(server.seen[0]?.body);
        expect(server.seen[1]?.body.length).toBeGreaterThan(0);
      }
    });

    it('B-DIFF-23 refuses one that can be read only once, and frees the connection of the challenge', async () => {
      const { server, session } = setUp();
      const sending = session.post(URL, { data: ['once'].values() });
      await expect(sending).rejects.toBeInstanceOf(UnrewindableBodyError);
      expect(server.seen).toHaveLength(1);
      // With a nonce at hand nothing has to be sent twice.
      expect((await session.post(URL, { data: ['once'].values() })).statusCode).toBe(200);
    });
  });

  describe('Authentication-Info', () => {
    const rspauth = ({ fields }: { fields: Readonly<Record<string, string>> }, qop = 'auth', suffix = '') => {
      const { nonce, nc, cnonce, uri } = fields;
      const ha1 = hex('MD5', 'user:realm:pass');
      return hex('MD5', `${ha1}:${nonce}:${nc}:${cnonce}:${qop}:${hex('MD5', `:${uri}${suffix}`)}`);
    };

    it('nextnonce is used for the next request, counted from 1', async () => {
      const nonces = ['next1', 'next2', 'next3'];
      const { server, session } = setUp({
        before: ({ headers }) =>
          headers.has('Authorization')
            ? { headers: { 'Authentication-Info': `nextnonce="${nonces.shift()}"` } }
            : undefined,
      });
      for (let i = 0; i < 3; i++) await session.get(URL);
      expect(server.seen.map(({ fields }) => fields.nonce && `${fields.nonce}:${fields.nc}`)).toEqual([
        undefined,
        'n1:00000001',
        'next1:00000001',
        'next2:00000001',
      ]);
    });

    it('nextnonce goes on with the secret of a session', async () => {
      const { server, session } = setUp({
        algorithm: 'MD5-sess',
        before: ({ headers }) =>
          headers.has('Authorization') ? { headers: { 'Authentication-Info': 'nextnonce="next"' } } : undefined,
      });
      await session.get(URL);
      await session.get(URL);
      const [, first, second] = server.seen;
      const session1 = hex('MD5', `${hex('MD5', 'user:realm:pass')}:n1:${first?.fields.cnonce}`);
      const ha2 = hex('MD5', 'GET:/path?q=1');
      expect(second?.fields.response).toBe(
        hex('MD5', `${session1}:next:00000001:${second?.fields.cnonce}:auth:${ha2}`),
      );
    });

    it('ignores a nextnonce that cannot be sent back', async () => {
      for (const next of ['', 'a\r\nX: 1', '\u2028']) {
        const headers = Headers.received(['Authentication-Info', `nextnonce="${next}"`]);
        const { server, session } = setUp({
          replays: true,
          before: (request) => (request.headers.has('Authorization') ? { headers } : undefined),
        });
        await session.get(URL);
        await session.get(URL);
        expect(field(server, 'nonce')).toEqual([undefined, 'n1', 'n1']);
      }
    });

    it('nextnonce may name the nonce in use: its count goes on', async () => {
      const { server, session } = setUp({ headers: () => ({ 'Authentication-Info': 'nextnonce="n1"' }) });
      for (let i = 0; i < 3; i++) await session.get(URL);
      expect(field(server, 'nc')).toEqual([undefined, '00000001', '00000002', '00000003']);
    });

    it('a rspauth over a body that is not at hand as it was sent is not checked', async () => {
      const headers = { 'Authentication-Info': 'rspauth="0"' };
      const answer = (extra: object) => ({
        qop: 'auth-int',
        before: (request: PreparedRequest) =>
          request.headers.has('Authorization') ? { headers, ...extra } : undefined,
      });
      const encoded = setUp(answer({ headers: { ...headers, 'Content-Encoding': 'gzip' }, body: 'decoded' }));
      expect((await encoded.session.get(URL)).statusCode).toBe(200);
      const streamed = setUp(answer({ body: new Blob(['on the wire']).stream() }));
      expect((await streamed.session.get(URL, { stream: true })).statusCode).toBe(200);
    });

    it('a wrong rspauth frees the connection of a streamed answer', async () => {
      const body = closable();
      const headers = { 'Authentication-Info': 'rspauth="0"' };
      const { session } = setUp({
        before: (request) => (request.headers.has('Authorization') ? { headers, body } : undefined),
      });
      await expect(session.get(URL, { stream: true })).rejects.toThrow('does not prove');
      expect(body.closed).toBe(true);
    });

    it('a right rspauth passes, for auth-int too', async () => {
      const auth = setUp({ headers: (seen) => ({ 'Authentication-Info': `qop=auth, rspauth="${rspauth(seen)}"` }) });
      expect((await auth.session.get(URL)).statusCode).toBe(200);
      const upper = setUp({
        headers: (seen) => ({ 'Authentication-Info': `rspauth="${rspauth(seen).toUpperCase()}"` }),
      });
      expect((await upper.session.get(URL)).statusCode).toBe(200);
      const whole = setUp({
        qop: 'auth-int',
        headers: (seen) => ({
          'Authentication-Info': `rspauth="${rspauth(seen, 'auth-int', `:${hex('MD5', 'secret')}`)}"`,
        }),
      });
      expect((await whole.session.get(URL)).statusCode).toBe(200);
    });

    it.each([
      ['wrong', 'rspauth="00000000000000000000000000000000"', {}],
      ['short', 'rspauth="0"', {}],
      ['empty', 'rspauth=""', {}],
      ['for auth-int wrong', 'rspauth="00000000000000000000000000000000"', { qop: 'auth-int' }],
    ])('a rspauth that is %s rejects, with the response', async (_, info, options) => {
      const { session } = setUp({ ...options, headers: () => ({ 'Authentication-Info': info }) });
      const error: RequestException = await session.get(URL).catch((reason) => reason);
      expect(error).toBeInstanceOf(RequestException);
      expect(error.message).toMatch(/does not prove.*: GET http:\/\/service.example\/path$/);
      expect(error.response?.statusCode).toBe(200);
    });

    it('verifyServer false does not look', async () => {
      const auth = new HTTPDigestAuth('user', 'pass', { verifyServer: false });
      const { session } = setUp({ headers: () => ({ 'Authentication-Info': 'rspauth="0"' }) }, auth);
      expect((await session.get(URL)).statusCode).toBe(200);
    });

    it('is not looked at when nothing was signed', async () => {
      const { session } = setUp({ before: () => ({ headers: { 'Authentication-Info': 'rspauth="0"' } }) });
      expect((await session.get(URL)).statusCode).toBe(200);
    });
  });

  it('S19 userhash hides the name', async () => {
    const { server, session } = setUp({ more: 'userhash=true', algorithm: 'SHA-256' });
    expect((await session.get(URL)).statusCode).toBe(200);
    expect(server.seen[1]?.fields).toMatchObject({ username: hex('SHA-256', 'user:realm'), userhash: 'true' });
  });

  it('[L01] a realm of 60 KB, with quotes or not ASCII, does no harm', async () => {
    for (const realm of ['r'.repeat(60_000), 'a\\"b\\\\c', 'caf\u00c3\u00a9']) {
      const { server, session } = setUp({
        before: ({ headers }) =>
          headers.has('Authorization')
            ? {}
            : { statusCode: 401, headers: { 'WWW-Authenticate': `Digest realm="${realm}", nonce="n"` } },
      });
      expect((await session.get(URL)).statusCode).toBe(200);
      expect(server.seen[1]?.fields.realm).toBe(realm);
    }
  });

  it('[J02] parameters named like parts of a prototype do no harm', async () => {
    const { session } = setUp({ more: '__proto__="x", constructor="y", toString="z", then="w"' });
    expect((await session.get(URL)).statusCode).toBe(200);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('[J01] reads no option from a polluted prototype', async () => {
    const names = ['minAlgorithm', 'verifyServer', 'username', 'password', 'nonce', 'realm', 'qop', 'proxy', 'origins'];
    const prototype = Object.prototype as unknown as Record<string, unknown>;
    try {
      for (const name of names) prototype[name] = 'canary';
      const { server, session } = setUp({
        username: 'user',
        password: 'pass',
        realm: 'r',
        qop: 'auth',
        nonce: () => 'n',
      });
      expect((await session.get(URL)).statusCode).toBe(200);
      expect(server.authorizations.join()).not.toContain('canary');
    } finally {
      for (const name of names) delete prototype[name];
    }
  });

  it('[A14] shows no password, nor what it is made into', async () => {
    const auth = new HTTPDigestAuth('user', 'canary-password');
    const { session, server } = setUp(
      { headers: () => ({ 'Authentication-Info': 'rspauth="0"' }), password: 'canary-password' },
      auth,
    );
    const error: RequestException = await session.get(`${URL}&token=canary-query`).catch((reason) => reason);
    expect(error).toBeInstanceOf(RequestException);
    const secrets = ['canary', server.seen[1]?.fields.response ?? '?', hex('MD5', 'user:realm:canary-password')];
    const everything: unknown[] = [auth, session, error, error.request, error.response];
    for (const value of everything) {
      const shown = [inspect(value, { depth: 9, showHidden: true }), JSON.stringify(value), String(value)].join();
      for (const secret of secrets) expect(shown).not.toContain(secret);
    }
    expect(error.stack).not.toContain('canary');
    expect(auth.password).toBe('canary-password');
  });

  it('B-AUTH-06 equals other credentials by user and password, across classes', () => {
    const auth = new HTTPDigestAuth('user', 'pass');
    expect(auth.equals(new HTTPDigestAuth('user', 'pass'))).toBe(true);
    expect(auth.equals(new HTTPBasicAuth('user', 'pass'))).toBe(true);
    expect(new HTTPBasicAuth('user', 'pass').equals(auth)).toBe(true);
    expect(auth.equals(new HTTPDigestAuth('user', 'Pass'))).toBe(false);
    expect(auth.equals(null)).toBe(false);
  });

  it('authenticate signs ahead when it can, and never sends', async () => {
    const { server, session, auth } = setUp();
    const request = () => new Request('GET', URL).prepare();
    const header = (prepared: PreparedRequest) => prepared.headers.get('Authorization');
    expect(header(await auth.authenticate(request()))).toBeUndefined();
    await session.get(URL);
    expect(header(await auth.authenticate(request()))).toContain('nc=00000002');
    expect(server.seen).toHaveLength(2);
  });

  it('works for a hand-driven flow, and stops where it is told to', async () => {
    const { server, auth } = setUp();
    const flow = auth.authFlow(new Request('GET', URL).prepare());
    let step = await flow.next(undefined as never);
    let last: Response | undefined;
    while (!step.done) {
      last = await server.send(step.value, {});
      step = await flow.next(last);
    }
    expect(last?.statusCode).toBe(200);
  });

  it('[L02] refuses credentials that are none', () => {
    for (const bad of [null, undefined, 1, {}, ['u']]) {
      expect(() => new HTTPDigestAuth(bad as never, 'p')).toThrow(TypeError);
      expect(() => new HTTPDigestAuth('u', bad as never)).toThrow(TypeError);
    }
    expect(() => new HTTPDigestAuth('a\r\nb', 'p')).toThrow(InvalidHeader);
    expect(() => new HTTPDigestAuth('u', 'p', { minAlgorithm: 'SHA3' as never })).toThrow(TypeError);
    expect(() => new HTTPDigestAuth('u', 'p', { minAlgorithm: 1 as never })).toThrow(TypeError);
    expect(() => new HTTPDigestAuth('u', 'p', { verifyServer: 1 as never })).toThrow(TypeError);
    expect(() => new HTTPDigestAuth('u', 'p', { qop: 'auth' } as never)).toThrow(TypeError);
  });
});
