import { describe, expect, it } from 'vitest';
import type { SendOptions } from '../src/adapter.ts';
import type { Environment } from '../src/environment.ts';
import {
  ChunkedEncodingError,
  ContentDecodingError,
  InvalidHeader,
  InvalidSchema,
  InvalidURL,
  TooManyRedirects,
} from '../src/exceptions.ts';
import { Headers } from '../src/headers.ts';
import { Request } from '../src/request.ts';
import { Response } from '../src/response.ts';
import { Session } from '../src/session.ts';
import { FakeAdapter, redirect } from './fake-adapter.ts';
import { FakeBody } from './fake-body.ts';
import { bench, rejection } from './fake-session.ts';

const codesOf = (response: Response): number[] => response.history.map(({ statusCode }) => statusCode);

describe('Session: redirects', () => {
  it.each(['get', 'post', 'put', 'patch', 'delete', 'options'] as const)('M160 %s() follows them', async (verb) => {
    const { session } = bench({ 'http://h/': redirect(307, '/x'), 'http://h/x': {} });
    expect((await session[verb]('http://h/')).url).toBe('http://h/x');
  });

  it('M160 S9 B-API-04 head() does not, unless it is told to; request("HEAD") does', async () => {
    const { session } = bench({ 'http://h/': redirect(301, '/x'), 'http://h/x': {} });
    expect((await session.head('http://h/')).statusCode).toBe(301);
    expect((await session.head('http://h/', { allowRedirects: true })).statusCode).toBe(200);
    expect((await session.request('HEAD', 'http://h/')).statusCode).toBe(200);
  });

  it('M161 M162 M163 B-FLOW-07 ends at the last URL, with the way there as history', async () => {
    const { session, adapter } = bench({ 'http://h/': redirect(301, 'https://h/'), 'https://h/': { body: 'here' } });
    const r = await session.get('http://h/');
    expect([r.statusCode, r.url, r.text]).toEqual([200, 'https://h/', 'here']);
    expect(r.history.map(({ statusCode, url }) => [statusCode, url])).toEqual([[301, 'http://h/']]);
    expect(adapter.urls).toEqual(['http://h/', 'https://h/']);
  });

  it('M164 B-FLOW-07 B-REDIR-23 allowRedirects: false gives the redirect itself', async () => {
    const { session, adapter } = bench({ 'http://h/': redirect(301, '/x') });
    const r = await session.get('http://h/', { allowRedirects: false });
    expect([r.statusCode, r.history]).toEqual([301, []]);
    expect(adapter.urls).toEqual(['http://h/']);
  });

  it.each([
    ['a 300', { statusCode: 300, headers: { Location: '/x' } }],
    ['a 304', { statusCode: 304, headers: { Location: '/x' } }],
    ['no Location', { statusCode: 302 }],
    ['an empty Location', { statusCode: 302, headers: { Location: '' } }],
  ])('B-REDIR-06 ends the chain at %s', async (_, answer) => {
    const { session, adapter } = bench({ 'http://h/': redirect(302, '/a'), 'http://h/a': answer });
    const r = await session.get('http://h/');
    expect([r.url, codesOf(r)]).toEqual(['http://h/a', [302]]);
    expect(adapter.sent).toHaveLength(2);
  });

  it('B-REDIR-07 B-REDIR-08 B-REDIR-09 finds the way through any kind of Location', async () => {
    const { session, adapter } = bench({
      'http://h/a/b': redirect(302, '../c'),
      'http://h/c': redirect(302, '//o.test/d'),
      'http://o.test/d': redirect(302, '?q=1'),
      'http://o.test/d?q=1': redirect(302, 'http:/\u00e3\u0082\u00a2'),
      'http://o.test/%E3%82%A2': {},
    });
    expect((await session.get('http://h/a/b')).statusCode).toBe(200);
    expect(adapter.sent).toHaveLength(5);
  });

  it('B-REDIR-11 hands the fragment on until one replaces it, and never sends it', async () => {
    const { session, adapter } = bench({
      'http://h/1': redirect(302, '/2'),
      'http://h/2': redirect(302, '/3#new'),
      'http://h/3': redirect(302, 'http://o.test/4'),
      'http://o.test/4': {},
    });
    const r = await session.get('http://h/1#relevant-section');
    expect([...r.history, r].map(({ url }) => url)).toEqual([
      'http://h/1#relevant-section',
      'http://h/2#relevant-section',
      'http://h/3#new',
      'http://o.test/4#new',
    ]);
    expect(adapter.sent.map(({ path }) => path)).toEqual(['/1', '/2', '/3', '/4']);
  });

  it('B-REDIR-12 reads the body of a redirect, also when streaming, so that history stays readable', async () => {
    const body = new FakeBody(['moved', ' away']);
    const last = new FakeBody(['here']);
    const { session } = bench({ 'http://h/': redirect(302, '/x', { body }), 'http://h/x': { body: last } });
    const r = await session.get('http://h/', { stream: true });
    expect(r.history[0]!.text).toBe('moved away');
    expect([body.closed, last.pulled]).toEqual([0, 0]);
    expect(r.loaded).toBe(false);
  });

  it('B-REDIR-12 [F11] drops the connection of a redirect with more than 64 KiB', async () => {
    const body = new FakeBody([new Uint8Array(60_000), new Uint8Array(10_000), new Uint8Array(10_000)]);
    const { session } = bench({ 'http://h/': redirect(302, '/x', { body }), 'http://h/x': { body: 'here' } });
    const r = await session.get('http://h/', { stream: true });
    expect([body.closed, body.pulled]).toEqual([1, 2]);
    expect(() => r.history[0]!.content).toThrow(/dropped/);
  });

  it('[F06] [F11] reads no more than a little of a redirect that never ends', async () => {
    let pulled = 0;
    let ended = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        for (;;) {
          pulled++;
          yield new Uint8Array(16_384);
        }
      } finally {
        ended++;
      }
    };
    const { session } = bench({
      'http://h/': () => redirect(302, '/x', { body: endless() }),
      'http://h/x': { body: 'here' },
    });
    expect((await session.get('http://h/', { stream: true })).url).toBe('http://h/x');
    expect([pulled, ended]).toEqual([5, 1]);
  });

  it.each([new ChunkedEncodingError('cut'), new ContentDecodingError('not gzip')])(
    'B-REDIR-12 follows a redirect whose streamed body is broken (%s)',
    async (error) => {
      const body = new FakeBody(['a'], error);
      const { session } = bench({ 'http://h/': redirect(302, '/x', { body }), 'http://h/x': { body: 'here' } });
      expect((await session.get('http://h/', { stream: true })).url).toBe('http://h/x');
      expect(body.closed).toBe(1);
    },
  );

  it.each([
    ['ChunkedEncodingError', ChunkedEncodingError],
    ['ContentDecodingError', ContentDecodingError],
  ])('B-REDIR-12 follows a redirect whose body the adapter could not read (%s)', async (_, Kind) => {
    const failing = (sent: { request: Response['request'] }): Error =>
      new Kind('broken', {
        response: new Response({ statusCode: 302, headers: { Location: '/x' }, request: sent.request }),
      });
    const { session } = bench({ 'http://h/': failing, 'http://h/x': { body: 'here' } });
    const r = await session.get('http://h/');
    expect([r.url, codesOf(r)]).toEqual(['http://h/x', [302]]);
    expect((await session.get('http://h/', { allowRedirects: false })).statusCode).toBe(302);
  });

  it('[E07] B-REDIR-12 a broken body of anything but a redirect is an error', async () => {
    const failing = (): Error => new ChunkedEncodingError('cut', { response: new Response({ statusCode: 200 }) });
    expect(await rejection(bench(failing).session.get('http://h/'))).toBeInstanceOf(ChunkedEncodingError);
  });

  it.each([0, 1, 5, 30])(
    'B-REDIR-13 [B02] S11 maxRedirects %i: that many succeed, one more does not',
    async (limit) => {
      const hop = ({ path }: { path: string }): ReturnType<typeof redirect> =>
        path === '/0' ? {} : redirect(302, `/${Number(path.slice(1)) - 1}`);
      const { session, adapter } = bench(hop, { maxRedirects: limit });
      const r = await session.get(`http://h/${limit}`);
      expect([r.url, r.history.length, adapter.sent.length]).toEqual(['http://h/0', limit, limit + 1]);

      const error = await rejection<TooManyRedirects>(session.get(`http://h/${limit + 1}`));
      expect(error).toBeInstanceOf(TooManyRedirects);
      expect(error.message).toContain(`Exceeded ${limit} redirects`);
      expect(error.response?.url).toBe('http://h/1');
      expect(error.response?.history).toHaveLength(limit);
      expect(error.request?.url).toBe('http://h/1');
      expect(adapter.sent).toHaveLength(2 * (limit + 1));
    },
  );

  it('B-REDIR-13 [B02 CVE-2025-50181] M146 gives up on an endless chain after 30', async () => {
    const { session, adapter } = bench((_, turn) => redirect(302, `/${turn}`));
    const error = await rejection<TooManyRedirects>(session.get('http://h/'));
    expect(error.response?.history).toHaveLength(30);
    expect(adapter.sent).toHaveLength(31);
  });

  it('B-REDIR-14 history holds every earlier response, each with the ones before it, and none with itself', async () => {
    const { session } = bench({
      'http://h/1': redirect(301, '/2', { headers: { 'Set-Cookie': 'a=1' } }),
      'http://h/2': redirect(302, '/3'),
      'http://h/3': redirect(307, '/4'),
      'http://h/4': {},
    });
    const r = await session.get('http://h/1');
    expect(codesOf(r)).toEqual([301, 302, 307]);
    for (const [at, earlier] of r.history.entries()) {
      expect(earlier.history).toEqual(r.history.slice(0, at));
      expect(earlier.request?.url).toBe(`http://h/${at + 1}`);
      expect(earlier.elapsed).toBeGreaterThan(0);
    }
    expect(r.history.map(({ cookies }) => cookies.size)).toEqual([1, 0, 0]);
  });

  it('B-REDIR-15 takes the headers along, and does not add the params again', async () => {
    const { session, adapter } = bench({ 'http://h/?a=1': redirect(302, 'http://o.test/x'), 'http://o.test/x': {} });
    await session.get('http://h/', { params: { a: 1 }, headers: { 'X-Api-Key': 'key', 'X-Trace': '1' } });
    const [first, second] = adapter.sent;
    expect(second!.path).toBe('/x');
    expect(second!.lines).toEqual(first!.lines);
  });

  it('B-REDIR-17 stores the cookies of every hop', async () => {
    const cookie = (value: string) => ({ headers: { 'Set-Cookie': value } });
    const { session, jar, adapter } = bench({
      'http://h/1': redirect(301, '/2', cookie('a=1')),
      'http://h/2': redirect(302, '/3', cookie('b=2')),
      'http://h/3': cookie('c=3'),
    });
    await session.get('http://h/1');
    expect(adapter.sent.map(({ headers }) => headers.cookie)).toEqual([undefined, 'a=1', 'a=1; b=2']);
    expect(jar.cookies.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('B-REDIR-23 next is the request that would follow, method and body already changed', async () => {
    const body = new FakeBody(['moved']);
    const { session, adapter } = bench({ 'http://h/': redirect(303, '/x', { body }), 'http://h/x': { body: 'here' } });
    const r = await session.post('http://h/', { data: 'form', allowRedirects: false, stream: true });
    expect(r.text).toBe('moved');
    const next = r.next!;
    expect(r.next).toBe(next);
    expect([next.method, next.url, next.body, next.headers.has('content-length')]).toEqual([
      'GET',
      'http://h/x',
      null,
      false,
    ]);
    const followed = await session.send(next);
    expect([followed.text, followed.history]).toEqual(['here', []]);
    expect(adapter.sent.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  it('B-REDIR-23 B-RESP-05 next is null where nothing follows', async () => {
    const { session } = bench({ 'http://h/': redirect(302, '/x'), 'http://h/x': {} });
    expect((await session.get('http://h/x', { allowRedirects: false })).next).toBeNull();
    expect((await session.get('http://h/')).next).toBeNull();
  });

  it('B-REDIR-23 keeps the whole body of a redirect that nobody wants to follow', async () => {
    const body = new FakeBody([new Uint8Array(70_000), new Uint8Array(70_000)]);
    const { session } = bench({ 'http://h/': redirect(302, '/x', { body }) });
    const r = await session.get('http://h/', { allowRedirects: false, stream: true });
    expect(r.content).toHaveLength(140_000);
  });

  it('[A04] B-REDIR-23 next carries no Proxy-Authorization', async () => {
    const { session } = bench({ 'http://h/': redirect(302, '/x') });
    const r = await session.get('http://h/', { allowRedirects: false, headers: { 'Proxy-Authorization': 'canary' } });
    expect(r.next!.headers.has('proxy-authorization')).toBe(false);
  });

  it('B-REDIR-26 sends each hop with the same settings, chooses the adapter anew and runs the hooks', async () => {
    const first = new FakeAdapter({ statusCode: 302, headers: { Location: 'https://o.test/x' } });
    const second = new FakeAdapter({ body: 'here' });
    const session = new Session({ adapters: { 'http://': first, 'https://o.test/': second } });
    const seen: [number, SendOptions][] = [];
    const settings = { stream: true, timeout: 3, verify: 'ca.pem', cert: 'me.pem' } as const;
    const r = await session.get('http://h/', {
      ...settings,
      hooks: { response: (response, options) => void seen.push([response.statusCode, options]) },
    });
    expect(r.statusCode).toBe(200);
    expect(first.sent[0]!.options).toMatchObject(settings);
    expect(second.sent[0]!.options).toMatchObject(settings);
    expect(seen.map(([statusCode]) => statusCode)).toEqual([302, 200]);
    expect(seen[1]![1]).toMatchObject(settings);
  });

  it('B-REDIR-26 asks the environment for a CA bundle once, and for proxies at each hop', async () => {
    const asked: string[] = [];
    const environment: Environment = {
      getProxies: (url) => {
        asked.push(`proxies of ${url.host}`);
        return url.host === 'h' ? { http: 'http://proxy.test' } : {};
      },
      getCaBundle: () => {
        asked.push('bundle');
        return 'ca.pem';
      },
      getAuth: () => null,
    };
    const { session, adapter } = bench(
      { 'http://h/': redirect(302, 'http://o.test/'), 'http://o.test/': {} },
      { environment },
    );
    await session.get('http://h/');
    expect(asked).toEqual(['proxies of h', 'bundle', 'proxies of o.test']);
    expect(adapter.sent.map(({ options }) => [options.verify, { ...options.proxies }])).toEqual([
      ['ca.pem', { http: 'http://proxy.test' }],
      ['ca.pem', {}],
    ]);
  });

  it.each([
    ['file:///etc/passwd', InvalidSchema],
    ['data:,x', InvalidSchema],
    ['javascript:1', InvalidSchema],
    ['ftp://h/', InvalidSchema],
    ['gopher://h/', InvalidSchema],
    ['unix:/x', InvalidSchema],
    ['http+unix://%2Ftmp%2Fs/', InvalidSchema],
    ['FILE:///x', InvalidSchema],
    [' file:///x', InvalidSchema],
    ['\tfile:x', InvalidSchema],
    ['//', InvalidURL],
    ['http:', InvalidURL],
    ['http:///', InvalidURL],
    ['http://:1', InvalidURL],
  ])('B-REDIR-27 [B01 GHSA-23j4-mw76-5v7h] %j is refused before anything is opened', async (location, kind) => {
    const { session, adapter } = bench({
      'http://h/': () => ({ statusCode: 302, headers: Headers.received(['Location', location]) }),
    });
    session.mount('file://', adapter);
    session.mount('http+unix://', adapter);
    session.mount('ftp://', adapter);
    const error = await rejection<InvalidURL>(session.get('http://h/'));
    expect(error).toBeInstanceOf(kind);
    expect([error.response?.statusCode, error.request?.url]).toEqual([302, 'http://h/']);
    expect(adapter.urls).toEqual(['http://h/']);
  });

  it('B-REDIR-27 follows an upper-case scheme', async () => {
    const { session } = bench({ 'http://h/': redirect(302, 'HTTP://H/x'), 'http://h/x': {} });
    expect((await session.get('http://h/')).url).toBe('http://h/x');
  });

  it('[B01 CVE-2023-28155] does not leave the authority of an adapter for another scheme', async () => {
    const socket = new FakeAdapter({
      'http+unix://%2Ftmp%2Fs/a': redirect(302, '/b'),
      'http+unix://%2Ftmp%2Fs/b': redirect(302, 'http://169.254.169.254/'),
    });
    const { session, adapter } = bench({});
    session.mount('http+unix://', socket);
    expect(await rejection(session.get('http+unix://%2Ftmp%2Fs/a'))).toBeInstanceOf(InvalidSchema);
    expect(socket.sent).toHaveLength(2);
    expect(adapter.sent).toHaveLength(0);
  });

  it('[B03] refuses two Locations that differ, and frees the response', async () => {
    const body = new FakeBody(['x']);
    const headers = Headers.received(['Location', '/a', 'Location', 'http://evil.test/']);
    const { session, adapter } = bench({ 'http://h/': { statusCode: 302, headers, body } });
    expect(await rejection(session.get('http://h/', { stream: true }))).toBeInstanceOf(InvalidHeader);
    expect(body.closed).toBe(1);
    expect(adapter.sent).toHaveLength(1);
  });

  it.each([
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://[::ffff:127.0.0.1/',
  ])('[B04 CVE-2024-29415] %s as a target reaches no adapter', async (location) => {
    const { session, adapter } = bench({ 'http://h/': redirect(302, location) });
    expect(await rejection(session.get('http://h/'))).toBeInstanceOf(InvalidURL);
    expect(adapter.sent).toHaveLength(1);
  });

  it('[B05 CVE-2022-35949] a path that looks like a host stays a path', async () => {
    const { session, adapter } = bench({
      'http://h/': redirect(302, 'http://h//evil.test/x'),
      'http://h//evil.test/x': {},
    });
    await session.get('http://h/');
    const { request, path } = adapter.sent[1]!;
    expect([request.split.host, path]).toEqual(['h', '//evil.test/x']);
    expect(new Request('GET', 'http://h/\\evil').prepare().pathUrl).toBe('/%5Cevil');
    expect(new Request('GET', 'http://h/http://evil.test/x').prepare().pathUrl).toBe('/http://evil.test/x');
  });

  it('B-REDIR-28 resolveRedirects is driven by hand, also after a part of the body was read', async () => {
    const body = new FakeBody(['moved', ' away']);
    const { session, adapter } = bench({
      'http://h/': redirect(302, '/a', { body }),
      'http://h/a': redirect(302, '/b'),
      'http://h/b': { body: 'here' },
    });
    const request = session.prepareRequest(new Request('GET', 'http://h/'));
    const r = await session.send(request, { allowRedirects: false, stream: true });
    const seen: string[] = [];
    for await (const followed of session.resolveRedirects(r, request)) {
      seen.push(followed.url);
      if (seen.length === 1) break;
    }
    expect(seen).toEqual(['http://h/a']);
    expect(adapter.sent).toHaveLength(2);

    const partly = await new FakeAdapter(redirect(302, '/a', { body: new FakeBody(['mo', 'ved']) })).send(request, {});
    await partly.iterContent(2).next();
    const rest: string[] = [];
    for await (const followed of session.resolveRedirects(partly, request, { stream: true })) rest.push(followed.url);
    expect(rest).toEqual(['http://h/a', 'http://h/b']);
    expect(partly.text).toBe('ved');
  });

  it('B-REDIR-28 B-API-11 a subclass makes any status a redirect', async () => {
    class Eager extends Session {
      override getRedirectTarget(response: Response): string | null {
        return response.headers.get('location') ?? null;
      }
    }
    const adapter = new FakeAdapter({ 'http://h/': { headers: { Location: '/x' } }, 'http://h/x': { body: 'here' } });
    const session = new Eager({ adapters: { 'http://': adapter } });
    const r = await session.get('http://h/');
    expect([r.text, codesOf(r)]).toEqual(['here', [200]]);
  });

  it('B-API-11 a subclass changes what is kept', async () => {
    class Trusting extends Session {
      override shouldStripAuth(): boolean {
        return false;
      }
      override rebuildMethod(): void {}
    }
    const adapter = new FakeAdapter({ 'http://h/': redirect(303, 'http://o.test/'), 'http://o.test/': {} });
    const session = new Trusting({ adapters: { 'http://': adapter }, auth: ['u', 'p'] });
    await session.put('http://h/');
    expect(adapter.sent[1]).toMatchObject({ method: 'PUT', headers: { authorization: 'Basic dTpw' } });
  });

  it('[B02] a total timeout spans the whole chain', async () => {
    const { session, adapter } = bench(async (_, turn) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return redirect(302, `/${turn}`);
    });
    const error = await rejection(session.get('http://h/', { timeout: { total: 0.1 } }));
    expect(error.name).toBe('ReadTimeout');
    expect(adapter.sent.length).toBeLessThan(6);
    const left = adapter.sent.map(({ options }) => (options.timeout as { total: number }).total);
    expect(left).toEqual([...left].sort((a, b) => b - a));
  });
});
