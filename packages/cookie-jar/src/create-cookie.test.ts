import { describe, expect, it } from 'vitest';
import { createCookie, RequestsCookieJar } from './index.ts';

describe('createCookie', () => {
  it('B-COOK-14 fills in the defaults of Requests', () => {
    const cookie = createCookie('name', 'value');
    expect(cookie.toFields()).toEqual({
      name: 'name',
      value: 'value',
      version: 0,
      port: null,
      domain: '',
      path: '/',
      secure: false,
      expires: null,
      discard: true,
      comment: null,
      commentUrl: null,
      rest: { HttpOnly: null },
      rfc2109: false,
      httpOnly: false,
      sameSite: null,
      boundTo: null,
      hostOnly: false,
      domainSpecified: false,
      domainInitialDot: false,
      pathSpecified: true,
    });
    expect(cookie.portSpecified).toBe(false);
  });

  it('B-COOK-14 derives its flags from the options', () => {
    const cookie = createCookie('a', '1', { domain: '.Example.COM', port: '80,8080', expires: 5 });
    expect(cookie).toMatchObject({
      domain: 'example.com',
      domainSpecified: true,
      domainInitialDot: true,
      portSpecified: true,
      discard: false,
    });
    expect(createCookie('a', '1', { domain: 'example.com' }).domainInitialDot).toBe(false);
  });

  it('B-COOK-03/14 refuses an unknown option', () => {
    expect(() => createCookie('a', '1', { bad: true } as never)).toThrow(TypeError);
    expect(() => new RequestsCookieJar().set('a', '1', { max_age: 1 } as never)).toThrow(/unknown option 'max_age'/);
  });

  it('S16 keeps what has no effect here', () => {
    const options = {
      version: 1,
      comment: 'c',
      commentUrl: 'http://c.test/',
      rest: { Priority: 'High' },
      rfc2109: true,
      discard: false,
    };
    expect(createCookie('a', '1', options)).toMatchObject(options);
  });

  it('takes a Date for expires and hands out seconds', () => {
    expect(createCookie('a', '1', { expires: new Date(1500) }).expires).toBe(1.5);
    expect(createCookie('a', '1', { expires: 12 }).expires).toBe(12);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, new Date(Number.NaN), 'tomorrow'])(
    'refuses expires: %s',
    (expires) => {
      expect(() => createCookie('a', '1', { expires: expires as number })).toThrow(TypeError);
    },
  );

  it.each(['localhost', '127.0.0.1', '[::1]', 'co.uk', 'github.io', 'intranet'])(
    '[I01] makes a cookie for %s host-only: nothing may lie below it',
    (domain) => {
      expect(createCookie('a', '1', { domain }).hostOnly).toBe(true);
      expect(createCookie('a', '1', { domain, hostOnly: false }).hostOnly).toBe(true);
    },
  );

  it.each(['example.com', 'b.co.uk', 'a.localhost', 'printer.local', 'service.test'])(
    'lets a cookie for %s go to subdomains',
    (domain) => {
      expect(createCookie('a', '1', { domain }).hostOnly).toBe(false);
      expect(createCookie('a', '1', { domain, hostOnly: true }).hostOnly).toBe(true);
    },
  );

  it.each(['a b', 'a;b', 'a/b', '..example.com', '.', '.example.com.', 'a..b', '300.1.1.1', 'x\n'])(
    '[D06] refuses the domain %j',
    (domain) => {
      expect(() => createCookie('a', '1', { domain })).toThrow(TypeError);
    },
  );

  it('[C03] files an international domain under its A-label, whatever its case', () => {
    expect(createCookie('a', '1', { domain: 'BÜCHER.example' }).domain).toBe('xn--bcher-kva.example');
    expect(() => createCookie('a', '1', { domain: 'xn--a.example' })).toThrow(TypeError);
    expect(() => createCookie('a', '1', { domain: 'a。example' })).toThrow(TypeError);
  });

  it.each(['', 'a b', 'a=b', 'a;b', 'a,b', 'a\tb', 'a\x00', 'a\r', 'a\n', 'a\x7f', 'aĀ', '\xa0'])(
    '[D06] refuses the name %j',
    (name) => {
      expect(() => createCookie(name, '1')).toThrow(TypeError);
    },
  );

  it('[D06] refuses exactly the bytes that would end a value early or break the header', () => {
    const refused: number[] = [];
    for (let code = 0; code <= 0x101; code++) {
      try {
        createCookie('a', `x${String.fromCharCode(code)}y`);
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
        refused.push(code);
      }
    }
    const controls = [...Array.from({ length: 32 }, (_, code) => code), 0x3b, 0x7f, 0x100, 0x101];
    expect(refused).toEqual(controls);
  });

  it('[D06] does not let a value add attributes', () => {
    const jar = new RequestsCookieJar();
    expect(() => jar.set('a', 'x; Path=/; Domain=evil')).toThrow(TypeError);
    expect(jar.size).toBe(0);
  });

  it.each(['x', '/a;b', '/a\nb', '/ā'])('[D06] refuses the path %j', (path) => {
    expect(() => createCookie('a', '1', { path })).toThrow(TypeError);
  });

  it('B-COOK-19 refuses a value that is no string', () => {
    expect(() => createCookie('a', 1 as never)).toThrow(/must be a string, not number/);
    expect(() => createCookie(1 as never, 'a')).toThrow(TypeError);
    expect(() => createCookie('a', '1', { domain: 5 as never })).toThrow(TypeError);
  });

  it('[A14] shows no value in its errors', () => {
    expect(() => createCookie('a', 'secret;')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('secret') }),
    );
  });

  it.each(['__Secure-a', '__secure-a', '__Host-a', '__HOST-a'])(
    '[I03] makes %s Secure, as its name promises',
    (name) => {
      expect(createCookie(name, '1').secure).toBe(true);
      expect(() => createCookie(name, '1', { secure: false })).toThrow(/prefix promises/);
    },
  );

  it('[I03] gives __Host- cookies neither path nor subdomains', () => {
    expect(createCookie('__Host-a', '1', { domain: 'example.com' }).hostOnly).toBe(true);
    expect(() => createCookie('__Host-a', '1', { path: '/x' })).toThrow(TypeError);
    expect(() => createCookie('__host-a', '1', { domain: '.example.com' })).toThrow(TypeError);
    expect(createCookie('__Secure-a', '1', { path: '/x', domain: '.example.com' }).hostOnly).toBe(false);
    expect(createCookie('__Hosta', '1').secure).toBe(false);
  });

  it('[I03] refuses SameSite=None without Secure', () => {
    expect(() => createCookie('a', '1', { sameSite: 'none' })).toThrow(TypeError);
    expect(createCookie('a', '1', { sameSite: 'none', secure: true }).sameSite).toBe('none');
  });

  it('[J01] reads own options only', () => {
    Object.assign(Object.prototype, { domain: 'evil.test', secure: true });
    try {
      expect(createCookie('a', '1')).toMatchObject({ domain: '', secure: false });
    } finally {
      Reflect.deleteProperty(Object.prototype, 'domain');
      Reflect.deleteProperty(Object.prototype, 'secure');
    }
  });
});
