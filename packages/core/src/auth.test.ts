import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Auth, AuthBase, basicAuthorization, HTTPBasicAuth, HTTPProxyAuth } from './auth.ts';
import { InvalidHeader } from './exceptions.ts';
import type { PreparedRequest } from './prepared-request.ts';
import { Request, type RequestInit } from './request.ts';

const prepare = (auth: RequestInit['auth'], url = 'http://h/', more: RequestInit = {}): PreparedRequest =>
  new Request('GET', url, { auth, ...more }).prepare();
const authorization = (auth: RequestInit['auth'], url?: string): string | undefined =>
  prepare(auth, url).headers.get('authorization');

describe('basicAuthorization', () => {
  it.each([
    ['user', 'pass', 'Basic dXNlcjpwYXNz'],
    ['Aladdin', 'open sesame', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
    ['', '', 'Basic Og=='],
    ['u', '', 'Basic dTo='],
    ['', 'p', 'Basic OnA='],
    ['é', 'ü', 'Basic 6Tr8'],
    ['u', 'p:q:r', 'Basic dTpwOnE6cg=='],
    [Uint8Array.from([0xc5, 0x82]), 'x', 'Basic xYI6eA=='],
    ['u', new TextEncoder().encode('ł'), 'Basic dTrFgg=='],
  ])('B-AUTH-04 [L02] of %j and %j is %s', (user, password, value) => {
    expect(basicAuthorization(user, password)).toBe(value);
  });

  it.each([
    ['a colon in the user name', 'a:canary', 'p'],
    ['a line end', 'u', 'canary\r\nX: 1'],
    ['NUL', 'canary\u0000', 'p'],
    ['DEL', 'u', 'canary\x7f'],
    ['a character above U+00FF', 'canarył', 'p'],
    ['an emoji', 'u', 'canary🔑'],
  ])('B-AUTH-04 B-DIFF-26 [L02 RUSTSEC-2026-0174] refuses %s, without showing it', (_, user, password) => {
    expect(() => basicAuthorization(user, password)).toThrow(InvalidHeader);
    expect(() => basicAuthorization(user, password)).not.toThrow('canary');
  });

  it.each([
    [1, 'p'],
    ['u', 2],
    [null, 'p'],
    ['u', undefined],
    [{}, 'p'],
    ['u', true],
  ])('B-AUTH-05 B-DIFF-12 [L02 CVE-2018-3739] takes no %j and %j for text', (user, password) => {
    expect(() => basicAuthorization(user as string, password as string)).toThrow(TypeError);
  });
});

describe('HTTPBasicAuth', () => {
  it('M105 M108 B-AUTH-01 a pair is the same as the class', () => {
    expect(authorization(['user', 'pass'])).toBe('Basic dXNlcjpwYXNz');
    expect(authorization(new HTTPBasicAuth('user', 'pass'))).toBe('Basic dXNlcjpwYXNz');
  });

  it('M206 one object signs any number of requests', () => {
    const auth = new HTTPBasicAuth('u', 'p');
    expect([authorization(auth), authorization(auth)]).toEqual(['Basic dTpw', 'Basic dTpw']);
  });

  it.each([
    [new HTTPBasicAuth('u', 'p'), true],
    [new HTTPProxyAuth('u', 'p'), true],
    [{ username: 'u', password: 'p' }, true],
    [new HTTPBasicAuth('U', 'p'), false],
    [new HTTPBasicAuth('u', 'P'), false],
    [['u', 'p'], false],
    [null, false],
    [undefined, false],
    ['u:p', false],
  ])('B-AUTH-06 [L02 CVE-2016-8616] equals %o: %s', (other, equal) => {
    expect(new HTTPBasicAuth('u', 'p').equals(other)).toBe(equal);
  });

  it('B-AUTH-06 tells bytes from text', () => {
    expect(new HTTPBasicAuth('1', 'p').equals(new HTTPBasicAuth(Uint8Array.from([1]), 'p'))).toBe(false);
    expect(new HTTPBasicAuth(Uint8Array.from([1]), 'p').equals(new HTTPBasicAuth(Uint8Array.from([1]), 'p'))).toBe(
      true,
    );
  });

  it('[A14] shows its password nowhere', () => {
    for (const auth of [new HTTPBasicAuth('u', 'canary'), new HTTPProxyAuth('u', 'canary')]) {
      const shown = inspect(auth, { depth: Number.POSITIVE_INFINITY, showHidden: true });
      expect(shown + JSON.stringify(auth) + String(auth) + Object.keys(auth)).not.toContain('canary');
      expect(shown).toContain(auth.constructor.name);
      expect(JSON.stringify(structuredClone({ ...auth }))).not.toContain('canary');
    }
  });
});

describe('HTTPProxyAuth', () => {
  it('M110 B-AUTH-06 writes Proxy-Authorization and nothing else', () => {
    const { headers } = prepare(new HTTPProxyAuth('u', 'p'));
    expect([headers.get('proxy-authorization'), headers.get('authorization')]).toEqual(['Basic dTpw', undefined]);
  });
});

describe('auth', () => {
  it.each([
    ['http://u:p@h/', 'Basic dTpw'],
    ['http://u:@h/', 'Basic dTo='],
    ['http://:p@h/', 'Basic OnA='],
    ['http://u@h/', undefined],
    ['http://:@h/', undefined],
    ['http://@h/', undefined],
    ['http://h/', undefined],
    ['http://h/?a@b:c', undefined],
    ['http://u%40x:p%3A@h/', 'Basic dUB4OnA6'],
    ['http://a:b@c:d@h/', 'Basic YTpiQGM6ZA=='],
    ['http://%C3%A9:p@h/', 'Basic 6Tpw'],
    ['http://u:p%20q@h/', 'Basic dTpwIHE='],
    ['http://u:p+q@h/', 'Basic dTpwK3E='],
    ['http://u:%C5%82@h/', 'Basic dTrFgg=='],
    ['http://u:%E4@h/', 'Basic dTrk'],
    ['http://u:%EF%BF%BD@h/', 'Basic dTrvv70='],
    ['http+unix://u:p@%2Fsocket/', 'Basic dTpw'],
  ])('B-AUTH-03 [A12] of %s is %s', (url, value) => {
    expect(authorization(undefined, url)).toBe(value);
  });

  it.each(['http://u:p%0d%0aX-Y:1@h/', 'http://u%00:p@h/', 'http://a%3Ab:p@h/'])(
    '[A12] B-AUTH-03 refuses %s',
    (url) => {
      expect(() => authorization(undefined, url)).toThrow(InvalidHeader);
    },
  );

  it('B-AUTH-02 given auth wins over the URL, and false over both', () => {
    expect(authorization(['me', 'mine'], 'http://u:p@h/')).toBe('Basic bWU6bWluZQ==');
    expect(authorization(false, 'http://u:p@h/')).toBeUndefined();
    expect(authorization(null, 'http://u:p@h/')).toBe('Basic dTpw');
  });

  it('M111 M112 B-AUTH-01 B-FLOW-09 is a subclass of AuthBase', () => {
    class PizzaAuth extends AuthBase {
      readonly username: string;
      constructor(username: string) {
        super();
        this.username = username;
      }
      override authenticate(request: PreparedRequest): PreparedRequest {
        request.headers.set('X-Pizza', this.username);
        return request;
      }
    }
    expect(prepare(new PizzaAuth('kenneth')).headers.get('x-pizza')).toBe('kenneth');
  });

  it('M113 M114 B-AUTH-01 B-DIFF-10 is a function of the prepared request, which is finished but for hooks', () => {
    const auth = (request: PreparedRequest): PreparedRequest => {
      request.headers.set(
        'X-Signed',
        `${request.method} ${request.pathUrl} ${request.body} ${request.headers.get('content-length')}`,
      );
      return request;
    };
    const request = new Request('post', 'http://h/p', { params: { q: 1 }, data: { a: 1 }, auth }).prepare();
    expect(request.headers.get('x-signed')).toBe('POST /p?q=1 a=1 3');
    expectTypeOf(auth).toExtend<Auth>();
  });

  it('M113 B-DIFF-10 may be async', async () => {
    const request = prepare(async (r) => {
      await null;
      r.headers.set('Authorization', 'Bearer later');
      return r;
    });
    expect(request.headers.has('authorization')).toBe(false);
    await request.pending;
    expect(request.headers.get('authorization')).toBe('Bearer later');
    expect(request.pending).toBeNull();
  });

  it('B-AUTH-01 B-BODY-20 replaces the fields by those of the request that it returns', () => {
    const request = new Request('POST', 'http://h/', {
      data: 'a',
      auth: (r) => {
        const other = r.copy();
        other.method = 'PUT';
        other.url = 'http://other/';
        other.headers.set('X', '1');
        other.body = 'zz';
        return other;
      },
    }).prepare();
    expect([request.method, request.url, request.body]).toEqual(['PUT', 'http://other/', 'zz']);
    expect([...request.headers]).toEqual([
      ['Content-Length', '2'],
      ['X', '1'],
    ]);
  });

  it('B-BODY-20 counts the body anew that an auth left', () => {
    const request = new Request('POST', 'http://h/', {
      data: 'a',
      auth: (r) => {
        r.body = 'longer';
        return r;
      },
    }).prepare();
    expect(request.headers.get('content-length')).toBe('6');
  });

  it.each([undefined, null, 'request', {}])('B-AUTH-01 an auth that returns %o is an error', async (returned) => {
    expect(() => prepare(() => returned as never)).toThrow(TypeError);
    const later = prepare(async () => returned as never);
    await expect(later.pending).rejects.toThrow(TypeError);
  });

  it('B-AUTH-01 errors of an auth are those of the preparation', async () => {
    const own = new Error('mine');
    expect(() =>
      prepare(() => {
        throw own;
      }),
    ).toThrow(own);
    await expect(prepare(() => Promise.reject(own)).pending).rejects.toBe(own);
  });

  it('an async auth that failed is not forgotten: the request never goes out unsigned', async () => {
    const request = prepare(() => Promise.reject(new Error('no token')));
    await expect(request.pending).rejects.toThrow('no token');
    await expect(request.pending).rejects.toThrow('no token');
  });

  it('a copy of a request that is still being signed is signed too', async () => {
    let sign = (): void => {};
    const ready = new Promise<void>((resolve) => {
      sign = resolve;
    });
    const request = prepare(async (r) => {
      await ready;
      r.headers.set('X-Key', 'k');
      return r;
    });
    const copy = request.copy();
    sign();
    await copy.pending;
    expect([copy.headers.get('x-key'), request.headers.get('x-key')]).toEqual(['k', 'k']);
    expect(copy.credentials.has('x-key')).toBe(true);
    expect(copy.pending).toBeNull();
  });

  it.each([[['u', 'p', 'q']], [['u']], [[]], [[1, 2]], ['u:p'], [5], [{}], [{ username: 'u' }]])(
    'B-DIFF-09 refuses %j',
    (auth) => {
      expect(() => prepare(auth as never)).toThrow(TypeError);
    },
  );

  it('B-AUTH-07 AuthBase asks for authenticate, and has no flow', () => {
    // @ts-expect-error the class is abstract
    expect(() => prepare(new AuthBase())).toThrow(TypeError);
    expectTypeOf<AuthBase['authenticate']>().returns.toEqualTypeOf<PreparedRequest | Promise<PreparedRequest>>();
  });

  it('B-AUTH-07 B-HOOK-04 hooks that an auth registered come before those of the user', () => {
    const ofAuth = (): void => {};
    const ofUser = (): void => {};
    const request = prepare(
      (r) => {
        r.registerHook('response', ofAuth);
        return r;
      },
      'http://h/',
      { hooks: { response: ofUser } },
    );
    expect(request.hooks.response).toEqual([ofAuth, ofUser]);
  });

  it('B-AUTH-08 leaves a Proxy-Authorization of the caller alone', () => {
    const request = prepare(['u', 'p'], 'http://h/', { headers: { 'Proxy-Authorization': 'mine' } });
    expect(request.headers.get('proxy-authorization')).toBe('mine');
  });
});
