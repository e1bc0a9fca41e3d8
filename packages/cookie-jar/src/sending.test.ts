import { describe, expect, it } from 'vitest';
import { CookieConflictError, type CookieRefusal, ForgetfulCookieJar, RequestsCookieJar } from './index.ts';

const url = 'https://www.example.com/';

function jarOf(...lines: string[]): RequestsCookieJar {
  const jar = new RequestsCookieJar();
  jar.storeSetCookie(url, lines);
  return jar;
}

describe('sending cookies', () => {
  it('is silent for an empty jar', () => {
    expect(new RequestsCookieJar().getCookieHeader(url)).toBeUndefined();
    expect(new RequestsCookieJar().getCookieHeader(url, new RequestsCookieJar())).toBeUndefined();
    expect(new RequestsCookieJar().getCookieHeader(url, null)).toBeUndefined();
  });

  it('B-COOK-20 puts longer paths first, then older cookies', () => {
    const jar = jarOf(
      'a=1; Path=/',
      'b=2; Path=/x/y',
      'c=3; Path=/x',
      'd=4; Path=/x/y',
      'e=5; Domain=example.com; Path=/',
    );
    expect(jar.getCookieHeader('https://www.example.com/x/y/z')).toBe('b=2; d=4; c=3; a=1; e=5');
  });

  it('B-COOK-20 sends values raw, and a cookie without a value as its bare name', () => {
    const jar = jarOf('a=x y', 'b="q, r"', 'bare', 'd=%20');
    jar.set('mine', 'a "b", c', { domain: 'example.com' });
    expect(jar.getCookieHeader(url)).toBe('a=x y; b="q, r"; bare; d=%20; mine=a "b", c');
  });

  it('B-COOK-25 [I02 CVE-2013-1944] sends to equal hosts, or below a domain at a dot', () => {
    const jar = new RequestsCookieJar();
    jar.set('dom', '1', { domain: 'example.test' });
    jar.storeSetCookie('http://example.test/', ['host=1']);
    expect(jar.getCookieHeader('http://example.test/')).toBe('dom=1; host=1');
    expect(jar.getCookieHeader('http://a.example.test/')).toBe('dom=1');
    expect(jar.getCookieHeader('http://b.a.EXAMPLE.test/')).toBe('dom=1');
    for (const host of ['bad-example.test', 'xexample.test', 'example.test.evil.test', 'test', 'ample.test']) {
      expect(jar.getCookieHeader(`http://${host}/`), host).toBeUndefined();
    }
  });

  it('[I02] matches addresses only exactly', () => {
    const jar = new RequestsCookieJar();
    jar.storeSetCookie('http://127.0.0.1/', ['a=1']);
    jar.storeSetCookie('http://[0:0::1]/', ['b=1']);
    jar.set('c', '1', { domain: '10.0.0.1' });
    expect(jar.getCookieHeader('http://127.0.0.1:8080/')).toBe('a=1');
    expect(jar.getCookieHeader('http://[::1]/')).toBe('b=1');
    for (const host of ['127.0.0.2', '1.127.0.0.1', '27.0.0.1', '[::2]', 'x.10.0.0.1'])
      expect(jar.getCookieHeader(`http://${host}/`), host).toBeUndefined();
  });

  it.each([
    ['/', true],
    ['/x', true],
    ['/x/y', true],
    ['/x?q', true],
    ['/xy', false],
    ['/X', false],
    ['/%78', false],
  ])('B-COOK-25 matches paths at a slash: %s', (path, sent) => {
    const jar = jarOf(path === '/' ? 'a=1; Path=/' : 'a=1; Path=/x');
    expect(jar.getCookieHeader(`https://www.example.com${path}`)).toBe(sent ? 'a=1' : undefined);
  });

  it('B-COOK-25 compares paths as they are written, escapes included', () => {
    const jar = jarOf('a=1; Path=/a%20b', 'slash=1; Path=/dir/');
    expect(jar.getCookieHeader('https://www.example.com/a%20b/c')).toBe('a=1');
    expect(jar.getCookieHeader('https://www.example.com/dir/x')).toBe('slash=1');
    expect(jar.getCookieHeader('https://www.example.com/dir')).toBeUndefined();
  });

  it('B-COOK-25 [I03] sends Secure cookies over https and wss only', () => {
    const jar = jarOf('a=1; Secure', 'b=1');
    expect(jar.getCookieHeader('https://www.example.com/')).toBe('a=1; b=1');
    expect(jar.getCookieHeader('wss://www.example.com/')).toBe('a=1; b=1');
    for (const scheme of ['http', 'ws', 'httpsx'])
      expect(jar.getCookieHeader(`${scheme}://www.example.com/`)).toBe('b=1');
  });

  it('[I03] sends no Secure cookie to http on this machine', () => {
    const jar = new RequestsCookieJar();
    for (const host of ['localhost', '127.0.0.1']) {
      jar.storeSetCookie(`https://${host}/`, ['a=1; Secure']);
      expect(jar.getCookieHeader(`http://${host}/`)).toBeUndefined();
      expect(jar.getCookieHeader(`https://${host}/`)).toBe('a=1');
    }
  });

  it('B-COOK-25 honours the ports that a cookie lists', () => {
    const jar = new RequestsCookieJar();
    jar.set('a', '1', { domain: 'example.com', port: '80, 8443' });
    jar.set('b', '1', { domain: 'example.com', port: '' });
    expect(jar.getCookieHeader('http://example.com/')).toBe('a=1; b=1');
    expect(jar.getCookieHeader('https://example.com:8443/')).toBe('a=1; b=1');
    expect(jar.getCookieHeader('https://example.com/')).toBe('b=1');
  });

  it('B-COOK-25 purges an expired cookie when it would have been sent', () => {
    let now = 0;
    const jar = new RequestsCookieJar({ now: () => now });
    jar.storeSetCookie(url, ['a=1; Max-Age=1', 'b=1']);
    now = 1000;
    expect(jar.size).toBe(2);
    expect(jar.getCookieHeader(url)).toBe('b=1');
    expect(jar.size).toBe(1);
  });

  it('B-COOK-30 B-DIFF-33 keeps host-only cookies to their host, and localhost as localhost', () => {
    const jar = jarOf('a=1');
    expect(jar.getCookieHeader('https://sub.www.example.com/')).toBeUndefined();
    jar.storeSetCookie('http://localhost:8080/', ['l=1; Domain=localhost']);
    expect(jar.getCookieHeader('http://localhost/')).toBe('l=1');
    expect(jar.getCookieHeader('http://a.localhost/')).toBeUndefined();
    expect(jar.get('l', { domain: 'localhost' })).toBe('l'.length.toString());
  });

  it('[I06] shares cookies between the ports of a host, as browsers do', () => {
    const jar = new RequestsCookieJar();
    jar.storeSetCookie('http://localhost:8001/', ['a=1']);
    expect(jar.getCookieHeader('http://localhost:8002/')).toBe('a=1');
  });

  it('[I06] sends both cookies of a name when a sub-domain sets one for its parent, in order, and asks which one is meant', () => {
    const jar = new RequestsCookieJar();
    jar.storeSetCookie('https://example.com/', ['sid=own']);
    jar.storeSetCookie('https://evil.example.com/', ['sid=tossed; Domain=example.com']);
    expect(jar.getCookieHeader('https://example.com/')).toBe('sid=own; sid=tossed');
    expect(() => jar.get('sid')).toThrow(CookieConflictError);
    expect(() => jar.get('sid', { domain: 'example.com' })).toThrow(CookieConflictError);
  });

  describe('cookies without a domain', () => {
    it('[A03 CVE-2022-23607] go to the first host that they are sent to, and no other', () => {
      const jar = new RequestsCookieJar();
      jar.set('a', '1');
      expect(jar.getCookieHeader('https://first.example/x')).toBe('a=1');
      expect(jar.getCookieHeader('https://second.example/')).toBeUndefined();
      expect(jar.getCookieHeader('https://sub.first.example/')).toBeUndefined();
      expect(jar.getCookieHeader('http://first.example:8080/')).toBe('a=1');
      expect([...jar][0]).toMatchObject({ domain: '', boundTo: 'first.example' });
      expect(String(jar)).toBe('<RequestsCookieJar[<Cookie a for first.example/>]>');
    });

    it('are still found and replaced without a domain, and then free again', () => {
      const jar = new RequestsCookieJar();
      jar.set('a', '1');
      jar.getCookieHeader('https://first.example/');
      expect(jar.get('a')).toBe('1');
      jar.set('a', '2');
      expect(jar.size).toBe(1);
      expect(jar.getCookieHeader('https://second.example/')).toBe('a=2');
      expect(jar.getCookieHeader('https://first.example/')).toBeUndefined();
    });

    it('are bound only once they are sent', () => {
      const jar = new RequestsCookieJar();
      jar.set('deep', '1', { path: '/deep' });
      jar.set('safe', '1', { secure: true });
      expect(jar.getCookieHeader('http://first.example/')).toBeUndefined();
      expect(jar.getCookieHeader('https://second.example/deep')).toBe('deep=1; safe=1');
    });

    it('stay bound in a copy', () => {
      const jar = new RequestsCookieJar();
      jar.set('a', '1');
      jar.getCookieHeader('https://first.example/');
      expect(jar.copy().getCookieHeader('https://second.example/')).toBeUndefined();
      expect(jar.copy().getCookieHeader('https://first.example/')).toBe('a=1');
    });
  });

  describe('a cookie set for a plain domain', () => {
    it('is refreshed by the server of that host, with or without a Domain', () => {
      for (const line of ['sid=new', 'sid=new; Domain=example.com']) {
        const jar = new RequestsCookieJar();
        jar.set('sid', 'seed', { domain: 'example.com' });
        jar.set('other', '1', { domain: 'example.com' });
        jar.storeSetCookie('https://example.com/', [line]);
        expect(jar.getCookieHeader('https://example.com/'), line).toBe('sid=new; other=1');
        jar.storeSetCookie('https://example.com/', [`${line}; Max-Age=0`]);
        expect(jar.getCookieHeader('https://example.com/'), line).toBe('other=1');
      }
    });

    it('takes the place of what the server had set', () => {
      const jar = new RequestsCookieJar();
      jar.storeSetCookie('https://example.com/', ['sid=host', 'sid=domain; Domain=example.com']);
      jar.set('sid', 'mine', { domain: 'example.com' });
      expect(jar.getCookieHeader('https://example.com/')).toBe('sid=mine');
    });

    it('is told from one with a leading dot', () => {
      const jar = new RequestsCookieJar();
      jar.set('sid', 'dot', { domain: '.example.com' });
      jar.storeSetCookie('https://example.com/', ['sid=host']);
      expect(jar.getCookieHeader('https://example.com/')).toBe('sid=dot; sid=host');
    });
  });

  describe('with cookies of one request', () => {
    it('B-COOK-19 takes a mapping for the host of the request, and a jar as it is', () => {
      const jar = new RequestsCookieJar();
      const given = jar.from({ a: '1', none: null }, 'https://first.example/x');
      expect(given.getCookieHeader('https://first.example/')).toBe('a=1');
      expect(given.getCookieHeader('https://second.example/')).toBeUndefined();
      expect(jar.size).toBe(0);
      expect(jar.from(given, url)).toBe(given);
    });

    it('[A03] sends a mapping nowhere when the request has no host', () => {
      const given = new RequestsCookieJar().from({ a: '1' }, 'mailto:me');
      expect(given.getCookieHeader(url)).toBeUndefined();
    });

    it('B-COOK-19 refuses a value that is no string', () => {
      expect(() => new RequestsCookieJar().from({ a: 1 } as never, url)).toThrow(TypeError);
    });

    it('[I04] refuses a mapping that fits into no header, rather than to leave out a part of it', () => {
      const many = Object.fromEntries(Array.from({ length: 151 }, (_, n) => [`c${n}`, '1']));
      expect(() => new RequestsCookieJar().from(many, url)).toThrow(/151 cookies .* raise maxSentCookies/);
      const large = { a: 'x'.repeat(4000), b: 'x'.repeat(4000), c: 'x'.repeat(200) };
      expect(() => new RequestsCookieJar().from(large, url)).toThrow(RangeError);
      expect(new RequestsCookieJar({ maxHeaderSize: 9000 }).from(large, url).size).toBe(3);
    });

    it('B-COOK-22 sends a cookie of the request beside one of equal name that a server set', () => {
      const jar = jarOf('foo=server');
      expect(jar.getCookieHeader(url, jar.from({ foo: 'req' }, url))).toBe('foo=server; foo=req');
    });

    it('B-COOK-22 B-SESS-08 lets it take the place of one that was set without a domain', () => {
      const jar = new RequestsCookieJar();
      jar.set('foo', 'local');
      jar.set('bar', 'local');
      expect(jar.getCookieHeader(url, jar.from({ foo: 'req' }, url))).toBe('foo=req; bar=local');
      expect(jar.getDict()).toEqual({ foo: 'local', bar: 'local' });
      expect([...jar].map((cookie) => cookie.boundTo)).toEqual([null, 'www.example.com']);
    });

    it('B-SESS-08 lets equal domain, path and name override, and orders by path', () => {
      const jar = jarOf('a=1', 'b=1; Domain=example.com');
      const extra = new RequestsCookieJar();
      extra.set('b', '2', { domain: '.example.com' });
      extra.set('a', '2', { domain: 'www.example.com' });
      extra.set('p', '2', { domain: 'example.com', path: '/p' });
      extra.set('elsewhere', '2', { domain: 'example.org' });
      expect(jar.getCookieHeader('https://www.example.com/p', extra)).toBe('p=2; a=2; b=2');
      expect([jar.items(), extra.size]).toEqual([
        [
          ['a', '1'],
          ['b', '1'],
        ],
        4,
      ]);
    });

    it('B-COOK-19 asks a jar of another kind for its header, whose names win', () => {
      const foreign = {
        size: 2,
        getCookieHeader: () => 'a=foreign; f=1',
        storeSetCookie: () => {},
        create: () => foreign,
        from: () => foreign,
        copy: () => foreign,
      };
      const jar = jarOf('a=1', 'b=1');
      expect(jar.getCookieHeader(url, foreign)).toBe('b=1; a=foreign; f=1');
      expect(new RequestsCookieJar().getCookieHeader(url, foreign)).toBe('a=foreign; f=1');
      expect(jar.from(foreign, url)).toBe(foreign);
    });
  });

  describe('limits of a header', () => {
    function refusingJar(policy = {}): { jar: RequestsCookieJar; refusals: CookieRefusal[] } {
      const refusals: CookieRefusal[] = [];
      return { jar: new RequestsCookieJar({ ...policy, onRefused: (refusal) => refusals.push(refusal) }), refusals };
    }

    it('[I04] sends at most 150 cookies, the longest paths first', () => {
      const { jar, refusals } = refusingJar();
      for (let n = 0; n < 160; n++) jar.set(`c${n}`, '1', { domain: 'example.com', path: n < 20 ? '/' : '/x' });
      const sent = jar.getCookieHeader('https://example.com/x')!.split('; ');
      expect(sent).toHaveLength(150);
      expect(sent.slice(139)).toEqual(['c159=1', ...Array.from({ length: 10 }, (_, n) => `c${n}=1`)]);
      expect(refusals).toHaveLength(10);
      expect(refusals[0]).toEqual({ reason: 'not-sent', name: 'c10', domain: 'example.com' });
    });

    it('[I04] sends at most 8,190 bytes, and those that were given with the request before all others', () => {
      const { jar } = refusingJar();
      for (const name of ['a', 'b', 'c']) jar.set(name, 'x'.repeat(3000), { domain: 'example.com', path: '/x' });
      expect(jar.getCookieHeader('https://example.com/x')!.length).toBe(3002 * 2 + 2);
      const header = jar.getCookieHeader(
        'https://example.com/x',
        jar.from({ mine: 'y'.repeat(4000) }, 'https://example.com/'),
      )!;
      expect(header.split('; ').map((pair) => pair.slice(0, 5))).toEqual(['a=xxx', 'mine=']);
    });

    it('[I04] fills a header to its last byte', () => {
      const { jar, refusals } = refusingJar({ maxHeaderSize: 10 });
      jar.set('aa', '1', { domain: 'example.com' });
      jar.set('bb', '1', { domain: 'example.com' });
      expect(jar.getCookieHeader('https://example.com/')).toBe('aa=1; bb=1');
      jar.setPolicy({ ...jar.getPolicy(), maxHeaderSize: 9 });
      expect(jar.getCookieHeader('https://example.com/')).toBe('aa=1');
      expect(refusals).toHaveLength(1);
    });
  });

  it('finds the cookies of a host among 10,000 of others without looking at those', () => {
    const small = jarOf('a=1', 'b=1');
    const large = new RequestsCookieJar({ maxCookies: Number.POSITIVE_INFINITY });
    let visited = 0;
    for (let n = 0; n < 10_000; n++) large.set('x', '1', { domain: `h${n}.example.net` });
    large.storeSetCookie(url, ['a=1', 'b=1']);
    large.setPolicy({ ...large.getPolicy(), returnOk: () => ++visited > 0 });
    expect(large.getCookieHeader(url)).toBe(small.getCookieHeader(url));
    expect(visited).toBe(2);
  });
});

describe('ForgetfulCookieJar', () => {
  it('keeps nothing, but sends what one request is given', () => {
    const jar = new ForgetfulCookieJar();
    jar.set('a', '1');
    jar.update({ b: '1' });
    jar.storeSetCookie(url, ['c=1']);
    expect(jar.size).toBe(0);
    expect(jar.getCookieHeader(url)).toBeUndefined();
    expect(jar.getCookieHeader(url, jar.from({ d: '1' }, url))).toBe('d=1');
    expect(jar.copy()).toBeInstanceOf(ForgetfulCookieJar);
    const ofResponse = jar.create();
    ofResponse.storeSetCookie(url, ['c=1']);
    expect(ofResponse.get('c')).toBe('1');
  });
});
