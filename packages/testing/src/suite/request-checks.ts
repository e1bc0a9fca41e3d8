/** The head of the request. */
import { Headers, type PreparedRequest } from '@requests-ts/core';
import { expect } from 'vitest';
import { prepare } from '../prepared.ts';
import { crlf } from '../raw/raw-server.ts';
import { type Check, check } from './check.ts';

export const OK: string = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');
const NO_BODY = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', '');

/** What an adapter may add or place itself. */
const OWN = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);

function callersLines(rawHeaders: readonly string[]): [string, string][] {
  const lines: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    if (!OWN.has(rawHeaders[i]!.toLowerCase())) lines.push([rawHeaders[i]!, rawHeaders[i + 1]!]);
  return lines;
}

function snapshot({ method, url, headers, body, hooks, auth, cookies, bodyPosition }: PreparedRequest): unknown[] {
  return [method, url, [...headers.lines()], body, hooks, hooks.response.length, auth, cookies, bodyPosition];
}

export const requestChecks: readonly Check[] = [
  check(
    'requestHeaders',
    'B-HDR-10 sends headers in their order and spelling, repeated lines included, and adds none of its own',
    async (bench) => {
      const server = await bench.raw(OK);
      const headers: [string, string][] = [
        ['User-Agent', 'contract'],
        ['x-LOWER-first', '1'],
        ['Accept', '*/*'],
        ['X-Twice', 'a'],
        ['X-Twice', 'b'],
        ['accept-ENCODING', 'identity'],
        ['X-Latin', 'caf\xe9'],
      ];
      await bench.call('GET', server.url, { headers });
      expect(callersLines((await server.waitForRequest()).rawHeaders)).toEqual(headers);
      await bench.get(server.url);
      expect(callersLines((await server.waitForRequest(2)).rawHeaders)).toEqual([]);
      await bench.get(server.url);
      expect(callersLines((await server.waitForRequest(2)).rawHeaders)).toEqual([]);
    },
  ),

  check(
    'requestHeaders',
    'B-HDR-08 sends exactly one Host: that of the URL, or the one the caller wrote',
    async (bench) => {
      const server = await bench.raw(OK);
      await bench.get(server.url);
      await bench.call('GET', server.url, { headers: { host: 'other.example:99' } });
      expect((await server.waitForRequest(1)).getAll('host')).toEqual([`${server.host}:${server.port}`]);
      expect((await server.waitForRequest(2)).getAll('host')).toEqual(['other.example:99']);
    },
  ),

  check('target', '[B05] sends path and query as they were prepared, without fragment and userinfo', async (bench) => {
    const server = await bench.raw(OK);
    const paths = [
      '/',
      '/a//b/%2F;p?q=1&q=2&e=%C3%BC#fragment',
      '//evil.example/x',
      '/a|b^{c}',
      '/?',
      '/a?x=http://b/?c',
      "/!$&'()*+,;=:@",
    ];
    for (const [i, path] of paths.entries()) {
      const request = prepare('GET', `http://user:password@${server.host}:${server.port}${path}`);
      await bench.send(request);
      expect((await server.waitForRequest(i + 1)).target).toBe(request.pathUrl);
    }
  }),

  check('methods', 'sends every method', async (bench) => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      const server = await bench.raw(method === 'HEAD' ? NO_BODY : OK);
      const response = await bench.call(method, server.url);
      expect([(await server.waitForRequest()).method, response.text]).toEqual([method, method === 'HEAD' ? '' : 'ok']);
    }
  }),

  check('customMethods', 'sends any token as a method', async (bench) => {
    const server = await bench.raw(OK);
    await bench.call('BREW-IT', server.url, { data: 'coffee' });
    const request = await server.waitForRequest();
    expect([request.method, request.body.toString()]).toEqual(['BREW-IT', 'coffee']);
  }),

  check('untouched', 'leaves the request as it was, after success and after failure', async (bench) => {
    const server = await bench.raw(OK);
    const request = prepare('POST', `${server.url}/a#b`, {
      data: 'body',
      headers: { 'X-A': '1', Connection: 'keep-alive' },
    });
    const before = snapshot(request);
    await bench.send(request);
    expect(snapshot(request)).toEqual(before);
    const broken = await bench.raw('garbage\r\n\r\n');
    const headers = { Authorization: 'Bearer token', Cookie: 'id=1' };
    const failing = prepare('POST', broken.url, { data: 'body', headers });
    const beforeFailing = snapshot(failing);
    await bench.requestFailure(failing);
    expect(snapshot(failing)).toEqual(beforeFailing);
  }),

  check('untouched', 'sends the same request again', async (bench) => {
    const server = await bench.raw(OK);
    const request = prepare('PUT', server.url, { data: 'body' });
    for (let i = 1; i <= 2; i++) await bench.send(request);
    expect((await server.waitForRequest(2)).head).toBe((await server.waitForRequest(1)).head);
  }),

  check(
    'invalidRequests',
    'B-METH-02 [D02] refuses a method that is no token, before it opens a socket',
    async (bench) => {
      const server = await bench.raw(OK);
      for (const method of ['GET /x HTTP/1.1\r\nX-Injected: 1\r\n\r\nGET', 'G ET', '', 'GET\0']) {
        const request = prepare('GET', server.url);
        request.method = method;
        expect(await bench.failure(bench.send(request), JSON.stringify(method))).toBeInstanceOf(TypeError);
      }
      expect(server.connections).toBe(0);
    },
  ),

  check(
    'invalidRequests',
    'B-HDR-01 [D01] [D05] refuses header names and values that would break the head, before it opens a socket',
    async (bench) => {
      const server = await bench.raw(OK);
      const bad: [string, string][] = [
        ['X-A', 'a\r\nX-Injected: 1'],
        ['X-A', 'a\nb'],
        ['X-A', 'a\rb'],
        ['X-A', 'a\0b'],
        ['X-A', 'a\u010ab'],
        ['X-A: 1\r\nX-Injected', '1'],
        ['X A', '1'],
        ['', '1'],
        ['X-Ä', '1'],
      ];
      for (const line of bad) {
        const request = prepare('GET', server.url);
        request.headers = Headers.received(line);
        expect(await bench.failure(bench.send(request), JSON.stringify(line))).toBeInstanceOf(TypeError);
      }
      expect(server.connections).toBe(0);
    },
  ),

  check(
    'invalidRequests',
    '[D03] refuses a Host that is none, or two of them, before it opens a socket (RFC 9112 section 3.2)',
    async (bench) => {
      const server = await bench.raw(OK);
      for (const lines of [
        ...['a b', 'a/b', 'u@h', 'h,h2', '', 'h:99999', 'h\xe9'].map((host) => ['Host', host]),
        ['Host', 'a', 'host', 'b'],
      ]) {
        const request = prepare('GET', server.url);
        request.headers = Headers.received(lines);
        expect(await bench.failure(bench.send(request), JSON.stringify(lines))).toBeInstanceOf(TypeError);
      }
      expect(server.connections).toBe(0);
    },
  ),
];
