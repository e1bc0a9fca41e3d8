import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BaseAdapter } from '../src/adapter.ts';
import type { CookiesMapping } from '../src/cookies.ts';
import type { Environment } from '../src/environment.ts';
import { InvalidSchema } from '../src/exceptions.ts';
import { Headers } from '../src/headers.ts';
import { PreparedRequest } from '../src/prepared-request.ts';
import { Request } from '../src/request.ts';
import { Response } from '../src/response.ts';
import { Session } from '../src/session.ts';
import { VERSION } from '../src/version.ts';
import { FakeAdapter, redirect } from './fake-adapter.ts';
import { FakeBody } from './fake-body.ts';
import { FakeJar } from './fake-jar.ts';
import { bench, rejection } from './fake-session.ts';

const environment = (more: Partial<Environment> = {}): Environment => ({
  getProxies: () => ({}),
  getCaBundle: () => undefined,
  getAuth: () => null,
  ...more,
});

describe('Session', () => {
  it('B-SESS-01 M195 M204 S11 begins with the defaults of Requests', () => {
    const s = new Session();
    expect([...s.headers]).toEqual([
      ['User-Agent', `requests-ts/${VERSION}`],
      ['Accept-Encoding', 'gzip, deflate, br, zstd'],
      ['Accept', '*/*'],
      ['Connection', 'keep-alive'],
    ]);
    const { auth, proxies, hooks, params, stream, verify, cert, maxRedirects, trustEnv, timeout } = s;
    expect({ auth, proxies, hooks, params, stream, verify, cert, maxRedirects, trustEnv, timeout }).toEqual({
      auth: null,
      proxies: {},
      hooks: { response: [] },
      params: {},
      stream: false,
      verify: true,
      cert: null,
      maxRedirects: 30,
      trustEnv: true,
      timeout: null,
    });
    expect([s.cookies, s.environment, s.encodeFiles, s.detectEncoding, s.adapters.size]).toEqual([
      null,
      null,
      null,
      null,
      0,
    ]);
  });

  it.each(['http://127.0.0.1:1', ['http://127.0.0.1:1'], new Map([['http', 'http://127.0.0.1:1']])])(
    'refuses the proxies %j, which would be none',
    async (text) => {
      const proxies = text as unknown as Record<string, string>;
      const { session, adapter } = bench({});
      const refusal = new TypeError('proxies: expected { name: value }');
      await expect(session.get('http://h/', { proxies })).rejects.toEqual(refusal);
      await expect(session.send(new Request('GET', 'http://h/').prepare(), { proxies })).rejects.toEqual(refusal);
      session.proxies = proxies;
      await expect(session.get('http://h/')).rejects.toEqual(refusal);
      expect(adapter.sent).toEqual([]);
    },
  );

  it('refuses cookies as text, which would be one for every character', async () => {
    const { session, adapter } = bench({});
    await expect(session.get('http://h/', { cookies: 'a=b' as unknown as CookiesMapping })).rejects.toThrow(
      new TypeError('cookies: expected { name: value }'),
    );
    expect(adapter.sent).toEqual([]);
  });

  it('takes every attribute at its making, and refuses what it does not know', () => {
    const adapter = new FakeAdapter();
    const hook = (): void => {};
    const s = new Session({
      headers: { 'X-A': '1', Accept: 'a/b' },
      auth: ['u', 'p'],
      proxies: { http: 'p' },
      hooks: { response: hook },
      params: { a: 1 },
      stream: true,
      verify: false,
      cert: 'c',
      timeout: 3,
      maxRedirects: 1,
      trustEnv: false,
      defaultEncoding: 'utf-8',
      adapters: { 'http://': adapter },
    });
    expect([s.headers.get('x-a'), s.headers.get('accept'), s.headers.has('user-agent')]).toEqual(['1', 'a/b', true]);
    expect([s.stream, s.verify, s.cert, s.timeout, s.maxRedirects, s.trustEnv]).toEqual([
      true,
      false,
      'c',
      3,
      1,
      false,
    ]);
    expect(s.hooks.response).toEqual([hook]);
    expect(s.getAdapter('http://h/')).toBe(adapter);
    expect(() => new Session({ header: {} } as never)).toThrow(/'header'/);
  });

  it('B-SESS-02 M87 M204 every attribute can be replaced', async () => {
    const { session, adapter } = bench({});
    session.headers = { 'X-B': '1', 'X-A': '2', 'X-None': null };
    const jar = new FakeJar().set('a', '1', 'h');
    session.cookies = jar;
    session.params = { q: 1 };
    await session.get('http://h/');
    expect(adapter.sent[0]!.lines).toEqual([
      ['X-B', '1'],
      ['X-A', '2'],
      ['Cookie', 'a=1'],
    ]);
    expect(adapter.sent[0]!.url).toBe('http://h/?q=1');
    expect(session.cookies).toBe(jar);
    session.headers = new Headers([['X-C', '1']]);
    await session.get('http://h/');
    expect(adapter.sent[1]!.lines[0]).toEqual(['X-C', '1']);
  });

  it('M200 M80 M79 headers.update adds to what is sent with every call', async () => {
    const { session, adapter } = bench({});
    session.headers.update({ 'x-test': 'true', 'user-agent': 'app/0.0.1' });
    await session.get('http://h/', { headers: { 'x-test2': 'true' } });
    expect(adapter.sent[0]!.headers).toMatchObject({ 'x-test': 'true', 'x-test2': 'true', 'user-agent': 'app/0.0.1' });
  });

  it('M196 has a method for every verb', async () => {
    const { session, adapter } = bench({});
    const verbs = ['get', 'options', 'head', 'post', 'put', 'patch', 'delete'] as const;
    for (const verb of verbs) await session[verb]('http://h/');
    await session.request('MKCOL', 'http://h/');
    expect(adapter.sent.map(({ method }) => method)).toEqual([...verbs.map((verb) => verb.toUpperCase()), 'MKCOL']);
  });

  it('B-SESS-03 M201 M203 overlays mappings, and null removes a key of either side', async () => {
    const { session, adapter } = bench({}, { params: { a: 'session', b: 'session', n: null } });
    session.headers.set('X-A', 'session').set('X-B', 'session');
    await session.get('http://h/', {
      params: { a: 'call', b: null, c: 'call' },
      headers: { 'x-a': 'call', 'x-b': null, 'X-C': 'call' },
    });
    const { url, headers } = adapter.sent[0]!;
    expect(url).toBe('http://h/?a=call&c=call');
    expect([headers['x-a'], headers['x-b'], headers['x-c']]).toEqual(['call', undefined, 'call']);
    expect(session.headers.get('x-b')).toBe('session');
    expect(session.params).toEqual({ a: 'session', b: 'session', n: null });
  });

  it('B-SESS-03 undefined is not given, unlike null', async () => {
    const { session, adapter } = bench({}, { params: { a: 1 } });
    session.headers.set('X-A', 'session');
    await session.get('http://h/', { params: undefined, headers: { 'X-A': undefined } });
    expect([adapter.sent[0]!.url, adapter.sent[0]!.headers['x-a']]).toEqual(['http://h/?a=1', 'session']);
  });

  it('B-SESS-04 M85 M86 B-HDR-07 keeps the order of the session, and then that of the call', async () => {
    const { session, adapter } = bench({});
    session.headers = [
      ['Z', '1'],
      ['A', '2'],
    ];
    await session.get('http://h/', {
      headers: [
        ['B', '3'],
        ['a', '4'],
        ['C', '5'],
      ],
    });
    expect(adapter.sent[0]!.lines).toEqual([
      ['Z', '1'],
      ['a', '4'],
      ['B', '3'],
      ['C', '5'],
    ]);
  });

  it('B-SESS-04 B-PARAM-08 tells the case of params', async () => {
    const { session, adapter } = bench({}, { params: { foo: 1 } });
    await session.get('http://h/', { params: { FOO: 2 } });
    expect(adapter.sent[0]!.url).toBe('http://h/?foo=1&FOO=2');
  });

  it.each([
    ['text', 'a=1', 'a=1'],
    ['bytes', new TextEncoder().encode('a=1'), 'a=1'],
    ['pairs', [['a', 1]] as [string, number][], 'a=1'],
    ['URLSearchParams', new URLSearchParams('a=1'), 'a=1'],
  ])('B-SESS-05 params of the call as %s replace those of the session', async (_, params, query) => {
    const { session, adapter } = bench({}, { params: { s: 1 } });
    await session.get('http://h/', { params });
    expect(adapter.sent[0]!.url).toBe(`http://h/?${query}`);
  });

  it('B-SESS-05 params of the session that are no mapping are never used', async () => {
    for (const params of ['s=1', [['s', 1]] as [string, number][]]) {
      const { session, adapter } = bench({}, { params });
      await session.get('http://h/');
      await session.get('http://h/', { params: { a: 1 } });
      expect(adapter.urls).toEqual(['http://h/', 'http://h/?a=1']);
    }
  });

  it('B-SESS-05 a Map is a mapping', async () => {
    const { session, adapter } = bench({}, { params: new Map([['s', 1]]) });
    await session.get('http://h/', { params: new Map([['a', 2]]) });
    expect(adapter.urls).toEqual(['http://h/?s=1&a=2']);
  });

  it.each(['headers', 'params'])('[A14] [J02] refuses %s that are no mapping, without quoting them', async (option) => {
    const { session } = bench({});
    for (const value of [7, true, Symbol('s3cret'), ...(option === 'headers' ? ['X-Key: s3cret'] : [])]) {
      const error = await rejection(session.get('http://h/', { [option]: value } as never));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(/^Expected an object/);
    }
  });

  it.each(['', [], {}, null])('B-SESS-10 params %j of the call are none', async (params) => {
    const { session, adapter } = bench({}, { params: { s: 1 } });
    await session.get('http://h/', { params });
    expect(adapter.urls).toEqual(['http://h/?s=1']);
  });

  it('B-SESS-06 settings of the call win over those of the session, which win over the defaults', async () => {
    const { session, adapter } = bench(
      { body: '' },
      { verify: 'session.pem', cert: 'session', stream: true, timeout: 9 },
    );
    await session.get('http://h/');
    await session.get('http://h/', { verify: true, cert: 'call', stream: false, timeout: null });
    await session.get('http://h/', { verify: undefined, cert: undefined, stream: undefined, timeout: undefined });
    const pick = adapter.sent.map(({ options: { verify, cert, stream, timeout } }) => [verify, cert, stream, timeout]);
    expect(pick).toEqual([
      ['session.pem', 'session', true, 9],
      [true, 'call', false, null],
      ['session.pem', 'session', true, 9],
    ]);
  });

  it('B-SESS-08 B-DIFF-34 lays the cookies of the call over the jar, which stays as it is', async () => {
    const { session, adapter, jar } = bench({});
    jar.set('a', 'session', 'h').set('b', 'session', 'h');
    await session.get('http://h/', { cookies: { a: 'call', c: 'call', none: null } });
    await session.get('http://h/');
    expect(adapter.sent.map(({ headers }) => headers.cookie)).toEqual([
      'a=call; b=session; c=call',
      'a=session; b=session',
    ]);
  });

  it('B-SESS-08 M158 M157 B-FLOW-06 keeps the cookies of responses, not those of calls', async () => {
    const { session, adapter, jar } = bench([{ headers: { 'Set-Cookie': 'a=1' } }, {}]);
    await session.get('http://h/', { cookies: { once: '1' } });
    await session.get('http://h/');
    expect(adapter.sent[1]!.headers.cookie).toBe('a=1');
    expect(jar.size).toBe(1);
  });

  it('names the package that cookies and files need', async () => {
    const { session } = bench({}, { cookies: null });
    expect((await rejection(session.get('http://h/', { cookies: { a: '1' } }))).message).toContain(
      '@requests-ts/cookie-jar',
    );
    expect((await rejection(session.post('http://h/', { files: { a: 'x' } }))).message).toContain(
      '@requests-ts/multipart',
    );
  });

  it('B-SESS-09 M213 prepareRequest applies the session, and changes neither side', () => {
    const jar = new FakeJar().set('a', '1', 'h');
    const session = new Session({ cookies: jar, auth: ['u', 'p'], params: { s: 1 }, headers: { 'X-S': '1' } });
    const request = new Request('POST', 'http://h/', { params: { r: 2 }, headers: { 'X-R': '2' }, data: 'd' });
    const before = JSON.stringify([session.headers, session.params, request.headers, request.params]);
    const prepared = session.prepareRequest(request);
    expect(prepared).toBeInstanceOf(PreparedRequest);
    expect(prepared.url).toBe('http://h/?s=1&r=2');
    expect([...prepared.headers.keys()].slice(-5)).toEqual(['X-S', 'X-R', 'Cookie', 'Content-Length', 'Authorization']);
    expect(JSON.stringify([session.headers, session.params, request.headers, request.params])).toBe(before);
  });

  it('B-SESS-11 S1 B-DIFF-38 fills what is missing from the environment: the call over the session over it', () => {
    const session = new Session({
      proxies: { http: 'session', ftp: 'session' },
      environment: environment({
        getProxies: () => ({ http: 'env', https: 'env', all: 'env' }),
        getCaBundle: () => 'env.pem',
      }),
    });
    const settings = session.mergeEnvironmentSettings('http://h/', { proxies: { ftp: 'call' } });
    expect({ ...settings.proxies }).toEqual({ http: 'session', https: 'env', all: 'env', ftp: 'call' });
    expect([settings.verify, settings.stream, settings.cert]).toEqual(['env.pem', false, null]);
  });

  it('B-SESS-12 takes proxies null for none given', () => {
    const session = new Session({ environment: environment({ getProxies: () => ({ http: 'env' }) }) });
    expect({ ...session.mergeEnvironmentSettings('http://h/', { proxies: null }).proxies }).toEqual({ http: 'env' });
  });

  it('B-PROXY-03 keeps a null of the call, which means direct', () => {
    const session = new Session({
      proxies: { http: 'session' },
      environment: environment({ getProxies: () => ({ http: 'env' }) }),
    });
    expect({ ...session.mergeEnvironmentSettings('http://h/', { proxies: { http: null } }).proxies }).toEqual({
      http: null,
    });
  });

  it.each([
    [undefined, true, 'env.pem'],
    [true, true, 'env.pem'],
    [undefined, undefined, 'env.pem'],
    [false, true, false],
    ['call.pem', true, 'call.pem'],
    [undefined, false, false],
    [undefined, 'session.pem', 'session.pem'],
    [true, false, 'env.pem'],
  ])('B-SESS-11 B-DIFF-38 B-TLS-06 verify %s over %s, with a bundle in the environment, is %s', (call, own, verify) => {
    const session = new Session({ environment: environment({ getCaBundle: () => 'env.pem' }) });
    if (own !== undefined) session.verify = own;
    expect(session.mergeEnvironmentSettings('http://h/', { verify: call }).verify).toBe(verify);
  });

  it('B-SESS-13 M215 send() asks the environment for proxies, not for a CA bundle; its own win', async () => {
    const asked: string[] = [];
    const { session, adapter } = bench(
      {},
      {
        proxies: { http: 'session' },
        environment: environment({
          getProxies: () => ({ http: 'env', https: 'env' }),
          getCaBundle: () => {
            asked.push('bundle');
            return 'env.pem';
          },
        }),
      },
    );
    const prepared = session.prepareRequest(new Request('GET', 'http://h/'));
    await session.send(prepared);
    await session.send(prepared, { proxies: { http: 'given' } });
    expect(adapter.sent.map(({ options }) => [{ ...options.proxies }, options.verify])).toEqual([
      [{ http: 'session', https: 'env' }, true],
      [{ http: 'given' }, true],
    ]);
    expect(asked).toEqual([]);
  });

  it('M216 M212 M132 B-FLOW-05 settings that were merged by hand go to send()', async () => {
    const { session, adapter } = bench({}, { environment: environment({ getCaBundle: () => 'env.pem' }), cert: 'c' });
    const prepared = session.prepareRequest(new Request('GET', 'http://h/'));
    await session.send(prepared, { ...session.mergeEnvironmentSettings(prepared.url, {}), timeout: 5 });
    expect(adapter.sent[0]!.options).toMatchObject({ verify: 'env.pem', cert: 'c', stream: false, timeout: 5 });
  });

  it('B-SESS-14 send() takes absent settings from the session, and keeps a null', async () => {
    const { session, adapter } = bench({ body: '' }, { verify: 'v.pem', cert: 'c', stream: true, timeout: 4 });
    const prepared = session.prepareRequest(new Request('GET', 'http://h/'));
    await session.send(prepared);
    await session.send(prepared, { cert: null, timeout: null });
    const pick = adapter.sent.map(({ options: { verify, cert, stream, timeout } }) => [verify, cert, stream, timeout]);
    expect(pick).toEqual([
      ['v.pem', 'c', true, 4],
      ['v.pem', null, true, null],
    ]);
  });

  it('B-SESS-15 send() takes prepared requests only', async () => {
    for (const request of [new Request('GET', 'http://h/'), 'http://h/', null])
      expect((await rejection(new Session().send(request as never))).message).toContain('only send PreparedRequests');
  });

  it('B-SESS-16 times the adapter, and says which one it was', async () => {
    const { session, adapter } = bench(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return {};
    });
    const r = await session.get('http://h/');
    expect(r.elapsed).toBeGreaterThan(0.015);
    expect(r.elapsed).toBeLessThan(5);
    expect(r.connection).toBe(adapter);
    expect(r.request).toBeInstanceOf(PreparedRequest);
    const timed = await bench({ elapsed: 7 }).session.get('http://h/');
    expect(timed.elapsed).toBe(7);
  });

  it('B-SESS-16 B-RESP-08 M173 reads the body before the call returns, unless it streams', async () => {
    const { session } = bench(() => ({ body: new FakeBody(['a', 'b']) }));
    expect((await session.get('http://h/')).text).toBe('ab');
    expect((await session.get('http://h/', { stream: true })).loaded).toBe(false);
    session.stream = true;
    expect((await session.get('http://h/')).loaded).toBe(false);
  });

  it('B-RESP-08 [E07] an error of the body rejects the call, and frees it', async () => {
    const body = new FakeBody(['a'], new Error('cut'));
    expect((await rejection(bench({ body }).session.get('http://h/'))).message).toBe('cut');
    expect(body.closed).toBe(1);
  });

  it('B-SESS-16 B-DIG-16 keeps the cookies of an adapter that sent more than once', async () => {
    const headers = { 'Set-Cookie': 'a=1' };
    class Twice extends BaseAdapter {
      async send(request: PreparedRequest): Promise<Response> {
        const r = new Response({ request, statusCode: 200, headers: { 'Set-Cookie': 'b=2' } });
        r.history = [new Response({ request, statusCode: 401, headers })];
        return r;
      }
    }
    const { session, jar } = bench({});
    session.mount('http://h/', new Twice());
    const r = await session.get('http://h/');
    expect(jar.cookies.map(({ name }) => name)).toEqual(['a', 'b']);
    expect((r.history[0]!.cookies as unknown as FakeJar).get('a')).toBe('1');
  });

  it('an adapter that gives no Response is told so', async () => {
    class Wrong extends BaseAdapter {
      async send(): Promise<Response> {
        return { statusCode: 200 } as Response;
      }
    }
    const session = new Session({ adapters: { 'http://': new Wrong() } });
    expect(await rejection(session.get('http://h/'))).toBeInstanceOf(TypeError);
  });

  it('B-SESS-17 B-SESS-18 M218 M220 sends by the longest prefix, without regard to case, path included', () => {
    const session = new Session();
    const [any, host, path, other] = [new FakeAdapter(), new FakeAdapter(), new FakeAdapter(), new FakeAdapter()];
    session
      .mount('http://', any)
      .mount('http://Github.com/', host)
      .mount('http://github.com/about/', path)
      .mount('foo://', other);
    expect(session.adapters.keys()).toEqual(['http://github.com/about/', 'http://Github.com/', 'http://', 'foo://']);
    expect(session.getAdapter('http://h/')).toBe(any);
    expect(session.getAdapter('HTTP://GITHUB.COM/')).toBe(host);
    expect(session.getAdapter('http://github.com/about/us')).toBe(path);
    expect(session.getAdapter('foo://x')).toBe(other);
  });

  it('B-SESS-18 [A14] names the URL that no adapter is mounted for, without its secrets', () => {
    expect(() => new Session().getAdapter('http://u:canary@h/p?canary')).toThrow(InvalidSchema);
    expect(() => new Session().getAdapter('http://u:canary@h/p?canary')).toThrow(/'http:\/\/h\/p'/);
  });

  it('B-URL-04 B-SESS-18 a URL of another scheme has no adapter', async () => {
    const { session } = bench({});
    for (const url of ['mailto:a@b', 'localhost:3128', 'file:///etc/passwd', 'ftp://h/'])
      expect(await rejection(session.get(url))).toBeInstanceOf(InvalidSchema);
  });

  it('B-SESS-18 any scheme works with an adapter of its own', async () => {
    const { session, adapter } = bench({});
    session.mount('foo://', new FakeAdapter({ body: 'foo' }));
    expect((await session.get('foo://x?y')).text).toBe('foo');
    expect(adapter.sent).toHaveLength(0);
  });

  it('B-SESS-19 close() closes every adapter once, and the session goes on', async () => {
    const { session, adapter } = bench({});
    const other = new FakeAdapter();
    session.mount('https://h/', other);
    await session.close();
    expect([adapter.closed, other.closed]).toEqual([1, 1]);
    expect((await session.get('http://h/')).statusCode).toBe(200);
    await session.close();
    expect(adapter.closed).toBe(2);
  });

  it('B-SESS-19 B-DIFF-04 M197 is closed at the end of its block, also on error', async () => {
    const { session, adapter } = bench({});
    await rejection(
      (async () => {
        await using same = session;
        await same.get('http://h/');
        throw new Error('mine');
      })(),
    );
    expect(adapter.closed).toBe(1);
  });

  it('M198 B-DIFF-42 a response outlives its session', async () => {
    const { session } = bench({ body: new FakeBody(['here']) });
    const r = await session.get('http://h/', { stream: true });
    await session.close();
    expect(new TextDecoder().decode(await r.read())).toBe('here');
  });

  it.each(['HTTP://h/', 'hTTp://h/', 'HttP://h/'])('B-SESS-20 %s works', async (url) => {
    expect((await bench({}).session.get(url)).url).toBe('http://h/');
  });

  it('B-SESS-20 M202 keeps nothing of a call', async () => {
    const { session } = bench({});
    const state = (): string =>
      inspect([session.headers, session.params, session.proxies, session.auth, session.verify, session.hooks]);
    const before = state();
    await session.get('http://h/', {
      headers: { 'X-A': '1' },
      params: { a: 1 },
      proxies: { http: 'p' },
      auth: ['u', 'p'],
      verify: false,
      hooks: { response: () => {} },
    });
    expect(state()).toBe(before);
  });

  it('B-SESS-22 B-DIFF-45 S11 trustEnv false asks the environment nothing, on redirects too', async () => {
    const forbidden = (): never => {
      throw new Error('asked');
    };
    const { session } = bench((_, turn) => (turn === 0 ? redirect(302, 'http://o/') : {}), {
      environment: { getProxies: forbidden, getCaBundle: forbidden, getAuth: forbidden },
      trustEnv: false,
    });
    expect((await session.get('http://h/')).statusCode).toBe(200);
    session.trustEnv = true;
    expect((await rejection(session.get('http://h/'))).message).toBe('asked');
  });

  describe('without an environment', () => {
    afterEach(() => vi.unstubAllEnvs());
    it('B-DIFF-45 B-SESS-22 reads no variable', async () => {
      for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'NETRC'])
        vi.stubEnv(name, '/canary');
      const { session, adapter } = bench({});
      await session.get('http://h/');
      expect(adapter.sent[0]!.options).toMatchObject({ verify: true });
      expect({ ...adapter.sent[0]!.options.proxies }).toEqual({});
    });
  });

  it('B-DIFF-02 B-API-24 names an option that it does not know', async () => {
    const { session } = bench({});
    for (const call of [
      session.get('http://h/', { header: {} } as never),
      session.head('http://h/', { header: {} } as never),
    ])
      expect((await rejection(call)).message).toContain("'header'");
    const prepared = session.prepareRequest(new Request('GET', 'http://h/'));
    expect((await rejection(session.send(prepared, { headers: {} } as never))).message).toContain("'headers'");
  });

  it('[J01] head() follows nothing whatever is on Object.prototype', async () => {
    const { session } = bench({ 'http://h/': redirect(302, '/x') });
    Object.defineProperty(Object.prototype, 'allowRedirects', { value: true, configurable: true });
    try {
      expect((await session.head('http://h/')).statusCode).toBe(302);
    } finally {
      delete (Object.prototype as { allowRedirects?: boolean }).allowRedirects;
    }
  });

  it('M48 takes another charset for text without one', async () => {
    const { session } = bench({ body: 'é', headers: { 'Content-Type': 'text/plain' } });
    expect((await session.get('http://h/')).text).toBe('Ã©');
    session.defaultEncoding = 'utf-8';
    expect((await session.get('http://h/')).text).toBe('é');
  });

  it('B-ENC-09 B-DIFF-15 M47 lends its responses the charset detector', async () => {
    const { session } = bench({ body: Uint8Array.from([0xa4]) }, { detectEncoding: () => 'iso-8859-15' });
    expect((await session.get('http://h/')).text).toBe('€');
  });

  it('[A14] shows no secret', () => {
    const session = new Session({
      headers: { Authorization: 'canary' },
      auth: ['u', 'canary'],
      proxies: { http: 'http://u:canary@p' },
      params: { token: 'canary' },
    });
    const shown = [
      inspect(session, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
      JSON.stringify(session),
      String(session),
    ];
    expect(shown.join()).not.toContain('canary');
    expect(String(session)).toBe('<Session>');
  });
});

