/** The head of the answer. */
import { ConnectionError, ReadTimeout } from '@requests-ts/core';
import { expect } from 'vitest';
import { prepare } from '../prepared.ts';
import { crlf, steps } from '../raw/raw-server.ts';
import { type Check, check } from './check.ts';

const answer = (...lines: string[]): string => crlf(...lines, 'Content-Length: 0', '', '');

export const headChecks: readonly Check[] = [
  check('statuses', 'resolves with whatever status came', async (bench) => {
    for (const status of [200, 201, 299, 400, 404, 418, 500, 503, 599]) {
      const server = await bench.raw(crlf(`HTTP/1.1 ${status} X`, 'Content-Length: 4', '', 'body'));
      const response = await bench.get(server.url);
      expect([response.statusCode, response.text]).toEqual([status, 'body']);
      expect(server.requests).toHaveLength(1);
    }
  }),

  check('statuses', 'B-ADAPT-08 names the request and its url in the response', async (bench) => {
    const server = await bench.raw(answer('HTTP/1.1 200 OK'));
    const request = prepare('GET', `${server.url}/a?b=c`);
    const response = await bench.send(request);
    expect(response.request).toBe(request);
    expect(response.url).toBe(request.url);
  }),

  check('statuses', 'reads an answer that comes byte by byte', async (bench) => {
    const server = await bench.raw(
      crlf('HTTP/1.1 200 OK', 'X-A: b', 'Transfer-Encoding: chunked', '', '3', 'abc', '1', 'd', '0', '', ''),
      { split: 'bytes' },
    );
    const response = await bench.get(server.url);
    expect([response.statusCode, response.headers.get('x-a'), response.text]).toEqual([200, 'b', 'abcd']);
  }),

  check('reason', 'keeps the reason phrase', async (bench) => {
    const odd = await bench.raw(answer('HTTP/1.1 299 Odd  Reason (really)'));
    expect((await bench.get(odd.url)).reason).toBe('Odd  Reason (really)');
    const none = await bench.raw(answer('HTTP/1.1 200 '));
    expect((await bench.get(none.url)).reason).toBe('');
  }),

  check('responseHeaders', 'B-RESP-06 keeps order, spelling and every line of a repeated header', async (bench) => {
    const server = await bench.raw(answer('HTTP/1.1 200 OK', 'X-b: 1', 'x-A: 2', 'X-B: 3', 'ETag: "e"'));
    const { headers } = await bench.get(server.url);
    const lines = [...headers.lines()].filter(([name]) => name !== 'Content-Length');
    expect(lines).toEqual([
      ['X-b', '1'],
      ['X-b', '3'],
      ['x-A', '2'],
      ['ETag', '"e"'],
    ]);
    expect(headers.getAll('x-b')).toEqual(['1', '3']);
  }),

  check('responseHeaders', 'keeps Set-Cookie lines apart', async (bench) => {
    const lines = ['a=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT', 'b=2', 'a=3'];
    const server = await bench.raw(answer('HTTP/1.1 200 OK', ...lines.map((line) => `Set-Cookie: ${line}`)));
    expect((await bench.get(server.url)).headers.getSetCookie()).toEqual(lines);
  }),

  check('responseHeaders', 'B-RESP-06 takes header values as ISO-8859-1', async (bench) => {
    const server = await bench.raw(answer('HTTP/1.1 200 OK', 'X-A: caf\xe9 \xff'));
    expect((await bench.get(server.url)).headers.get('x-a')).toBe('café ÿ');
  }),

  check('responseHeaders', '[J02] takes names from the wire that objects inherit', async (bench) => {
    const server = await bench.raw(answer('HTTP/1.1 200 OK', '__proto__: 1', 'constructor: 2', 'toString: 3'));
    const { headers } = await bench.get(server.url);
    expect(['__proto__', 'constructor', 'toString'].map((name) => headers.get(name))).toEqual(['1', '2', '3']);
  }),

  check(
    'informational',
    '[E06] pitfall 9: passes over 103 Early Hints and an unasked 100 Continue (RFC 9110 section 15.2)',
    async (bench) => {
      const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nSet-Cookie: early=1\r\n\r\n';
      for (const interim of [hints, 'HTTP/1.1 100 Continue\r\n\r\n', `HTTP/1.1 100 Continue\r\n\r\n${hints}`]) {
        for (const split of ['whole', 'bytes'] as const) {
          const server = await bench.raw([steps.request, interim + answer('HTTP/1.1 200 OK', 'X-A: b')], { split });
          const response = await bench.get(server.url);
          expect([response.statusCode, response.headers.get('x-a')]).toEqual([200, 'b']);
          expect(response.headers.has('link')).toBe(false);
          expect(response.headers.getSetCookie()).toEqual([]);
        }
      }
    },
  ),

  check('informational', '[E06] does not wait longer because of 103 Early Hints', async (bench) => {
    const server = await bench.raw(async (connection) => {
      await connection.nextRequest();
      while (!connection.ended) {
        await connection.send('HTTP/1.1 103 Early Hints\r\n\r\n');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    });
    const start = performance.now();
    const error = await bench.requestFailure(prepare('GET', server.url), { timeout: [null, 0.4] });
    expect(error instanceof ReadTimeout || error instanceof ConnectionError).toBe(true);
    expect(performance.now() - start).toBeLessThan(900);
  }),

  check('informational', '[E06] fails on 101 Switching Protocols that nobody asked for', async (bench) => {
    const server = await bench.raw([
      steps.request,
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
      steps.stall,
    ]);
    expect(await bench.requestFailure(prepare('GET', server.url))).toBeInstanceOf(ConnectionError);
  }),

  check('redirects', '[B02] hands redirects out and follows none', async (bench) => {
    for (const status of [301, 302, 303, 307, 308]) {
      const server = await bench.raw(answer(`HTTP/1.1 ${status} Moved`, 'Location: /elsewhere'));
      const response = await bench.call('POST', server.url, { data: 'body' });
      expect([response.statusCode, response.headers.get('location')]).toEqual([status, '/elsewhere']);
      expect(response.history).toEqual([]);
      expect(server.requests).toHaveLength(1);
    }
  }),

  check('cookies', 'keeps no cookies', async (bench) => {
    const server = await bench.raw(answer('HTTP/1.1 200 OK', 'Set-Cookie: a=1; Path=/'));
    await bench.get(server.url);
    await bench.get(server.url);
    expect((await server.waitForRequest(2)).getAll('cookie')).toEqual([]);
  }),
];
