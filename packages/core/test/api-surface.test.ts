import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import * as authors from '../src/authors.ts';
import { hostWithPort } from '../src/authors.ts';
import * as core from '../src/index.ts';
import {
  AuthBase,
  BaseAdapter,
  HTTPError,
  InvalidSchema,
  PreparedRequest,
  Request,
  type RequestOptions,
  Response,
  type SendOptions,
  Session,
  WrapperAdapter,
} from '../src/index.ts';
import { codes } from '../src/status-codes.ts';
import { FakeAdapter, redirect } from './fake-adapter.ts';
import { collect, FakeBody } from './fake-body.ts';
import { FakeJar } from './fake-jar.ts';

/** A session and the adapter behind its http and https. */
function fake(answers: ConstructorParameters<typeof FakeAdapter>[0] = { statusCode: 200 }): {
  session: Session;
  adapter: FakeAdapter;
} {
  const adapter = new FakeAdapter(answers);
  const session = new Session({ adapters: { 'https://': adapter, 'http://': adapter } });
  return { session, adapter };
}

const VERBS = ['get', 'options', 'head', 'post', 'put', 'patch', 'delete'] as const;
const URL_ = 'http://h/x';

describe('Session.request', () => {
  it('B-API-01 B-API-06 takes method, url and these options', async () => {
    const { session, adapter } = fake();
    const signal = new AbortController().signal;
    const response = await session.request('post', URL_, {
      params: { q: 1 },
      data: { a: 'b' },
      json: 'ignored',
      headers: { X: '1' },
      cookies: {},
      files: {},
      auth: ['u', 'p'],
      timeout: [3.05, 27],
      allowRedirects: false,
      proxies: { http: 'http://proxy:3128' },
      hooks: {},
      stream: false,
      verify: false,
      cert: 'cert.pem',
      signal,
    });
    expect(response.statusCode).toBe(200);
    const [sent] = adapter.sent;
    expect([sent?.method, sent?.url, sent?.body, sent?.headers.x, sent?.headers.authorization]).toEqual([
      'POST',
      'http://h/x?q=1',
      'a=b',
      '1',
      'Basic dTpw',
    ]);
    expect({ ...sent?.options }).toEqual({
      stream: false,
      timeout: [3.05, 27],
      verify: false,
      cert: 'cert.pem',
      proxies: { http: 'http://proxy:3128' },
      signal,
    });
  });

  it.each(VERBS)('B-API-02 B-API-03 B-API-07 M8..M14 M196 %s() takes url and the same options', async (verb) => {
    const { session, adapter } = fake();
    const options: RequestOptions = { params: { a: '1' }, data: 'body', headers: { X: 'y' } };
    const response = await session[verb](URL_, options);
    expect(response).toBeInstanceOf(Response);
    const [sent] = adapter.sent;
    expect([sent?.method, sent?.url, sent?.body, sent?.headers.x]).toEqual([
      verb.toUpperCase(),
      'http://h/x?a=1',
      'body',
      'y',
    ]);
    await session[verb](new URL(URL_));
    await session[verb](URL_, undefined);
    expect(adapter.sent).toHaveLength(3);
  });

  it.each(VERBS)('B-API-02 M29 M20 %s() refuses what is no options object in its place', async (verb) => {
    const { session, adapter } = fake();
    for (const second of ['q=1', [['q', '1']], 5]) {
      await expect(session[verb](URL_, second as unknown as RequestOptions)).rejects.toThrow(
        'expected { name: value }',
      );
    }
    await expect(session[verb](URL_, { q: '1' } as RequestOptions)).rejects.toThrow("unknown option 'q'");
    expect(adapter.sent).toEqual([]);
  });

  it('B-API-04 B-API-07 S9 M160 follows redirects, but for head()', async () => {
    const { session, adapter } = fake({ [URL_]: redirect(302, '/y'), '*': { statusCode: 200 } });
    for (const verb of VERBS) {
      expect([verb, (await session[verb](URL_)).statusCode]).toEqual([verb, verb === 'head' ? 302 : 200]);
    }
    expect((await session.head(URL_, { allowRedirects: true })).statusCode).toBe(200);
    expect((await session.request('HEAD', URL_)).statusCode).toBe(200);
    expect((await session.get(URL_, { allowRedirects: false })).statusCode).toBe(302);
    expect(adapter.sent.at(-1)?.method).toBe('GET');
  });

  it('B-API-24 refuses an unknown option everywhere, before anything is sent', async () => {
    const { session, adapter } = fake();
    const unknown = { header: {} } as never;
    await expect(session.request('GET', URL_, unknown)).rejects.toThrow(
      new TypeError(
        "request: unknown option 'header'; known are params, data, json, headers, cookies, files, auth, hooks, stream, timeout, verify, cert, proxies, signal, allowRedirects",
      ),
    );
    await expect(session.head(URL_, unknown)).rejects.toThrow("unknown option 'header'");
    await expect(session.send(new Request('GET', URL_).prepare(), unknown)).rejects.toThrow(
      "send: unknown option 'header'",
    );
    expect(() => new Session({ header: {} } as never)).toThrow("Session: unknown option 'header'");
    expect(adapter.sent).toEqual([]);
  });

  it.each([null, undefined, 5, ''])('B-METH-01 refuses the method %j', async (method) => {
    const { session } = fake();
    await expect(session.request(method as string, URL_)).rejects.toThrow(TypeError);
    expect(() => session.prepareRequest(new Request(method as string, URL_))).toThrow('Invalid method');
  });

  it('B-METH-01 M18 sends any verb, in upper case', async () => {
    const { session, adapter } = fake();
    await session.request('mkcol', URL_, { data: 'x' });
    expect([adapter.sent[0]?.method, adapter.sent[0]?.body]).toEqual(['MKCOL', 'x']);
  });

  it('M7 M19 M28 M161 resolves to a response whose url is a string to go on from', async () => {
    const { session, adapter } = fake();
    const response = await session.get('http://h', { params: { a: '1' } });
    expect(response.url).toBe('http://h/?a=1');
    await session.get(`${response.url}#f`);
    expect(adapter.urls).toEqual(['http://h/?a=1', 'http://h/?a=1#f']);
  });

  it('M15 M16 M17 M22 M23 M107 resolves for every status, and lets headers be read the same way', async () => {
    const { session } = fake({
      statusCode: 500,
      headers: { Allow: 'GET, HEAD', status: '500 X', 'X-RateLimit-Remaining': '59' },
    });
    for (const verb of VERBS) {
      const response = await session[verb](URL_);
      expect([
        response.statusCode,
        response.ok,
        response.headers.get('allow'),
        response.headers.get('status'),
        response.headers.get('x-ratelimit-remaining'),
      ]).toEqual([500, false, 'GET, HEAD', '500 X', '59']);
    }
  });

  it('M11 gives the answer to head() an empty content', async () => {
    const { session } = fake({ statusCode: 200, headers: { 'Content-Length': '5' } });
    expect((await session.head(URL_)).content).toHaveLength(0);
  });

  it('M78 M69 shows in response.request what was sent', async () => {
    const { session } = fake();
    const { request } = await session.post(URL_, { json: { a: 1 } });
    expect(request).toBeInstanceOf(PreparedRequest);
    expect([request?.headers.get('content-type'), request?.headers.get('content-length')]).toEqual([
      'application/json',
      '7',
    ]);
  });
});

