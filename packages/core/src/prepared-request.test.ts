import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FakeFile } from '../test/fake-file.ts';
import type { Data, EncodeFiles } from './body.ts';
import { InvalidHeader, InvalidJSONError } from './exceptions.ts';
import type { HeadersInit } from './headers.ts';
import { describeRequest, PreparedRequest } from './prepared-request.ts';
import { Request, type RequestInit } from './request.ts';

const prepare = (method: string, init: RequestInit = {}, url = 'http://h/'): PreparedRequest =>
  new Request(method, url, init).prepare();
const fields = ({ headers }: PreparedRequest): Record<string, string> => Object.fromEntries(headers);
function* chunks(): Generator<string> {
  yield 'abc';
}

describe('PreparedRequest.prepareMethod', () => {
  it.each([
    ['get', 'GET'],
    ['Post', 'POST'],
    ['mkcol', 'MKCOL'],
    ['M-SEARCH', 'M-SEARCH'],
    ["!#$%&'*+-.^_`|~", "!#$%&'*+-.^_`|~"],
  ])('B-METH-01 M18 writes %s as %s', (method, upper) => {
    expect(prepare(method).method).toBe(upper);
  });

  it.each<[unknown]>([[null], [undefined], [5], [Uint8Array.of(71, 69, 84)], [{}], [['GET']]])(
    'B-METH-01 B-DIFF-05 refuses %o',
    (method) => {
      expect(() => prepare(method as string)).toThrow(TypeError);
      expect(() => prepare(method as string)).toThrow('Invalid method');
    },
  );

  it('B-METH-02 [D02] [D05] refuses every character that is no tchar, wherever it stands', () => {
    for (let code = 0; code <= 0x1ff; code++) {
      const char = String.fromCharCode(code);
      const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/.test(char);
      for (const method of [`${char}G`, `G${char}T`, `G${char}`]) {
        if (token) expect(prepare(method).method).toBe(method.toUpperCase());
        else expect(() => prepare(method)).toThrow(TypeError);
      }
    }
  });

  it.each([
    '',
    'GET ',
    ' GET',
    'GET /x HTTP/1.1\r\nX: y',
    'GET\r\n',
    'po\u017ft',
    '\u212aEY',
    '\uff27\uff25\uff34',
    'GET\u010a',
    'x'.repeat(33),
  ])('B-METH-02 [D02] [D05] refuses %j', (method) => {
    expect(() => prepare(method)).toThrow(TypeError);
  });

  it('[D02] refuses CONNECT, which would open a tunnel, and takes 32 characters', () => {
    expect(() => prepare('connect')).toThrow('Invalid method CONNECT');
    expect(prepare('x'.repeat(32)).method).toBe('X'.repeat(32));
  });

  it('[A14] shows a bad method as printable text, cut at 100', () => {
    expect(() => prepare(`\x1b[31m${'x'.repeat(1000)}`)).toThrow(
      /^Invalid method "\\u001b\[31mx{80,100}\.\.\.: must be a token$/,
    );
  });

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'MKCOL'])(
    'B-METH-02 B-BODY-11 lets %s carry a body',
    (method) => {
      expect(fields(prepare(method, { data: 'abc' }))).toEqual({ 'Content-Length': '3' });
      expect(fields(prepare(method, { json: {} }))).toEqual({
        'Content-Length': '2',
        'Content-Type': 'application/json',
      });
    },
  );
});

describe('PreparedRequest.pathUrl', () => {
  it.each([
    ['http://h', '/'],
    ['http://h/?', '/'],
    ['http://h/a b?c=d#f', '/a%20b?c=d'],
    ['http://h?c', '/?c'],
    ['http://u:p@h//v:h', '//v:h'],
    ['http+unix://%2Fx/a', '/a'],
  ])('B-API-16 B-URL-16 is for %s %s', (url, path) => {
    expect(prepare('GET', {}, url).pathUrl).toBe(path);
  });

  it('B-API-16 follows the URL when that is assigned', () => {
    const request = prepare('GET');
    expect(request.pathUrl).toBe('/');
    request.url = 'http://h/é?ü#x';
    expect(request.pathUrl).toBe('/%C3%A9?%C3%BC');
    expect(request.split.host).toBe('h');
  });

  it('[D02] [D05] holds nothing but 0x21 to 0x7E, whatever stands in path, query and params', () => {
    const odd = [
      ...Array.from({ length: 0x200 }, (_, code) => String.fromCharCode(code)),
      '\u2028',
      '\u560a',
      '\ud800',
      '😀',
    ];
    for (const char of odd) {
      if (char === '#') continue;
      for (const request of [
        prepare('GET', {}, `http://h/a${char}b?c${char}d`),
        prepare('GET', { params: { [`k${char}`]: `v${char}` } }),
        prepare('GET', { params: `k${char}=v${char}` }),
        prepare('GET', {}, `http+unix://h/a${char}b?c${char}d`),
      ]) {
        expect(request.pathUrl).toMatch(/^\/[\x21-\x7e]*$/);
        expect(request.url).toMatch(/^[\x21-\x7e]+$/);
      }
    }
  });

  it('[D02] does not turn %00 or %0d%0a back into what they stand for', () => {
    const request = prepare('GET', { params: 'c=%00%0a' }, 'http://h/%00%0d%0aX:%20y?a=%0D');
    expect(request.pathUrl).toBe('/%00%0D%0AX:%20y?a=%0D&c=%00%0a');
  });
});

