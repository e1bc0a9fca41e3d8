import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuthBase } from '../src/auth.ts';
import { ConnectTimeout, HTTPError, RequestException, Timeout } from '../src/exceptions.ts';
import type { PreparedRequest } from '../src/prepared-request.ts';
import { Request } from '../src/request.ts';
import { Session } from '../src/session.ts';
import { codes } from '../src/status-codes.ts';
import { FakeAdapter, redirect, type Sent } from './fake-adapter.ts';
import { FakeBody, texts } from './fake-body.ts';
import { FakeJar } from './fake-jar.ts';
import { bench, rejection } from './fake-session.ts';

/** Answers with what it was sent, as httpbin does. */
const echo = ({ method, url, headers, body }: Sent) => ({
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ method, url, headers, body }),
});

describe('what tutorials teach', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'core-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('B-FLOW-01 M5 M7 M32 M40 M107 a status is a condition, a code, and an error on demand', async () => {
    const { session } = bench({
      'http://api.test/good': { reason: 'OK' },
      'http://api.test/bad': { statusCode: 404, reason: 'NOT FOUND' },
    });
    const told: string[] = [];
    for (const path of ['good', 'bad']) {
      try {
        const r = await session.get(`http://api.test/${path}`);
        if (r.ok && r.statusCode === codes.ok) told.push('ok');
        r.raiseForStatus();
        told.push('success');
      } catch (error) {
        if (error instanceof HTTPError) told.push(error.message);
        else throw error;
      }
    }
    expect(told).toEqual(['ok', 'success', '404 Client Error: NOT FOUND for url: http://api.test/bad']);
  });

  it('B-FLOW-02 M42 M43 M46 M52 M62 content, text, encoding, json() and headers of one response', async () => {
    const body = '{"name":"é"}';
    const { session } = bench({ headers: { 'Content-Type': 'application/json; charset=utf-8' }, body });
    const r = await session.get('http://api.test/');
    expect(new TextDecoder().decode(r.content)).toBe(body);
    r.encoding = 'utf-8';
    expect([r.text, r.json()]).toEqual([body, { name: 'é' }]);
    expect(r.headers.get('Content-Type')).toBe(r.headers.get('content-type'));
  });

  it('B-FLOW-03 M24 M25 M26 M27 M28 M18 params of every kind, and every verb', async () => {
    const { session, adapter } = bench(echo);
    const url = async (params: Parameters<typeof session.get>[1]): Promise<string> =>
      (await session.get('http://h/', params)).url;
    expect(await url({ params: { q: 'requests+language:python' } })).toBe('http://h/?q=requests%2Blanguage%3Apython');
    expect(
      await url({
        params: [
          ['q', 'a'],
          ['q', 'b'],
        ],
      }),
    ).toBe('http://h/?q=a&q=b');
    expect(await url({ params: new TextEncoder().encode('q=requests+language:python') })).toBe(
      'http://h/?q=requests+language:python',
    );
    expect(await url({ params: { name: 'john', age: 12 } })).toBe('http://h/?name=john&age=12');
    expect((await session.head('http://h/')).headers.get('content-type')).toBe('application/json');
    await session.request('MKCOL', 'http://h/', { data: 'x' });
    expect(adapter.sent.at(-1)).toMatchObject({ method: 'MKCOL', body: 'x' });
  });

  it('M19 builds the next URL from the final one', async () => {
    const { session, adapter } = bench((_, turn) => (turn === 0 ? redirect(301, '/issues/482') : {}));
    const r = await session.get('http://h/old');
    await session.get(`${r.url}/comments`);
    expect(adapter.urls.at(-1)).toBe('http://h/issues/482/comments');
  });

  it('B-FLOW-04 M88 M89 M93 M94 posts a mapping, pairs, text and JSON, and shows what was sent', async () => {
    const { session } = bench(echo);
    const sent = async (options: Parameters<typeof session.post>[1]): Promise<unknown[]> => {
      const { request } = await session.post('http://h/', options);
      return [
        request?.headers.get('Content-Type'),
        typeof request?.body === 'string' ? request.body : new TextDecoder().decode(request?.body as Uint8Array),
      ];
    };
    const form = 'application/x-www-form-urlencoded';
    expect(await sent({ data: { key: 'value' } })).toEqual([form, 'key=value']);
    expect(await sent({ data: [['key', 'value']] })).toEqual([form, 'key=value']);
    expect(await sent({ data: JSON.stringify({ a: 1 }) })).toEqual([undefined, '{"a":1}']);
    expect(await sent({ json: { key: 'value' } })).toEqual(['application/json', '{"key":"value"}']);
  });

  it('B-FLOW-05 M207 M208 M209 M210 M211 M212 M213 prepares, edits and sends', async () => {
    const { session, adapter, jar } = bench(echo);
    jar.set('a', '1', 'h');
    const request = new Request('POST', 'http://h/', { data: { a: 1 }, headers: { 'X-Custom': '1' } });
    const prepared = session.prepareRequest(request);
    prepared.body = 'No, I want exactly this as the body.';
    prepared.headers.delete('Content-Type');
    prepared.headers.set('Keep-Dead', 'parrot');
    const r = await session.send(prepared, session.mergeEnvironmentSettings(prepared.url, {}));
    const [{ headers, body }] = adapter.sent as [Sent];
    expect(body).toBe('No, I want exactly this as the body.');
    expect(headers).toMatchObject({ 'keep-dead': 'parrot', 'content-length': '36', cookie: 'a=1' });
    expect(headers['content-type']).toBeUndefined();
    expect(r.request).toBe(prepared);
  });

  it('B-FLOW-06 M152 M154 M157 M158 cookies of a call, of a jar, of a session', async () => {
    const { session, adapter } = bench([{ headers: { 'Set-Cookie': 'sessioncookie=123' } }, {}, {}, {}]);
    const r = await session.get('http://h/set');
    expect((r.cookies as unknown as FakeJar).get('sessioncookie')).toBe('123');
    await session.get('http://h/');
    await session.get('http://h/', { cookies: { cookies_are: 'working' } });
    await session.get('http://h/', {
      cookies: new FakeJar().set('tasty', 'yum', 'h').set('gross', 'blech', 'elsewhere'),
    });
    expect(adapter.sent.map(({ headers }) => headers.cookie)).toEqual([
      undefined,
      'sessioncookie=123',
      'sessioncookie=123; cookies_are=working',
      'sessioncookie=123; tasty=yum',
    ]);
  });

  it('B-FLOW-07 M160 M162 M164 follows from http to https, shows the way, and does not when told', async () => {
    const { session } = bench({
      'http://github.test/': redirect(301, 'https://github.test/'),
      'https://github.test/': {},
    });
    const r = await session.get('http://github.test/');
    expect([r.url, String(r.history)]).toEqual(['https://github.test/', '<Response [301]>']);
    const none = await session.get('http://github.test/', { allowRedirects: false });
    expect([none.statusCode, none.history]).toEqual([301, []]);
    expect((await session.head('http://github.test/', { allowRedirects: true })).url).toBe('https://github.test/');
  });

  it('B-FLOW-08 M134 M135 M137 M140 M141 hands timeouts over, and Timeout catches both kinds', async () => {
    const { session, adapter } = bench({ '*': {}, 'http://slow.test/': new ConnectTimeout('Connect timed out') });
    for (const timeout of [5, 3.05, [3.05, 27], null] as const) await session.get('http://h/', { timeout });
    expect(adapter.sent.map(({ options }) => options.timeout)).toEqual([5, 3.05, [3.05, 27], null]);
    const error = await rejection(session.get('http://slow.test/', { timeout: 0.001 }));
    expect([error instanceof Timeout, error instanceof RequestException]).toEqual([true, true]);
  });

  it("B-FLOW-09 M105 M111 M199 a pair, a class of one's own, a session with auth and without an environment", async () => {
    class TokenAuth extends AuthBase {
      readonly #token: string;
      constructor(token: string) {
        super();
        this.#token = token;
      }
      override authenticate(r: PreparedRequest): PreparedRequest {
        r.headers.set('X-TokenAuth', this.#token);
        return r;
      }
    }
    const { session, adapter } = bench({});
    session.trustEnv = false;
    await session.get('http://h/', { auth: ['user', 'pass'] });
    await session.get('http://h/', { auth: new TokenAuth('12345abcde') });
    session.auth = new TokenAuth('of the session');
    await session.get('http://h/');
    expect(adapter.sent.map(({ headers }) => [headers.authorization, headers['x-tokenauth']])).toEqual([
      ['Basic dXNlcjpwYXNz', undefined],
      [undefined, '12345abcde'],
      [undefined, 'of the session'],
    ]);
  });

  it('B-FLOW-10 M132 hands verify and cert over, of the call and of the session', async () => {
    const { session, adapter } = bench({});
    await session.get('http://h/', { verify: false });
    await session.get('http://h/', { verify: '/ca', cert: ['/cert', '/key'] });
    session.verify = '/session-ca';
    session.cert = '/session-cert';
    await session.get('http://h/');
    expect(adapter.sent.map(({ options: { verify, cert } }) => [verify, cert])).toEqual([
      [false, null],
      ['/ca', ['/cert', '/key']],
      ['/session-ca', '/session-cert'],
    ]);
  });

  it('B-FLOW-11 M57 M175 M176 decides on the headers, and streams to a file', async () => {
    const { session } = bench(() => ({
      headers: { 'Content-Length': '600' },
      body: new FakeBody(['x'.repeat(500), 'y'.repeat(100)]),
    }));
    await using r = await session.get('http://h/', { stream: true });
    expect(Number(r.headers.get('content-length'))).toBeLessThan(1000);
    const path = join(folder, 'download');
    const file = await open(path, 'w');
    for await (const chunk of r.iterContent(128)) await file.write(chunk);
    await file.close();
    expect(await readFile(path, 'utf8')).toBe('x'.repeat(500) + 'y'.repeat(100));
  });

  it('B-FLOW-11 M179 M180 M181 M182 reads JSON by lines, with a charset to fall back to', async () => {
    const { session } = bench(() => ({ body: new FakeBody(['{"id":1}\r', '\n\r\n{"id"', ':2}']) }));
    const r = await session.get('http://h/', { stream: true });
    r.encoding ??= 'utf-8';
    const ids: number[] = [];
    for await (const line of r.iterLines({ decodeUnicode: true })) if (line) ids.push(JSON.parse(line).id);
    expect(ids).toEqual([1, 2]);
  });

  it('B-FLOW-11 M96 M98 uploads a file, an open handle and a generator piece by piece', async () => {
    const { session, adapter } = bench({});
    const path = join(folder, 'massive-body');
    writeFileSync(path, 'massive');
    await session.post('http://h/', { data: createReadStream(path) });
    const handle = await open(path);
    await session.post('http://h/', { data: handle as never });
    await handle.close();
    await session.post('http://h/', {
      data: (function* () {
        yield 'hi';
        yield 'there';
      })(),
    });
    expect(adapter.sent.map(({ body, headers }) => [body, headers['transfer-encoding']])).toEqual([
      ['massive', 'chunked'],
      ['massive', 'chunked'],
      ['hithere', 'chunked'],
    ]);
  });

  it('B-FLOW-12 M165 M166 M169 M170 hooks that print, that mark, two at once, of the session', async () => {
    const { session } = bench({});
    const printed: string[] = [];
    session.hooks.response.push((r) => void printed.push(r.url));
    await session.get('http://h/1');
    const r = await session.get('http://h/2', {
      hooks: {
        response: [
          (response) => void printed.push(response.url),
          (response) => {
            response.context.hookCalled = true;
            return response;
          },
        ],
      },
    });
    expect([printed, r.context.hookCalled]).toEqual([['http://h/1', 'http://h/2'], true]);
  });

  it('B-FLOW-13 M67 S10 M186 M188 follows pages by their links, over the proxies that were given', async () => {
    const page = (n: number): object => ({
      headers:
        n < 3 ? { Link: `<http://api.test/?page=${n + 1}>; rel="next", <http://api.test/?page=3>; rel="last"` } : {},
      body: `[${n}]`,
    });
    const { session, adapter } = bench({
      'http://api.test/?page=1': page(1),
      'http://api.test/?page=2': page(2),
      'http://api.test/?page=3': page(3),
    });
    session.proxies = { http: 'http://user:pass@10.10.1.10:3128/' };
    const all: unknown[] = [];
    for (let url: string | undefined = 'http://api.test/?page=1'; url; ) {
      const r = await session.get(url);
      all.push(...r.json<unknown[]>());
      expect(r.elapsed).toBeGreaterThan(0);
      url = r.links.next?.url;
    }
    expect(all).toEqual([1, 2, 3]);
    expect(adapter.sent.every(({ options }) => options.proxies?.http === 'http://user:pass@10.10.1.10:3128/')).toBe(
      true,
    );
  });

  it('M185 runs many requests at once', async () => {
    const { session } = bench(async ({ url }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { body: url };
    });
    const urls = Array.from({ length: 20 }, (_, at) => `http://h/${at}`);
    expect((await Promise.all(urls.map((url) => session.get(url)))).map(({ text }) => text)).toEqual(urls);
  });

  it("M221 M226 an adapter of one's own is mounted beside others", async () => {
    const session = new Session();
    session.mount('http://', new FakeAdapter({ body: 'any' }));
    session.mount('http://special.test/', new FakeAdapter(() => ({ body: new FakeBody(['spe', 'cial']) })));
    expect((await session.get('http://any.test/')).text).toBe('any');
    const r = await session.get('http://special.test/x', { stream: true });
    expect(await texts(r.iterContent(4))).toEqual(['spec', 'ial']);
  });

  it('M16 M17 M21 M22 reads what the server allows, and an error as an answer', async () => {
    const { session } = bench({ statusCode: 500, headers: { Allow: 'GET, HEAD', 'X-RateLimit-Remaining': '7' } });
    const verbs = await session.options('http://h/');
    expect([verbs.statusCode, verbs.headers.get('allow')]).toEqual([500, 'GET, HEAD']);
    expect((await session.head('http://h/')).headers.get('x-ratelimit-remaining')).toBe('7');
  });
});
