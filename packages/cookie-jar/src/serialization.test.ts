import { describe, expect, it } from 'vitest';
import {
  CookieLoadError,
  type CookiePolicy,
  type CookieRefusal,
  createCookie,
  ForgetfulCookieJar,
  RequestsCookieJar,
} from './index.ts';

const url = 'https://www.example.com/x/y';

function load(text: string, policy: CookiePolicy = {}): { jar: RequestsCookieJar; refusals: CookieRefusal[] } {
  const refusals: CookieRefusal[] = [];
  return {
    jar: RequestsCookieJar.deserialize(text, { ...policy, onRefused: (refusal) => refusals.push(refusal) }),
    refusals,
  };
}

/** One saved cookie with some fields replaced. */
function saved(fields: Record<string, unknown>): string {
  const cookie = createCookie('a', '1', { domain: 'example.com' }).toFields();
  return JSON.stringify({ version: 1, cookies: [{ ...cookie, ...fields }] });
}

describe('serialize and deserialize', () => {
  it('B-COOK-13 [I05 CVE-2026-54279] restores every cookie as it was: host-only, HttpOnly, SameSite, binding and order', () => {
    const jar = new RequestsCookieJar();
    jar.storeSetCookie(url, [
      'a=1',
      'b="q"; Domain=example.com; Path=/x; HttpOnly; SameSite=Lax',
      'c=1; Secure; Max-Age=60',
      'bare',
    ]);
    jar.set('free', '1', { port: '443', comment: 'hi', rest: { x: null } });
    jar.set('bound', '1', { path: '/x' });
    jar.getCookieHeader('https://elsewhere.example/x');
    jar.set('free', '2');
    jar.set('seed', '1', { domain: 'example.com' });
    const restored = RequestsCookieJar.deserialize(jar.serialize());
    expect([...restored].map((cookie) => cookie.toFields())).toEqual([...jar].map((cookie) => cookie.toFields()));
    expect(restored.getCookieHeader(url)).toBe(jar.getCookieHeader(url));
    expect(restored.getCookieHeader('https://sub.www.example.com/x/y')).toBe('b="q"; seed=1');
  });

  it('[A14] is the explicit form: toJSON and the errors of loading show no value', () => {
    const jar = new RequestsCookieJar();
    jar.set('sid', 'canary');
    expect(jar.serialize()).toContain('canary');
    expect(JSON.stringify(jar)).not.toContain('canary');
    for (const text of ['canary', '{"canary":', saved({ value: { canary: 1 } }), '"canary"']) {
      expect(() => load(text)).toThrow(expect.not.objectContaining({ message: expect.stringContaining('canary') }));
    }
  });

  it('B-COOK-13 restores into a jar of the same kind and policy', () => {
    const jar = new RequestsCookieJar({ maxCookies: 2 });
    jar.set('a', '1');
    const restored = new RequestsCookieJar({ maxCookies: 1 }).deserialize(jar.serialize());
    expect([restored.getDict(), restored.getPolicy().maxCookies]).toEqual([{ a: '1' }, 1]);
    expect(new ForgetfulCookieJar().deserialize(jar.serialize())).toBeInstanceOf(ForgetfulCookieJar);
    expect(new ForgetfulCookieJar().deserialize(jar.serialize()).size).toBe(0);
  });

  it('leaves out what has expired, when saving and when loading', () => {
    let now = 0;
    const clock = { now: () => now };
    const jar = new RequestsCookieJar(clock);
    jar.storeSetCookie(url, ['a=1; Max-Age=1', 'b=1; Max-Age=2', 'c=1']);
    const early = jar.serialize();
    now = 1000;
    expect(RequestsCookieJar.deserialize(jar.serialize(), clock).keys()).toEqual(['b', 'c']);
    now = 2000;
    expect(RequestsCookieJar.deserialize(early, clock).keys()).toEqual(['c']);
  });

  it.each([
    '',
    'null',
    '[]',
    '1',
    '{}',
    '{"version":1}',
    '{"version":2,"cookies":[]}',
    '{"version":1,"cookies":{}}',
    '{"version":1,"cookies":[1]}',
    '{"version":1,"cookies":[null]}',
    '{"version":1,"cookies":[[]]}',
    '{"version":1,"cookies":[{}]}',
    '{"version":1,"cookies":[{"name":"a"}]}',
    '{"__proto__":{"version":1,"cookies":[]}}',
    '{"version":1,"cookies":[{"__proto__":{"name":"a","value":"1"}}]}',
    '{"version":1,"cookies":[',
    '{"version":1,"cookies":[]}x',
  ])('[I05 CVE-2026-34993] refuses %s with a typed error', (text) => {
    expect(() => RequestsCookieJar.deserialize(text)).toThrow(CookieLoadError);
    expect(() => RequestsCookieJar.deserialize(text)).toThrow(
      expect.objectContaining({ name: 'CookieLoadError', code: 'ERR_COOKIE_LOAD' }),
    );
  });

  it('refuses what is no text', () => {
    expect(() => RequestsCookieJar.deserialize({ version: 1, cookies: [] } as never)).toThrow(TypeError);
  });

  it.each([
    ['name', 1],
    ['value', 1],
    ['domain', null],
    ['boundTo', 1],
    ['hostOnly', 'true'],
    ['path', {}],
    ['secure', 1],
    ['httpOnly', null],
    ['sameSite', 'Laxx'],
    ['expires', 'soon'],
    ['port', 80],
    ['version', '1'],
    ['comment', []],
    ['rest', []],
    ['rest', { a: 1 }],
    ['discard', 0],
  ])('[I05] refuses the wrong type in %s', (field, value) => {
    expect(() => load(saved({ [field]: value }))).toThrow(`Cookie 0: '${field}' has the wrong type`);
  });

  it.each([
    [{ domain: 'co.uk', hostOnly: false }, 'public-suffix'],
    [{ domain: 'localhost', hostOnly: false }, 'public-suffix'],
    [{ domain: '127.0.0.1', hostOnly: false }, 'public-suffix'],
    [{ domain: 'a b' }, 'invalid-domain'],
    [{ domain: 'x\n.evil' }, 'invalid-domain'],
    [{ domain: '', boundTo: 'a\tb' }, 'invalid-domain'],
    [{ domain: '', boundTo: 'UPPER.example' }, 'invalid-domain'],
    [{ name: '' }, 'no-name'],
    [{ name: 'a=b' }, 'bad-character'],
    [{ name: 'a;b' }, 'bad-character'],
    [{ name: 'a\n' }, 'bad-character'],
    [{ name: ' a' }, 'bad-character'],
    [{ value: 'x;y' }, 'bad-character'],
    [{ value: 'x\r\nSet-Cookie: y' }, 'bad-character'],
    [{ value: 'Ā' }, 'bad-character'],
    [{ path: '/\t' }, 'bad-character'],
    [{ path: '/;' }, 'bad-character'],
    [{ path: 'x' }, 'malformed'],
    [{ path: `/${'x'.repeat(1024)}` }, 'malformed'],
    [{ value: 'x'.repeat(4096) }, 'cookie-too-large'],
    [{ name: '__Host-a' }, 'prefix'],
    [{ name: '__host-a', secure: true }, 'prefix'],
    [{ name: '__Secure-a' }, 'prefix'],
    [{ sameSite: 'none' }, 'same-site-none'],
  ])('[I05] checks a saved cookie by the rules for responses: %j is %s', (fields, reason) => {
    const { jar, refusals } = load(saved(fields));
    expect(jar.size).toBe(0);
    expect(refusals.map((refusal) => refusal.reason)).toEqual([reason]);
  });

  it('[I05] drops unknown fields, and those that a polluted prototype brings', () => {
    Object.assign(Object.prototype, { sameSite: 'strict', port: '1' });
    try {
      const fields = { ...createCookie('a', '1').toFields(), evil: 1, sameSite: undefined, port: undefined };
      const { jar } = load(JSON.stringify({ version: 1, cookies: [fields] }));
      expect([...jar][0]).toMatchObject({ sameSite: null, port: null });
      expect([...jar][0]!.toFields()).not.toHaveProperty('evil');
    } finally {
      Reflect.deleteProperty(Object.prototype, 'sameSite');
      Reflect.deleteProperty(Object.prototype, 'port');
    }
  });

  it('[I05] keeps a host-only cookie host-only, and one that claims to be bound and to have a domain in its domain', () => {
    const { jar } = load(saved({ hostOnly: true, boundTo: 'evil.example' }));
    expect([...jar][0]).toMatchObject({ hostOnly: true, boundTo: null, domain: 'example.com' });
    expect(jar.getCookieHeader('https://sub.example.com/')).toBeUndefined();
  });

  it('[I04] [I05] refuses more cookies than the policy allows instead of reading a part', () => {
    const jar = new RequestsCookieJar();
    for (let n = 0; n < 3001; n++) jar.set(`c${n}`, '1', { domain: `h${n}.example` });
    expect(() => RequestsCookieJar.deserialize(jar.serialize())).toThrow(
      /3001 cookies, more than 3000: raise maxCookies/,
    );
    expect(RequestsCookieJar.deserialize(jar.serialize(), { maxCookies: 3001 }).size).toBe(3001);
  });

  it('[I04] [I05] keeps to the limit per domain, for server names only', () => {
    const jar = new RequestsCookieJar();
    for (let n = 0; n < 181; n++) jar.set(`c${n}`, '1', { domain: 'example.com' });
    for (let n = 0; n < 181; n++) jar.set(`c${n}`, '1');
    const { jar: restored, refusals } = load(jar.serialize());
    expect(restored.size).toBe(361);
    expect(refusals).toEqual([{ reason: 'evicted', name: 'c0', domain: 'example.com' }]);
  });

  it('[I05] reads 10 MB without harm', () => {
    const large = JSON.stringify({
      version: 1,
      cookies: [{ ...createCookie('a', '1').toFields(), value: 'x'.repeat(10_000_000) }],
    });
    expect(load(large).refusals).toMatchObject([{ reason: 'cookie-too-large' }]);
  });
});