describe('PreparedRequest.prepareHeaders', () => {
  it('B-HDR-07 M79 M80 orders headers as given, then Cookie, Content-Length, Content-Type, Authorization', () => {
    const request = new PreparedRequest().prepare({
      method: 'POST',
      url: 'http://h/',
      headers: [
        ['B', '1'],
        ['user-agent', 'app/0.0.1'],
        ['A', '2'],
      ],
      cookies: { a: 'b' },
      json: 1,
      auth: ['u', 'p'],
      jar: {
        size: 0,
        getCookieHeader: () => 'a=b',
        storeSetCookie() {},
        create() {
          return this;
        },
        from() {
          return { ...this, size: 1 };
        },
        copy() {
          return this;
        },
      },
    });
    expect([...request.headers.keys()]).toEqual([
      'B',
      'user-agent',
      'A',
      'Cookie',
      'Content-Length',
      'Content-Type',
      'Authorization',
    ]);
    expect(request.headers.get('authorization')).toBe('Basic dTpw');
  });

  it('M74 B-HDR-01 checks headers before anything is sent', () => {
    expect(() => prepare('GET', { headers: { 'a b': 'c' } })).toThrow(InvalidHeader);
    expect(() => prepare('GET', { headers: { a: 'c\n' } })).toThrow(InvalidHeader);
  });

  it('B-HDR-08 keeps a Host of the caller as written', () => {
    expect(prepare('GET', { headers: { host: 'Example.com:8080' } }).headers.get('Host')).toBe('Example.com:8080');
    expect(prepare('GET', { headers: { Host: '[::1]' } }).headers.get('Host')).toBe('[::1]');
    expect(prepare('GET').headers.has('Host')).toBe(false);
  });

  it.each<[string, HeadersInit]>([
    ['a blank', { Host: 'a b' }],
    ['a slash', { Host: 'a/b' }],
    ['userinfo', { Host: 'u@h' }],
    ['two hosts', { Host: 'h,h2' }],
    ['nothing', { Host: '' }],
    ['a port that is none', { Host: 'h:99999' }],
    ['a name beyond ASCII', { Host: 'b\u00fccher.example' }],
    ['a line break', { Host: 'h\r\nX: y' }],
    ['a short address', { Host: '127.1' }],
    [
      'two entries',
      [
        ['Host', 'a'],
        ['host', 'b'],
      ],
    ],
    [
      'the same entry twice',
      [
        ['Host', 'a'],
        ['Host', 'a'],
      ],
    ],
  ])('[D03] refuses a Host with %s', (_, headers) => {
    expect(() => prepare('GET', { headers })).toThrow(InvalidHeader);
  });
});

