import { describe, expect, it } from 'vitest';
import { parseHead, parseRequest } from './raw-request.ts';

const parse = (text: string): ReturnType<typeof parseRequest> => parseRequest(Buffer.from(text, 'latin1'));

describe('parseRequest', () => {
  it('keeps the exact head and takes it apart', () => {
    const text = 'get /a b?\xfc HTTP/1.1\r\nX-a:  1 \r\nx-A: 2\r\n\r\n';
    const { request, end } = parse(text.replace(' b', ''))!;
    expect(request.rawHeaders).toEqual(['X-a', '1', 'x-A', '2']);
    expect([request.method, request.target, request.version]).toEqual(['get', '/a?\xfc', 'HTTP/1.1']);
    expect(request.getAll('X-A')).toEqual(['1', '2']);
    expect(end).toBe(request.head.length);
  });
  it('waits for all of Content-Length and leaves the rest', () => {
    const head = 'POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n';
    expect(parse(`${head}ab`)).toBeUndefined();
    expect(parse(`${head}abcGET`)).toMatchObject({ end: head.length + 3 });
    expect(parse(`${head}abcGET`)!.request.body.toString()).toBe('abc');
  });
  it('decodes chunks and keeps their framing', () => {
    const head = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n';
    const body = '3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n';
    const { request } = parse(head + body)!;
    expect(request.body.toString()).toBe('abc0123456789');
    expect(request.rawBody.toString()).toBe(body);
    for (let cut = 1; cut < body.length; cut++) expect(parse(head + body.slice(0, cut))).toBeUndefined();
  });
  it.each(['zz\r\n', '3\r\nabcd\r\n0\r\n\r\n', '-1\r\n\r\n'])('never completes broken chunks: %j', (body) => {
    expect(parse(`POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${body}`)).toBeUndefined();
  });
});

describe('parseHead', () => {
  it('needs the blank line only', () => {
    expect(parseHead(Buffer.from('POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n'))).toMatchObject({ method: 'POST' });
    expect(parseHead(Buffer.from('POST / HTTP/1.1\r\n'))).toBeUndefined();
  });
});
