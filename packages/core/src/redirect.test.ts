import { cpuMs } from '@requests-ts/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidHeader, InvalidSchema, InvalidURL } from './exceptions.ts';
import { Headers } from './headers.ts';
import {
  dropBody,
  getRedirectTarget,
  redirectMethod,
  redirectUrl,
  SENSITIVE_HEADERS,
  shouldStripAuth,
  stripCredentials,
} from './redirect.ts';
import { Request } from './request.ts';
import { Response } from './response.ts';
import { prepareUrl, removeDotSegments, resolveUrl } from './url.ts';

const located = (statusCode: number, ...locations: string[]): Response =>
  new Response({ statusCode, headers: Headers.received(locations.flatMap((location) => ['Location', location])) });

describe('getRedirectTarget', () => {
  it.each([301, 302, 303, 307, 308])('B-REDIR-06 is the Location of a %i', (statusCode) => {
    expect(getRedirectTarget(located(statusCode, '/x'))).toBe('/x');
  });

  it.each([
    [200, ['/x']],
    [300, ['/x']],
    [304, ['/x']],
    [305, ['/x']],
    [301, []],
    [302, ['']],
  ])('B-REDIR-06 is null for a %i with Location %j', (statusCode, locations) => {
    expect(getRedirectTarget(located(statusCode, ...locations))).toBeNull();
  });

  it('B-REDIR-07 reads raw UTF-8', () => {
    expect(getRedirectTarget(located(301, '/\u00e3\u0082\u00a2'))).toBe('/ア');
  });

  it('B-DIFF-22 [B03] reads what is no UTF-8 as ISO-8859-1', () => {
    expect(getRedirectTarget(located(301, '/caf\xe9'))).toBe('/café');
    expect(getRedirectTarget(located(301, '/\xef\xbb\xbfx'))).toBe('/\ufeffx');
  });

  it('[B03] refuses several Locations that differ, and takes equal ones for one', () => {
    expect(() => getRedirectTarget(located(302, '/a', 'http://evil.test/'))).toThrow(InvalidHeader);
    expect(getRedirectTarget(located(302, '/a', '/a'))).toBe('/a');
  });

  it('[B01] [B03] drops blanks around the value, which are no part of it', () => {
    expect(getRedirectTarget(located(302, ' \tfile:///x '))).toBe('file:///x');
  });
});