describe('PreparedRequest.prepareBody', () => {
  const NONE = { 'Content-Length': '0' };
  it.each([
    ['GET', {}],
    ['HEAD', {}],
    ['POST', NONE],
    ['PUT', NONE],
    ['PATCH', NONE],
    ['DELETE', NONE],
    ['OPTIONS', NONE],
    ['MKCOL', NONE],
  ])('B-BODY-01 gives %s without a body these headers: %j', (method, headers) => {
    for (const data of [undefined, null, '', {}, [], new Uint8Array(0)] as (Data | undefined)[]) {
      const request = prepare(method, { data });
      expect([request.body, fields(request)]).toEqual([null, headers]);
    }
  });

  const FORM = 'application/x-www-form-urlencoded';
  it.each<[string, string, () => RequestInit, Record<string, string>]>([
    ['B-BODY-02 M88', 'a form', () => ({ data: { a: 'b' } }), { 'Content-Length': '3', 'Content-Type': FORM }],
    ['B-BODY-03 M93 M97', 'text', () => ({ data: 'é' }), { 'Content-Length': '2' }],
    ['B-BODY-04 M91', 'bytes', () => ({ data: Uint8Array.of(1, 2) }), { 'Content-Length': '2' }],
    ['B-BODY-05', 'a view', () => ({ data: new Float64Array(2) }), { 'Content-Length': '16' }],
    ['B-BODY-06', 'a Blob', () => ({ data: new Blob(['abc'], { type: 'x/y' }) }), { 'Content-Length': '3' }],
    [
      'B-BODY-06 B-BODY-16',
      'a file',
      () => ({ data: Object.assign(new FakeFile('0123456789'), { position: 4 }) }),
      { 'Content-Length': '6' },
    ],
    ['B-BODY-06', '{ stream, length }', () => ({ data: { stream: chunks(), length: 3 } }), { 'Content-Length': '3' }],
    ['B-BODY-07 M98', 'a generator', () => ({ data: chunks() }), { 'Transfer-Encoding': 'chunked' }],
    ['B-BODY-07', 'a function', () => ({ data: chunks }), { 'Transfer-Encoding': 'chunked' }],
    ['B-BODY-07', 'an empty Blob', () => ({ data: new Blob([]) }), { 'Transfer-Encoding': 'chunked' }],
    ['B-BODY-07', 'an empty file', () => ({ data: new FakeFile('') }), { 'Transfer-Encoding': 'chunked' }],
    [
      'B-BODY-09 B-DIFF-24',
      'a form of nulls',
      () => ({ data: { a: null } }),
      { 'Content-Length': '0', 'Content-Type': FORM },
    ],
    [
      'B-BODY-11 M75 M94',
      'json',
      () => ({ json: { key: 'value' } }),
      { 'Content-Length': '15', 'Content-Type': 'application/json' },
    ],
  ])('%s [E01] frames %s by one header', (_, __, init, headers) => {
    for (const method of ['GET', 'POST', 'DELETE']) expect(fields(prepare(method, init()))).toEqual(headers);
  });

  it.each(['x/y', '', 'text/plain; charset=latin-1'])('B-BODY-13 never replaces a Content-Type that is %j', (type) => {
    for (const init of [{ data: { a: 'b' } }, { json: 1 }]) {
      expect(fields(prepare('POST', { ...init, headers: { 'CONTENT-type': type } }))['CONTENT-type']).toBe(type);
      expect(prepare('POST', { ...init, headers: { 'CONTENT-type': type } }).headers.get('content-type')).toBe(type);
    }
  });

  it('B-BODY-14 M84 keeps a Content-Length of the caller without a body, and overwrites it with a body whose length is known', () => {
    expect(fields(prepare('GET', { headers: { 'Content-Length': 'not zero' } }))).toEqual({
      'Content-Length': 'not zero',
    });
    expect(fields(prepare('POST', { data: 'abc', headers: { 'content-length': '999' } }))).toEqual({
      'Content-Length': '3',
    });
  });

  /** What callers write about framing, in every container. */
  const FRAMING: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    ['nothing', []],
    ['a short length', [['Content-Length', '1']]],
    ['a long length', [['content-length', '999']]],
    [
      'two lengths',
      [
        ['Content-Length', '1'],
        ['CONTENT-LENGTH', '2'],
      ],
    ],
    ['no number', [['Content-Length', 'NaN']]],
    ['a list', [['Content-Length', '3, 3']]],
    ['a signed length', [['Content-Length', '+3']]],
    ['a hexadecimal length', [['Content-Length', '0x3']]],
    ['chunked', [['Transfer-Encoding', 'chunked']]],
    [
      'chunked twice',
      [
        ['Transfer-Encoding', 'chunked'],
        ['transfer-encoding', 'chunked'],
      ],
    ],
    ['another coding', [['Transfer-Encoding', 'gzip, chunked']]],
    [
      'both',
      [
        ['Content-Length', '3'],
        ['Transfer-Encoding', 'chunked'],
      ],
    ],
  ];
  const CONTAINERS: readonly (readonly [string, (pairs: readonly (readonly [string, string])[]) => HeadersInit])[] = [
    ['pairs', (pairs) => pairs],
    ['an object', (pairs) => Object.fromEntries(pairs)],
    ['a Map', (pairs) => new Map(pairs)],
    ['WHATWG Headers', (pairs) => new globalThis.Headers(pairs.map((pair) => [...pair]))],
  ];
  const KNOWN: readonly (readonly [string, () => Data, number])[] = [
    ['text', () => 'é€', 5],
    ['bytes', () => new Uint8Array(5), 5],
    ['a form', () => ({ a: 'b' }), 3],
    ['a Blob', () => new Blob(['abc']), 3],
    ['a file', () => new FakeFile('abc'), 3],
    ['{ stream, length }', () => ({ stream: chunks(), length: 3 }), 3],
  ];

  for (const [what, pairs] of FRAMING) {
    for (const [container, make] of CONTAINERS) {
      it.each(KNOWN)(
        `B-BODY-15 B-DIFF-24 [E01] with ${what} in ${container}, sends %s with its own length and nothing else`,
        (_, data, length) => {
          const lines = [...prepare('POST', { data: data(), headers: make(pairs) }).headers.lines()];
          const framing = lines.filter(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name));
          expect(framing.map(([name, value]) => [name.toLowerCase(), value])).toEqual([
            ['content-length', String(length)],
          ]);
        },
      );

      it(`B-BODY-15 B-DIFF-24 B-BODY-21 [E01] with ${what} in ${container}, never sends a generator with both framings`, () => {
        const { headers } = prepare('POST', { data: chunks(), headers: make(pairs) });
        expect(headers.has('Content-Length')).not.toBe(headers.has('Transfer-Encoding'));
        if (headers.has('Transfer-Encoding')) expect(headers.getAll('Transfer-Encoding')).toEqual(['chunked']);
      });

      it(`B-BODY-15 [E01] with ${what} in ${container}, sends no body with no Transfer-Encoding`, () => {
        expect(prepare('POST', { headers: make(pairs) }).headers.has('Transfer-Encoding')).toBe(false);
      });
    }
  }

  it('B-BODY-12 attaches the request to what json cannot say', () => {
    const request = new PreparedRequest();
    request.prepareMethod('POST');
    expect(() => request.prepareBody(null, null, Number.NaN)).toThrow(expect.objectContaining({ request }));
    expect(() => prepare('POST', { json: [Number.NaN] })).toThrow(InvalidJSONError);
  });

  it('B-BODY-17 records where a body stands before it is sent', () => {
    expect(prepare('POST', { data: Object.assign(new FakeFile('0123456789'), { position: 4 }) }).bodyPosition).toBe(4);
    const lost = Object.assign(new FakeFile('0123456789'), {
      tell() {
        throw new Error('no position');
      },
    });
    expect(prepare('POST', { data: lost }).bodyPosition).toBe('failed');
    expect(prepare('POST', { data: 'text' }).bodyPosition).toBeNull();
    expect(prepare('POST', { data: chunks() }).bodyPosition).toBeNull();
  });

  const encodeFiles: EncodeFiles = (data, files) => ({
    body: JSON.stringify([data, files]),
    contentType: 'multipart/form-data; boundary=b',
  });
  const prepareFiles = (given: Partial<Parameters<PreparedRequest['prepare']>[0]>): PreparedRequest =>
    new PreparedRequest().prepare({ method: 'POST', url: 'http://h/', encodeFiles, ...given });

  it('B-BODY-18 refuses text, bytes and streams beside files', () => {
    const files = { f: 'x' };
    for (const data of ['text', Uint8Array.of(1)]) expect(() => prepareFiles({ data, files })).toThrow(TypeError);
    for (const data of [chunks(), new Blob(['x'])])
      expect(() => prepareFiles({ data, files })).toThrow('Streamed bodies and files are mutually exclusive');
    expect(prepareFiles({ data: { a: 'b' }, files }).body).toBe('[{"a":"b"},{"f":"x"}]');
  });

  it('B-BODY-10 S7 lets files win over json, and keeps a Content-Type of the caller', () => {
    const request = prepareFiles({ files: { f: 'x' }, json: 1 });
    expect([request.body, fields(request)]).toEqual([
      '[null,{"f":"x"}]',
      { 'Content-Length': '16', 'Content-Type': 'multipart/form-data; boundary=b' },
    ]);
    expect(prepareFiles({ files: { f: 'x' }, headers: { 'Content-Type': 'x' } }).headers.get('Content-Type')).toBe('x');
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['{}', {}],
    ['[]', []],
    ['an empty Map', new Map()],
    ['empty FormData', new FormData()],
    ['""', ''],
  ])('B-FILES-08 sees no files in %s', (_, files) => {
    expect(prepareFiles({ files, json: 1 }).headers.get('Content-Type')).toBe('application/json');
  });

  it.each<[string, unknown]>([
    ['an object', { f: 'x' }],
    ['pairs', [['f', 'x']]],
    ['a Map', new Map([['f', 'x']])],
    ['a Set of pairs', new Set([['f', 'x']])],
    [
      'a generator of pairs',
      (function* () {
        yield ['f', 'x'];
      })(),
    ],
    ['FormData', formData()],
  ])('B-FILES-08 B-DIFF-11 sees files in %s', (_, files) => {
    expect(prepareFiles({ files }).headers.get('Content-Type')).toBe('multipart/form-data; boundary=b');
  });

  it('B-DIFF-11 takes FormData as data', () => {
    expect(prepareFiles({ data: formData() }).headers.get('Content-Type')).toBe('multipart/form-data; boundary=b');
  });

  it('M100 names the package that a session lacks for files', () => {
    expect(() => prepare('POST', { files: { f: 'x' } })).toThrow(
      /npm install @requests-ts\/multipart, then write: session\.encodeFiles = encodeFiles/,
    );
    expect(() => prepare('POST', { data: formData() })).toThrow('@requests-ts/multipart');
    expect(() => prepare('GET', { cookies: { a: 'b' } })).toThrow('@requests-ts/cookie-jar');
    expect(prepare('GET', { cookies: {} }).headers.size).toBe(0);
  });
});

