import { describe, expect, it } from 'vitest';
import { AuthBase } from '../src/auth.ts';
import type { Environment } from '../src/environment.ts';
import { InvalidSchema, InvalidURL } from '../src/exceptions.ts';
import { Headers, type HeadersInit } from '../src/headers.ts';
import type { PreparedRequest } from '../src/prepared-request.ts';
import { SENSITIVE_HEADERS } from '../src/redirect.ts';
import { Request } from '../src/request.ts';
import type { RequestOptions, SessionInit } from '../src/session-options.ts';
import { redirect, type Sent } from './fake-adapter.ts';
import { FakeJar } from './fake-jar.ts';
import { bench, rejection } from './fake-session.ts';

const HERE = 'https://h.test/';
const ELSEWHERE = 'https://o.test/';

/** The two requests of a chain from HERE to `location`. */
async function hops(
  options: RequestOptions,
  init: SessionInit = {},
  location = ELSEWHERE,
  statusCode = 302,
  from = HERE,
): Promise<[Sent, Sent]> {
  const { session, adapter } = bench((_, turn) => (turn === 0 ? redirect(statusCode, location) : {}), init);
  await session.request('GET', from, options);
  expect(adapter.sent).toHaveLength(2);
  return [adapter.sent[0]!, adapter.sent[1]!];
}

const netrc = (entries: Readonly<Record<string, readonly [string, string]>>): Environment => ({
  getProxies: () => ({}),
  getCaBundle: () => undefined,
  getAuth: ({ host }) => entries[host] ?? null,
});

const basic = (user: string, password: string): string => `Basic ${btoa(`${user}:${password}`)}`;

class KeyAuth extends AuthBase {
  override authenticate(request: PreparedRequest): PreparedRequest {
    request.headers.set('X-Weird-Token', 'canary').set('X-Signature', 'canary');
    return request;
  }
}

describe('Authorization across redirects', () => {
  const ways: [name: string, options: RequestOptions, init: SessionInit, from?: string][] = [
    ['a header of the call', { headers: { Authorization: 'canary' } }, {}],
    ['a header of the call in lower case', { headers: { authorization: 'canary' } }, {}],
    ['a header of the call in upper case', { headers: { AUTHORIZATION: 'canary' } }, {}],
    ['a header of the session', {}, { headers: { Authorization: 'canary' } }],
    ['auth of the call', { auth: ['u', 'p'] }, {}],
    ['auth of the session', {}, { auth: ['u', 'p'] }],
    ['userinfo of the URL', {}, {}, 'https://u:p@h.test/'],
    ['netrc', {}, { environment: netrc({ 'h.test': ['u', 'p'] }) }],
  ];
  const statuses = [301, 302, 303, 307, 308];

  describe.each(ways)('from %s', (_, options, init, from) => {
    it.each(statuses)(
      'B-REDIR-19 M82 [A01 CVE-2018-20060 CVE-2014-1829] is not sent to another host after a %i',
      async (status) => {
        const [first, second] = await hops(options, init, ELSEWHERE, status, from);
        expect(first.headers.authorization).toBeDefined();
        expect(second.headers.authorization).toBeUndefined();
        expect(JSON.stringify(second.lines)).not.toContain('canary');
      },
    );

    it.each([
      ['http://h.test/', 'https to http'],
      ['http://h.test:443/', 'https to http on the same port'],
      ['https://h.test:8443/', 'another port'],
      ['https://sub.h.test/', 'a subdomain'],
      ['https://h.test./', 'a trailing dot'],
      ['https://h.test@o.test/', 'a host that looks like userinfo'],
    ])('B-REDIR-20 [A02 CVE-2018-18074 CVE-2022-27774] is not sent to %s: %s', async (location) => {
      const [, second] = await hops(options, init, location, 307, from);
      expect(second.headers.authorization).toBeUndefined();
    });

    it.each(['/x', 'https://H.test:443/x', '//h.test/x'])('B-REDIR-20d is sent again to %s', async (location) => {
      const [first, second] = await hops(options, init, location, 302, from);
      expect(second.headers.authorization).toBe(first.headers.authorization);
    });
  });

  it('B-REDIR-20b [A01] is sent again from http on 80 to https on 443 of the same host', async () => {
    const [, second] = await hops({ auth: ['u', 'p'] }, {}, 'https://h.test/', 301, 'http://h.test/');
    expect(second.headers.authorization).toBe(basic('u', 'p'));
  });

  it('B-REDIR-21 is not made of the userinfo in a Location, which only shows in the URL', async () => {
    const [, second] = await hops({}, {}, 'https://u:p@o.test/');
    expect(second.headers.authorization).toBeUndefined();
    expect(second.url).toBe('https://u:p@o.test/');
  });

  it('[A06 CVE-2024-45336] never comes back, not even on the first host', async () => {
    const way = ['https://o.test/', 'https://o.test/x', 'https://h.test/end'];
    const { session, adapter } = bench((_, turn) => (turn < 3 ? redirect(307, way[turn]!) : {}));
    await session.get(HERE, { auth: ['u', 'p'], headers: { Cookie: 'sid=canary', 'X-Trace': '1' } });
    expect(adapter.sent.map(({ headers }) => [headers.authorization, headers.cookie, headers['x-trace']])).toEqual([
      [basic('u', 'p'), 'sid=canary', '1'],
      [undefined, undefined, '1'],
      [undefined, undefined, '1'],
      [undefined, undefined, '1'],
    ]);
  });

  it('[A06] takes every line of a name with it', async () => {
    const headers = new Headers([
      ['authorization', 'canary1'],
      ['Authorization', 'canary2'],
      ['X-Trace', '1'],
    ]);
    const [first, second] = await hops({ headers });
    expect(first.lines.filter(([name]) => name.toLowerCase() === 'authorization')).toHaveLength(2);
    expect(JSON.stringify(second.lines)).not.toContain('canary');
  });
});

