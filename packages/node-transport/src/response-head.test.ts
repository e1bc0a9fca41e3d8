import { ConnectionError, InvalidHeader, Request } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from './limits.ts';
import { checkHead, type ResponseFraming } from './response-head.ts';

const check = (
  headers: string[],
  { statusCode = 200, httpVersion = '1.1', method = 'GET', limits = DEFAULT_LIMITS } = {},
): ResponseFraming =>
  checkHead({ statusCode, httpVersion, headers }, new Request(method, 'http://h/').prepare(), 256, limits);

describe('checkHead', () => {
  it.each([
    [['Content-Length', '5'], { chunked: false, length: 5, untilClose: false }],
    [['content-length', '5', 'Content-Length', '5'], { length: 5 }],
    [['Transfer-Encoding', 'chunked'], { chunked: true, length: null, untilClose: false }],
    [['TRANSFER-ENCODING', ' Chunked '], { chunked: true }],
    [[], { chunked: false, length: null, untilClose: true }],
    [['Content-Encoding', 'gzip', 'content-encoding', 'br'], { codings: ['gzip', 'br'] }],
  ])('reads %j', (headers, expected) => {
    expect(check(headers)).toMatchObject(expected);
  });

  it('B-RESP-15 gives HEAD, 204 and 304 a body of no bytes', () => {
    for (const options of [{ method: 'HEAD' }, { statusCode: 204 }, { statusCode: 304 }]) {
      expect(check(['Content-Length', '5'], options)).toMatchObject({ length: 0, untilClose: false });
    }
  });

  it.each([
    ['xchunked'],
    ['chunked, identity'],
    ['gzip, chunked'],
    ['chunked, chunked'],
    ['identity'],
    [''],
    ['chunked;q=1'],
  ])('[E02 CVE-2022-1705] refuses Transfer-Encoding: %j', (value) => {
    expect(() => check(['Transfer-Encoding', value])).toThrow(
      expect.objectContaining({ name: 'ConnectionError', code: 'ERR_PROTOCOL' }),
    );
  });

  it('[E02 CVE-2021-21299] refuses two codings, one beside a length, and one on HTTP/1.0', () => {
    for (const [headers, options] of [
      [['Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'], {}],
      [['Transfer-Encoding', 'chunked', 'Content-Length', '5'], {}],
      [['Transfer-Encoding', 'chunked'], { httpVersion: '1.0' }],
    ] as const) {
      expect(() => check([...headers], options)).toThrow(ConnectionError);
    }
  });

  it('B-RESP-21 [E02] refuses lengths that differ or are no number', () => {
    expect(() => check(['Content-Length', '5', 'content-length', '6'])).toThrow(InvalidHeader);
    for (const value of ['5x', '+5', '-1', '0x5', '', '5, 5', '9007199254740993'])
      expect(() => check(['Content-Length', value])).toThrow(InvalidHeader);
  });

  it('[F04] counts fields', () => {
    expect(() => check(Array<string>(514).fill('x'))).toThrow(
      expect.objectContaining({ name: 'ConnectionError', code: 'ERR_HEADERS_TOO_LARGE' }),
    );
    expect(() => check(Array<string>(512).fill('x'))).not.toThrow();
  });

  it('[F06] refuses an announced length above maxBodySize before a byte of it is read', () => {
    const limits = { ...DEFAULT_LIMITS, maxBodySize: 4 };
    expect(() => check(['Content-Length', '5'], { limits })).toThrow(
      expect.objectContaining({ code: 'ERR_TOO_LARGE' }),
    );
    expect(check(['Content-Length', '5'], { limits, method: 'HEAD' }).length).toBe(0);
  });

  it.each([
    [['Transfer-Encoding', 'gzip']],
    [['Transfer-Encoding', 'chunked', 'Content-Length', '5']],
    [['Content-Length', '5', 'content-length', '6']],
    [['Content-Length', '5x']],
    [['Content-Length', '9999']],
    [Array<string>(514).fill('x')],
  ])('says whose answer it is that it refuses: %#', (headers) => {
    expect(() => check(headers, { limits: { ...DEFAULT_LIMITS, maxBodySize: 100 } })).toThrow(/: GET http:\/\/h\/$/);
  });
});