describe('redirectUrl', () => {
  const base = prepareUrl('http://h.test/a/b?q=1#frag');
  const to = (target: string, from = base, fragment = from.fragment): string => redirectUrl(from, target, fragment);

  it.each([
    ['x', 'http://h.test/a/x#frag'],
    ['./x', 'http://h.test/a/x#frag'],
    ['../x', 'http://h.test/x#frag'],
    ['../../../x', 'http://h.test/x#frag'],
    ['.', 'http://h.test/a/#frag'],
    ['..', 'http://h.test/#frag'],
    ['?y', 'http://h.test/a/b?y#frag'],
    ['#z', 'http://h.test/a/b?q=1#z'],
    ['x?y=1#f', 'http://h.test/a/x?y=1#f'],
    ['/p', 'http://h.test/p#frag'],
    ['/a//b', 'http://h.test/a//b#frag'],
    ['/a/../../b', 'http://h.test/b#frag'],
    ['/x;y', 'http://h.test/x;y#frag'],
    ['/%7euser', 'http://h.test/~user#frag'],
    ['/%41%2F', 'http://h.test/A%2F#frag'],
    ['http:/x', 'http://h.test/x#frag'],
    ['HTTP:/x', 'http://h.test/x#frag'],
    ['/é', 'http://h.test/%C3%A9#frag'],
    ['/a b', 'http://h.test/a%20b#frag'],
  ])('B-REDIR-09 resolves %j to %s', (target, url) => {
    expect(to(target)).toBe(url);
  });

  it.each([
    ['http://o.test/p', 'http://o.test/p#frag'],
    ['http://o.test:80/', 'http://o.test:80/#frag'],
    ['http://u:p@o.test/', 'http://u:p@o.test/#frag'],
    ['http://o.test/%zz', 'http://o.test/%25zz#frag'],
    ['http://o.test/a%20b%', 'http://o.test/a%20b%25#frag'],
    ['http://o.test/?x={1}', 'http://o.test/?x=%7B1%7D#frag'],
    ['http://o.test/a\\b', 'http://o.test/a%5Cb#frag'],
    ['http://[::1]/', 'http://[::1]/#frag'],
  ])('B-REDIR-10 requotes %j to %s', (target, url) => {
    expect(to(target)).toBe(url);
  });

  it.each([
    ['HTTP://O.Test/P', 'http://o.test/P#frag'],
    ['http://o.test', 'http://o.test/#frag'],
    ['http://o.test?x', 'http://o.test/?x#frag'],
    ['http://o.test/a/../b', 'http://o.test/b#frag'],
    ['http://müller.test/', 'http://xn--mller-kva.test/#frag'],
  ])('B-REDIR-10 [B03] prepares %j like any URL, so that checks and wire see one spelling: %s', (target, url) => {
    expect(to(target)).toBe(url);
  });

  it('B-REDIR-08 [B03] takes the scheme of the current URL for //host, which is another host', () => {
    expect(to('//o.test/p')).toBe('http://o.test/p#frag');
    expect(to('//o.test/p', prepareUrl('https://h.test/'))).toBe('https://o.test/p');
  });

  it('B-REDIR-11 inherits a fragment, or replaces it', () => {
    expect(to('/x', base, 'last')).toBe('http://h.test/x#last');
    expect(to('/x#own', base, 'last')).toBe('http://h.test/x#own');
    expect(to('http://o.test/', base, 'last')).toBe('http://o.test/#last');
    expect(to('/x', prepareUrl('http://h.test/'), '')).toBe('http://h.test/x');
  });

  it.each(['http://:1', 'http://', '//', 'http:', 'http:///x', '///x', 'https:/x', 'http://u@/'])(
    'B-REDIR-27 [B01] refuses %j, which has no host',
    (target) => {
      expect(() => to(target)).toThrow(InvalidURL);
    },
  );

  it.each([
    'file:///etc/passwd',
    'FILE:///x',
    'data:,x',
    'javascript:1',
    'ftp://h/',
    'gopher://h/',
    'unix:/x',
    'http+unix://%2Ftmp%2Fs/',
    'httpx://h/',
    'ws://h/',
    'about:blank',
    'blob:http://h/1',
    'mailto:a@b',
    'a:b',
  ])('B-REDIR-27 [B01 CVE-2009-0037 CVE-2022-33987] refuses the scheme of %s', (target) => {
    expect(() => to(target)).toThrow(InvalidSchema);
  });

  it('[B01] stays within the authority of an adapter of another scheme', () => {
    const socket = prepareUrl('http+unix://%2Ftmp%2Fs/a/b');
    expect(to('/x', socket)).toBe('http+unix://%2Ftmp%2Fs/x');
    expect(to('http+unix://%2Ftmp%2Fs/y', socket)).toBe('http+unix://%2Ftmp%2Fs/y');
    for (const target of [
      'http://evil.test/',
      'https://evil.test/',
      '//%2Ftmp%2Fother/',
      'http+unix://%2Ftmp%2Fother/',
    ])
      expect(() => to(target, socket)).toThrow(InvalidSchema);
  });

  it('[B01] takes userinfo and port for a part of that authority', () => {
    const base = prepareUrl('httpx://u:p@h:8080/a/b');
    expect(to('../x', base)).toBe('httpx://u:p@h:8080/x');
    expect(to('httpx://u:p@h:8080/y', base)).toBe('httpx://u:p@h:8080/y');
    for (const target of ['//h/', '//h:8080/', 'httpx://u:p@h/', 'httpx://u:p@h:8081/', 'httpx://v:p@h:8080/'])
      expect(() => to(target, base)).toThrow(InvalidSchema);
  });

  it.each([
    ['http://o.test\\@e.test/', 'a backslash in the authority'],
    ['http://o.test:99999/', 'a port out of range'],
    ['http://o .test/', 'a blank in the host'],
    ['http://o.test\t/', 'a tab in the host'],
    ['http://o\u0000.test/', 'NUL in the host'],
    ['http://0x7f.1/', 'a hexadecimal address'],
    ['http://2130706433/', 'an address as one number'],
    ['http://127.1/', 'a short address'],
    ['http://0177.0.0.1/', 'an octal address'],
    ['http://127.0.0.1.:80:/', 'two ports'],
    ['http://[::1/', 'an open bracket'],
  ])('[B03] [B04] refuses %j: %s', (target) => {
    expect(() => to(target)).toThrow(InvalidURL);
  });

  it.each([
    ['/\\evil.test/x', 'http://h.test/%5Cevil.test/x#frag'],
    ['\\\\evil.test/x', 'http://h.test/a/%5C%5Cevil.test/x#frag'],
    ['http:\\\\evil.test/', 'http://h.test/a/%5C%5Cevil.test/#frag'],
    ['/a\tb\u0001', 'http://h.test/a%09b%01#frag'],
    ['/x\r\nHost: evil.test', 'http://h.test/x%0D%0AHost:%20evil.test#frag'],
    ['http:evil.test/', 'http://h.test/a/evil.test/#frag'],
    ['fil%65://evil.test/x', 'http://h.test/a/file://evil.test/x#frag'],
    ['htt%70://evil.test/x', 'http://h.test/a/http://evil.test/x#frag'],
    ['%2e//evil.test/x', 'http://h.test/a//evil.test/x#frag'],
    ['/%2e//evil.test/x', 'http://h.test//evil.test/x#frag'],
  ])('[B03] [B05] %j stays on the host, nothing deleted: %s', (target, url) => {
    expect(to(target)).toBe(url);
  });

  it('[A14] shows neither userinfo nor query of the target', () => {
    for (const target of ['http://u:canary@h h/?canary', 'ftp://u:canary@h/?canary', 'http://u:canary@'])
      expect(() => to(target)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('canary') }));
  });

  it('[B03] goes where WHATWG URL goes, wherever both accept a target', () => {
    const part = fc.constantFrom(
      'a',
      'b.test',
      '/',
      '//',
      '?',
      '#',
      ':',
      '@',
      '.',
      '..',
      '%2e',
      '80',
      'http:',
      'https://',
      '[',
      ']',
      '\\',
      ' ',
      'é',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const target = parts.join('').trim();
        let ours: URL;
        let theirs: URL;
        try {
          ours = new URL(to(target));
          theirs = new URL(target, 'http://h.test/a/b?q=1');
        } catch {
          return;
        }
        expect(['http:', 'https:']).toContain(ours.protocol);
        // What WHATWG repairs, we take as it stands: a path on the same host.
        if (/\\|^https?:(?!\/\/)/.test(target)) expect([theirs.host, 'h.test']).toContain(ours.host);
        else expect(ours.host).toBe(theirs.host);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('redirectUrl and hostile targets', () => {
  it.each([
    '/..',
    '/.',
    '%2e',
    '%',
    '%zz',
    '//',
    '?',
    '#',
    ':',
    '@',
    '[',
    'é',
    ' ',
    '\\',
    'a.',
    '../',
    '%2e%2e/',
    'xn--',
  ])('[F13] [C05] take no longer than 64 KiB of %j allow', (pump) => {
    const text = pump.repeat(65536 / pump.length);
    const start = cpuMs();
    for (const target of [
      text,
      `/${text}`,
      `http://o.test/${text}`,
      `http://${text}/`,
      `//${text}@o.test/`,
      `?${text}`,
    ]) {
      try {
        redirectUrl(prepareUrl('http://h.test/a/b'), target, '');
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
      }
    }
    expect(cpuMs() - start).toBeLessThan(1500);
  });
});

describe('resolveUrl', () => {
  it.each([
    ['g', 'http://a/b/c/g'],
    ['./g', 'http://a/b/c/g'],
    ['g/', 'http://a/b/c/g/'],
    ['/g', 'http://a/g'],
    ['//g', 'http://g'],
    ['?y', 'http://a/b/c/d;p?y'],
    ['g?y', 'http://a/b/c/g?y'],
    ['#s', 'http://a/b/c/d;p?q#s'],
    ['g#s', 'http://a/b/c/g#s'],
    ['g?y#s', 'http://a/b/c/g?y#s'],
    [';x', 'http://a/b/c/;x'],
    ['g;x', 'http://a/b/c/g;x'],
    ['', 'http://a/b/c/d;p?q'],
    ['.', 'http://a/b/c/'],
    ['./', 'http://a/b/c/'],
    ['..', 'http://a/b/'],
    ['../', 'http://a/b/'],
    ['../g', 'http://a/b/g'],
    ['../..', 'http://a/'],
    ['../../g', 'http://a/g'],
    ['../../../g', 'http://a/g'],
    ['../../../../g', 'http://a/g'],
    ['/./g', 'http://a/g'],
    ['/../g', 'http://a/g'],
    ['g.', 'http://a/b/c/g.'],
    ['.g', 'http://a/b/c/.g'],
    ['g..', 'http://a/b/c/g..'],
    ['..g', 'http://a/b/c/..g'],
    ['./../g', 'http://a/b/g'],
    ['./g/.', 'http://a/b/c/g/'],
    ['g/./h', 'http://a/b/c/g/h'],
    ['g/../h', 'http://a/b/c/h'],
    ['g;x=1/./y', 'http://a/b/c/g;x=1/y'],
    ['g;x=1/../y', 'http://a/b/c/y'],
    ['g?y/./x', 'http://a/b/c/g?y/./x'],
    ['g#s/../x', 'http://a/b/c/g#s/../x'],
    ['mailto:x', 'mailto:x'],
  ])('B-REDIR-09 %j => %s (RFC 3986 §5.4)', (reference, url) => {
    expect(resolveUrl('http://a/b/c/d;p?q', reference)).toBe(url);
  });

  /** RFC 3986 §5.2.4, letter by letter. */
  function removedByTheBook(path: string): string {
    let input = path;
    let output = '';
    while (input !== '') {
      if (/^\.\.?\//.test(input)) input = input.replace(/^\.\.?\//, '');
      else if (/^\/\.(?:\/|$)/.test(input)) input = input.replace(/^\/\.(?:\/|$)/, '/');
      else if (/^\/\.\.(?:\/|$)/.test(input)) {
        input = input.replace(/^\/\.\.(?:\/|$)/, '/');
        output = output.replace(/\/?[^/]*$/, '');
      } else if (/^\.\.?$/.test(input)) input = '';
      else {
        const [segment] = /^\/?[^/]*/.exec(input)!;
        output += segment;
        input = input.slice(segment.length);
      }
    }
    return output;
  }

  const segments = fc
    .array(fc.constantFrom('.', '..', 'a', 'b', '', '...'), { maxLength: 7 })
    .map((all) => all.join('/'));

  it('B-REDIR-09 removes dot segments as the RFC spells it out', () => {
    fc.assert(
      fc.property(segments, (path) => {
        expect(removeDotSegments(`/${path}`)).toBe(removedByTheBook(`/${path}`));
      }),
      { numRuns: 1000 },
    );
  });

  it('B-REDIR-09 merges paths as the RFC spells it out', () => {
    fc.assert(
      fc.property(segments, segments, (from, path) => {
        fc.pre(path !== '' && !path.startsWith('//'));
        const merged = path.startsWith('/') ? path : `/${from}`.slice(0, `/${from}`.lastIndexOf('/') + 1) + path;
        expect(resolveUrl(`http://h/${from}`, path)).toBe(`http://h${removedByTheBook(merged)}`);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('redirectMethod', () => {
  it.each([
    ['B-REDIR-01', 301, 'POST', 'GET'],
    ['B-REDIR-01', 301, 'GET', 'GET'],
    ['B-REDIR-01', 301, 'HEAD', 'HEAD'],
    ['B-REDIR-01', 301, 'PUT', 'PUT'],
    ['B-REDIR-01', 301, 'PATCH', 'PATCH'],
    ['B-REDIR-01', 301, 'DELETE', 'DELETE'],
    ['B-REDIR-02', 302, 'POST', 'GET'],
    ['B-REDIR-02', 302, 'PUT', 'GET'],
    ['B-REDIR-02', 302, 'DELETE', 'GET'],
    ['B-REDIR-02', 302, 'HEAD', 'HEAD'],
    ['B-REDIR-03', 303, 'POST', 'GET'],
    ['B-REDIR-03', 303, 'PATCH', 'GET'],
    ['B-REDIR-03', 303, 'HEAD', 'HEAD'],
    ['B-REDIR-04', 307, 'POST', 'POST'],
    ['B-REDIR-04', 307, 'DELETE', 'DELETE'],
    ['B-REDIR-04', 308, 'PUT', 'PUT'],
    ['B-REDIR-04', 308, 'GET', 'GET'],
  ])('%s [A07] after %i %s becomes %s', (_, status, method, next) => {
    expect(redirectMethod(method, status)).toBe(next);
  });
});

describe('shouldStripAuth', () => {
  const strips = (from: string, to: string): boolean => shouldStripAuth(prepareUrl(from), prepareUrl(to));

  it.each([
    ['B-REDIR-20a', 'http://example.com/foo', 'http://another.example.com/', true],
    ['B-REDIR-20a', 'http://sub.example.com/', 'http://example.com/', true],
    ['B-REDIR-20a', 'http://localhost/', 'http://127.0.0.1/', true],
    ['B-REDIR-20a', 'http://example.com/', 'http://example.com./', true],
    ['B-REDIR-20a', 'http://example.com/', 'http://EXAMPLE.com/', false],
    ['B-REDIR-20a', 'http://[::1]/', 'http://[0:0::1]/', false],
    ['B-REDIR-20b', 'http://example.com/foo', 'https://example.com/bar', false],
    ['B-REDIR-20b', 'http://example.com:80/foo', 'https://example.com/bar', false],
    ['B-REDIR-20b', 'http://example.com/foo', 'https://example.com:443/bar', false],
    ['B-REDIR-20b', 'http://example.com:80/foo', 'https://example.com:443/bar', false],
    ['B-REDIR-20c [A02]', 'https://example.com/foo', 'http://example.com/bar', true],
    ['B-REDIR-20c [A02]', 'https://example.com:8443/', 'http://example.com:8443/', true],
    ['B-REDIR-20c [A02]', 'https://example.com:80/', 'http://example.com:80/', true],
    ['B-REDIR-20d', 'https://example.com:443/foo', 'https://example.com/bar', false],
    ['B-REDIR-20d', 'https://example.com/foo', 'https://example.com:443/bar', false],
    ['B-REDIR-20d', 'http://example.com:80/foo', 'http://example.com/bar', false],
    ['B-REDIR-20d', 'http://example.com/foo', 'http://example.com:80/bar', false],
    ['B-REDIR-20e', 'http://example.com:1234/foo', 'http://example.com:1234/bar', false],
    ['B-REDIR-20f', 'http://example.com:8080/foo', 'https://example.com/bar', true],
    ['B-REDIR-20f', 'http://example.com/foo', 'https://example.com:8443/bar', true],
    ['B-REDIR-20f', 'http://example.com:1234/foo', 'https://example.com:4321/bar', true],
    ['B-REDIR-20f', 'http://example.com:1234/', 'http://example.com:4321/', true],
    ['B-REDIR-20f', 'http://example.com:443/', 'https://example.com:443/', true],
  ])('%s [A01 CVE-2018-20060] from %s to %s: %s', (_, from, to, expected) => {
    expect(strips(from, to)).toBe(expected);
  });

  it('B-REDIR-20a..20f [A01] agrees with the rule, for every pair of scopes', () => {
    const scope = fc.record({
      scheme: fc.constantFrom('http', 'https'),
      host: fc.constantFrom('a.test', 'b.a.test', 'a.test.', '127.0.0.1', '[::1]'),
      port: fc.constantFrom(null, 80, 443, 8080),
    });
    const url = ({ scheme, host, port }: { scheme: string; host: string; port: number | null }): string =>
      `${scheme}://${host}${port === null ? '' : `:${port}`}/`;
    fc.assert(
      fc.property(scope, scope, (from, to) => {
        const portOf = (side: typeof from): number => side.port ?? (side.scheme === 'http' ? 80 : 443);
        const same = from.scheme === to.scheme && from.host === to.host && portOf(from) === portOf(to);
        const upgrade =
          from.host === to.host && `${from.scheme}:${portOf(from)} ${to.scheme}:${portOf(to)}` === 'http:80 https:443';
        expect(strips(url(from), url(to))).toBe(!same && !upgrade);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('dropBody', () => {
  it('B-REDIR-05 [A07 CVE-2023-45803] drops the body and every header that describes it', () => {
    const described = [
      'Content-Type',
      'content-encoding',
      'Content-MD5',
      'Trailer',
      'Expect',
      'Digest',
      'CONTENT-LANGUAGE',
    ];
    const request = new Request('PUT', 'http://h/', {
      data: 'body',
      headers: [...described.map((name) => [name, 'x'] as const), ['X-Trace', '1'], ['Accept', '*/*']],
    }).prepare();
    expect(request.headers.get('content-length')).toBe('4');
    dropBody(request);
    expect(request.body).toBeNull();
    expect([...request.headers.keys()]).toEqual(['X-Trace', 'Accept']);
  });

  it('B-REDIR-05 drops the framing of a streamed body too', () => {
    const request = new Request('POST', 'http://h/', { data: (function* () {})() }).prepare();
    expect(request.headers.get('transfer-encoding')).toBe('chunked');
    dropBody(request);
    expect([...request.headers.keys()]).toEqual([]);
  });
});

describe('stripCredentials', () => {
  const credentials = [
    'Authorization',
    'Proxy-Authorization',
    'Cookie',
    'Cookie2',
    'WWW-Authenticate',
    'Proxy-Authenticate',
  ];

  it.each(credentials)('[A01] [A05] [A06 CVE-2018-25091] removes %s in any case and number', (name) => {
    for (const spelled of [name, name.toLowerCase(), name.toUpperCase()]) {
      const headers = new Headers([
        [spelled, 'canary'],
        ['X-Trace', '1'],
      ])
        .append(name, 'canary')
        .append(spelled, 'canary');
      const request = new Request('GET', 'http://h/', { headers }).prepare();
      stripCredentials(request, {});
      expect([...request.headers.lines()]).toEqual([['X-Trace', '1']]);
    }
  });

  it('[A03] [D03] removes a Host of the caller', () => {
    const request = new Request('GET', 'http://h/', { headers: { Host: 'other.test' } }).prepare();
    stripCredentials(request, {});
    expect(request.headers.has('host')).toBe(false);
  });

  it('[A05] leaves other headers, as Requests does, unless they are listed', () => {
    const headers = Object.fromEntries([...SENSITIVE_HEADERS, 'X-Trace'].map((name) => [name.toUpperCase(), 'canary']));
    const plain = new Request('GET', 'http://h/', { headers }).prepare();
    stripCredentials(plain, {});
    expect(plain.headers.size).toBe(SENSITIVE_HEADERS.length + 1);
    const listed = new Request('GET', 'http://h/', { headers }).prepare();
    stripCredentials(listed, { sensitiveHeaders: SENSITIVE_HEADERS });
    expect([...listed.headers.keys()]).toEqual(['X-TRACE']);
  });

  it('[A05] "*" removes all but the harmless ones, and what describes a kept body', () => {
    const harmless = ['Accept', 'Accept-Language', 'Accept-Encoding', 'User-Agent', 'Range'];
    const headers = Object.fromEntries([...harmless, 'X-Trace', 'Referer', 'Content-Type'].map((name) => [name, 'x']));
    const kept = new Request('POST', 'http://h/', { headers, data: 'body' }).prepare();
    stripCredentials(kept, { sensitiveHeaders: '*' });
    expect([...kept.headers.keys()].sort()).toEqual([...harmless, 'Content-Length', 'Content-Type'].sort());
    const bodiless = new Request('GET', 'http://h/', { headers }).prepare();
    stripCredentials(bodiless, { sensitiveHeaders: '*' });
    expect([...bodiless.headers.keys()].sort()).toEqual([...harmless].sort());
  });
});

describe('SENSITIVE_HEADERS', () => {
  it('[A05 GHSA-r4q5-vmmm-2653] holds the usual names of API keys', () => {
    expect([...SENSITIVE_HEADERS].sort()).toEqual([
      'api-key',
      'apikey',
      'ocp-apim-subscription-key',
      'private-token',
      'x-access-token',
      'x-amz-security-token',
      'x-api-key',
      'x-auth-token',
      'x-csrf-token',
      'x-goog-api-key',
      'x-vault-token',
      'x-xsrf-token',
    ]);
  });
});