describe('netrc on redirects', () => {
  it('B-REDIR-19 [A09] B-NETRC-05 is looked up for the new host, the old entry discarded', async () => {
    const entries = { 'h.test': ['u1', 'p1'], 'o.test': ['u2', 'p2'] } as const;
    const [first, second] = await hops({}, { environment: netrc(entries) });
    expect([first.headers.authorization, second.headers.authorization]).toEqual([basic('u1', 'p1'), basic('u2', 'p2')]);
  });

  it('B-REDIR-19 [A01 CVE-2026-3783] replaces what is dropped, and lets nothing else through', async () => {
    const [, second] = await hops(
      { headers: { Authorization: 'Bearer canary' } },
      { environment: netrc({ 'o.test': ['u', 'p'] }) },
    );
    expect(second.headers.authorization).toBe(basic('u', 'p'));
  });

  it('B-REDIR-19 wins over kept credentials on the same host, as in Requests', async () => {
    const [first, second] = await hops(
      { auth: ['me', 'mine'] },
      { environment: netrc({ 'h.test': ['u', 'p'] }) },
      '/x',
    );
    expect([first.headers.authorization, second.headers.authorization]).toEqual([basic('me', 'mine'), basic('u', 'p')]);
  });

  it('B-SESS-22 is not asked with trustEnv false', async () => {
    const environment = netrc({ 'h.test': ['u', 'p'], 'o.test': ['u', 'p'] });
    for (const { headers } of await hops({}, { environment, trustEnv: false }))
      expect(headers.authorization).toBeUndefined();
  });

  it('is not asked for a call with auth: false, on no hop', async () => {
    const environment = netrc({ 'h.test': ['u', 'p'], 'o.test': ['u', 'p'] });
    for (const location of ['/x', ELSEWHERE])
      for (const { headers } of await hops({ auth: false }, { environment }, location))
        expect(headers.authorization).toBeUndefined();
  });
});

