import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { bytes, collect, FakeBody, texts } from '../test/fake-body.ts';
import { FakeJar } from '../test/fake-jar.ts';
import { ChunkedEncodingError, HTTPError, RequestException, StreamConsumedError } from './exceptions.ts';
import { Headers } from './headers.ts';
import { PreparedRequest } from './prepared-request.ts';
import { Request } from './request.ts';
import { Response } from './response.ts';
import type { ResponseInit } from './response-options.ts';

const response = (init: Partial<ResponseInit> = {}): Response => new Response({ statusCode: 200, ...init });

const caught = async (run: () => unknown): Promise<unknown> => {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

describe('Response', () => {
  it.each([
    [100, true],
    [200, true],
    [204, true],
    [304, true],
    [399, true],
    [400, false],
    [404, false],
    [500, false],
    [599, false],
    [600, true],
    [999, true],
  ])('B-RESP-01 M32 M33 M34 status %i: ok is %s', (statusCode, ok) => {
    const r = response({ statusCode });
    expect(r.ok).toBe(ok);
    expect(
      (() => {
        try {
          r.raiseForStatus();
          return true;
        } catch {
          return false;
        }
      })(),
    ).toBe(ok);
  });

  it('M30 M31 M40 has the status to branch on', () => {
    const r = response({ statusCode: 404 });
    expect(r.statusCode === 200 ? 'fine' : r.statusCode === 404 ? 'not found' : 'other').toBe('not found');
  });

  it.each([
    [404, 'NOT FOUND', '404 Client Error: NOT FOUND for url: http://httpbin.org/status/404'],
    [400, 'BAD REQUEST', '400 Client Error: BAD REQUEST for url: http://httpbin.org/status/404'],
    [499, '', '499 Client Error:  for url: http://httpbin.org/status/404'],
    [500, 'Oops', '500 Server Error: Oops for url: http://httpbin.org/status/404'],
    [599, 'x', '599 Server Error: x for url: http://httpbin.org/status/404'],
  ])('B-RESP-02 B-RESP-03 M35 M37 raiseForStatus for %i %s', async (statusCode, reason, message) => {
    const request = new Request('GET', 'http://httpbin.org/status/404').prepare();
    const r = response({ statusCode, reason, request });
    const error = (await caught(() => r.raiseForStatus())) as HTTPError;
    expect(error).toBeInstanceOf(HTTPError);
    expect(error.message).toBe(message);
    expect(error.response).toBe(r);
    expect(error.request).toBe(request);
  });

  it('B-RESP-02 M36 raiseForStatus returns the response when all is well', () => {
    const r = response();
    expect(r.raiseForStatus()).toBe(r);
  });

  it('M38 M39 an error is told from others by instanceof', async () => {
    const error = await caught(() => response({ statusCode: 418 }).raiseForStatus());
    expect(error instanceof HTTPError).toBe(true);
    expect(HTTPError.is(error)).toBe(true);
    expect(new TypeError('x') instanceof HTTPError).toBe(false);
  });

  it('[A14] B-RESP-02 shows neither userinfo nor query, and escapes what the server sent', async () => {
    const r = response({
      statusCode: 500,
      reason: `\x1b[31m${'x'.repeat(300)}`,
      url: 'http://u:canary@h/p?token=canary#f',
    });
    const error = (await caught(() => r.raiseForStatus())) as HTTPError;
    expect(error.message).toMatch(/^500 Server Error: \\x1b\[31mx+\.\.\. for url: http:\/\/h\/p$/);
    expect(error.message.length).toBeLessThan(200);
  });

  it.each([
    [301, true, true, true],
    [302, true, true, false],
    [303, true, true, false],
    [307, true, true, false],
    [308, true, true, true],
    [300, true, false, false],
    [304, true, false, false],
    [305, true, false, false],
    [200, true, false, false],
    [301, false, false, false],
    [308, false, false, false],
  ])(
    'B-RESP-04 S10 status %i with Location %s: isRedirect %s, isPermanentRedirect %s',
    (statusCode, located, is, permanent) => {
      const r = response({ statusCode, headers: located ? { location: '/x' } : {} });
      expect([r.isRedirect, r.isPermanentRedirect]).toEqual([is, permanent]);
    },
  );

  it('B-RESP-05 has no next request of its own', () => {
    expect(response({ statusCode: 302, headers: { Location: '/x' } }).next).toBeNull();
  });

  it('B-RESP-06 S22 joins repeated headers, and keeps them apart on demand', () => {
    const r = response({
      headers: Headers.received(['X-A', '1', 'Set-Cookie', 'a=1', 'x-a', '2', 'SET-COOKIE', 'b=2, c']),
    });
    expect([...r.headers]).toEqual([
      ['X-A', '1, 2'],
      ['Set-Cookie', 'a=1, b=2, c'],
    ]);
    expect(r.headers.getAll('x-a')).toEqual(['1', '2']);
    expect(r.headers.getSetCookie()).toEqual(['a=1', 'b=2, c']);
  });

  it('M61 M62 M63 M64 M65 M66 has headers like a dictionary that does not care for case', () => {
    const r = response({ headers: { 'Content-Type': 'a/b', 'Cache-Control': 'no-store', Link: '<u>; rel=next' } });
    expect(Object.fromEntries(r.headers)).toEqual({
      'Content-Type': 'a/b',
      'Cache-Control': 'no-store',
      Link: '<u>; rel=next',
    });
    expect(r.headers.get('content-type')).toBe('a/b');
    expect(r.headers.get('CONTENT-TYPE')).toBe('a/b');
    expect(r.headers.get('cache-control')).toBe('no-store');
    expect(r.headers.get('link')).toBe('<u>; rel=next');
    expect(r.headers.get('x-none')).toBeUndefined();
    expect(r.headers.get('x-none', 'fallback')).toBe('fallback');
  });

  it('M22 M23 reads headers that no standard names', () => {
    const r = response({ headers: { Status: '200 OK', 'X-RateLimit-Remaining': '59' } });
    expect([r.headers.get('status'), r.headers.get('x-ratelimit-remaining')]).toEqual(['200 OK', '59']);
  });

  it('M67 M68 B-LINK-01 has the links of its header by rel', () => {
    const r = response({
      headers: { Link: '<https://h/?page=2>; rel="next"; title=x, <https://h/?page=9>; rel="last"' },
    });
    expect(r.links.next?.url).toBe('https://h/?page=2');
    expect({ ...r.links.next }).toEqual({ url: 'https://h/?page=2', rel: 'next', title: 'x' });
    expect(r.links.last?.rel).toBe('last');
    expect(r.links.prev?.url).toBeUndefined();
    expect(response().links).toEqual({});
  });

  it('[J02] a header of the server replaces no method, and does not make the response a promise', async () => {
    const names = ['then', 'get', 'constructor', '__proto__', 'toString', 'hasOwnProperty'];
    const r = response({ headers: Headers.received(names.flatMap((name) => [name, 'canary'])) });
    expect(await r).toBe(r);
    for (const name of names) expect(r.headers.get(name)).toBe('canary');
    expect(r.headers.size).toBe(names.length);
  });

  it('B-RESP-07 M44 M45 takes its encoding from the headers', () => {
    expect(response({ headers: { 'content-type': 'text/html; charset=utf-8' } }).encoding).toBe('utf-8');
    expect(response({ headers: { 'content-type': 'text/html' } }).encoding).toBe('ISO-8859-1');
    expect(response().encoding).toBeNull();
  });

  it('B-ENC-08 M46 decodes anew when the encoding is assigned', () => {
    const r = response({ body: bytes('é'), headers: { 'content-type': 'text/plain' } });
    expect(r.text).toBe('Ã©');
    r.encoding = 'utf-8';
    expect([r.encoding, r.text]).toEqual(['utf-8', 'é']);
    r.encoding = null;
    expect(r.text).toBe('é');
  });

  it('B-ENC-05 is "" for an empty body, and UTF-8 for a charset that nobody knows', () => {
    expect(response({ headers: { 'content-type': 'text/plain; charset=nonsense' } }).text).toBe('');
    expect(response({ body: bytes('é'), headers: { 'content-type': 'text/plain; charset=nonsense' } }).text).toBe('é');
    expect(response({ body: bytes('é'), headers: { 'content-type': 'text/plain; charset=' } }).text).toBe('é');
  });

  it('B-ENC-06 B-DIFF-13 keeps a BOM under utf-8', () => {
    expect(response({ body: bytes('\ufeffa'), headers: { 'content-type': 'text/plain; charset=utf-8' } }).text).toBe(
      '\ufeffa',
    );
  });

  it('B-ENC-09 B-DIFF-15 M47 guesses utf-8, or asks the detector that the session has', () => {
    const r = response({ body: Uint8Array.from([0xa4]) });
    expect(r.apparentEncoding).toBe('utf-8');
    const seen: Uint8Array[] = [];
    const detectEncoding = (body: Uint8Array): string | null => {
      seen.push(body);
      return seen.length > 2 ? null : 'iso-8859-15';
    };
    r.attachSeams({ cookies: null, detectEncoding, defaultEncoding: 'ISO-8859-1' });
    expect(r.apparentEncoding).toBe('iso-8859-15');
    expect(r.text).toBe('€');
    expect(seen[0]).toBe(r.content);
    expect(r.apparentEncoding).toBeNull();
  });

  it('M42 M43 M49 M51 gives bytes and text', async () => {
    const r = response({ body: bytes('text') });
    expectTypeOf(r.content).toEqualTypeOf<Uint8Array>();
    expect(r.content).toEqual(bytes('text'));
    expect(r.text).toBe('text');
    expect(await new Blob([r.content as Uint8Array<ArrayBuffer>], { type: 'image/png' }).text()).toBe('text');
  });

  it('B-RESP-10 caches the content, and has empty bytes for an empty body', async () => {
    const r = response({ body: new FakeBody(['a', 'b']) });
    const content = await r.read();
    expect(r.content).toBe(content);
    expect(await r.read()).toBe(content);
    expect(response().content).toEqual(new Uint8Array(0));
  });

  it('B-RESP-15 headers stay as they came, whatever the body', () => {
    const r = response({ statusCode: 304, headers: { 'Content-Length': '10', 'Content-Encoding': 'gzip' } });
    expect(r.headers.get('content-length')).toBe('10');
    expect(r.content).toHaveLength(0);
  });

  it('S10 B-API-31 carries reason, elapsed and version as the adapter gave them', () => {
    const r = response({ reason: 'Fine', elapsed: 1.5, httpVersion: '1.1' });
    expect([r.reason, r.elapsed, r.httpVersion]).toEqual(['Fine', 1.5, '1.1']);
    expect([response().reason, response().elapsed, response().httpVersion]).toEqual(['', 0, undefined]);
  });

  it('gives trailers once the body has ended', async () => {
    let trailers = new Headers();
    const r = response({ body: new FakeBody(['a']), trailers: () => trailers });
    expect([...r.trailers]).toEqual([]);
    await r.read();
    trailers = new Headers({ Checksum: '1' });
    expect(r.trailers.get('checksum')).toBe('1');
    expect([...response().trailers]).toEqual([]);
  });

  it('M69 M70 M71 M72 M73 M77 holds the request that was sent', () => {
    const request = new Request('POST', 'http://h/', {
      json: { key: 'value' },
      auth: ['u', 'p'],
      headers: { Cookie: 'a=1' },
    }).prepare();
    const r = response({ request });
    expect(r.request).toBeInstanceOf(PreparedRequest);
    expect(r.request?.url).toBe('http://h/');
    expect(r.url).toBe('http://h/');
    expect(new TextDecoder().decode(r.request?.body as Uint8Array)).toBe('{"key":"value"}');
    expect(r.request?.headers.get('authorization')).toBe('Basic dTpw');
    expect(r.request?.headers.get('cookie')).toBe('a=1');
  });

  it('M6 [A14] prints its status and nothing else', () => {
    const r = response({ url: 'http://u:canary@h/?canary', body: 'canary', headers: { 'Set-Cookie': 'a=canary' } });
    expect(String(r)).toBe('<Response [200]>');
    expect(inspect(r, { depth: Number.POSITIVE_INFINITY, showHidden: true })).toBe('<Response [200]>');
    expect(JSON.stringify(r)).toBe(
      '{"statusCode":200,"reason":"","url":"http://h/","headers":{"Set-Cookie":"[redacted]"}}',
    );
  });

  it('M169 carries what hooks note on it', () => {
    const r = response();
    r.context.hookCalled = true;
    expect(r.context).toEqual({ hookCalled: true });
    expect(response().context).toEqual({});
  });

  it('M151 B-API-30 has the cookies that it set, in a jar of its own', () => {
    const r = response({ url: 'http://h/', headers: Headers.received(['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']) });
    const jar = new FakeJar().set('c', '3', 'h');
    r.attachSeams({ cookies: jar, detectEncoding: null, defaultEncoding: 'x' });
    expect((r.cookies as FakeJar).cookies.map(({ name, value }) => [name, value])).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect(jar.size).toBe(1);
    expect(r.cookies).toBe(r.cookies);
  });

  it('names the package that cookies need', () => {
    expect(() => response().cookies).toThrow(/@requests-ts\/cookie-jar/);
  });

  it('is recognised when another copy of the package made it', () => {
    const foreign = Object.create(null, { [Symbol.for('@requests-ts/core:Response')]: { value: true } });
    expect(foreign instanceof Response).toBe(true);
    expect({} instanceof Response).toBe(false);
    expect((null as unknown) instanceof Response).toBe(false);
  });
});

describe('Response.raw', () => {
  it('M56 M58 gives undecoded bytes as the adapter hands them over', async () => {
    const gzipped = Uint8Array.from([0x1f, 0x8b, 0x08, 0, 1, 2, 3]);
    const pieces = [gzipped.subarray(0, 3), gzipped.subarray(3)];
    const raw = { read: async () => pieces.shift() ?? new Uint8Array(0) };
    const r = response({ body: new FakeBody(['plain']), raw });
    expect([...(await r.raw.read(3))]).toEqual([0x1f, 0x8b, 0x08]);
    expect(await texts(r.iterContent(10))).toEqual(['plain']);
  });

  it('M56 takes the pieces of the body where the adapter has nothing else', async () => {
    const r = response({ body: new FakeBody(['abc', 'def', 'g']) });
    expect(new TextDecoder().decode(await r.raw.read(2))).toBe('ab');
    expect(new TextDecoder().decode(await r.raw.read(3))).toBe('cde');
    expect(new TextDecoder().decode(await r.raw.read())).toBe('fg');
    expect(await r.raw.read(5)).toHaveLength(0);
  });

  it('B-RESP-11 what raw.read() left is the content', async () => {
    const r = response({ body: new FakeBody(['abc', 'def']) });
    await r.raw.read(4);
    expect(new TextDecoder().decode(await r.read())).toBe('ef');
  });

  it('has nothing once the body was read', async () => {
    const r = response({ body: 'abc' });
    expect(await r.raw.read()).toHaveLength(0);
  });

  it('is the body when the adapter gives nothing but raw', async () => {
    const pieces = [bytes('ab'), bytes('c'), new Uint8Array(0)];
    const r = response({ raw: { read: async () => pieces.shift()! } });
    expect(r.loaded).toBe(false);
    expect(new TextDecoder().decode(await r.read())).toBe('abc');
  });

  it('B-RESP-12 is closed with the response when it can be', async () => {
    let closed = 0;
    const raw = { read: async () => new Uint8Array(0), close: () => void closed++ };
    await response({ raw }).close();
    expect(closed).toBe(1);
    await response({ raw: { read: async () => new Uint8Array(0) } }).close();
  });
});

describe('the life of a streamed body', () => {
  const streamed = (...pieces: string[]): { body: FakeBody; r: Response } => {
    const body = new FakeBody(pieces);
    return { body, r: response({ body }) };
  };

  it('B-DIFF-01 throws for content, text and json() until it was read', async () => {
    const { r } = streamed('{', '}');
    for (const use of [() => r.content, () => r.text, () => r.json()]) expect(use).toThrow(/await response\.read\(\)/);
    expect(r.loaded).toBe(false);
    await r.read();
    expect(r.loaded).toBe(true);
    expect([r.text, r.json()]).toEqual(['{}', {}]);
  });

  it('B-RESP-09 M174 M178 reads nothing before it is asked to', async () => {
    const { body, r } = streamed('a', 'b');
    expect(body.pulled).toBe(0);
    expect(r.statusCode).toBe(200);
    await r.iterContent(1).next();
    expect(body.pulled).toBe(1);
  });

  it('B-RESP-11 refuses content after the body was iterated to its end', async () => {
    const { r } = streamed('a');
    await collect(r.iterContent(1));
    for (const use of [() => r.content, () => r.text, () => r.read()]) {
      const error = await caught(use);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(RequestException);
      expect((error as Error).message).toContain('already consumed');
    }
  });

  it.each([
    [1, 'bcdef'],
    [2, 'cdef'],
    [4, 'ef'],
    [6, ''],
  ])('B-RESP-11 after %i bytes were iterated the content is %j', async (size, rest) => {
    const { r } = streamed('abc', 'def');
    await r.iterContent(size).next();
    expect(new TextDecoder().decode(await r.read())).toBe(rest);
    expect(r.text).toBe(rest);
    expect(await texts(r.iterContent(3))).toEqual(rest === '' ? [] : rest.match(/.{1,3}/g));
  });

  it('B-RESP-11 keeps the rest when a loop is left early', async () => {
    const { body, r } = streamed('abc', 'def');
    for await (const _ of r.iterContent(2)) break;
    expect(body.closed).toBe(0);
    expect(new TextDecoder().decode(await r.read())).toBe('cdef');
  });

  it('B-ITER-02 M183 M184 refuses a second reader at once, also after the first one has ended', async () => {
    const { r } = streamed('a\nb');
    const lines = r.iterLines();
    for (const use of [() => r.iterContent(1), () => r.iterLines(), () => r[Symbol.asyncIterator]()]) {
      expect(use).toThrow(StreamConsumedError);
      expect(use).toThrow(TypeError);
    }
    const first = await lines.next();
    expect(first.value).toEqual(bytes('a'));
    expect(await texts(lines)).toEqual(['b']);
    expect(() => r.iterContent(1)).toThrow(StreamConsumedError);
  });

  it('B-ITER-11 two iterators over one live body lose nothing: there is only one', async () => {
    const { r } = streamed('a\nb\n');
    const all = texts(r.iterLines());
    expect(() => r.iterLines()).toThrow(StreamConsumedError);
    expect(await all).toEqual(['a', 'b']);
  });

  it('B-RESP-12 [F11] close() drops an unread body, once', async () => {
    const { body, r } = streamed('a');
    await r.close();
    await r.close();
    expect(body.closed).toBe(1);
    expect(body.pulled).toBe(0);
  });

  it('B-RESP-12 [F11] close() drops a body that was read in part', async () => {
    const { body, r } = streamed('a', 'b');
    await r.iterContent(1).next();
    await r.close();
    expect(body.closed).toBe(1);
  });

  it('B-RESP-12 close() keeps what is in memory', async () => {
    const { body, r } = streamed('a');
    await r.read();
    await r.close();
    expect(body.closed).toBe(0);
    expect(r.text).toBe('a');
    await response({ body: 'x' }).close();
  });

  it('[F11] close() ends a generator that has no close() of its own', async () => {
    let freed = 0;
    const source = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        yield bytes('a');
        yield bytes('b');
      } finally {
        freed++;
      }
    };
    const r = response({ body: source() });
    await r.iterContent(1).next();
    await r.close();
    expect(freed).toBe(1);
    const unread = source();
    await response({ body: unread }).close();
    expect((await unread.next()).done).toBe(true);
  });

  it('[F11] close() cancels a web stream', async () => {
    let cancelled = 0;
    const body = new ReadableStream<Uint8Array>({ pull: (c) => c.enqueue(bytes('a')), cancel: () => void cancelled++ });
    const r = response({ body });
    await r.iterContent(1).next();
    await r.close();
    expect(cancelled).toBe(1);
  });

  it('B-RESP-13 refuses content after close(), where Requests gives empty bytes', async () => {
    const { r } = streamed('a');
    await r.close();
    for (const use of [() => r.content, () => r.text, () => r.read()])
      expect(((await caught(use)) as Error).message).toContain('dropped by close()');
    expect(() => r.iterContent(1)).toThrow(StreamConsumedError);
  });

  it('ends an iterator whose response is closed meanwhile', async () => {
    const { r } = streamed('a', 'b');
    const pieces = r.iterContent(1);
    await pieces.next();
    await r.close();
    expect(await pieces.next()).toEqual({ done: true, value: undefined });
  });

  it('M176 M177 B-DIFF-04 is closed at the end of its block', async () => {
    const { body, r } = streamed('a');
    {
      await using same = r;
      expect(same.loaded).toBe(false);
    }
    expect(body.closed).toBe(1);
  });

  it('reads once for all who ask at the same time', async () => {
    const { body, r } = streamed('a', 'b');
    const [one, two] = await Promise.all([r.read(), r.read()]);
    expect(one).toBe(two);
    expect(body.pulled).toBe(2);
  });

  it('[E07] B-ITER-05 gives what arrived, then throws, and never takes the part for the whole', async () => {
    const cut = new ChunkedEncodingError('cut');
    const r = response({ body: new FakeBody(['abc', 'de'], cut), request: new Request('GET', 'http://h/').prepare() });
    const pieces = r.iterContent(4);
    expect(new TextDecoder().decode((await pieces.next()).value!)).toBe('abcd');
    expect(new TextDecoder().decode((await pieces.next()).value!)).toBe('e');
    expect(await caught(() => pieces.next())).toBe(cut);
    expect(cut.response).toBe(r);
    expect(cut.request).toBe(r.request);
    for (const use of [() => r.content, () => r.text, () => r.read(), () => r.raw.read()])
      expect(await caught(use)).toBe(cut);
  });

  it('[E07] [J03] read() rejects with the same error each time it is asked', async () => {
    const cut = new ChunkedEncodingError('cut');
    const r = response({ body: new FakeBody(['abc'], cut) });
    expect(await caught(() => r.read())).toBe(cut);
    expect(await caught(() => r.read())).toBe(cut);
    expect(r.loaded).toBe(false);
  });

  it('[F11] close() frees a body that broke', async () => {
    const body = new FakeBody([], new ChunkedEncodingError('cut'));
    const r = response({ body });
    await caught(() => r.read());
    await r.close();
    expect(body.closed).toBe(1);
  });

  it('[E07] a body that broke says why after close() too', async () => {
    const cut = new ChunkedEncodingError('cut');
    const r = response({ body: new FakeBody(['abc'], cut) });
    await caught(() => r.read());
    await r.close();
    for (const use of [() => r.content, () => r.text, () => r.read()]) expect(await caught(use)).toBe(cut);
  });

  it('refuses pieces that are no bytes', async () => {
    const r = response({ body: new FakeBody([]) });
    const text = response({
      body: (async function* () {
        yield 'text';
      })() as unknown as AsyncIterable<Uint8Array>,
    });
    expect(await caught(() => text.read())).toBeInstanceOf(TypeError);
    expect(await r.read()).toHaveLength(0);
  });

  it('[F11] drain() keeps a body up to its limit, and drops a longer one', async () => {
    const small = streamed('abc', 'de');
    await small.r.drain(5);
    expect(small.r.text).toBe('abcde');
    expect(small.body.closed).toBe(0);
    const large = streamed('abc', 'def', 'g');
    await large.r.drain(5);
    expect(large.body.closed).toBe(1);
    expect(large.body.pulled).toBe(2);
    expect(() => large.r.content).toThrow(/dropped/);
    await response({ body: 'in memory' }).drain(1);
  });
});
