import { Headers, Request } from '@requests-ts/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  addDictToCookiejar,
  type Cookie,
  cookiejarFromDict,
  dictFromCookiejar,
  extractCookiesToJar,
  getCookieHeader,
  mergeCookies,
  RequestsCookieJar,
  removeCookieByName,
} from './index.ts';

/** A jar of another kind, with the least that one can do. */
class ForeignJar implements Iterable<Cookie> {
  readonly cookies: Cookie[] = [];

  setCookie(cookie: Cookie): void {
    this.cookies.push(cookie);
  }

  [Symbol.iterator](): Iterator<Cookie> {
    return this.cookies[Symbol.iterator]();
  }
}

describe('cookiejarFromDict', () => {
  it('B-COOK-15 M159 makes a jar from a mapping, an empty one from null', () => {
    expect(cookiejarFromDict({ a: '1', b: '2' }).getDict()).toEqual({ a: '1', b: '2' });
    expect(cookiejarFromDict(null)).toBeInstanceOf(RequestsCookieJar);
    expect(cookiejarFromDict(null).size).toBe(0);
  });

  it('B-COOK-15 fills a given jar, and keeps names already there unless it overwrites', () => {
    const jar = cookiejarFromDict({ a: '1' });
    expect(cookiejarFromDict({ a: '2', b: '2' }, jar, false)).toBe(jar);
    expect(jar.getDict()).toEqual({ a: '1', b: '2' });
    cookiejarFromDict({ a: '3' }, jar);
    expect(jar.getDict()).toEqual({ a: '3', b: '2' });
    expectTypeOf(cookiejarFromDict({}, new ForeignJar())).toEqualTypeOf<ForeignJar>();
  });
});

describe('mergeCookies', () => {
  it('B-COOK-16 S16 adds only missing names of a mapping', () => {
    const jar = new RequestsCookieJar();
    jar.set('a', '1', { domain: 'a.example' });
    expect(mergeCookies(jar, { a: '2', b: '2', none: null })).toBe(jar);
    expect(jar.items()).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  it('B-COOK-16 overwrites equal domain, path and name from a jar', () => {
    const jar = cookiejarFromDict({ a: '1', b: '1' });
    const other = cookiejarFromDict({ a: '2' });
    other.set('b', '2', { path: '/p' });
    mergeCookies(jar, other);
    expect(jar.items()).toEqual([
      ['a', '2'],
      ['b', '1'],
      ['b', '2'],
    ]);
  });

  it('B-COOK-16 changes nothing for null and refuses a target that is no jar', () => {
    const jar = cookiejarFromDict({ a: '1' });
    expect(mergeCookies(jar, null).getDict()).toEqual({ a: '1' });
    for (const target of [{}, null, 'x', new Map()]) expect(() => mergeCookies(target as never, {})).toThrow(TypeError);
  });
});

describe('addDictToCookiejar and dictFromCookiejar', () => {
  it('B-COOK-18 M159 work with a jar of ours', () => {
    const jar = cookiejarFromDict({ a: '1' });
    expect(addDictToCookiejar(jar, { a: '2', b: '2' })).toBe(jar);
    expect(dictFromCookiejar(jar)).toEqual({ a: '2', b: '2' });
  });

  it('B-COOK-18 work with a foreign jar', () => {
    const jar = addDictToCookiejar(new ForeignJar(), { a: '1' });
    expect(jar.cookies.map(String)).toEqual(['<Cookie a for />']);
    expect(dictFromCookiejar(mergeCookies(jar, { a: '2', b: '2' }))).toEqual({ a: '1', b: '2' });
    expect(dictFromCookiejar(mergeCookies(jar, cookiejarFromDict({ b: '3' })))).toEqual({ a: '1', b: '3' });
  });
});

describe('removeCookieByName', () => {
  it('B-COOK-18 removes everywhere, or in one domain and path', () => {
    const jar = new RequestsCookieJar();
    for (const domain of ['a.example', 'b.example'])
      for (const path of ['/', '/p']) jar.set('x', '1', { domain, path });
    removeCookieByName(jar, 'x', 'a.example', '/p');
    expect(jar.size).toBe(3);
    removeCookieByName(jar, 'x', 'a.example');
    expect(jar.listDomains()).toEqual(['b.example']);
    removeCookieByName(jar, 'x');
    removeCookieByName(jar, 'x');
    expect(jar.size).toBe(0);
  });
});

describe('getCookieHeader', () => {
  it('B-COOK-18 gives the header of a request, or null', () => {
    const jar = new RequestsCookieJar();
    jar.set('a', '1', { domain: 'a.example', path: '/x' });
    expect(getCookieHeader(jar, new Request('GET', 'https://a.example/x?y').prepare())).toBe('a=1');
    expect(getCookieHeader(jar, new Request('GET', 'https://a.example/').prepare())).toBeNull();
    expect(
      getCookieHeader(jar, new Request('GET', 'https://a.example/x', { headers: { cookie: 'b=2' } }).prepare()),
    ).toBeNull();
  });

  it('B-COOK-26 goes by a Host header of yours', () => {
    const jar = new RequestsCookieJar();
    jar.set('a', '1', { domain: 'a.example' });
    expect(
      getCookieHeader(jar, new Request('GET', 'https://127.0.0.1/', { headers: { Host: 'a.example:81' } }).prepare()),
    ).toBe('a=1');
    expect(
      getCookieHeader(jar, new Request('GET', 'https://a.example/', { headers: { Host: 'b.example' } }).prepare()),
    ).toBeNull();
  });
});

describe('extractCookiesToJar', () => {
  it('B-COOK-18 B-COOK-26 stores what a response set, by the host that was asked', () => {
    const jar = new RequestsCookieJar();
    const request = new Request('GET', 'https://127.0.0.1/', { headers: { Host: 'a.example' } }).prepare();
    const headers = new Headers([
      ['Set-Cookie', 'a=1'],
      ['set-cookie', 'b=2; Path=/b'],
    ]);
    extractCookiesToJar(jar, request, { headers });
    expect([...jar].map(String)).toEqual(['<Cookie a for a.example/>', '<Cookie b for a.example/b>']);
  });

  it('B-COOK-18 does nothing without real response headers', () => {
    const jar = new RequestsCookieJar();
    const request = new Request('GET', 'https://a.example/').prepare();
    for (const response of [null, {}, { headers: null }, { headers: new Headers() }])
      extractCookiesToJar(jar, request, response);
    expect(jar.size).toBe(0);
  });
});