describe('cookies across redirects', () => {
  it('B-REDIR-16 [A03 CVE-2023-43804] a Cookie header written by hand vanishes after the first hop, everywhere', async () => {
    for (const location of ['/x', ELSEWHERE]) {
      const [first, second] = await hops({ headers: { Cookie: 'sid=canary' } }, {}, location);
      expect([first.headers.cookie, second.headers.cookie]).toEqual(['sid=canary', undefined]);
    }
  });

  it('B-REDIR-16 the header is made anew of the request, of the redirect and of the session', async () => {
    const { session, adapter, jar } = bench((_, turn) =>
      turn === 0 ? redirect(302, '/x', { headers: { 'Set-Cookie': 'new=1' } }) : {},
    );
    jar.set('session', 's', 'h.test');
    await session.get(HERE, { cookies: { request: 'r' } });
    expect(adapter.sent[1]!.headers.cookie).toBe('session=s; new=1; request=r');
  });

  it('B-REDIR-18 B-DIFF-34 [A03 CVE-2022-23607] those of a mapping follow on the host of the request only', async () => {
    const [first, same] = await hops({ cookies: { sid: 'canary' } }, {}, '/x');
    expect([first.headers.cookie, same.headers.cookie]).toEqual(['sid=canary', 'sid=canary']);
    const [, foreign] = await hops({ cookies: { sid: 'canary' } });
    expect(foreign.headers.cookie).toBeUndefined();
  });

  it('[A02] those of the request do not follow to http or another port', async () => {
    for (const location of ['http://h.test/', 'https://h.test:8443/']) {
      const [, second] = await hops({ cookies: { sid: 'canary' } }, {}, location, 307);
      expect(second.headers.cookie).toBeUndefined();
    }
  });

  it('[A03] [A06] those of the request are not back when the chain is', async () => {
    const { session, adapter, jar } = bench((_, turn) => (turn < 2 ? redirect(302, [ELSEWHERE, HERE][turn]!) : {}));
    await session.get(HERE, { cookies: { sid: 'canary' } });
    expect(adapter.sent.map(({ headers }) => headers.cookie)).toEqual(['sid=canary', undefined, undefined]);
    expect(jar.size).toBe(0);
  });

  it('B-COOK-19 a jar of the call is used as it is, and follows on its host', async () => {
    const cookies = new FakeJar().set('a', '1', 'h.test').set('b', '2', 'o.test');
    const [first, second] = await hops({ cookies }, {}, '/x');
    expect([first.headers.cookie, second.headers.cookie]).toEqual(['a=1', 'a=1']);
    expect(cookies.size).toBe(2);
  });

  it('[A03 CVE-2026-6276] a Host of the caller chooses cookies for that request, and does not leave the scope', async () => {
    const { session, adapter, jar } = bench((_, turn) => (turn === 0 ? redirect(302, ELSEWHERE) : {}));
    jar.set('sid', 'canary', 'a.test').set('own', '1', 'h.test');
    await session.get(HERE, { headers: { Host: 'a.test' } });
    const [first, second] = adapter.sent;
    expect([first!.headers.host, first!.headers.cookie]).toEqual(['a.test', 'sid=canary']);
    expect([second!.headers.host, second!.headers.cookie]).toEqual([undefined, undefined]);
    await session.get(HERE);
    expect(adapter.sent[2]!.headers).toMatchObject({ cookie: 'own=1' });
    expect(adapter.sent[2]!.headers.host).toBeUndefined();
  });
});

describe('Proxy-Authorization on redirects', () => {
  const containers: [string, HeadersInit][] = [
    ['an object', { 'Proxy-Authorization': 'canary' }],
    ['an object in lower case', { 'proxy-authorization': 'canary' }],
    ['pairs', [['PROXY-AUTHORIZATION', 'canary']]],
    ['a Map', new Map([['Proxy-Authorization', 'canary']])],
    ['Headers', new Headers({ 'Proxy-Authorization': 'canary' })],
    ['WHATWG Headers', new globalThis.Headers({ 'Proxy-Authorization': 'canary' })],
    ['an iterator', [['Proxy-Authorization', 'canary'] as const].values()],
  ];

  it.each(containers)(
    'B-REDIR-22 M83 [A04 CVE-2014-1830 CVE-2023-32681] from %s is always removed',
    async (_, headers) => {
      const copies = Symbol.iterator in headers && !(headers instanceof Headers) ? [...headers] : headers;
      for (const location of ['/x', ELSEWHERE, 'http://h.test/']) {
        const [first, second] = await hops({ headers: copies as HeadersInit }, {}, location);
        expect(first.headers['proxy-authorization']).toBe('canary');
        expect(second.headers['proxy-authorization']).toBeUndefined();
      }
    },
  );

  it.each([
    ['http://o.test/', 'http://u:p@proxy.test', basic('u', 'p')],
    ['http://o.test/', 'http://u%20x:p%40@proxy.test', basic('u x', 'p@')],
    ['http://o.test/', 'http://proxy.test', undefined],
    ['http://o.test/', 'http://u:@proxy.test', undefined],
    ['http://o.test/', 'http://:p@proxy.test', undefined],
    ['https://o.test/', 'http://u:p@proxy.test', undefined],
    ['http://o.test/', 'socks5://u:p@proxy.test', undefined],
    ['http://o.test/', 'socks5h://u:p@proxy.test', undefined],
  ])('B-REDIR-22 [A04] to %s over %s it is %s', async (location, proxy, value) => {
    const proxies = { http: proxy, https: proxy };
    const [, second] = await hops({ proxies, headers: { 'Proxy-Authorization': 'canary' } }, {}, location);
    expect(second.headers['proxy-authorization']).toBe(value);
    expect({ ...second.options.proxies }).toEqual(proxies);
  });

  it('B-REDIR-22 [A04 CVE-2026-44486] the proxies are those of the new URL', async () => {
    const environment: Environment = {
      ...netrc({}),
      getProxies: ({ host, scheme }) => (host === 'h.test' ? { [scheme]: 'http://u:p@proxy.test' } : {}),
    };
    const [first, second] = await hops({}, { environment }, 'http://o.test/', 302, 'http://h.test/');
    expect({ ...first.options.proxies }).toEqual({ http: 'http://u:p@proxy.test' });
    expect({ ...second.options.proxies }).toEqual({});
    expect(second.headers['proxy-authorization']).toBeUndefined();
  });
});