describe('Session headers and params', () => {
  it('M85 M86 B-HDR-07 M199 sends the session headers first, in their order, then those of the call', async () => {
    const { session, adapter } = fake();
    await session.get(URL_, {
      headers: [
        ['Z', '1'],
        ['Accept', 'text/html'],
        ['A', '2'],
      ],
    });
    expect(adapter.sent[0]?.lines.map(([name]) => name)).toEqual([
      'User-Agent',
      'Accept-Encoding',
      'Accept',
      'Connection',
      'Z',
      'A',
    ]);
    expect(adapter.sent[0]?.headers.accept).toBe('text/html');
  });

  it('M87 B-SESS-02 lets the session headers be replaced to rule their order', async () => {
    const { session, adapter } = fake();
    session.headers = [
      ['B', '1'],
      ['A', '2'],
    ];
    await session.get(URL_, { headers: { C: '3' } });
    expect(adapter.sent[0]?.lines).toEqual([
      ['B', '1'],
      ['A', '2'],
      ['C', '3'],
    ]);
  });

  it('B-HDR-05 B-HDR-10 M203 removes a session header for null, whatever its spelling, and sends nothing in its place', async () => {
    const { session, adapter } = fake();
    await session.get(URL_, { headers: { 'user-AGENT': null, 'accept-encoding': null, ACCEPT: undefined } });
    expect(adapter.sent[0]?.lines.map(([name]) => name)).toEqual(['Accept', 'Connection']);
    await session.get(URL_);
    expect(adapter.sent[1]?.headers['user-agent']).toMatch(/^requests-ts\//);
    session.headers = { Accept: null, X: '1' };
    await session.get(URL_);
    expect(adapter.sent[2]?.lines).toEqual([['X', '1']]);
  });

  it('M200 B-CID-01 lets session.headers be updated', async () => {
    const { session, adapter } = fake();
    session.headers.update({ 'x-test': 'true' });
    await session.get(URL_, { headers: { 'x-test2': 'true' } });
    await session.get(URL_);
    expect(adapter.sent.map(({ headers }) => [headers['x-test'], headers['x-test2']])).toEqual([
      ['true', 'true'],
      ['true', undefined],
    ]);
  });

  it('B-PARAM-08 merges params with those of the session, telling foo from FOO', async () => {
    const { session, adapter } = fake();
    session.params = { foo: 'bar', gone: '1' };
    await session.get(URL_, { params: { FOO: 'bAz', gone: null } });
    expect(adapter.urls).toEqual(['http://h/x?foo=bar&FOO=bAz']);
  });
});

describe('Session.send', () => {
  it('B-API-08 M212 M132 takes a prepared request and these options', async () => {
    const { session, adapter } = fake({ [URL_]: redirect(302, '/y') });
    const prepared = new Request('GET', URL_).prepare();
    const options = {
      stream: true,
      verify: 'ca.pem',
      cert: ['c', 'k'],
      proxies: { http: 'http://p' },
      timeout: 5,
    } as const;
    const response = await session.send(prepared, { ...options, allowRedirects: false });
    expect(response.statusCode).toBe(302);
    expect({ ...adapter.sent[0]?.options }).toEqual({ ...options, signal: undefined });
  });

  it('B-API-09 M213 M214 M217 sends what prepareRequest made of request and session', async () => {
    const { session, adapter } = fake();
    session.headers = { S: '1' };
    session.params = { p: '1' };
    session.auth = ['u', 'p'];
    const request = new Request('get', URL_, { headers: { R: '2' } });
    const prepared = session.prepareRequest(request);
    expect(prepared).toBeInstanceOf(PreparedRequest);
    expect([prepared.method, prepared.url, [...prepared.headers]]).toEqual([
      'GET',
      'http://h/x?p=1',
      [
        ['S', '1'],
        ['R', '2'],
        ['Authorization', 'Basic dTpw'],
      ],
    ]);
    expect((await session.send(prepared)).request).toBe(prepared);
    expect(adapter.sent[0]?.request).toBe(prepared);
    expect([...request.prepare().headers.keys()]).toEqual(['R']);
  });

  it('B-API-09 M216 M215 merges the settings of the environment for send', async () => {
    const { session, adapter } = fake();
    session.environment = {
      getProxies: () => ({ http: 'http://env:1' }),
      getCaBundle: () => 'env.pem',
      getAuth: () => null,
    };
    const prepared = session.prepareRequest(new Request('GET', URL_));
    const settings = session.mergeEnvironmentSettings(prepared.url, {});
    expect(settings).toEqual({ proxies: { http: 'http://env:1' }, stream: false, verify: 'env.pem', cert: null });
    await session.send(prepared, settings);
    await session.send(prepared);
    expect(adapter.sent.map(({ options }) => options.verify)).toEqual(['env.pem', true]);
  });

  it('B-DIFF-45 B-SESS-22 asks the environment nothing when trustEnv is false', async () => {
    const { session, adapter } = fake();
    const ask = vi.fn(() => {
      throw new Error('asked');
    });
    session.environment = { getProxies: ask, getCaBundle: ask, getAuth: ask };
    session.trustEnv = false;
    await session.get(URL_);
    await session.send(new Request('GET', URL_).prepare());
    expect(ask).not.toHaveBeenCalled();
    expect(adapter.sent.map(({ options }) => [options.proxies, options.verify])).toEqual([
      [{}, true],
      [{}, true],
    ]);
  });

  it.each<[unknown, unknown]>([
    [null, true],
    [undefined, true],
    [true, true],
    [false, false],
    ['ca.pem', 'ca.pem'],
  ])('B-DIFF-37 hands on verify %j as %j', async (verify, handed) => {
    const { session, adapter } = fake();
    await session.get(URL_, { verify } as RequestOptions);
    session.verify = verify as boolean;
    await session.get(URL_);
    await session.send(new Request('GET', URL_).prepare());
    expect(adapter.sent.map(({ options }) => options.verify)).toEqual([handed, handed, handed]);
  });

  it.each([0, '', 1, 'x'.length - 1, {}, [], Number.NaN])(
    'B-DIFF-37 refuses verify %j, so that no accident turns verification off',
    async (verify) => {
      const { session, adapter } = fake();
      await expect(session.get(URL_, { verify } as unknown as RequestOptions)).rejects.toThrow(TypeError);
      session.verify = verify as boolean;
      await expect(session.get(URL_)).rejects.toThrow('verify must be true, false');
      expect(adapter.sent).toEqual([]);
    },
  );

  it('B-DIFF-31 B-EXC-18 rejects with a TypeError for what is no prepared request', async () => {
    const { session } = fake();
    await expect(session.send(new Request('GET', URL_) as unknown as PreparedRequest)).rejects.toThrow(
      new TypeError('You can only send PreparedRequests: session.prepareRequest(request) makes one'),
    );
  });
});

describe('Session', () => {
  it('B-API-05 M195 B-SESS-01 is made without arguments', () => {
    const session = new Session();
    expect([
      session.auth,
      session.proxies,
      session.hooks,
      session.params,
      session.stream,
      session.verify,
      session.cert,
    ]).toEqual([null, {}, { response: [] }, {}, false, true, null]);
    expect([session.maxRedirects, session.trustEnv, session.cookies, session.timeout]).toEqual([30, true, null, null]);
    expect([...session.headers.keys()]).toEqual(['User-Agent', 'Accept-Encoding', 'Accept', 'Connection']);
  });

  it('B-API-10 M218 M220 B-SESS-18 mounts adapters and finds them', () => {
    const session = new Session();
    const adapter = new FakeAdapter();
    expect(session.mount('https://github.com/', adapter)).toBe(session);
    expect(session.getAdapter('https://github.com/x')).toBe(adapter);
    expect(() => session.getAdapter('https://u:CANARY@example.com/?q')).toThrow(InvalidSchema);
    expect(() => session.getAdapter('https://u:CANARY@example.com/?q')).toThrow(
      "No connection adapters were found for 'https://example.com/': mount one (@requests-ts/http)",
    );
    // What looks like a scheme is a host whose scheme was forgotten.
    expect(() => session.getAdapter('localhost:3128')).toThrow("'localhost:3128': http:// is missing");
    expect(session.adapters.keys()).toEqual(['https://github.com/']);
  });

  it.each(['localhost:3128', '10.122.1.1:3128/', 'example.com:80', 'mailto:a@b', 'ftp://h/'])(
    'B-URL-04 B-SESS-18 has no adapter for %s',
    async (url) => {
      await expect(fake().session.get(url)).rejects.toThrow(InvalidSchema);
    },
  );

  it('B-API-10 B-DIFF-04 M197 B-SESS-19 closes every adapter once, by hand, at the end of a block, and after an error', async () => {
    const { session, adapter } = fake();
    session.mount('other://', new FakeAdapter());
    await session.close();
    expect(adapter.closed).toBe(1);
    {
      await using used = session;
      await used.get(URL_);
    }
    expect(adapter.closed).toBe(2);
    await expect(
      (async () => {
        await using used = session;
        await used.get('nothing');
      })(),
    ).rejects.toThrow('No scheme supplied');
    expect(adapter.closed).toBe(3);
    expect((await session.get(URL_)).ok).toBe(true);
  });

  it('B-API-11 B-API-21 has the steps of a redirect as methods to override', async () => {
    const seen: string[] = [];
    class Watching extends Session {
      override getRedirectTarget(response: Response): string | null {
        seen.push('target');
        return super.getRedirectTarget(response);
      }
      override rebuildMethod(next: PreparedRequest, response: Response): void {
        seen.push('method');
        super.rebuildMethod(next, response);
      }
      override rebuildAuth(next: PreparedRequest, response: Response): void {
        seen.push('auth');
        super.rebuildAuth(next, response);
      }
      override rebuildProxies(...all: Parameters<Session['rebuildProxies']>): ReturnType<Session['rebuildProxies']> {
        seen.push('proxies');
        return super.rebuildProxies(...all);
      }
      override shouldStripAuth(from: string, to: string): boolean {
        seen.push('strip');
        return super.shouldStripAuth(from, to);
      }
    }
    const { adapter } = fake({ [URL_]: redirect(302, '/y'), '*': { statusCode: 200 } });
    const session = new Watching({ adapters: { 'http://': adapter } });
    await session.get(URL_);
    expect(new Set(seen)).toEqual(new Set(['target', 'method', 'auth', 'strip', 'proxies']));
    const first = await session.get(URL_, { allowRedirects: false });
    const followed: number[] = [];
    for await (const { statusCode } of session.resolveRedirects(first, first.request!)) followed.push(statusCode);
    expect(followed).toEqual([200]);
    expect(authors.REDIRECT_STATI).toEqual([301, 302, 303, 307, 308]);
  });

  it('M201 M202 B-SESS-20 keeps nothing that a call was given', async () => {
    const { session, adapter } = fake();
    await session.get(URL_, {
      headers: { X: '1' },
      params: { a: 1 },
      auth: ['u', 'p'],
      verify: false,
      proxies: { http: 'http://p' },
    });
    await session.get(URL_);
    const [, sent] = adapter.sent;
    expect([
      sent?.url,
      sent?.headers.x,
      sent?.headers.authorization,
      sent?.options.verify,
      sent?.options.proxies,
    ]).toEqual([URL_, undefined, undefined, true, {}]);
  });

  it('[A14] shows none of its secrets when it is printed', () => {
    const { session } = fake();
    session.headers = { Authorization: 'CANARY', Cookie: 'CANARY' };
    session.auth = ['u', 'CANARY'];
    session.proxies = { http: 'http://u:CANARY@proxy' };
    session.params = { token: 'CANARY' };
    session.cert = { cert: 'c', passphrase: 'CANARY' };
    for (const shown of [
      String(session),
      JSON.stringify(session),
      inspect(session, { showHidden: true, depth: Number.POSITIVE_INFINITY }),
    ]) {
      expect(shown).not.toContain('CANARY');
    }
  });
});

describe('BaseAdapter', () => {
  class Minimal extends BaseAdapter {
    options: SendOptions | undefined;
    override async send(request: PreparedRequest, options: SendOptions): Promise<Response> {
      this.options = options;
      return new Response({ request, statusCode: 200, headers: { 'Content-Type': 'text/plain' }, body: 'hello' });
    }
  }

  it('B-ADAPT-01 M221 has send and close; close does nothing by default', async () => {
    expect(await new Minimal().close()).toBeUndefined();
    await using adapter = new Minimal();
    expect(adapter).toBeInstanceOf(BaseAdapter);
  });

  it('B-ADAPT-02 B-API-08 gets the five settings of Requests and the signal, and nothing else', async () => {
    const adapter = new Minimal();
    const session = new Session({ adapters: { 'http://': adapter } });
    await session.get(URL_);
    expect(Object.keys(adapter.options ?? {}).sort()).toEqual([
      'cert',
      'proxies',
      'signal',
      'stream',
      'timeout',
      'verify',
    ]);
    expect({ ...adapter.options }).toEqual({
      stream: false,
      timeout: null,
      verify: true,
      cert: null,
      proxies: {},
      signal: undefined,
    });
  });

  it('B-ADAPT-02 B-ADAPT-01 M221 needs ten lines; the session adds elapsed, connection, hooks and the body', async () => {
    const adapter = new Minimal();
    const session = new Session({ adapters: { 'canned://': adapter } });
    const seen: Response[] = [];
    const response = await session.get('canned://x', { hooks: { response: (given) => void seen.push(given) } });
    expect([response.text, response.url, response.history]).toEqual(['hello', 'canned://x', []]);
    expect(response.elapsed).toBeGreaterThan(0);
    expect(response.connection).toBe(adapter);
    expect(seen).toEqual([response]);
  });

  it('B-ADAPT-01 may be any object with send and close', async () => {
    const session = new Session();
    const duck = {
      send: async (request: PreparedRequest) => new Response({ request, statusCode: 204 }),
      close: async () => {},
      [Symbol.asyncDispose]: async () => {},
    };
    session.mount('http://', duck);
    expect((await session.get(URL_)).statusCode).toBe(204);
    await session.close();
  });

  it('B-ADAPT-02 rejects with a TypeError when an adapter resolves to something else', async () => {
    const session = new Session({
      adapters: {
        'http://': { ...new FakeAdapter(), send: async () => ({ statusCode: 200 }) } as unknown as BaseAdapter,
      },
    });
    await expect(session.get(URL_)).rejects.toThrow(new TypeError('An adapter must resolve to a Response'));
  });

  it('lets a wrapper own the adapter inside it', async () => {
    class Twice extends WrapperAdapter {
      override async send(request: PreparedRequest, options: SendOptions): Promise<Response> {
        await this.inner.send(request, options);
        return this.inner.send(request, options);
      }
    }
    const inner = new FakeAdapter({ statusCode: 200 });
    const session = new Session({ adapters: { 'http://': new Twice(inner) } });
    await session.get(URL_);
    await session.close();
    expect([inner.sent.length, inner.closed]).toEqual([2, 1]);
  });

  it('M143 sends once, and lets the error of an adapter through', async () => {
    const error = new core.ConnectionError('refused');
    const { session, adapter } = fake(error);
    await expect(session.get(URL_)).rejects.toBe(error);
    expect(adapter.sent).toHaveLength(1);
  });
});

describe('Response', () => {
  const request = new Request('GET', 'http://h/x#f').prepare();
  const response = new Response({
    request,
    statusCode: 404,
    reason: 'Not Found',
    headers: [
      ['Content-Type', 'application/json; charset=utf-8'],
      ['Link', '<http://h/2>; rel=next'],
    ],
    body: '{"a": 1}',
  });

  it('B-API-25 M30 M31 M61 has statusCode, reason, url with its fragment, and headers', () => {
    expect([response.statusCode, response.reason, response.url]).toEqual([404, 'Not Found', 'http://h/x#f']);
    expect(response.headers).toBeInstanceOf(core.Headers);
    const bare = new Response({ statusCode: 200 });
    expect([bare.reason, bare.url, bare.headers.size, bare.request]).toEqual(['', '', 0, null]);
  });

  it('B-API-26 B-API-27 has encoding, to be read and written, content, text and json()', () => {
    expect(response.encoding).toBe('utf-8');
    expect([response.content.length, response.text, response.json()]).toEqual([8, '{"a": 1}', { a: 1 }]);
    expect(new Response({ statusCode: 200 }).content).toEqual(new Uint8Array(0));
    const other = new Response({ statusCode: 200, body: Uint8Array.of(0xe9) });
    other.encoding = 'latin-1';
    expect(other.text).toBe('é');
  });

  it('B-API-28 B-API-29 B-API-31 B-API-32 has raw, connection, history, next, elapsed and request', async () => {
    expect([response.connection, response.history, response.next, response.elapsed, response.request]).toEqual([
      null,
      [],
      null,
      0,
      request,
    ]);
    expect(typeof response.raw.read).toBe('function');
    const { session } = fake({ [URL_]: redirect(302, '/y'), '*': { statusCode: 200 } });
    const followed = await session.get(URL_);
    expect(followed.history.map(({ statusCode }) => statusCode)).toEqual([302]);
    expect(followed.elapsed).toBeGreaterThan(0);
    const unfollowed = await session.get(URL_, { allowRedirects: false });
    expect([unfollowed.history, unfollowed.next?.url]).toEqual([[], 'http://h/y']);
  });

  it('B-API-30 B-COOK-31 has as cookies what this response alone has set', async () => {
    const setCookie = (value: string): object => ({ headers: { Location: '/y', 'Set-Cookie': value } });
    const { session } = fake({
      [URL_]: { statusCode: 302, ...setCookie('a=1') },
      '*': { statusCode: 200, ...setCookie('b=2') },
    });
    session.cookies = new FakeJar();
    const followed = await session.get(URL_);
    const names = [followed, ...followed.history].map(({ cookies }) =>
      (cookies as FakeJar).cookies.map(({ name }) => name),
    );
    expect(names).toEqual([['b'], ['a']]);
  });

  it('B-API-30 names the package that a session without a jar lacks for cookies', () => {
    expect(() => response.cookies).toThrow(
      /@requests-ts\/cookie-jar, then write: session\.cookies = new RequestsCookieJar\(\)/,
    );
  });

  it('B-API-33 M40 derives ok, isRedirect, isPermanentRedirect, apparentEncoding and links', () => {
    expect([response.ok, response.isRedirect, response.isPermanentRedirect, response.apparentEncoding]).toEqual([
      false,
      false,
      false,
      'utf-8',
    ]);
    expect(response.links.next?.url).toBe('http://h/2');
    expect(response.statusCode === codes.notFound).toBe(true);
  });

  it('B-API-34 has iterContent, iterLines, raiseForStatus and close', async () => {
    expect(() => response.raiseForStatus()).toThrow(HTTPError);
    const pieces: Uint8Array[] = [];
    for await (const piece of response.iterContent()) pieces.push(piece);
    expect(pieces).toHaveLength(8);
    const lines: string[] = [];
    for await (const line of response.iterLines({ decodeUnicode: true })) lines.push(line);
    expect(lines).toEqual(['{"a": 1}']);
    expect(await response.close()).toBeUndefined();
  });

  it('B-API-23 M6 prints as <Response [404]>', () => {
    expect([String(response), inspect(response)]).toEqual(['<Response [404]>', '<Response [404]>']);
  });

  it('B-DIFF-03 is an object, hence truthy: ok is what to ask', () => {
    expect([Boolean(response), response.ok]).toEqual([true, false]);
  });

  it('B-DIFF-04 is closed at the end of a block', async () => {
    let closed = 0;
    const body = Object.assign((async function* () {})(), {
      close() {
        closed++;
      },
    });
    {
      await using used = new Response({ statusCode: 200, body });
      expect(used.loaded).toBe(false);
    }
    expect(closed).toBe(1);
  });
});

describe('auth', () => {
  it('B-DIFF-09 takes a list of exactly two strings, and no other list', async () => {
    const { session, adapter } = fake();
    await session.get(URL_, { auth: ['user', 'pass'] });
    expect(adapter.sent[0]?.headers.authorization).toBe('Basic dXNlcjpwYXNz');
    for (const auth of [['u'], ['u', 'p', 'x'], ['u', 5], [null, 'p'], []]) {
      await expect(session.get(URL_, { auth } as unknown as RequestOptions)).rejects.toThrow(TypeError);
    }
  });

  it('B-DIFF-10 M111..M114 takes an object with authenticate and a function, both of which may be async', async () => {
    class TokenAuth extends AuthBase {
      override authenticate(request: PreparedRequest): PreparedRequest {
        request.headers.set('X-Token', 't');
        return request;
      }
    }
    class Slow extends AuthBase {
      override async authenticate(request: PreparedRequest): Promise<PreparedRequest> {
        await Promise.resolve();
        request.headers.set('X-Token', 'slow');
        return request;
      }
    }
    const { session, adapter } = fake();
    await session.get(URL_, { auth: new TokenAuth() });
    await session.get(URL_, { auth: new Slow() });
    await session.get(URL_, {
      auth: (request) => {
        request.headers.set('X-Token', 'function');
        return request;
      },
    });
    await session.get(URL_, { auth: { authenticate: async (request) => request } });
    expect(adapter.sent.map(({ headers }) => headers['x-token'])).toEqual(['t', 'slow', 'function', undefined]);
  });

  it.each([5, 'user:pass', {}, true, Symbol('a')])('B-DIFF-09 B-DIFF-10 refuses %o', async (auth) => {
    const { session } = fake();
    await expect(session.get(URL_, { auth } as unknown as RequestOptions)).rejects.toThrow(TypeError);
  });

  it('B-API-18 has the classes of core: AuthBase, HTTPBasicAuth, HTTPProxyAuth', () => {
    const prepared = new Request('GET', URL_, { auth: new core.HTTPProxyAuth('u', 'p') }).prepare();
    expect(prepared.headers.get('Proxy-Authorization')).toBe('Basic dTpw');
    expect(new core.HTTPBasicAuth('u', 'p')).toBeInstanceOf(AuthBase);
  });
});

describe('what JavaScript changes', () => {
  it('B-DIFF-01 answers content, text and json() at once, and throws for a stream that was not read', async () => {
    const { session } = fake({
      '*': () => ({
        statusCode: 200,
        body: (async function* () {
          yield new TextEncoder().encode('{"a":1}');
        })(),
      }),
    });
    const whole = await session.get(URL_);
    expect(whole.json()).toEqual({ a: 1 });
    const streamed = await session.get(URL_, { stream: true });
    for (const read of [() => streamed.content, () => streamed.text, () => streamed.json()]) {
      expect(read).toThrow('await response.read() first');
    }
    expect(await streamed.read()).toHaveLength(7);
    expect(streamed.json()).toEqual({ a: 1 });
  });

  it('B-DIFF-07 throws for a bad chunkSize at the call', () => {
    const response = new Response({ statusCode: 200, body: 'x' });
    expect(() => response.iterContent('8' as unknown as number)).toThrow(TypeError);
    expect(() => response.iterLines({ chunkSize: 1.5 })).toThrow(TypeError);
  });

  it('B-DIFF-02 lets undefined be "not given" and null be "explicitly nothing"', async () => {
    const { session, adapter } = fake();
    session.timeout = 5;
    session.auth = ['u', 'p'];
    await session.get(URL_, {
      timeout: undefined,
      auth: undefined,
      headers: undefined,
      params: undefined,
      data: undefined,
    });
    await session.get(URL_, {
      timeout: null,
      headers: null,
      params: null,
      data: null,
      json: null,
      cookies: null,
      files: null,
      hooks: null,
      cert: null,
    });
    expect(adapter.sent.map(({ options }) => options.timeout)).toEqual([5, null]);
    expect(adapter.sent.map(({ headers }) => headers.authorization)).toEqual(['Basic dTpw', 'Basic dTpw']);
  });

  it('B-DIFF-07 B-DIFF-08 iterates asynchronously, and ends one line at a CRLF that was cut in two', async () => {
    const body = new FakeBody(['a\r', '\nb\r', 'c\r']);
    const response = new Response({ statusCode: 200, body, headers: { 'Content-Type': 'text/plain' } });
    expect(await collect(response.iterLines({ decodeUnicode: true }))).toEqual(['a', 'b', 'c']);
  });

  it('B-DIFF-11 takes an AbortSignal, whose reason rejects the call untouched', async () => {
    const { session, adapter } = fake();
    const reason = new Error('enough');
    await expect(session.get(URL_, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(adapter.sent).toEqual([]);
  });

  it('B-DIFF-12 B-API-05 leaves out what has no meaning here, and what belongs to the package with batteries', () => {
    const absent = [
      'session',
      'get',
      'post',
      'packages',
      'compat',
      'getConnection',
      'getEncodingsFromContent',
      'getUnicodeFromResponse',
    ];
    expect(absent.filter((name) => name in core)).toEqual([]);
  });

  it('B-DIFF-22 B-REDIR-07 reads a Location that is no UTF-8 as ISO-8859-1', async () => {
    const { session, adapter } = fake({ [URL_]: redirect(302, '/caf\u00e9'), '*': { statusCode: 200 } });
    await session.get(URL_);
    expect(adapter.urls[1]).toBe('http://h/caf%C3%A9');
  });

  it('B-DIFF-23 refuses to send a generator again, and sends what can be sent again', async () => {
    const { session, adapter } = fake({ [URL_]: redirect(307, '/y'), '*': { statusCode: 200 } });
    const once = (function* () {
      yield 'once';
    })();
    await expect(session.post(URL_, { data: once })).rejects.toThrow(core.UnrewindableBodyError);
    expect(adapter.sent).toHaveLength(1);
    await session.post(URL_, {
      data: function* () {
        yield 'again';
      },
    });
    expect(adapter.sent.slice(1).map(({ body }) => body)).toEqual(['again', 'again']);
  });

  it('B-DIFF-25 B-DIFF-26 gives adapters verbs in upper case, and refuses header values above U+00FF', async () => {
    const { session, adapter } = fake();
    await session.request('patch', URL_);
    expect(adapter.sent[0]?.method).toBe('PATCH');
    await expect(session.get(URL_, { headers: { a: '€' } })).rejects.toThrow(core.InvalidHeader);
    await expect(session.get(URL_, { auth: ['€', 'p'] })).rejects.toThrow(core.InvalidHeader);
  });

  it('B-DIFF-31 B-EXC-18 uses TypeError, RangeError and Error for what are built-in errors in Python', async () => {
    const { session } = fake();
    await expect(session.get(URL_, { hooks: { request: () => {} } as never })).rejects.toThrow(TypeError);
    await expect(session.get(URL_, { params: 5 as never })).rejects.toThrow(TypeError);
    expect(() => authors.resolveTimeout(0)).toThrow(RangeError);
    for (const error of [TypeError, RangeError]) expect(new error() instanceof core.RequestException).toBe(false);
  });

  it('B-DIFF-43 gives undefined for a header that is not there', async () => {
    const { session } = fake();
    const response = await session.get(URL_);
    expect(response.headers.get('nope')).toBeUndefined();
  });

  it('B-BODY-22 B-REDIR-05 hands adapters a redirected PUT without body and framing, to be sent with Content-Length: 0', async () => {
    const { session, adapter } = fake({ [URL_]: redirect(301, '/y'), '*': { statusCode: 200 } });
    await session.put(URL_, { data: 'abc' });
    const { method, body, headers } = adapter.sent[1]!;
    expect([method, body, headers['content-length'], headers['transfer-encoding']]).toEqual([
      'PUT',
      null,
      undefined,
      undefined,
    ]);
  });

  it.each([
    'u:CANARY@',
    'CANARY:p@',
    'CANARY@',
    'u:CANARY@CANARY@',
    'u:p%40CANARY@',
    'u%20:CANARY%C3%A9@',
    'u:CANARY%23@',
    ':CANARY@',
  ])('[A12] shows adapters the userinfo %s nowhere but in url and Authorization', async (userinfo) => {
    const { session, adapter } = fake();
    const response = await session.get(`http://${userinfo}h:81/p?q`);
    const { path, lines, request, options } = adapter.sent[0]!;
    const rest = lines.filter(([name]) => name !== 'Authorization');
    expect(JSON.stringify([path, rest, request.split.host, hostWithPort(request.split), options])).not.toContain(
      'CANARY',
    );
    expect([path, hostWithPort(request.split), response.url]).toEqual(['/p?q', 'h:81', request.url]);
    expect(response.url).toContain('CANARY');
  });

  it.each(['u:%00@', '%0d%0aX:y@', 'u:p%0a@', 'u%7f:p@'])(
    '[A12] refuses control characters in the userinfo %s',
    async (userinfo) => {
      const { session, adapter } = fake();
      await expect(session.get(`http://${userinfo}h/`)).rejects.toThrow(core.InvalidHeader);
      expect(adapter.sent).toEqual([]);
    },
  );

  it('B-DIFF-20 B-HDR-08 hands adapters origin and path apart, of one split', async () => {
    const { session, adapter } = fake();
    await session.get('HTTP://U:P@H:80/A b?c d#e');
    const { split, pathUrl } = adapter.sent[0]!.request;
    expect([split.scheme, split.host, split.port, pathUrl]).toEqual(['http', 'h', 80, '/A%20b?c%20d']);
    expect(adapter.sent[0]!.request.split).toBe(split);
  });
});

describe('index', () => {
  it('B-API-19 B-API-20 exports the classes, codes, every error, and the version', () => {
    const expected = [
      ...[
        'Session',
        'Request',
        'PreparedRequest',
        'Response',
        'Headers',
        'codes',
        'VERSION',
        'BaseAdapter',
        'WrapperAdapter',
      ],
      ...[
        'AuthBase',
        'HTTPBasicAuth',
        'HTTPProxyAuth',
        'RequestException',
        'HTTPError',
        'ConnectionError',
        'ConnectTimeout',
      ],
      ...[
        'Timeout',
        'ReadTimeout',
        'TooManyRedirects',
        'URLRequired',
        'JSONDecodeError',
        'MissingSchema',
        'InvalidSchema',
      ],
      ...[
        'InvalidURL',
        'InvalidHeader',
        'InvalidProxyURL',
        'ChunkedEncodingError',
        'ContentDecodingError',
        'ProxyError',
      ],
      ...['SSLError', 'StreamConsumedError', 'RetryError', 'UnrewindableBodyError', 'InvalidJSONError'],
    ];
    expect(expected.filter((name) => !(name in { ...core, codes }))).toEqual([]);
  });

  it('B-API-21 has the constants that mean something here', () => {
    expect(authors.REDIRECT_STATI).toEqual([301, 302, 303, 307, 308]);
    expect(authors.DEFAULT_PORTS).toEqual({ http: 80, https: 443 });
    expect(authors.HOOKS).toEqual(['response']);
    expect(new Session().maxRedirects).toBe(30);
  });
});