describe('PreparedRequest', () => {
  it('B-API-14 is empty when it is new', () => {
    const { method, url, headers, body, hooks, auth, cookies, bodyPosition } = new PreparedRequest();
    expect([method, url, headers.size, body, hooks, auth, cookies, bodyPosition]).toEqual([
      '',
      '',
      0,
      null,
      { response: [] },
      null,
      null,
      null,
    ]);
  });

  it('B-API-14 is prepared by steps, auth behind the body and hooks last', () => {
    const steps: string[] = [];
    class Watched extends PreparedRequest {
      override prepareMethod(...all: Parameters<PreparedRequest['prepareMethod']>): void {
        steps.push('method');
        super.prepareMethod(...all);
      }
      override prepareUrl(...all: Parameters<PreparedRequest['prepareUrl']>): void {
        steps.push('url');
        super.prepareUrl(...all);
      }
      override prepareHeaders(...all: Parameters<PreparedRequest['prepareHeaders']>): void {
        steps.push('headers');
        super.prepareHeaders(...all);
      }
      override prepareCookies(...all: Parameters<PreparedRequest['prepareCookies']>): void {
        steps.push('cookies');
        super.prepareCookies(...all);
      }
      override prepareBody(...all: Parameters<PreparedRequest['prepareBody']>): void {
        steps.push('body');
        super.prepareBody(...all);
      }
      override prepareAuth(...all: Parameters<PreparedRequest['prepareAuth']>): void {
        steps.push('auth');
        super.prepareAuth(...all);
      }
      override prepareHooks(...all: Parameters<PreparedRequest['prepareHooks']>): void {
        steps.push('hooks');
        super.prepareHooks(...all);
      }
    }
    new Watched().prepare({ method: 'GET', url: 'http://h/' });
    expect(steps).toEqual(['method', 'url', 'headers', 'cookies', 'body', 'auth', 'hooks']);
  });

  it('B-API-15 S13 is copied with headers of its own, the same body and the same hooks', () => {
    const request = prepare('POST', { data: { a: 'b' }, headers: { X: '1' } }, 'http://h/?q');
    const copy = request.copy();
    expect([copy.method, copy.url, copy.body, fields(copy)]).toEqual([
      request.method,
      request.url,
      request.body,
      fields(request),
    ]);
    expect(copy.hooks).toBe(request.hooks);
    copy.headers.set('X', '2');
    copy.url = 'http://other/';
    copy.body = 'longer body';
    expect(fields(request)).toEqual({
      X: '1',
      'Content-Length': '3',
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    expect([request.url, request.pathUrl, request.body]).toEqual(['http://h/?q', '/?q', 'a=b']);
    expect(copy.headers.get('Content-Length')).toBe('11');
  });

  it('B-API-15 S13 is copied while it is empty', () => {
    const copy = new PreparedRequest().copy();
    expect([copy.method, copy.url, copy.body, copy.headers.size]).toEqual(['', '', null, 0]);
  });

  it('B-API-17 S12 registers hooks and deregisters them', () => {
    const request = prepare('GET');
    const hook = (): void => {};
    request.registerHook('response', hook);
    expect(request.hooks.response).toEqual([hook]);
    expect([request.deregisterHook('response', hook), request.deregisterHook('response', hook)]).toEqual([true, false]);
    expect(() => request.registerHook('error', hook)).toThrow('event name "error"');
  });

  it('B-API-17 B-HOOK-08 prepares hooks into a list of its own', () => {
    const hook = (): void => {};
    const source = new Request('GET', 'http://h/', { hooks: { response: [hook] } });
    const prepared = source.prepare();
    source.registerHook('response', hook);
    expect(prepared.hooks.response).toEqual([hook]);
  });

  it('B-API-23 prints as <PreparedRequest [GET]>', () => {
    const request = prepare('GET');
    expect([String(request), inspect(request)]).toEqual(['<PreparedRequest [GET]>', '<PreparedRequest [GET]>']);
    expect(Object.prototype.toString.call(request)).toBe('[object PreparedRequest]');
  });

  it('M209 B-BODY-20 counts a body that is assigned, unless the length was written by hand', () => {
    const request = prepare('POST', { data: { a: 'b' } });
    request.body = 'No, I want exactly this as the body.';
    expect(fields(request)).toEqual({ 'Content-Length': '36', 'Content-Type': 'application/x-www-form-urlencoded' });
    request.body = chunks();
    expect(fields(request)).toEqual({
      'Content-Type': 'application/x-www-form-urlencoded',
      'Transfer-Encoding': 'chunked',
    });
    request.body = null;
    expect(fields(request)).toEqual({ 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': '0' });
    request.headers.set('Content-Length', '5');
    request.body = 'abc';
    expect(request.headers.get('Content-Length')).toBe('5');
  });

  it('M210 M211 keeps headers deleted and set by hand', () => {
    const request = prepare('POST', { data: { a: 'b' } });
    request.headers.delete('Content-Type');
    request.headers.set('Keep-Dead', 'parrot');
    request.body = 'x';
    expect(fields(request)).toEqual({ 'Content-Length': '1', 'Keep-Dead': 'parrot' });
  });

  it('B-BODY-20 counts the body that an auth left, and adds no length to a stream', () => {
    const signed = prepare('POST', {
      data: 'abc',
      auth: (request) => {
        request.body = 'abcdef';
        return request;
      },
    });
    expect(fields(signed)).toEqual({ 'Content-Length': '6' });
    // Its length is no credential: it stays when a redirect leaves the origin.
    expect([...signed.credentials]).toEqual([]);
    const streamed = prepare('POST', { data: chunks(), auth: ['u', 'p'] });
    expect(fields(streamed)).toEqual({ 'Transfer-Encoding': 'chunked', Authorization: 'Basic dTpw' });
  });

  it('M69 M70 M71 M72 M73 shows what will be sent', () => {
    const request = prepare('post', { json: { key: 'value' }, auth: ['u', 'p'], params: { a: 1 } }, 'http://h/x');
    expect([request.method, request.url, request.headers.get('authorization')]).toEqual([
      'POST',
      'http://h/x?a=1',
      'Basic dTpw',
    ]);
    expect(new TextDecoder().decode(request.body as Uint8Array)).toBe('{"key":"value"}');
  });

  it('[A12] [A14] [L02] shows none of its secrets when it is printed', () => {
    const request = prepare(
      'POST',
      {
        headers: { Cookie: 'CANARY', 'Proxy-Authorization': 'CANARY' },
        auth: ['u', 'CANARY'],
        data: 'CANARY',
        params: { t: 'CANARY' },
      },
      'http://u:CANARY@h/p#CANARY',
    );
    const basic = btoa('u:CANARY');
    for (const shown of [
      String(request),
      JSON.stringify(request),
      inspect(request),
      inspect(request, { showHidden: true, depth: Number.POSITIVE_INFINITY }),
      describeRequest(request),
    ]) {
      expect(shown).not.toContain('CANARY');
      expect(shown).not.toContain(basic);
    }
    expect(describeRequest(request)).toBe('POST http://h/p');
    expect(JSON.parse(JSON.stringify(request))).toMatchObject({
      method: 'POST',
      url: 'http://h/p',
      headers: { Authorization: '[redacted]' },
    });
  });
});

function formData(): FormData {
  const form = new FormData();
  form.append('f', 'x');
  return form;
}