describe('secret headers across redirects', () => {
  it('[A05 CVE-2018-1000007] what an auth wrote is dropped whatever its name', async () => {
    const [first, second] = await hops({ auth: new KeyAuth(), headers: { 'X-Trace': '1' } });
    expect(first.headers['x-weird-token']).toBe('canary');
    expect(second.headers).toMatchObject({ 'x-trace': '1' });
    expect(JSON.stringify(second.lines)).not.toContain('canary');
  });

  it('[A05] what an auth wrote stays on its origin', async () => {
    const [, second] = await hops({ auth: new KeyAuth() }, {}, '/x');
    expect(second.headers).toMatchObject({ 'x-weird-token': 'canary', 'x-signature': 'canary' });
  });

  it('[A05] what an auth replaced is dropped too, and so is what an async one wrote', async () => {
    const auth = async (request: PreparedRequest): Promise<PreparedRequest> => {
      await null;
      request.headers.set('X-Key', 'canary');
      return request;
    };
    const [first, second] = await hops({ auth, headers: { 'X-Key': 'placeholder' } });
    expect([first.headers['x-key'], second.headers['x-key']]).toEqual(['canary', undefined]);
  });

  it('[A05] what an auth wrote into a request of its own is dropped', async () => {
    const auth = (request: PreparedRequest): PreparedRequest => {
      const signed = request.copy();
      signed.headers.set('X-Key', 'canary');
      return signed;
    };
    const [first, second] = await hops({ auth });
    expect([first.headers['x-key'], second.headers['x-key']]).toEqual(['canary', undefined]);
  });

  it('[A05] what an auth flow wrote is dropped', async () => {
    const auth = {
      authenticate: (request: PreparedRequest) => request,
      async *authFlow(request: PreparedRequest) {
        request.headers.set('X-Flow', 'canary');
        yield request;
      },
    };
    const [first, second] = await hops({ auth });
    expect([first.headers['x-flow'], second.headers['x-flow']]).toEqual(['canary', undefined]);
  });

  it('[A05] B-REDIR-15 a plain X-Api-Key travels, as in Requests', async () => {
    const [, second] = await hops({ headers: { 'X-Api-Key': 'key' } });
    expect(second.headers['x-api-key']).toBe('key');
  });

  it.each([...SENSITIVE_HEADERS])(
    '[A05 GHSA-r4q5-vmmm-2653] redirectPolicy.sensitiveHeaders drops %s',
    async (name) => {
      const redirectPolicy = { sensitiveHeaders: SENSITIVE_HEADERS };
      const headers = { [name.toUpperCase()]: 'canary', 'X-Trace': '1' };
      const [, foreign] = await hops({ headers }, { redirectPolicy });
      expect([foreign.headers[name], foreign.headers['x-trace']]).toEqual([undefined, '1']);
      const [, same] = await hops({ headers }, { redirectPolicy }, '/x');
      expect(same.headers[name]).toBe('canary');
    },
  );

  it('[A05] redirectPolicy.sensitiveHeaders "*" leaves the harmless ones', async () => {
    const headers = { 'X-Trace': '1', Range: 'bytes=0-', 'Accept-Language': 'de' };
    const [, second] = await hops({ headers }, { redirectPolicy: { sensitiveHeaders: '*' } });
    expect(Object.keys(second.headers).sort()).toEqual(
      ['accept', 'accept-encoding', 'accept-language', 'connection', 'range', 'user-agent'].sort(),
    );
  });

  it('[A11 CVE-2021-22876] a Referer does not go from https to http, and is never made by us', async () => {
    const [first, second] = await hops({ headers: { Referer: HERE } }, {}, 'http://o.test/');
    expect([first.headers.referer, second.headers.referer]).toEqual([HERE, undefined]);
    const [, kept] = await hops({ headers: { Referer: HERE } });
    expect(kept.headers.referer).toBe(HERE);
    const [, none] = await hops({});
    expect(none.headers.referer).toBeUndefined();
  });
});