describe('Session: mounts and hosts', () => {
  afterEach(() => vi.restoreAllMocks());
  const warned = (): string[] => {
    const seen: string[] = [];
    vi.spyOn(process, 'emitWarning').mockImplementation((message) => void seen.push(String(message)));
    return seen;
  };

  it.each([
    ['https://a.test/', true],
    ['HTTPS://A.test/x', true],
    ['https://u:p@A.test:443/', true],
    ['https://a.test:443/', true],
    ['https://a.test.evil/', false],
    ['https://a.test@evil/', false],
    ['https://a.test:8443/', false],
    ['http://a.test/', false],
    ['https://evil/https://a.test/', false],
  ])('[A10] the adapter at https://a.test/ gets %s: %s', async (url, got) => {
    const { session } = bench({});
    const secret = new FakeAdapter();
    session.mount('https://a.test/', secret);
    await session.get(url);
    expect(secret.sent).toHaveLength(got ? 1 : 0);
  });

  it.each(['https://a.test:443/', 'https://a.test:443', 'https://u:p@a.test/'])(
    '[A10] a mount at %s is one at https://a.test/',
    (prefix) => {
      warned();
      const adapter = new FakeAdapter();
      const session = new Session().mount('https://', new FakeAdapter()).mount(prefix, adapter);
      expect(session.getAdapter('https://a.test/x')).toBe(adapter);
      expect(session.getAdapter('https://a.test.evil/')).not.toBe(adapter);
      expect(session.adapters.keys()).toContain(prefix);
    },
  );

  it('[A10] B-SESS-18 B-DIFF-47 warns once of a prefix that no slash closes', () => {
    const seen = warned();
    new Session().mount('https://a.test', new FakeAdapter());
    expect(seen).toHaveLength(1);
    expect(seen[0]).toContain("mount 'https://a.test/'");
    const session = new Session().mount('https://a.test', new FakeAdapter());
    expect(session.getAdapter('https://a.test.other.com/')).toBe(session.adapters.values()[0]);
  });

  it('[A10] M219 warns of no other prefix', () => {
    const seen = warned();
    for (const prefix of ['https://', 'http://', 'https://a.test/', 'http://a.test/x', 'foo://x', 'http+unix://x'])
      new Session().mount(prefix, new FakeAdapter());
    expect(seen).toEqual([]);
  });
});
