import { describe, expect, it } from 'vitest';
import { parseHead, type RawRequest, RequestReader } from './raw-request.ts';

const read = (text: string): RawRequest | undefined => new RequestReader().next(Buffer.from(text, 'latin1'));

describe('RequestReader', () => {
  it('keeps the exact head and takes it apart', () => {
    const text = 'get /a?\xfc HTTP/1.1\r\nX-a:  1 \r\nx-A: 2\r\n\r\n';
    const request = read(text)!;
    expect(request.head).toBe(text);
    expect(request.rawHeaders).toEqual(['X-a', '1', 'x-A', '2']);
    expect([request.method, request.target, request.version]).toEqual(['get', '/a?\xfc', 'HTTP/1.1']);
    expect(request.getAll('X-A')).toEqual(['1', '2']);
  });

  it('waits for all of Content-Length and leaves the rest for the next one', () => {
    const head = 'POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n';
    expect(read(`${head}ab`)).toBeUndefined();
    const reader = new RequestReader();
    const bytes = Buffer.from(`${head}abcGET /2 HTTP/1.1\r\n\r\n`);
    expect(reader.next(bytes)!.body.toString()).toBe('abc');
    expect(reader.start).toBe(head.length + 3);
    expect(reader.next(bytes)!.target).toBe('/2');
    expect(reader.next(bytes)).toBeUndefined();
  });

  it('decodes chunks and keeps their framing, however they arrive', () => {
    const head = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n';
    const body = '3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n';
    const bytes = Buffer.from(head + body);
    const reader = new RequestReader();
    for (let size = 0; size < bytes.length; size++) expect(reader.next(bytes.subarray(0, size))).toBeUndefined();
    const request = reader.next(bytes)!;
    expect(request.body.toString()).toBe('abc0123456789');
    expect(request.rawBody.toString()).toBe(body);
  });

  it.each(['zz\r\n', '3\r\nabcd\r\n0\r\n\r\n', '-1\r\n\r\n'])('never completes broken chunks: %j', (body) => {
    expect(read(`POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${body}`)).toBeUndefined();
  });
});

describe('parseHead', () => {
  it('needs the blank line only', () => {
    expect(parseHead(Buffer.from('POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n'))).toMatchObject({ method: 'POST' });
    expect(parseHead(Buffer.from('POST / HTTP/1.1\r\n'))).toBeUndefined();
  });
});