describe('redirectPolicy', () => {
  it('[A02] downgrade: "refuse" raises with the redirect attached', async () => {
    const { session, adapter } = bench(redirect(302, 'http://h.test/x?canary'), {
      redirectPolicy: { downgrade: 'refuse' },
    });
    const error = await rejection<InvalidSchema>(session.get(HERE));
    expect(error).toBeInstanceOf(InvalidSchema);
    expect([error.response?.statusCode, error.request?.url]).toEqual([302, HERE]);
    expect(error.message).not.toContain('canary');
    expect(adapter.sent).toHaveLength(1);
  });

  it('[A02] downgrade: "refuse" lets http and https hops through', async () => {
    const init = { redirectPolicy: { downgrade: 'refuse' } } as const;
    await hops({}, init);
    await hops({}, init, 'http://o.test/', 302, 'http://h.test/');
    await hops({}, init, 'https://h.test/', 302, 'http://h.test/');
  });

  it('[A02] follows a downgrade without credentials by default', async () => {
    const [, second] = await hops({ auth: ['u', 'p'], cookies: { a: 'canary' } }, {}, 'http://h.test/');
    expect([second.headers.authorization, second.headers.cookie]).toEqual([undefined, undefined]);
  });

  it.each([307, 308])('[A07] crossOriginBody: "refuse" raises for a %i that keeps the body', async (status) => {
    const { session, adapter } = bench(redirect(status, ELSEWHERE), { redirectPolicy: { crossOriginBody: 'refuse' } });
    const error = await rejection<InvalidURL>(session.post(HERE, { data: 'secret' }));
    expect(error).toBeInstanceOf(InvalidURL);
    expect(error.response?.statusCode).toBe(status);
    expect(adapter.sent).toHaveLength(1);
  });

  it('[A07] crossOriginBody: "refuse" lets requests without a body, and hops on one origin, through', async () => {
    const init = { redirectPolicy: { crossOriginBody: 'refuse' } } as const;
    for (const [statusCode, location] of [
      [302, ELSEWHERE],
      [307, '/x'],
    ] as const) {
      const { session, adapter } = bench((_, turn) => (turn === 0 ? redirect(statusCode, location) : {}), init);
      await session.post(HERE, { data: 'secret' });
      expect(adapter.sent).toHaveLength(2);
    }
  });
});

describe('credentials by design', () => {
  it('[A10] session.auth goes to the first URL of every call, not to where it redirects', async () => {
    const { session, adapter } = bench({}, { auth: ['u', 'p'] });
    await session.get(HERE);
    await session.get(ELSEWHERE);
    for (const { headers } of adapter.sent) expect(headers.authorization).toBe(basic('u', 'p'));
  });

  it('[A10 CVE-2021-41125] an auth bound to an origin signs nothing else, however the URL is spelled', async () => {
    const bound = (request: PreparedRequest): PreparedRequest => {
      const { scheme, host, port } = request.split;
      if (scheme === 'https' && host === 'h.test' && (port ?? 443) === 443) request.headers.set('X-Key', 'canary');
      return request;
    };
    const { session, adapter } = bench({}, { auth: bound });
    for (const url of [
      'HTTPS://H.TEST/',
      'https://h.test:443/',
      'https://h.test./',
      'https://h.test@o.test/',
      'http://h.test/',
      'https://h.test.evil/',
    ])
      await session.get(url);
    expect(adapter.sent.map(({ headers }) => headers['x-key'] !== undefined)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('[A10] M202 B-SESS-20 what a call says is not kept', async () => {
    const { session, adapter } = bench({});
    const options = {
      auth: ['u', 'p'],
      headers: { Referer: 'x', 'X-A': '1' },
      cookies: { a: '1' },
      params: { q: 1 },
    } as const;
    await session.get(HERE, options);
    await session.get(HERE);
    const fresh = bench({});
    await fresh.session.get(HERE);
    expect(adapter.sent[1]!.lines).toEqual(fresh.adapter.sent[0]!.lines);
    expect(adapter.sent[1]!.url).toBe(HERE);
  });

  it('keeps the tag of a credential through copies', () => {
    const prepared = new Request('GET', HERE, { auth: new KeyAuth() }).prepare();
    expect([...prepared.copy().credentials]).toEqual(['x-weird-token', 'x-signature']);
  });
});
