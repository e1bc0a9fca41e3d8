import { describe, expect, expectTypeOf, it } from 'vitest';
import { FakeAdapter } from '../test/fake-adapter.ts';
import { FakeBody } from '../test/fake-body.ts';
import { FakeJar } from '../test/fake-jar.ts';
import { bench, rejection } from '../test/fake-session.ts';
import { HTTPBasicAuth, HTTPProxyAuth } from './auth.ts';
import * as exceptions from './exceptions.ts';
import { Headers } from './headers.ts';
import { PreparedRequest } from './prepared-request.ts';
import { Request } from './request.ts';
import { Response } from './response.ts';
import { deserialize, serialize } from './serialize.ts';
import { Session } from './session.ts';

describe('serialize', () => {
  it('B-RESP-14 B-DIFF-46 S14 keeps what a response is', async () => {
    const { session, jar } = bench({
      'http://h/': { statusCode: 302, headers: { Location: '/x', 'Set-Cookie': 'a=1' }, body: 'moved' },
      'http://h/x': {
        reason: 'Fine',
        elapsed: 1.5,
        httpVersion: '1.1',
        headers: Headers.received([
          'Content-Type',
          'text/plain',
          'X-A',
          '1',
          'x-a',
          '2',
          'Set-Cookie',
          'b=2',
          'Set-Cookie',
          'c=3',
        ]),
        body: new FakeBody([Uint8Array.from([0xff, 0x00, 0xe9])]),
      },
    });
    const r = await session.post('http://h/', { data: 'form', stream: true });
    r.encoding = 'latin-1';
    const text = await serialize(r);
    expect(r.loaded).toBe(true);
    const again = deserialize(text, Response, session);
    expectTypeOf(again).toEqualTypeOf<Response>();
    expect(again).toBeInstanceOf(Response);
    expect([again.statusCode, again.reason, again.url, again.elapsed, again.httpVersion, again.encoding]).toEqual([
      200,
      'Fine',
      'http://h/x',
      1.5,
      '1.1',
      'latin-1',
    ]);
    expect([...again.content]).toEqual([0xff, 0x00, 0xe9]);
    expect(again.text).toBe('ÿ\0é');
    expect([...again.headers.lines()]).toEqual([...r.headers.lines()]);
    expect((again.cookies as unknown as FakeJar).cookies.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(again.history.map(({ statusCode, text: body }) => [statusCode, body])).toEqual([[302, 'moved']]);
    expect([again.request?.method, again.request?.url]).toEqual(['GET', 'http://h/x']);
    expect(again.history[0]!.request?.body).toBe('form');
    expect(jar.size).toBe(3);
    expect(await again.raw.read()).toHaveLength(0);
  });

  it('B-RESP-14 keeps an encoding of null', async () => {
    const again = deserialize(await serialize(new Response({ statusCode: 200, body: 'é' })), Response);
    expect([again.encoding, again.text, again.request]).toEqual([null, 'é', null]);
  });

  it('B-DIFF-46 is a text of plain JSON, whatever the bytes', async () => {
    const body = Uint8Array.from({ length: 100_000 }, (_, at) => at % 256);
    const text = await serialize(new Response({ statusCode: 200, body }));
    expect(JSON.parse(text)).toMatchObject({});
    expect(deserialize(text, Response).content).toEqual(body);
  });

  it.each([
    ['text', 'é'],
    ['bytes', Uint8Array.from([0, 255])],
    ['nothing', null],
  ])('B-DIFF-46 keeps a request with %s as its body', async (_, body) => {
    const request = new Request('POST', 'http://u:p@h/p?q#f', {
      headers: [
        ['X-B', '1'],
        ['x-a', '2'],
      ],
      auth: (r) => {
        r.headers.set('X-Key', 'k');
        return r;
      },
    }).prepare();
    request.body = body;
    const again = deserialize(await serialize(request), PreparedRequest);
    expect(again).toBeInstanceOf(PreparedRequest);
    expect([again.method, again.url, again.body]).toEqual(['POST', 'http://u:p@h/p?q#f', body]);
    expect([...again.headers.lines()]).toEqual([...request.headers.lines()]);
    expect([...again.credentials]).toEqual(['x-key']);
    again.body = 'longer than before';
    expect(again.headers.get('content-length')).toBe('18');
  });

  it('reads a Blob, and refuses a stream', async () => {
    const blob = new Request('POST', 'http://h/', { data: new Blob(['ab']) }).prepare();
    expect(deserialize(await serialize(blob), PreparedRequest).body).toEqual(new TextEncoder().encode('ab'));
    const stream = new Request('POST', 'http://h/?canary', { data: (function* () {})() }).prepare();
    const error = await rejection(serialize(stream));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).not.toContain('canary');
  });

  it('B-SESS-21 S14 keeps the attributes of a session, and those that are code of the one it is restored into', async () => {
    const jar = new FakeJar().set('a', '1', 'h');
    const session = new Session({
      headers: { 'X-A': '1', 'user-agent': 'me' },
      auth: ['u', 'p'],
      proxies: { http: 'http://u:p@proxy' },
      params: { a: [1, 2n, null], ['__proto__']: 'x' },
      stream: true,
      verify: Uint8Array.from([1, 2]),
      cert: ['c', 'k'],
      timeout: [3.05, null],
      maxRedirects: 3,
      redirectPolicy: { sensitiveHeaders: ['x-key'] },
      trustEnv: false,
      defaultEncoding: 'utf-8',
      cookies: jar,
      hooks: { response: () => {} },
    });
    const adapter = new FakeAdapter();
    const again = deserialize(
      await serialize(session),
      Session,
      new Session({ cookies: new FakeJar(), adapters: { 'http://': adapter } }),
    );
    expectTypeOf(again).toEqualTypeOf<Session>();
    expect([...again.headers]).toEqual([...session.headers]);
    expect(again.auth).toBeInstanceOf(HTTPBasicAuth);
    expect((again.auth as HTTPBasicAuth).equals(new HTTPBasicAuth('u', 'p'))).toBe(true);
    for (const key of [
      'proxies',
      'stream',
      'verify',
      'cert',
      'timeout',
      'maxRedirects',
      'redirectPolicy',
      'trustEnv',
      'defaultEncoding',
    ] as const)
      expect([key, again[key]]).toEqual([key, session[key]]);
    expect((again.cookies as FakeJar).cookies).toEqual(jar.cookies);
    await again.get('http://h/');
    await session.mount('http://', adapter).get('http://h/');
    expect(adapter.sent[0]!.lines).toEqual(adapter.sent[1]!.lines);
    expect(adapter.sent[0]!.url).toBe(adapter.sent[1]!.url);
  });

  it.each([
    ['a Map', new Map([['a', '1']]), 'a=1&b=2'],
    ['pairs', [['a', '1']] as [string, string][], 'b=2'],
    ['bytes', new TextEncoder().encode('a=1'), 'b=2'],
    ['text', 'a=1', 'b=2'],
    ['null', null, 'b=2'],
  ])('B-SESS-21 params as %s are merged as before', async (_, params, query) => {
    const again = deserialize(await serialize(new Session({ params })), Session);
    expect(again.prepareRequest(new Request('GET', 'http://h/', { params: { b: 2 } })).url).toBe(`http://h/?${query}`);
  });

  it('B-SESS-21 keeps bytes as credentials, and the auth of the new session where the saved one was code', async () => {
    const bytes = new Session({ auth: new HTTPBasicAuth('u', Uint8Array.from([255])) });
    expect((deserialize(await serialize(bytes), Session).auth as HTTPBasicAuth).password).toEqual(
      Uint8Array.from([255]),
    );
    for (const auth of [(r: PreparedRequest) => r, new HTTPProxyAuth('u', 'p'), null]) {
      const own = new Session({ auth: ['own', 'p'] });
      expect(deserialize(await serialize(new Session({ auth })), Session, own).auth).toEqual(['own', 'p']);
    }
  });

  it('B-SESS-21 loses no cookie quietly', async () => {
    const jar = new FakeJar().set('a', '1', 'h');
    const text = await serialize(new Session({ cookies: jar }));
    expect(() => deserialize(text, Session)).toThrow(TypeError);
    const mute = Object.assign(new FakeJar().set('a', '1', 'h'), { serialize: undefined });
    expect(await rejection(serialize(new Session({ cookies: mute })))).toBeInstanceOf(TypeError);
    expect(deserialize(await serialize(new Session({ cookies: new FakeJar() })), Session).cookies).toBeNull();
  });

  it('B-EXC-17 B-DIFF-46 a JSONDecodeError keeps message, doc and pos', async () => {
    const r = new Response({ statusCode: 200, body: '{"a":\n x}', url: 'http://h/' });
    let error: unknown;
    try {
      r.json();
    } catch (thrown) {
      error = thrown;
    }
    const again = deserialize(await serialize(error as exceptions.JSONDecodeError), exceptions.RequestException);
    expect(again).toBeInstanceOf(exceptions.JSONDecodeError);
    expect(again).toBeInstanceOf(SyntaxError);
    const keys = ['name', 'code', 'message', 'msg', 'doc', 'pos', 'lineno', 'colno'] as const;
    for (const key of keys)
      expect((again as exceptions.JSONDecodeError)[key]).toBe((error as exceptions.JSONDecodeError)[key]);
    expect(again.response?.text).toBe('{"a":\n x}');
  });

  const classes = Object.entries(exceptions).filter(([name]) => name !== 'JSONDecodeError');
  it.each(classes)('B-DIFF-46 a %s keeps its class, message and request', async (name, Class) => {
    const request = new Request('GET', 'http://h/').prepare();
    const error = new (Class as typeof exceptions.RequestException)('why', { request, cause: new Error('canary') });
    const again = deserialize(await serialize(error), exceptions.RequestException);
    expect(again).toBeInstanceOf(Class);
    expect([again.name, again.message, again.code, again.request?.url]).toEqual([name, 'why', error.code, 'http://h/']);
    expect([again.response, again.cause]).toEqual([null, undefined]);
  });

  it('B-DIFF-46 an error of a class of yours is a RequestException', async () => {
    class Mine extends exceptions.HTTPError {}
    Object.defineProperty(Mine.prototype, 'name', { value: 'constructor' });
    const again = deserialize(await serialize(new Mine('why')), exceptions.RequestException);
    expect([again.name, again.message]).toEqual(['RequestException', 'why']);
  });

  it('keeps an error whose response was never read, without it', async () => {
    const error = new exceptions.HTTPError('why', {
      response: new Response({ statusCode: 500, body: new FakeBody(['x']) }),
    });
    expect(deserialize(await serialize(error), exceptions.RequestException).response).toBeNull();
  });

  it('rejects with the error of a body that cannot be read', async () => {
    const cut = new exceptions.ChunkedEncodingError('cut');
    expect(await rejection(serialize(new Response({ statusCode: 200, body: new FakeBody([], cut) })))).toBe(cut);
  });

  it('refuses what is none of the four', async () => {
    expect(await rejection(serialize({} as never))).toBeInstanceOf(TypeError);
  });

  it('[A14] B-DIFF-46 is not what loggers call', async () => {
    const request = new Request('GET', 'http://h/', { auth: ['u', 'canary'] }).prepare();
    const r = new Response({ statusCode: 200, request, body: 'canary', headers: { 'Set-Cookie': 'a=canary' } });
    expect(await serialize(r)).toContain('Set-Cookie');
    expect(JSON.stringify([r, request, new Session({ auth: ['u', 'canary'] })])).not.toContain('canary');
    for (const value of [r, request]) expect('serialize' in value).toBe(false);
  });
});

