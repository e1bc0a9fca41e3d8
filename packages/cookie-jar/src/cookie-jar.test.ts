import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Cookie, CookieConflictError, createCookie, KeyError, RequestsCookieJar } from './index.ts';

/** One cookie in two domains, one of them in two paths. */
function spread(): RequestsCookieJar {
  const jar = new RequestsCookieJar();
  jar.set('some_cookie', 'some_value');
  jar.set('key', 'value', { domain: 'test.com', path: '/' });
  jar.set('key', 'value1', { domain: 'test.com', path: '/path' });
  jar.set('key1', 'value1', { domain: 'other.example' });
  return jar;
}

describe('RequestsCookieJar', () => {
  it('B-COOK-01 M151 gets the value of the single match', () => {
    const jar = spread();
    expect(jar.get('some_cookie')).toBe('some_value');
    expect(jar.get('key', { path: '/path' })).toBe('value1');
    expect(jar.get('key', { domain: 'test.com', path: '/' })).toBe('value');
    expect(jar.get('key1', { domain: null, path: null })).toBe('value1');
    expect(jar.get('SOME_COOKIE')).toBeUndefined();
    expect(jar.get('key', { domain: 'nope.com' })).toBeUndefined();
  });

  it('B-COOK-01 gives the default when there is none', () => {
    const jar = spread();
    expect(jar.get('nope', { default: 'x' })).toBe('x');
    expect(jar.get('nope', { default: null })).toBeNull();
    expectTypeOf(jar.get('nope')).toEqualTypeOf<string | undefined>();
    expectTypeOf(jar.get('nope', { default: null })).toEqualTypeOf<string | null>();
  });

  it('B-COOK-01 [I06] raises CookieConflictError when several match, naming what was searched', () => {
    const jar = spread();
    expect(() => jar.get('key')).toThrow(CookieConflictError);
    expect(() => jar.get('key', { domain: 'test.com' })).toThrow(
      "multiple cookies with name='key', domain='test.com', path=null",
    );
    expect(() => jar.getOrThrow('key')).toThrow(
      expect.objectContaining({ name: 'CookieConflictError', code: 'ERR_COOKIE_CONFLICT' }),
    );
  });

  it('B-COOK-02 M148 raises a key error for a missing name, naming name, domain and path', () => {
    const jar = spread();
    expect(jar.getOrThrow('key1')).toBe('value1');
    expect(() => jar.getOrThrow('zz', { domain: 'test.com', path: '/x' })).toThrow(
      "name='zz', domain='test.com', path='/x'",
    );
    expect(() => jar.getOrThrow('zz')).toThrow(KeyError);
    expect(() => jar.getOrThrow('zz')).toThrow(expect.objectContaining({ name: 'KeyError', code: 'ERR_KEY' }));
  });

  it('finds a domain with and without its leading dot, in any case', () => {
    const jar = new RequestsCookieJar();
    jar.set('a', '1', { domain: '.Example.com' });
    expect(jar.get('a', { domain: 'example.com' })).toBe('1');
    expect(jar.get('a', { domain: '.EXAMPLE.com' })).toBe('1');
    expect(jar.get('a', { domain: 'not a domain' })).toBeUndefined();
  });

  it('B-COOK-03 M153 sets with options and returns the cookie', () => {
    const jar = new RequestsCookieJar();
    const cookie = jar.set('tasty-cookie', 'yum', {
      domain: 'httpbin.org',
      path: '/cookies',
      secure: true,
      httpOnly: true,
      expires: 10,
    });
    expectTypeOf(cookie).toEqualTypeOf<Cookie>();
    expect(cookie).toMatchObject({
      name: 'tasty-cookie',
      value: 'yum',
      domain: 'httpbin.org',
      path: '/cookies',
      secure: true,
      httpOnly: true,
      expires: 10,
    });
    expect(jar.set('tasty-cookie', 'gross', { domain: 'httpbin.org', path: '/cookies' }).value).toBe('gross');
    expect(jar.size).toBe(1);
  });

  it('B-COOK-03 deletes by a null value, within domain and path when given', () => {
    const jar = spread();
    expect(jar.set('key', null, { domain: 'test.com', path: '/path', secure: true })).toBeNull();
    expect(jar.get('key')).toBe('value');
    jar.set('key', null);
    expect(jar.has('key')).toBe(false);
  });

  it('B-COOK-04 sets without a domain, deletes everywhere, and has an ambiguous name', () => {
    const jar = spread();
    expect(jar.set('plain', '1')).toMatchObject({ domain: '', path: '/' });
    expect(jar.has('key')).toBe(true);
    expect(jar.has('key', { domain: 'other.example' })).toBe(false);
    expect(jar.delete('key')).toBe(true);
    expect(jar.has('key')).toBe(false);
    expect(jar.delete('key')).toBe(false);
  });

  it('B-COOK-05 M155 lists keys, values and items as arrays, one entry per cookie', () => {
    const jar = spread();
    const { keys, values, items } = { keys: jar.keys(), values: jar.values(), items: jar.items() };
    expect(keys).toEqual(['some_cookie', 'key', 'key', 'key1']);
    expect(values).toEqual(['some_value', 'value', 'value1', 'value1']);
    expect(items).toEqual(keys.map((key, at) => [key, values[at]]));
    expect(jar.entries()).toEqual(items);
    expect(Object.fromEntries(jar.items())).toEqual({ some_cookie: 'some_value', key: 'value1', key1: 'value1' });
    expect([...keys, ...keys]).toHaveLength(8);
  });

  it('B-COOK-06 iterates cookies grouped by domain, then path, then insertion', () => {
    const jar = new RequestsCookieJar();
    jar.set('1', 'x', { domain: 'a.example' });
    jar.set('2', 'x', { domain: 'b.example' });
    jar.set('3', 'x', { domain: 'a.example', path: '/p' });
    jar.set('4', 'x', { domain: 'a.example' });
    jar.set('1', 'y', { domain: 'a.example' });
    expect([...jar].map((cookie) => cookie.name)).toEqual(['1', '4', '3', '2']);
    expect(jar.listDomains()).toEqual(['a.example', 'b.example']);
    expect(jar.listPaths()).toEqual(['/', '/p']);
  });

  it('B-COOK-06 B-COOK-12 counts expired cookies until they are cleared', () => {
    const jar = new RequestsCookieJar({ now: () => 10_000 });
    jar.set('old', '1', { expires: 10 });
    jar.set('young', '1', { expires: 11 });
    jar.set('session', '1');
    expect(jar.size).toBe(3);
    jar.clearExpiredCookies();
    expect(jar.keys()).toEqual(['young', 'session']);
    jar.clearSessionCookies();
    expect(jar.keys()).toEqual(['young']);
  });

  it('B-COOK-07 tells more than one domain, as documented', () => {
    const jar = new RequestsCookieJar();
    expect(jar.multipleDomains()).toBe(false);
    jar.set('a', '1', { domain: 'a.example' });
    jar.set('b', '1', { domain: 'a.example' });
    expect(jar.multipleDomains()).toBe(false);
    jar.set('c', '1', { domain: 'b.example' });
    expect(jar.multipleDomains()).toBe(true);
  });

  it('B-COOK-08 makes a mapping of the matches in which later cookies win', () => {
    const jar = spread();
    expect(jar.getDict()).toEqual({ some_cookie: 'some_value', key: 'value1', key1: 'value1' });
    expect(jar.getDict({ domain: 'test.com' })).toEqual({ key: 'value1' });
    expect(jar.getDict({ domain: 'test.com', path: '/' })).toEqual({ key: 'value' });
    expect(jar.getDict({ path: '/path' })).toEqual({ key: 'value1' });
    expect(jar.getDict({ domain: '' })).toEqual({ some_cookie: 'some_value' });
  });

  it('B-COOK-09 updates from a jar, a mapping and pairs', () => {
    const jar = new RequestsCookieJar();
    jar.set('key', 'old', { domain: 'test.com' });
    jar.update(spread());
    expect(jar.size).toBe(4);
    expect(jar.get('key', { domain: 'test.com', path: '/' })).toBe('value');
    jar.update({ some_cookie: 'changed', more: '1' }).update([['pair', '2']]);
    expect(jar.getDict({ domain: '' })).toEqual({ some_cookie: 'changed', more: '1', pair: '2' });
    jar.update({ more: null });
    expect(jar.has('more')).toBe(false);
  });

  it('B-COOK-10 copies: independent, with the same policy object', () => {
    const jar = new RequestsCookieJar({ maxCookies: 7 });
    jar.set('a', '1');
    const copy = jar.copy();
    copy.set('a', '2');
    copy.set('b', '2');
    expect([jar.getDict(), copy.getDict()]).toEqual([{ a: '1' }, { a: '2', b: '2' }]);
    expect(copy.getPolicy()).toBe(jar.getPolicy());
    expect(jar.create().size).toBe(0);
    expect(jar.create().getPolicy()).toBe(jar.getPolicy());
  });

  it.each([
    ['"a\\"b"', '"ab"'],
    ['"bar:baz"', '"bar:baz"'],
    ['a\\"b', 'a\\"b'],
    ['"a\\"b', '"a\\"b'],
    ['a"b"', 'a"b"'],
    ['"', '"'],
  ])('B-COOK-11 stores %s as %s', (given, stored) => {
    const jar = new RequestsCookieJar();
    jar.setCookie(createCookie('a', given));
    jar.set('b', given);
    expect(jar.values()).toEqual([stored, stored]);
  });

  it('B-COOK-12 clears all, a domain, a path, a name', () => {
    const jar = spread();
    jar.clear('test.com', '/path', 'key');
    expect(jar.get('key')).toBe('value');
    jar.clear('other.example');
    expect(jar.keys()).toEqual(['some_cookie', 'key']);
    jar.clear('test.com', '/');
    expect(jar.keys()).toEqual(['some_cookie']);
    jar.clear();
    expect(jar.size).toBe(0);
  });

  it('B-COOK-12 refuses to clear what is not there, or a name without its place', () => {
    const jar = spread();
    expect(() => jar.clear('nope.com')).toThrow(KeyError);
    expect(() => jar.clear('test.com', '/path', 'nope')).toThrow(KeyError);
    expect(() => jar.clear(undefined, '/')).toThrow(TypeError);
    expect(() => jar.clear('test.com', undefined, 'key')).toThrow(TypeError);
  });

  it('B-COOK-12 asks its policy what to accept and what to return', () => {
    const jar = new RequestsCookieJar({
      setOk: ({ name }) => name !== 'track',
      returnOk: ({ name }) => name !== 'quiet',
    });
    jar.storeSetCookie('https://a.example/', ['track=1', 'a=1', 'quiet=1']);
    expect(jar.keys()).toEqual(['a', 'quiet']);
    expect(jar.getCookieHeader('https://a.example/')).toBe('a=1');
    jar.setPolicy({ setOk: () => false });
    jar.storeSetCookie('https://a.example/', ['b=1']);
    expect(jar.has('b')).toBe(false);
    expect(jar.getCookieHeader('https://a.example/')).toBe('a=1; quiet=1');
    expect(() => jar.setPolicy({ setOk: true } as never)).toThrow(TypeError);
  });

  it('B-COOK-12 lets its policy change the jar while it is asked', () => {
    const jar = new RequestsCookieJar({
      returnOk: ({ name }) => {
        jar.clear();
        return name === 'b';
      },
    });
    jar.storeSetCookie('https://a.example/', ['a=1; Max-Age=100', 'b=1']);
    expect(jar.getCookieHeader('https://a.example/')).toBe('b=1');
    expect([jar.size, jar.getCookieHeader('https://a.example/')]).toEqual([0, undefined]);
  });

  it('B-COOK-13 is equal when names and values are', () => {
    const jar = new RequestsCookieJar();
    jar.set('a', '1', { domain: 'a.example' });
    const other = new RequestsCookieJar();
    other.set('a', '1', { domain: 'b.example' });
    expect(jar.equals(other)).toBe(true);
    expect(jar.equals({ a: '1' })).toBe(true);
    expect(jar.equals({ a: '2' })).toBe(false);
    expect(jar.equals({ a: '1', b: '1' })).toBe(false);
  });

  it('M156 prints as Requests does', () => {
    const jar = new RequestsCookieJar();
    expect(inspect(jar)).toBe('<RequestsCookieJar[]>');
    expect(String(jar)).toBe('<RequestsCookieJar[]>');
    expect(inspect({ cookies: spread() })).toContain(
      '<RequestsCookieJar[<Cookie some_cookie for />, <Cookie key for test.com/>',
    );
  });

  it('[A14] shows no value in any rendering', () => {
    const jar = new RequestsCookieJar();
    const cookie = jar.set('sid', 'canary', { domain: 'a.example' });
    const options = { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true } as const;
    for (const shown of [jar, cookie, [...jar], { jar, cookie }]) {
      for (const text of [
        inspect(shown, options),
        JSON.stringify(shown),
        String(shown),
        inspect(structuredClone(Object(shown) as object)),
      ]) {
        expect(text).not.toContain('canary');
      }
    }
    expect(JSON.parse(JSON.stringify(jar))).toEqual([
      {
        name: 'sid',
        value: '[redacted]',
        domain: 'a.example',
        path: '/',
        secure: false,
        httpOnly: false,
        sameSite: null,
        expires: null,
      },
    ]);
  });

  it('[A14] escapes what a server wrote into a name or path', () => {
    const jar = new RequestsCookieJar();
    jar.storeSetCookie('https://a.example/', ['\x9b31m=1; Path=/\x9b']);
    expect(inspect(jar)).toBe('<RequestsCookieJar[<Cookie \\x9b31m for a.example/\\x9b>]>');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'get', '__defineGetter__'])(
    '[J02] keeps a cookie named %s as any other',
    (name) => {
      const before = Object.getOwnPropertyNames(Object.prototype);
      const jar = new RequestsCookieJar();
      jar.storeSetCookie(`https://${name.replaceAll('_', 'x')}.example/`, [`${name}=1; Path=/${name}`]);
      jar.set(name, '2');
      expect(jar.get(name, { path: `/${name}` })).toBe('1');
      expect(jar.getDict()[name]).toBe('2');
      expect(Object.keys(jar.getDict())).toEqual([name]);
      expect(RequestsCookieJar.deserialize(jar.serialize()).values().toSorted()).toEqual(['1', '2']);
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    },
  );

  it('[J02] has no value under a name that no cookie has', () => {
    expect(new RequestsCookieJar().getDict().constructor).toBeUndefined();
  });

  it('[J01] reads own options only', () => {
    const jar = spread();
    Object.assign(Object.prototype, { domain: 'evil.test', default: 'evil' });
    try {
      expect(jar.get('some_cookie')).toBe('some_value');
      expect(jar.get('nope')).toBeUndefined();
      expect(jar.has('key1')).toBe(true);
      expect(jar.delete('key1')).toBe(true);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'domain');
      Reflect.deleteProperty(Object.prototype, 'default');
    }
  });

  it('[I04] refuses a cookie of yours that no server would take', () => {
    const jar = new RequestsCookieJar();
    expect(() => jar.set('a', 'x'.repeat(4096))).toThrow(RangeError);
    expect(jar.set('a', 'x'.repeat(4095)).value).toHaveLength(4095);
    expect(
      new RequestsCookieJar({ maxCookieSize: Number.POSITIVE_INFINITY }).set('a', 'x'.repeat(1e5)).value,
    ).toHaveLength(1e5);
  });
});

