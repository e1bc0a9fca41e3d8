import {
  Headers,
  ReadTimeout,
  Request,
  type RequestInit,
  type SendOptions,
  Session,
  UnrewindableBodyError,
} from '@requests-ts/core';
import { describe, expect, it, vi } from 'vitest';
import { DigestAuthAdapter, HTTPDigestAuth } from '../src/index.ts';
import { DigestServer, type DigestServerOptions } from './digest-server.ts';

const URL = 'http://intranet.example/page';

function setUp(options: DigestServerOptions = {}, adapterOptions = {}) {
  const server = new DigestServer(options);
  const adapter = new DigestAuthAdapter(server, 'user', 'pass', adapterOptions);
  const send = (method = 'GET', init: RequestInit = {}, settings: SendOptions = {}, url = URL) =>
    adapter.send(new Request(method, url, init).prepare(), settings);
  return { server, adapter, send };
}

describe('DigestAuthAdapter', () => {
  it('answers challenges for every request that goes through it, and signs ahead', async () => {
    const { server, adapter } = setUp();
    const session = new Session({ adapters: { 'http://intranet.example/': adapter } });
    expect((await session.get(URL)).text).toBe('secret');
    expect((await session.post(URL, { data: 'x' })).text).toBe('secret');
    expect(server.seen.map(({ fields }) => fields.nc)).toEqual([undefined, '00000001', '00000002']);
  });

  it('B-DIG-04 B-DIG-05 puts the challenge into history, and fills in elapsed', async () => {
    const { send } = setUp();
    const response = await send();
    expect(response.history.map(({ statusCode, text }) => [statusCode, text])).toEqual([[401, 'who are you?']]);
    expect(response.elapsed).toBeGreaterThan(0);
    expect(response.request?.headers.has('Authorization')).toBe(true);
  });

  it('never changes the request it was given', async () => {
    const { adapter } = setUp();
    const request = new Request('GET', URL, { headers: { 'X-A': '1' } }).prepare();
    const before = [...request.headers];
    await adapter.send(request, {});
    await adapter.send(request, {});
    expect([...request.headers]).toEqual(before);
  });

  it('sends every exchange with the same options', async () => {
    const { server, send } = setUp();
    const options: SendOptions = { stream: true, timeout: [1, 2], verify: 'ca.pem', proxies: { http: 'http://p:1' } };
    await send('GET', {}, options);
    expect(server.options).toEqual([options, options]);
  });

  it('lets the total timeout span both exchanges', async () => {
    const { server, send } = setUp();
    await send('GET', {}, { timeout: { connect: 1, total: 60 } });
    const second = server.options[1]?.timeout as { connect: number; read: null; total: number };
    expect([second.connect, second.read]).toEqual([1, null]);
    expect(second.total).toBeLessThan(60);
    expect(second.total).toBeGreaterThan(50);

    const clock = vi.spyOn(performance, 'now').mockReturnValue(1000);
    try {
      const slow = setUp({ before: () => void clock.mockReturnValue(3000) });
      await expect(slow.send('GET', {}, { timeout: { total: 2 } })).rejects.toBeInstanceOf(ReadTimeout);
      expect(slow.server.seen).toHaveLength(1);
    } finally {
      clock.mockRestore();
    }
  });

  it('stops between the exchanges when aborted', async () => {
    const controller = new AbortController();
    const { server, send } = setUp({ before: () => void controller.abort('enough') });
    await expect(send('GET', {}, { signal: controller.signal })).rejects.toBe('enough');
    expect(server.seen).toHaveLength(1);
  });

  it('B-DIFF-23 refuses to send a body twice that can be read only once', async () => {
    const { server, send } = setUp();
    await expect(send('POST', { data: ['once'].values() })).rejects.toBeInstanceOf(UnrewindableBodyError);
    expect(server.seen).toHaveLength(1);
  });

  it('B-DIG-04 sends a file again from where it stood', async () => {
    const file = {
      position: 2,
      tell: () => file.position,
      seek: (to: number) => {
        file.position = to;
      },
      async *[Symbol.asyncIterator]() {
        const rest = '0123456789'.slice(file.position);
        file.position = 10;
        yield rest;
      },
    };
    const { server, send } = setUp();
    expect((await send('PUT', { data: file })).statusCode).toBe(200);
    expect(server.seen.map(({ body }) => String(body))).toEqual(['23456789', '23456789']);
  });

  it('frees the connection of the challenge, read or dropped', async () => {
    for (const [pieces, expected] of [
      [1, 'read'],
      [100, 'closed'],
    ] as const) {
      let state = 'open';
      const body = {
        async *[Symbol.asyncIterator]() {
          for (let i = 0; i < pieces; i++) yield new Uint8Array(4096);
          state = 'read';
        },
        close() {
          state = 'closed';
        },
      };
      const headers = { 'WWW-Authenticate': 'Digest realm="r", nonce="n"' };
      const { send } = setUp({
        before: (request) => (request.headers.has('Authorization') ? {} : { statusCode: 401, headers, body }),
      });
      expect((await send('GET', {}, { stream: true })).statusCode).toBe(200);
      expect(state).toBe(expected);
    }
  });

  it('[A08] is bound to the origin of its first request: others are sent without credentials', async () => {
    const { server, send } = setUp();
    await send();
    expect((await send('GET', {}, {}, 'http://intranet.example.evil/')).statusCode).toBe(401);
    expect((await send('GET', {}, {}, 'http://intranet.example:8080/')).statusCode).toBe(401);
    expect((await send('GET', {}, {}, 'https://intranet.example/')).statusCode).toBe(401);
    expect(server.authorizations.map(Boolean)).toEqual([false, true, false, false, false]);
    expect((await send()).statusCode).toBe(200);
  });

  it('[A08 CVE-2026-54276] answers no challenge of a redirect target', async () => {
    const evil = 'http://evil.example/';
    const { server, adapter } = setUp({
      before: ({ url, headers }) =>
        url === URL && headers.has('Authorization') ? { statusCode: 302, headers: { location: evil } } : undefined,
    });
    const session = new Session({ adapters: { 'http://': adapter } });
    expect((await session.get(URL)).statusCode).toBe(401);
    expect(server.authorizations.map(Boolean)).toEqual([false, true, false]);
  });

  it('takes the origins it is told', async () => {
    const { server, send } = setUp({}, { origins: ['http://one.example', 'HTTP://two.example:80/any/path'] });
    expect((await send('GET', {}, {}, 'http://two.example/')).statusCode).toBe(200);
    expect((await send('GET', {}, {}, 'http://one.example/')).statusCode).toBe(200);
    expect((await send('GET', {}, {}, 'http://three.example/')).statusCode).toBe(401);
    expect(server.authorizations.at(-1)).toBeUndefined();
    expect(() => new DigestAuthAdapter(server, 'u', 'p', { origins: ['no-url'] })).toThrow(TypeError);
  });

  it('B-DIG-16 a session keeps the cookies of the challenge', async () => {
    const { adapter } = setUp({ challengeHeaders: { 'Set-Cookie': 'a=1' } });
    const stored: string[] = [];
    const jar = {
      size: 0,
      getCookieHeader: () => undefined,
      storeSetCookie: (_: string, lines: readonly string[]) => void stored.push(...lines),
      create: () => jar,
      from: () => jar,
      copy: () => jar,
    };
    const session = new Session({ adapters: { 'http://': adapter }, cookies: jar });
    await session.get(URL);
    expect(stored).toEqual(['a=1']);
  });

  it('has the auth for comparing and inspecting, passes its options on, and closes what it wraps', async () => {
    const { adapter, server, send } = setUp({}, { minAlgorithm: 'SHA-256' });
    expect(adapter.auth).toBeInstanceOf(HTTPDigestAuth);
    expect((await send()).statusCode).toBe(401);
    expect(server.seen).toHaveLength(1);
    await adapter.close();
    expect(server.closed).toBe(1);
    expect(() => new DigestAuthAdapter(server, 'u', 'p', { realm: 'x' } as never)).toThrow(TypeError);
  });

  it('keeps what an inner wrapper put into history', async () => {
    const { Response } = await import('@requests-ts/core');
    const { server, adapter } = setUp();
    const send = server.send.bind(server);
    server.send = async (request, options) => {
      const response = await send(request, options);
      response.history = [new Response({ statusCode: 502, headers: new Headers() })];
      return response;
    };
    const response = await adapter.send(new Request('GET', URL).prepare(), {});
    expect(response.history.map(({ statusCode }) => statusCode)).toEqual([502, 401, 502]);
  });
});