describe('deserialize', () => {
  const saved = (type: string, value: unknown, version: unknown = 1): string =>
    JSON.stringify({ object: Object.entries({ type, version, value }).map(([key, v]) => [key, v]) });

  it('gives nothing but what is expected', async () => {
    const text = await serialize(new Request('GET', 'http://h/').prepare());
    for (const type of [Response, Session, exceptions.RequestException, Request])
      expect(() => deserialize(text, type as typeof Response)).toThrow(TypeError);
  });

  it.each([
    'null',
    '{}',
    '[]',
    '5',
    '"x"',
    '{"object":[]}',
    '{"map":[]}',
    '{"base64":"AA=="}',
    saved('Response', null),
    saved('Response', { object: [] }, 2),
  ])('refuses the text %s', (text) => {
    expect(() => deserialize(text, Response)).toThrow(TypeError);
  });

  it('refuses what is no JSON', () => {
    expect(() => deserialize('{', Response)).toThrow(SyntaxError);
  });

  it('[J02] pollutes nothing, whatever the keys', () => {
    const evil = '{"object":[["__proto__",{"object":[["polluted",true]]}],["type","Response"],["version",1]]}';
    expect(() => deserialize(evil, Response)).toThrow(TypeError);
    expect(() => deserialize('{"__proto__":{"type":"Response"}}', Response)).toThrow(TypeError);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('[D01] checks the headers of a request again', async () => {
    const text = await serialize(new Request('GET', 'http://h/', { headers: { 'X-A': 'canary' } }).prepare());
    expect(() => deserialize(text.replace('canary', 'x\\r\\nEvil: 1'), PreparedRequest)).toThrow(
      exceptions.InvalidHeader,
    );
  });
});