describe('policy of a jar', () => {
  it('refuses unknown keys, wrong types, and an object whose methods would not be seen', () => {
    class Strict {
      setOk(): boolean {
        return false;
      }
    }
    expect(() => new RequestsCookieJar(new Strict() as never)).toThrow('plain object');
    expect(() => new RequestsCookieJar({ maxCookie: 1 } as never)).toThrow(/unknown option 'maxCookie'/);
    expect(() => new RequestsCookieJar({ maxCookies: -1 })).toThrow(RangeError);
    expect(() => new RequestsCookieJar({ maxAge: '1' as never })).toThrow(RangeError);
    expect(() => new RequestsCookieJar({ now: 5 as never })).toThrow(TypeError);
    expect(new RequestsCookieJar(Object.assign(Object.create(null), { maxCookies: 1 })).getPolicy().maxCookies).toBe(1);
  });

  it('fills in the limits of curl', () => {
    expect(new RequestsCookieJar().getPolicy()).toMatchObject({
      maxPerResponse: 50,
      maxPerDomain: 180,
      maxCookies: 3000,
      maxCookieSize: 4096,
      maxAttributeSize: 1024,
      maxLineSize: 5000,
      maxSentCookies: 150,
      maxHeaderSize: 8190,
      maxAge: 34_560_000,
      allowSecureOnLocal: false,
    });
  });
});
