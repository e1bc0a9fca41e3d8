import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Headers, InvalidHeader, PreparedRequest, Request, type RequestInit } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import { type WireHeaders, wireHeaders } from './wire-headers.ts';

const prepare = (init: RequestInit = {}, method = 'POST', url = 'https://api.example:8443/x'): PreparedRequest =>
  new Request(method, url, init).prepare();
const wire = (headers: Record<string, string>, init: RequestInit = {}, method = 'POST'): WireHeaders =>
  wireHeaders(prepare({ headers, ...init }, method));

/** Headers that core would not prepare, as a hook or an auth may write them. */
function byHand(fields: readonly [string, string][], body: PreparedRequest['body'] = null): PreparedRequest {
  const request = new PreparedRequest();
  request.prepare({ method: 'POST', url: 'http://h/' });
  request.body = body;
  request.headers = new Headers(fields);
  return request;
}

describe('wireHeaders', () => {
  it('keeps order and spelling, and repeated lines', () => {
    const { fields } = wireHeaders(
      byHand([
        ['x-b', '1'],
        ['X-A', '2'],
        ['ACCEPT', '*/*'],
        ['x-b', '3'],
      ]),
    );
    expect(fields).toEqual(['x-b', '1', 'x-b', '3', 'X-A', '2', 'ACCEPT', '*/*']);
  });

  it('makes Host of the URL, with a port that is not the default', () => {
    expect(wire({}).host).toBe('api.example:8443');
    expect(wireHeaders(prepare({}, 'GET', 'https://api.example:443/')).host).toBe('api.example');
    expect(wireHeaders(prepare({}, 'GET', 'http://[::1]:8080/')).host).toBe('[::1]:8080');
  });

  it.each(['virtual.example', 'h:80', '[::1]:80', 'under_score'])('B-HDR-08 takes Host: %s', (host) => {
    expect(wire({ Host: host })).toMatchObject({ host, fields: [] });
  });

  it.each(['a b', 'a/b', 'u@h', 'h,h2', '', 'h:99999', 'h:x', 'hé', 'h:80:80', '[::1', 'h?'])(
    '[D03 CVE-2023-29406] refuses Host: %j',
    (host) => {
      expect(() => wireHeaders(byHand([['Host', host]]))).toThrow(InvalidHeader);
    },
  );

  it('[D03 CVE-2026-34525] refuses two Hosts', () => {
    expect(() =>
      wireHeaders(
        byHand([
          ['Host', 'a'],
          ['host', 'a'],
        ]),
      ),
    ).toThrow(InvalidHeader);
  });

  it.each([
    ['Transfer-Encoding', 'chunked'],
    ['Transfer-Encoding', 'identity'],
    ['Keep-Alive', 'timeout=5'],
    ['Connection', 'X-Secret'],
    ['Connection', 'keep-alive'],
    ['Proxy-Connection', 'keep-alive'],
    ['Trailer', 'X-Sum'],
    ['TE', 'gzip'],
  ])('[E01] B-DIFF-25 never sends %s: %s as it was written', (name, value) => {
    expect(wire({ [name]: value, 'X-Kept': '1' })).toMatchObject({ fields: ['X-Kept', '1'], close: false });
  });

  it('sends TE: trailers, and reads Connection: close', () => {
    expect(wire({ TE: 'trailers' }).fields).toEqual(['TE', 'trailers']);
    for (const value of ['close', 'Close', 'keep-alive, close']) expect(wire({ Connection: value }).close).toBe(true);
  });

  it('B-DIFF-25 refuses Upgrade, and points to AgentAdapter for Expect', () => {
    expect(() => wire({ Upgrade: 'websocket' })).toThrow(/changes its protocol/);
    expect(() => wire({ Expect: '100-continue' })).toThrow(/AgentAdapter of @requests-ts\/http-proxy/);
  });

  it('[A04] keeps the Proxy-Authorization apart, for whoever knows the route', () => {
    expect(wire({ 'proxy-authorization': 'Basic x' })).toMatchObject({ fields: [], proxyAuthorization: 'Basic x' });
  });

  it('B-DIFF-24 declares the length of what it knows, and leaves the rest chunked', () => {
    const length = (body: PreparedRequest['body']): number | null => {
      const request = byHand([['X', '1']], body);
      return wireHeaders(request).contentLength;
    };
    expect([
      length('äbc'),
      length(Buffer.from('ab')),
      length(new Blob(['abc'])),
      length({ stream: [].values(), length: 9 }),
      length(['x'].values()),
      length(null),
    ]).toEqual([4, 2, 3, 9, null, null]);
    const stream = createReadStream(fileURLToPath(import.meta.url), { start: 0, end: 9 });
    expect(length(stream)).toBe(10);
    stream.destroy();
  });

  it.each(['3', '5', '5, 5', '+4', ' 4', '0x4', '4.0', 'NaN', '', '-4', '9007199254740992'])(
    '[E01] refuses Content-Length: %j for four bytes',
    (value) => {
      const request = byHand([['X', '1']], 'abcd');
      request.headers = Headers.received(['Content-Length', value]);
      expect(() => wireHeaders(request)).toThrow(InvalidHeader);
    },
  );

  it('[E01 CVE-2026-1525] refuses two Content-Lengths in any spelling', () => {
    const request = byHand([], 'abcd');
    request.headers = Headers.received(['Content-Length', '4', 'content-length', '4']);
    expect(() => wireHeaders(request)).toThrow(InvalidHeader);
  });

  it('[E01] takes the length that the caller declares for a body of unknown length', () => {
    expect(wireHeaders(byHand([['Content-Length', '7']], ['x'].values())).contentLength).toBe(7);
    expect(() => wireHeaders(byHand([['Content-Length', '7']], null))).toThrow(InvalidHeader);
  });

  it('[J02] has no trouble with names of the prototype', () => {
    const { fields } = wireHeaders(
      byHand([
        ['__proto__', '1'],
        ['constructor', '2'],
        ['toString', '3'],
      ]),
    );
    expect(fields).toEqual(['__proto__', '1', 'constructor', '2', 'toString', '3']);
  });
});
