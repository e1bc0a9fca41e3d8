import { type AuthFlow, HTTPBasicAuth, type PreparedRequest, Request, type Response, Session } from '@requests-ts/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { cookiejarFromDict, ForgetfulCookieJar, RequestsCookieJar } from '../src/index.ts';
import { type Answer, ScriptedAdapter } from './scripted-adapter.ts';

function start(script: Readonly<Record<string, Answer>> = {}, cookies: RequestsCookieJar = new RequestsCookieJar()) {
  const adapter = new ScriptedAdapter(script);
  const session = new Session({ cookies, adapters: { 'https://': adapter, 'http://': adapter } });
  return { adapter, session, jar: cookies };
}

const a = 'https://a.example';
const b = 'https://b.example';

describe('Session with a RequestsCookieJar', () => {
  it('M151 B-COOK-31 reads the cookies of a response, typed as the jar that is installed', async () => {
    const { session } = start({ [`${a}/`]: { setCookie: ['example-cookie-name=example_cookie_value'] } });
    const { cookies } = await session.get(`${a}/`);
    expectTypeOf(cookies).toEqualTypeOf<RequestsCookieJar>();
    expect(cookies.get('example-cookie-name')).toBe('example_cookie_value');
    expect(cookies.get('nope')).toBeUndefined();
  });

  it('M152 M158 B-COOK-23 sends cookies of one request, and does not keep them', async () => {
    const { session, adapter, jar } = start();
    await session.get(`${a}/`, { cookies: { cookies_are: 'working' } });
    await session.get(`${a}/`);
    expect(adapter.cookies).toEqual(['cookies_are=working', undefined]);
    expect(jar.size).toBe(0);
  });

  it('M153 M154 sends of a jar only what matches domain and path', async () => {
    const { session, adapter } = start();
    const cookies = new RequestsCookieJar();
    cookies.set('tasty_cookie', 'yum', { domain: 'httpbin.example', path: '/cookies' });
    cookies.set('gross_cookie', 'blech', { domain: 'httpbin.example', path: '/elsewhere' });
    await session.get('https://httpbin.example/cookies', { cookies });
    expect(adapter.cookies).toEqual(['tasty_cookie=yum']);
  });

  it('M157 B-COOK-23 keeps the cookies that responses set', async () => {
    const { session, adapter, jar } = start({ [`${a}/cookies/set/a/1`]: { setCookie: ['a=1; Path=/'] } });
    await session.get(`${a}/cookies/set/a/1`);
    await session.get(`${a}/cookies`);
    expect(adapter.cookies).toEqual([undefined, 'a=1']);
    expect(jar.get('a', { domain: 'a.example' })).toBe('1');
  });

  it('M159 takes cookies that are set on the session, and any compatible jar', async () => {
    const { session, adapter, jar } = start();
    jar.set('mine', '1', { domain: 'a.example' });
    await session.get(`${a}/`);
    session.cookies = cookiejarFromDict({ other: '2' });
    await session.get(`${a}/`);
    expect(adapter.cookies).toEqual(['mine=1', 'other=2']);
  });

  it('B-SESS-02 keeps the very jar that was assigned', async () => {
    const { session, jar } = start({ [`${a}/`]: { setCookie: ['a=1'] } });
    await session.get(`${a}/`);
    expect(session.cookies).toBe(jar);
    expect(jar.keys()).toEqual(['a']);
  });

  it('B-COOK-19 refuses values that are no strings', async () => {
    const { session } = start();
    await expect(session.get(`${a}/`, { cookies: { a: 1 } as never })).rejects.toThrow(TypeError);
  });

  it('B-COOK-19 uses a given jar as it is, of another kind too, also across redirects', async () => {
    const urls: string[] = [];
    const foreign = {
      size: 1,
      getCookieHeader: (url: string) => {
        urls.push(url);
        return 'foreign=1';
      },
      storeSetCookie: () => {},
      create: () => foreign,
      from: () => foreign,
      copy: () => foreign,
    };
    const { session, adapter } = start({ [`${a}/`]: { status: 302, location: '/next' } });
    await session.get(`${a}/`, { cookies: foreign });
    expect(adapter.cookies).toEqual(['foreign=1', 'foreign=1']);
    expect(urls).toEqual([`${a}/`, `${a}/next`]);
  });

  it('B-COOK-21 lets a Cookie header of yours win: nothing is added', async () => {
    const { session, adapter, jar } = start();
    jar.set('a', '1', { domain: 'a.example' });
    await session.get(`${a}/`, { headers: { Cookie: 'by=hand' }, cookies: { b: '2' } });
    expect(adapter.cookies).toEqual(['by=hand']);
    const prepared = session.prepareRequest(new Request('GET', `${a}/`));
    prepared.prepareCookies({ late: '1' }, jar);
    expect(prepared.headers.get('Cookie')).toBe('a=1');
    prepared.headers.delete('Cookie');
    prepared.prepareCookies({ late: '1' }, jar);
    expect(prepared.headers.get('Cookie')).toBe('a=1; late=1');
  });

  it('B-COOK-22 B-DIFF-33 sends a request cookie beside a server-set one of equal name, and in place of one set here', async () => {
    const { session, adapter, jar } = start({ [`${a}/`]: { setCookie: ['foo=server'] } });
    await session.get(`${a}/`);
    await session.get(`${a}/`, { cookies: { foo: 'req' } });
    jar.clear();
    jar.set('foo', 'local');
    await session.get(`${a}/`, { cookies: { foo: 'req' } });
    expect(adapter.cookies).toEqual([undefined, 'foo=server; foo=req', 'foo=req']);
  });

  it('B-SESS-08 leaves the session jar as it was', async () => {
    const { session, jar } = start();
    jar.set('foo', 'bar');
    await session.get(`${a}/`, { cookies: { foo: 'baz' } });
    expect(jar.getDict()).toEqual({ foo: 'bar' });
    await session.get(`${a}/`, { cookies: cookiejarFromDict({ foo: 'baz', more: '1' }) });
    expect(jar.getDict()).toEqual({ foo: 'bar' });
  });

  it('B-COOK-24 leaves a null cookie out', async () => {
    const { session, adapter, jar } = start();
    jar.set('a', '1');
    await session.get(`${a}/`, { cookies: { a: null, b: '2' } });
    expect(adapter.cookies).toEqual(['a=1; b=2']);
  });

  it('B-COOK-26 goes by the Host header of the request, for sending and for storing', async () => {
    const { session, adapter, jar } = start({ 'https://127.0.0.1/': { setCookie: ['got=1'] } });
    jar.set('a', '1', { domain: 'a.example' });
    await session.get('https://127.0.0.1/', { headers: { Host: 'a.example' }, cookies: { b: '2' } });
    expect(adapter.cookies).toEqual(['a=1; b=2']);
    expect(jar.get('got', { domain: 'a.example' })).toBe('1');
  });

  it('[A03 CVE-2026-6276] B-COOK-26 forgets a Host header of yours when a redirect leaves, and for the next request', async () => {
    const { session, adapter, jar } = start({ 'https://127.0.0.1/': { status: 302, location: `${b}/x` } });
    jar.set('a', '1', { domain: 'a.example' });
    await session.get('https://127.0.0.1/', { headers: { Host: 'a.example' } });
    await session.get('https://127.0.0.1/other');
    expect(adapter.asked.map(({ host, cookie }) => [host, cookie])).toEqual([
      ['a.example', 'a=1'],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it('B-REDIR-16 rebuilds the header on every hop: the request, the response, the session; one made by hand is gone', async () => {
    const { session, adapter, jar } = start({
      [`${a}/`]: { status: 302, location: '/next', setCookie: ['hop=1', 'gone=; Max-Age=0'] },
    });
    jar.set('sess', '1', { domain: 'a.example' });
    jar.set('gone', '1', { domain: 'a.example' });
    await session.get(`${a}/`, { cookies: { req: '1' } });
    await session.get(`${a}/`, { headers: { Cookie: 'by=hand' } });
    expect(adapter.cookies).toEqual(['sess=1; gone=1; req=1', 'sess=1; hop=1; req=1', 'by=hand', 'sess=1; hop=1']);
  });

  it('B-REDIR-16 B-COOK-23 sends what a redirect changed in a jar of the request, and leaves that jar as it was', async () => {
    for (const kept of [new RequestsCookieJar(), null]) {
      const { session, adapter } = start({
        [`${a}/`]: { status: 302, location: '/next', setCookie: ['sid=new', 'gone=; Max-Age=0'] },
        [`${a}/next`]: { status: 302, location: '/end', setCookie: ['sid=newer'] },
      });
      session.cookies = kept as RequestsCookieJar;
      const cookies = new RequestsCookieJar();
      for (const name of ['sid', 'gone', 'other']) cookies.set(name, 'old', { domain: 'a.example' });
      await session.get(`${a}/`, { cookies });
      expect(adapter.cookies).toEqual([
        'sid=old; gone=old; other=old',
        expect.stringMatching(/^(?=.*\bsid=new\b)(?=.*\bother=old\b)(?!.*gone)(?!.*sid=old)/),
        expect.stringMatching(/^(?=.*\bsid=newer\b)(?=.*\bother=old\b)(?!.*sid=new\b)/),
      ]);
      expect(cookies.getDict()).toEqual({ sid: 'old', gone: 'old', other: 'old' });
    }
  });

  it('B-DIG-04 B-COOK-23 sends what a challenge changed in a jar of the request', async () => {
    const { session, adapter } = start({ [`${a}/`]: { status: 401, setCookie: ['sid=new'] } });
    const twice = {
      authenticate: (request: PreparedRequest) => request,
      async *authFlow(request: PreparedRequest): AuthFlow {
        yield request;
        yield request;
      },
    };
    const cookies = new RequestsCookieJar();
    cookies.set('sid', 'old', { domain: 'a.example' });
    await session.get(`${a}/`, { cookies, auth: twice });
    expect(adapter.cookies).toEqual(['sid=old', 'sid=new']);
    expect(cookies.getDict()).toEqual({ sid: 'old' });
  });

  it('B-REDIR-17 B-COOK-31 stores the cookies of every hop, under the URL of that hop', async () => {
    const { session, jar } = start({
      [`${a}/`]: { status: 301, location: `${b}/`, setCookie: ['first=1'] },
      [`${b}/`]: { status: 302, location: '/end', setCookie: ['second=1'] },
      [`${b}/end`]: { setCookie: ['third=1'] },
    });
    const response = await session.get(`${a}/`);
    expect([...jar].map(String)).toEqual([
      '<Cookie first for a.example/>',
      '<Cookie second for b.example/>',
      '<Cookie third for b.example/>',
    ]);
    expect(response.cookies.keys()).toEqual(['third']);
    expect(response.history.map(({ cookies }) => cookies.keys())).toEqual([['first'], ['second']]);
  });

  it('[I02 CVE-2015-2296] never shows the target of a redirect a cookie of the redirecting host', async () => {
    const { session, adapter } = start({ [`${a}/`]: { status: 302, location: `${b}/`, setCookie: ['fixed=1'] } });
    await session.get(`${a}/`);
    expect(adapter.cookies).toEqual([undefined, undefined]);
  });

  it('B-REDIR-18 B-DIFF-34 B-COOK-23 lets cookies of the request follow on the same origin only', async () => {
    const { session, adapter } = start({
      [`${a}/`]: { status: 302, location: '/x' },
      [`${a}/x`]: { status: 302, location: `${b}/` },
    });
    await session.get(`${a}/`, { cookies: { sid: 'x' } });
    expect(adapter.asked.map(({ url, cookie }) => [url, cookie])).toEqual([
      [`${a}/`, 'sid=x'],
      [`${a}/x`, 'sid=x'],
      [`${b}/`, undefined],
    ]);
  });

  it('[A03 CVE-2026-47265] does not bring a request cookie back when the chain returns', async () => {
    const { session, adapter } = start({
      [`${a}/`]: { status: 302, location: `${b}/` },
      [`${b}/`]: { status: 302, location: `${a}/end` },
    });
    await session.get(`${a}/`, { cookies: { sid: 'x' }, headers: { Cookie: 'by=hand' } });
    await session.get(`${a}/`, { cookies: { sid: 'x' } });
    expect(adapter.cookies).toEqual(['by=hand', undefined, undefined, 'sid=x', undefined, undefined]);
  });

  it('[A03 CVE-2022-23607] does not send an entry without a domain to the target of a redirect', async () => {
    const { session, adapter, jar } = start({ [`${a}/`]: { status: 302, location: `${b}/` } });
    jar.set('everywhere', '1');
    await session.get(`${a}/`);
    await session.get(`${b}/`);
    await session.get(`${a}/x`);
    expect(adapter.cookies).toEqual(['everywhere=1', undefined, undefined, 'everywhere=1']);
  });

  it('[A02] sends neither request cookies nor Secure ones in clear after https', async () => {
    const { session, adapter } = start({
      [`${a}/`]: { status: 302, location: 'http://a.example/', setCookie: ['safe=1; Secure', 'plain=1'] },
    });
    await session.get(`${a}/`, { cookies: { sid: 'x' } });
    expect(adapter.cookies).toEqual(['sid=x', 'plain=1']);
  });

  it('B-COOK-23 keeps cookies of the exchanges of an auth flow, and sends them in the next one', async () => {
    class Twice extends HTTPBasicAuth {
      override async *authFlow(request: PreparedRequest): AuthFlow {
        yield request;
        yield request.copy();
      }
    }
    const { session, adapter } = start({ [`${a}/`]: { status: 401, setCookie: ['challenge=1'] } });
    await session.get(`${a}/`, { auth: new Twice('u', 'p') });
    expect(adapter.cookies).toEqual([undefined, 'challenge=1']);
  });

  it('[I04] never fails a response for what it sets', async () => {
    const lines = [
      '=',
      ';;;',
      'a\x00b=1',
      `x=${'y'.repeat(1e6)}`,
      'd=1; Domain=com',
      ...Array.from({ length: 10_000 }, (_, n) => `c${n}=1`),
    ];
    const { session, jar } = start({ [`${a}/`]: { setCookie: lines } });
    const response = await session.get(`${a}/`);
    expect(response.text).toBe('ok');
    expect([jar.size, response.cookies.size]).toEqual([45, 45]);
  });

  it('a forgetful jar keeps nothing, shows the cookies of a response, and sends those of a request', async () => {
    const { session, adapter } = start({ [`${a}/`]: { setCookie: ['a=1'] } }, new ForgetfulCookieJar());
    const responses: Response[] = [await session.get(`${a}/`), await session.get(`${a}/`, { cookies: { b: '2' } })];
    expect(adapter.cookies).toEqual([undefined, 'b=2']);
    expect(responses.map(({ cookies }) => (cookies as RequestsCookieJar).getDict())).toEqual([{ a: '1' }, { a: '1' }]);
  });
});
