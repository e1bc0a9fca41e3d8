import { describe, expect, it } from 'vitest';
import { type CookiePolicy, type CookieRefusal, RequestsCookieJar } from './index.ts';

/** A jar that tells what it refused. */
function strictJar(policy: CookiePolicy = {}): {
  jar: RequestsCookieJar;
  refused: string[];
  refusals: CookieRefusal[];
} {
  const refusals: CookieRefusal[] = [];
  const refused: string[] = [];
  const jar = new RequestsCookieJar({
    ...policy,
    onRefused: (refusal) => {
      refusals.push(refusal);
      refused.push(refusal.reason);
    },
  });
  return { jar, refused, refusals };
}

function stored(url: string, line: string, policy: CookiePolicy = {}): string {
  const { jar, refused } = strictJar(policy);
  jar.storeSetCookie(url, [line]);
  const [cookie] = jar;
  return cookie ? `${cookie.hostOnly ? '' : '.'}${cookie.domain}` : refused.join();
}

/** Processor time, which other processes do not lengthen. */
function measureCpu(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

describe('storing the cookies of a response', () => {
  it('B-COOK-27 takes the host and the directory of the path by default', () => {
    const { jar } = strictJar();
    jar.storeSetCookie('https://a.example/x/y/z?q=/1/2#/3', ['a=1']);
    jar.storeSetCookie('https://a.example', ['b=1']);
    jar.storeSetCookie('https://a.example/x', ['c=1']);
    jar.storeSetCookie('https://a.example/x/', ['d=1; Path=']);
    jar.storeSetCookie('https://a.example/x/y/', ['e=1; Path=relative']);
    expect([...jar].map(String)).toEqual([
      '<Cookie a for a.example/x/y>',
      '<Cookie e for a.example/x/y>',
      '<Cookie b for a.example/>',
      '<Cookie c for a.example/>',
      '<Cookie d for a.example/x>',
    ]);
    expect([...jar].every((cookie) => cookie.hostOnly && !cookie.pathSpecified && !cookie.domainSpecified)).toBe(true);
  });

  it('B-COOK-27 accepts a foreign Path and refuses a foreign Domain', () => {
    expect(stored('https://a.example/x', 'a=1; Path=/y/z')).toBe('a.example');
    expect(stored('https://a.example/x', 'a=1; Domain=b.example')).toBe('foreign-domain');
  });

  it.each([
    ['co.uk', 'public-suffix'],
    ['.co.uk', 'public-suffix'],
    ['CO.UK', 'public-suffix'],
    ['co.uk.', 'invalid-domain'],
    ['uk', 'public-suffix'],
    ['UK.', 'invalid-domain'],
    ['github.io', 'foreign-domain'],
    ['com.', 'invalid-domain'],
    ['b.co.uk', '.b.co.uk'],
    ['B.Co.Uk', '.b.co.uk'],
    ['.b.co.uk', '.b.co.uk'],
    ['..b.co.uk', 'invalid-domain'],
    ['b.co.uk.', 'invalid-domain'],
    ['a.b.co.uk', '.a.b.co.uk'],
    ['x.a.b.co.uk', 'foreign-domain'],
    ['.', 'invalid-domain'],
    ['', 'a.b.co.uk'],
    ['xn--85x722f.com.cn', 'foreign-domain'],
    ['127.0.0.1', 'foreign-domain'],
    ['[::1]', 'foreign-domain'],
    ['1.2', 'invalid-domain'],
    ['co .uk', 'invalid-domain'],
    ['b.co.uk,evil.example', 'invalid-domain'],
    ['b.co.uk/x', 'invalid-domain'],
  ])('[I01 CVE-2014-3620 CVE-2022-27779 CVE-2023-46218] Domain=%s from a.b.co.uk: %s', (domain, result) => {
    expect(stored('https://a.b.co.uk/', `a=1; Domain=${domain}`)).toBe(result);
  });

  it.each([
    ['https://github.io/', 'github.io', 'github.io'],
    ['https://me.github.io/', 'github.io', 'public-suffix'],
    ['https://me.github.io/', 'me.github.io', '.me.github.io'],
    ['https://xn--55qx5d.cn/', 'xn--55qx5d.cn', 'xn--55qx5d.cn'],
    ['https://a.xn--55qx5d.cn/', 'xn--55qx5d.cn', 'public-suffix'],
    ['https://com/', 'com', 'com'],
    ['http://localhost/', 'localhost', 'localhost'],
    ['http://a.localhost/', 'localhost', 'public-suffix'],
    ['http://b.a.localhost/', 'a.localhost', '.a.localhost'],
    ['http://intranet/', 'intranet', 'intranet'],
    ['http://printer.local/', 'local', 'public-suffix'],
    ['http://printer.local/', 'printer.local', '.printer.local'],
    ['http://a.service.test/', 'service.test', '.service.test'],
    ['http://a.service.test/', 'test', 'public-suffix'],
    ['http://127.0.0.1/', '127.0.0.1', '127.0.0.1'],
    ['http://127.0.0.1/', '0.0.1', 'invalid-domain'],
    ['http://127.0.0.1/', '127.0.0.2', 'foreign-domain'],
    ['http://[::1]/', '[::1]', '[::1]'],
    ['http://[::1]/', '::1', 'invalid-domain'],
    ['http://example.com./', 'example.com', 'foreign-domain'],
    ['http://example.com/', 'example.com.', 'invalid-domain'],
  ])('[I01] [I02 CVE-2014-3613] [C03] B-DIFF-33 from %s with Domain=%s: %s', (url, domain, result) => {
    expect(stored(url, `a=1; Domain=${domain}`)).toBe(result);
  });

  it('[C03] knows a host by its A-label, and one with a trailing dot as another one', () => {
    const { jar } = strictJar();
    jar.storeSetCookie('http://bücher.example/', ['a=1']);
    expect(jar.getCookieHeader('http://xn--bcher-kva.example/')).toBe('a=1');
    expect(jar.getCookieHeader('http://xn--bcher-kva.example./')).toBeUndefined();
    jar.storeSetCookie('http://dot.example./', ['b=1']);
    expect(jar.getCookieHeader('http://dot.example/')).toBeUndefined();
    expect(jar.getCookieHeader('http://dot.example./')).toBe('b=1');
  });

  it.each([
    'mailto:me@a.example',
    'http:///x',
    'http://a b/',
    'nonsense',
    'http+unix://%2Ftmp%2Fsock/x',
    'http://a..b/',
  ])('stores and sends nothing for %s, which has no host for cookies', (url) => {
    const jar = new RequestsCookieJar();
    jar.set('a', '1');
    jar.storeSetCookie(url, ['b=1']);
    expect(jar.keys()).toEqual(['a']);
    expect(jar.getCookieHeader(url)).toBeUndefined();
  });

  it('files a cookie by the host behind userinfo, in lower case', () => {
    expect(stored('https://user:p@ss@A.Example:8443/', 'a=1')).toBe('a.example');
    expect(stored('https://good.example@evil.example/', 'a=1')).toBe('evil.example');
  });

  it('B-COOK-28 lets Max-Age beat Expires, and deletes by a past expiry or Max-Age of at most 0', () => {
    const now = Date.UTC(2030, 0, 1);
    const jar = new RequestsCookieJar({ now: () => now });
    const past = 'Expires=Thu, 01-Jan-1970 00:00:01 GMT';
    const store = (...lines: string[]) => jar.storeSetCookie('https://a.example/', lines);
    store(`a=1; ${past}; Max-Age=60`, 'b=1', 'c=1', 'd=1');
    expect([...jar][0]!.expires).toBe(now / 1000 + 60);
    store(`b=2; ${past}`, 'c=2; Max-Age=0', 'd=2; Max-Age=-1; Expires=Thu, 01-Jan-2099 00:00:01 GMT');
    expect(jar.keys()).toEqual(['a']);
    store('e=1; Expires=whenever');
    expect([...jar][1]).toMatchObject({ name: 'e', expires: null, discard: true });
  });

  it('B-COOK-28 counts Max-Age from the response, however often the cookie is sent', () => {
    let now = 0;
    const jar = new RequestsCookieJar({ now: () => now });
    jar.storeSetCookie('https://a.example/', ['a=1; Max-Age=10']);
    for (now = 0; now < 10_000; now += 1000) expect(jar.getCookieHeader('https://a.example/')).toBe('a=1');
    expect(jar.getCookieHeader('https://a.example/')).toBeUndefined();
  });

  it('[I04] limits a life to 400 days', () => {
    const jar = new RequestsCookieJar({ now: () => 0 });
    jar.storeSetCookie('https://a.example/', [
      `a=1; Max-Age=1${'0'.repeat(30)}`,
      'b=1; Expires=Fri, 31-Dec-9999 23:59:59 GMT',
    ]);
    expect([...jar].map((cookie) => cookie.expires)).toEqual([34_560_000, 34_560_000]);
  });

  it('B-COOK-29 keeps quotes, and tells names by case', () => {
    const { jar } = strictJar();
    jar.storeSetCookie('https://a.example/', ['foo="bar:baz"', 'Foo=2', 'esc="x\\"y"', 'bare']);
    expect(jar.items()).toEqual([
      ['foo', '"bar:baz"'],
      ['Foo', '2'],
      ['esc', '"x\\"y"'],
      ['bare', ''],
    ]);
    expect(jar.getCookieHeader('https://a.example/')).toBe('foo="bar:baz"; Foo=2; esc="x\\"y"; bare');
    expect([...jar][3]!.valueless).toBe(true);
  });

  it('a new value keeps the place of the old one', () => {
    const { jar } = strictJar();
    jar.storeSetCookie('https://a.example/', ['a=1', 'b=1', 'a=2']);
    expect(jar.getCookieHeader('https://a.example/')).toBe('a=2; b=1');
  });

  it('tells of a cookie that it refuses by reason, name and host, never by value', () => {
    const { jar, refusals } = strictJar();
    jar.storeSetCookie('https://a.example/', ['sid=canary; Domain=b.example', 'canary\x00']);
    expect(refusals).toEqual([
      { reason: 'foreign-domain', name: 'sid', domain: 'a.example' },
      { reason: 'bad-character', name: undefined, domain: 'a.example' },
    ]);
  });

  describe('Secure, prefixes and SameSite', () => {
    it('[I03] takes a Secure cookie over https and wss only', () => {
      for (const scheme of ['https', 'wss']) expect(stored(`${scheme}://a.example/`, 'a=1; Secure')).toBe('a.example');
      for (const host of ['a.example', 'localhost', '127.0.0.1', '[::1]'])
        expect(stored(`http://${host}/`, 'a=1; Secure')).toBe('secure-over-plaintext');
    });

    it.each(['localhost', 'a.localhost', '127.0.0.1', '127.1.2.3', '[::1]'])(
      '[I03] sends a Secure cookie to http://%s when it is told to',
      (host) => {
        const jar = new RequestsCookieJar({ allowSecureOnLocal: true });
        jar.storeSetCookie(`http://${host}/`, ['a=1; Secure']);
        expect(jar.getCookieHeader(`http://${host}/`)).toBe('a=1');
        jar.setPolicy({});
        expect(jar.getCookieHeader(`http://${host}/`)).toBeUndefined();
        expect(jar.getCookieHeader(`https://${host}/`)).toBe('a=1');
      },
    );

    it('[I03] counts no other host as local', () => {
      expect(stored('http://a.example/', 'a=1; Secure', { allowSecureOnLocal: true })).toBe('secure-over-plaintext');
      expect(stored('http://127.evil.example/', 'a=1; Secure', { allowSecureOnLocal: true })).toBe(
        'secure-over-plaintext',
      );
      expect(stored('http://notlocalhost/', 'a=1; Secure', { allowSecureOnLocal: true })).toBe('secure-over-plaintext');
    });

    it.each([
      'sid=evil; Path=/app',
      'sid=evil; Path=/',
      'sid=evil; Path=/app/deeper',
      'sid=evil; Path=/app; Domain=example.com',
      'sid=evil; Path=/; Domain=www.example.com',
      'sid=; Path=/app; Max-Age=0',
    ])('[I03 CVE-2025-9086] plain http can neither replace, shadow nor delete a Secure cookie: %s', (line) => {
      const { jar, refused } = strictJar();
      jar.storeSetCookie('https://www.example.com/', ['sid=good; Secure; Path=/app']);
      jar.storeSetCookie('http://www.example.com/', [line]);
      expect(refused).toEqual(['shadows-secure']);
      expect(jar.getCookieHeader('https://www.example.com/app/deeper/x')).toBe('sid=good');
    });

    it.each([
      ['http://www.example.com/', 'other=1; Path=/app'],
      ['http://www.example.com/', 'sid=1; Path=/elsewhere'],
      ['http://www.example.org/', 'sid=1; Path=/app'],
      ['https://www.example.com/', 'sid=1; Path=/'],
    ])('[I03] lets %s set %s beside it', (url, line) => {
      const { jar, refused } = strictJar();
      jar.storeSetCookie('https://www.example.com/', ['sid=good; Secure; Path=/app']);
      jar.storeSetCookie(url, [line]);
      expect(refused).toEqual([]);
      expect(jar.size).toBe(2);
    });

    it('[I03] protects a Secure cookie only while it lives', () => {
      let now = 0;
      const jar = new RequestsCookieJar({ now: () => now });
      jar.storeSetCookie('https://a.example/', ['sid=good; Secure; Max-Age=1']);
      now = 1000;
      jar.storeSetCookie('http://a.example/', ['sid=new']);
      expect(jar.getCookieHeader('https://a.example/')).toBe('sid=new');
    });

    it.each([
      ['https://a.example/', '__Host-x=1; Secure; Path=/', 'a.example'],
      ['https://a.example/', '__host-x=1; Secure; Path=/', 'a.example'],
      ['https://a.example/', '__HOST-x=1; Secure; Path=/; Domain=a.example', 'prefix'],
      ['https://a.example/', '__host-x=1; Path=/', 'prefix'],
      ['https://a.example/', '__Host-x=1; Secure', 'prefix'],
      ['https://a.example/', '__Host-x=1; Secure; Path=/x', 'prefix'],
      ['https://a.example/', '__Secure-x=1; Secure; Domain=a.example', '.a.example'],
      ['https://a.example/', '__sEcUrE-x=1', 'prefix'],
      ['http://a.example/', '__Secure-x=1', 'prefix'],
      ['http://a.example/', '__Secure-x=1; Secure', 'secure-over-plaintext'],
      ['https://a.example/', '__Host-; Secure; Path=/x', 'prefix'],
      ['https://a.example/', '_Host-x=1', 'a.example'],
    ])('[I03] from %s: %s is %s', (url, line, result) => {
      expect(stored(url, line)).toBe(result);
    });

    it('[I03] refuses SameSite=None without Secure, keeps the attribute, and never withholds a cookie for it', () => {
      expect(stored('https://a.example/', 'a=1; SameSite=None')).toBe('same-site-none');
      const { jar } = strictJar();
      jar.storeSetCookie('https://a.example/', ['a=1; SameSite=None; Secure', 'b=1; SameSite=Strict; HttpOnly']);
      expect([...jar]).toMatchObject([
        { sameSite: 'none', secure: true },
        { sameSite: 'strict', httpOnly: true },
      ]);
      expect(jar.getCookieHeader('https://a.example/')).toBe('a=1; b=1');
    });
  });

  describe('limits', () => {
    it('[I04 CVE-2025-58186] [F12] reads 50 Set-Cookie lines per response', () => {
      const { jar, refused } = strictJar();
      jar.storeSetCookie(
        'https://a.example/',
        Array.from({ length: 51 }, (_, n) => `c${n}=1`),
      );
      expect(jar.size).toBe(50);
      expect(refused).toEqual(['too-many-in-response']);
    });

    it('[I04] keeps 180 cookies per domain: expired ones go first, then those without Secure, the least recently used of each', () => {
      let now = 0;
      const { jar, refusals } = strictJar({ maxPerDomain: 4, now: () => now });
      const store = (...lines: string[]) => jar.storeSetCookie('https://a.example/', lines);
      store('safe=1; Secure', 'old=1; Path=/old', 'used=1; Path=/used', 'dying=1; Max-Age=1');
      now = 5000;
      store('first=1');
      expect(jar.keys().toSorted()).toEqual(['first', 'old', 'safe', 'used']);
      expect(refusals).toEqual([]);
      jar.getCookieHeader('https://a.example/used');
      store('second=1');
      expect(jar.has('old')).toBe(false);
      jar.getCookieHeader('https://a.example/used');
      store('third=1', 'fourth=1', 'fifth=1');
      expect(jar.keys().toSorted()).toEqual(['fifth', 'fourth', 'safe', 'third']);
      expect(refusals.map(({ reason, name, domain }) => `${reason} ${name} ${domain}`)).toEqual([
        'evicted old a.example',
        'evicted used a.example',
        'evicted first a.example',
        'evicted second a.example',
      ]);
      jar.storeSetCookie('https://b.example/', ['b=1']);
      expect(jar.size).toBe(5);
    });

    it('[I04] keeps 3,000 cookies in all, by the same order', () => {
      const { jar, refused } = strictJar({ maxCookies: 3 });
      for (const host of ['a', 'b', 'c', 'd']) jar.storeSetCookie(`https://${host}.example/`, ['x=1']);
      expect(jar.listDomains()).toEqual(['b.example', 'c.example', 'd.example']);
      expect(refused).toEqual(['evicted']);
      expect(stored('https://a.example/', 'a=1', { maxCookies: 0 })).toBe('evicted');
    });

    it('[I04] does not empty a jar that you filled beyond the limits: one goes for one that comes', () => {
      const { jar } = strictJar({ maxCookies: 10 });
      for (let n = 0; n < 20; n++) jar.set(`c${n}`, '1', { domain: 'mine.example' });
      expect(jar.size).toBe(20);
      jar.storeSetCookie('https://a.example/', ['x=1', 'x=2']);
      expect(jar.size).toBe(20);
      expect(jar.get('x')).toBe('2');
    });

    it('[I04 CVE-2022-32205] survives 10,000 cookies in 200 responses: bounded jar, bounded header, quick', () => {
      const jar = new RequestsCookieJar();
      const cpuMs = measureCpu(() => {
        for (let response = 0; response < 200; response++) {
          const lines = Array.from(
            { length: 50 },
            (_, n) => `c${response}-${n}=${'v'.repeat(100)}; Domain=example.com`,
          );
          jar.storeSetCookie(`https://h${response}.example.com/`, lines);
        }
      });
      expect(jar.size).toBe(180);
      expect(jar.getCookieHeader('https://www.example.com/')!.length).toBeLessThanOrEqual(8190);
      expect(cpuMs / 200).toBeLessThan(50);
    });

    it('[I04] bounds a jar that is flooded from many domains', () => {
      const jar = new RequestsCookieJar();
      const lines = Array.from({ length: 50 }, (_, n) => `c${n}=1`);
      const cpuMs = measureCpu(() => {
        for (let host = 0; host < 200; host++) jar.storeSetCookie(`https://h${host}.example/`, lines);
      });
      expect(jar.size).toBe(3000);
      expect(cpuMs / 200).toBeLessThan(50);
    });

    it('[F12 CVE-2025-27209] takes adversarial integer-like names at the limit in less than 20 ms', () => {
      const jar = new RequestsCookieJar();
      const lines = Array.from({ length: 50 }, (_, n) => `${2 ** 31 + n * 2 ** 24}=${'9'.repeat(4000)}`);
      expect(measureCpu(() => jar.storeSetCookie('https://a.example/', lines))).toBeLessThan(20);
      expect(jar.size).toBe(50);
    });

    it('leaves nothing behind of domains and paths that hold no cookie any more', () => {
      const jar = new RequestsCookieJar();
      for (let n = 0; n < 100; n++) {
        jar.storeSetCookie(`https://h${n}.example/`, [`a=1; Path=/p${n}`]);
        jar.storeSetCookie(`https://h${n}.example/`, [`a=1; Path=/p${n}; Max-Age=0`]);
      }
      expect([jar.size, jar.listDomains(), jar.listPaths()]).toEqual([0, [], []]);
    });
  });
});
