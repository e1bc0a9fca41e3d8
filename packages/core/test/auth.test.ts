import { describe, expect, it } from 'vitest';
import type { Environment } from '../src/environment.ts';
import type { PreparedRequest } from '../src/prepared-request.ts';
import { Request } from '../src/request.ts';
import type { RequestOptions, SessionInit } from '../src/session-options.ts';
import { bench, rejection } from './fake-session.ts';

const basic = (user: string): string => `Basic ${btoa(`${user}:p`)}`;

function netrc(asked: string[] = []): Environment {
  return {
    getProxies: () => ({}),
    getCaBundle: () => undefined,
    getAuth: ({ host }) => {
      asked.push(host);
      return host === 'h' ? ['netrc', 'p'] : null;
    },
  };
}

async function sent(options: RequestOptions, init: SessionInit = {}, url = 'http://h/'): Promise<string | undefined> {
  const { session, adapter } = bench({}, init);
  await session.get(url, options);
  return adapter.sent[0]!.headers.authorization;
}

describe('Session: which credentials are sent', () => {
  const environment = netrc();
  const header = { headers: { Authorization: 'Bearer header' } };
  const url = 'http://url:p@h/';

  it.each<[string, string | undefined, RequestOptions, SessionInit, string]>([
    [
      'the call over all',
      basic('call'),
      { auth: ['call', 'p'], ...header },
      { auth: ['session', 'p'], environment },
      url,
    ],
    ['the session over netrc', basic('session'), header, { auth: ['session', 'p'], environment }, url],
    ['netrc over the URL', basic('netrc'), header, { environment }, url],
    ['the URL over a header', basic('url'), header, {}, url],
    ['a header where there is nothing else', 'Bearer header', header, {}, 'http://h/'],
    ['netrc over a header', basic('netrc'), header, { environment }, 'http://h/'],
    ['the URL without netrc for the host', basic('url'), {}, { environment }, 'http://url:p@other/'],
    ['null asks the session', basic('session'), { auth: null }, { auth: ['session', 'p'] }, 'http://h/'],
    ['nothing at all', undefined, {}, {}, 'http://h/'],
  ])('B-AUTH-02 M81 M199 %s: %s', async (_, value, options, init, at) => {
    expect(await sent(options, init, at)).toBe(value);
  });

  it('B-SESS-06 false sends none: not of the session, of netrc or of the URL', async () => {
    expect(await sent({ auth: false }, { auth: ['session', 'p'], environment }, url)).toBeUndefined();
    expect(await sent({ auth: false, ...header }, { environment }, url)).toBe('Bearer header');
  });

  it('B-SESS-22 M81 S11 trustEnv false leaves netrc alone', async () => {
    const asked: string[] = [];
    expect(await sent({}, { environment: netrc(asked), trustEnv: false })).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('B-SESS-09 netrc is asked only when neither side gives auth', async () => {
    const asked: string[] = [];
    await sent({ auth: ['u', 'p'] }, { environment: netrc(asked) });
    await sent({}, { auth: ['u', 'p'], environment: netrc(asked) });
    expect(asked).toEqual([]);
  });

  it.each([
    ['http://example.com:@evil.com/', 'evil.com'],
    ['http://127.0.0.1:80@evil.test/', 'evil.test'],
    ['http://user@h:8080/', 'h'],
    ['http://H/', 'h'],
    ['http://[::1]:80/', '[::1]'],
  ])('B-NETRC-02 [A09 CVE-2024-47081] %s is looked up as %s', async (at, host) => {
    const asked: string[] = [];
    await sent({}, { environment: netrc(asked) }, at);
    expect(asked).toEqual([host]);
  });

  it('B-NETRC-05 B-API-13 M214 a bare prepare() knows no netrc and no session', () => {
    expect(new Request('GET', 'http://h/').prepare().headers.has('authorization')).toBe(false);
  });

  it('M107 a 401 is a response', async () => {
    const { session } = bench({ statusCode: 401 });
    expect((await session.get('http://h/')).statusCode).toBe(401);
  });

  it('M113 waits for an async auth before anything is sent', async () => {
    const { session, adapter } = bench({});
    const order: string[] = [];
    const auth = async (request: PreparedRequest): Promise<PreparedRequest> => {
      order.push('token');
      await new Promise((resolve) => setImmediate(resolve));
      request.headers.set('Authorization', 'Bearer t');
      order.push('signed');
      return request;
    };
    await session.get('http://h/', { auth });
    expect(order).toEqual(['token', 'signed']);
    expect(adapter.sent[0]!.headers.authorization).toBe('Bearer t');
  });

  it('an async auth that fails sends nothing, however often one tries', async () => {
    const { session, adapter } = bench({});
    const prepared = session.prepareRequest(
      new Request('GET', 'http://h/', { auth: () => Promise.reject(new Error('no token')) }),
    );
    for (let turn = 0; turn < 2; turn++) expect((await rejection(session.send(prepared))).message).toBe('no token');
    expect(adapter.sent).toHaveLength(0);
  });

  it('M206 one auth object serves any number of calls', async () => {
    const { session, adapter } = bench({});
    const auth = ['u', 'p'] as const;
    await session.get('http://h/', { auth });
    await session.get('http://o/', { auth });
    expect(new Set(adapter.sent.map(({ headers }) => headers.authorization)).size).toBe(1);
  });
});
