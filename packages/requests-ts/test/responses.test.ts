import { type Httpbin, startHttpbin } from '@requests-ts/testing';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import requests, {
  HTTPError,
  type HTTPError as HTTPErrorType,
  JSONDecodeError,
  PreparedRequest,
  RequestException,
} from '../src/index.ts';

let server: Httpbin;
beforeAll(async () => {
  server = await startHttpbin();
});
afterAll(() => server.close());

const at = (path: string): string => server.url + path;

describe('status', () => {
  it.each([
    ['M30 M31', 200, true],
    ['M33', 204, true],
    ['M33', 304, true],
    ['M32 M34', 404, false],
    ['M32', 500, false],
  ])('%s %i: ok is %s', async (_, status, ok) => {
    const response = await requests.get(at(`/status/${status}`));
    expect([response.statusCode, response.ok]).toEqual([status, ok]);
  });

  it('M35 M37 M38 B-RESP-02 raiseForStatus throws an HTTPError that names status, reason and URL', async () => {
    const response = await requests.get(at('/status/404'));
    const error: unknown = await Promise.resolve()
      .then(() => response.raiseForStatus())
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HTTPError);
    expect(HTTPError.is(error)).toBe(true);
    expect((error as HTTPErrorType).message).toBe(`404 Client Error: ${response.reason} for url: ${at('/status/404')}`);
    expect((error as HTTPErrorType).response).toBe(response);
    expect((error as HTTPErrorType).request).toBe(response.request);
    expect(HTTPError.is(new Error('other'))).toBe(false);
  });

  it('M36 M39 raiseForStatus returns the response when all is well', async () => {
    const response = await requests.get(at('/get'));
    expect(response.raiseForStatus()).toBe(response);
  });

  it('M41 json() does not look at the status', async () => {
    const response = await requests.get(at('/status/418'));
    expect(response.ok).toBe(false);
    expect(() => response.raiseForStatus()).toThrow(HTTPError);
    expect(response.text.length).toBeGreaterThan(0);
  });
});

describe('content', () => {
  it('M42 M43 M49 bytes and text are there at once', async () => {
    const response = await requests.get(at('/robots.txt'));
    expect(response.content).toBeInstanceOf(Uint8Array);
    expect(new TextDecoder().decode(response.content)).toBe(response.text);
  });

  it('M44 M45 M46 the encoding comes from the headers until it is assigned', async () => {
    const response = await requests.get(at('/encoding/utf8'));
    expect(response.encoding).toBe('utf-8');
    expect(response.text).toContain('∮');
    response.encoding = 'ISO-8859-1';
    expect(response.text).not.toContain('∮');
  });

  it('M47 B-ENC-09 the charset of unnamed text is guessed with chardet', async () => {
    const response = await requests.get(at('/response-headers'), {
      params: { 'Content-Type': 'application/octet-stream' },
    });
    response.encoding = null;
    expect(response.apparentEncoding).toBeTypeOf('string');
    expect(response.text).toContain('octet-stream');
  });

  it('M48 text without a charset is ISO-8859-1, unless the session says otherwise', async () => {
    const params = { 'Content-Type': 'text/plain' };
    expect((await requests.get(at('/response-headers'), { params })).encoding).toBe('ISO-8859-1');
    await using session = new requests.Session({ defaultEncoding: 'utf-8' });
    expect((await session.get(at('/response-headers'), { params })).encoding).toBe('utf-8');
  });

  it.each(['gzip', 'deflate', 'brotli', 'zstd'])('M50 S23 %s is decoded by itself', async (coding) => {
    const response = await requests.get(at(`/${coding}`));
    expect(response.headers.has('content-encoding')).toBe(true);
    expect(response.json()).toMatchObject({ method: 'GET' });
  });

  it('M51 binary bodies make a Blob', async () => {
    const response = await requests.get(at('/image/png'));
    const blob = new Blob([response.content as Uint8Array<ArrayBuffer>], {
      type: response.headers.get('content-type', ''),
    });
    expect([blob.type, blob.size]).toEqual(['image/png', response.content.length]);
    expect([...response.content.subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
  });

  it('M52 M53 M54 json() is typed by the caller', async () => {
    const response = await requests.get(at('/get'), { params: { a: '1' } });
    expectTypeOf(response.json()).toEqualTypeOf<unknown>();
    expect(response.json<{ args: { a: string } }>().args.a).toBe('1');
    expect(JSON.parse(response.text)).toEqual(response.json());
  });

  it('M55 a body that is no JSON throws a JSONDecodeError, a SyntaxError too', async () => {
    const response = await requests.get(at('/html'));
    const error: unknown = await Promise.resolve()
      .then(() => response.json())
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(JSONDecodeError);
    expect(error).toBeInstanceOf(SyntaxError);
    expect(error).toBeInstanceOf(RequestException);
    expect(error).toMatchObject({ pos: 0, lineno: 1, colno: 1 });
  });
});

describe('headers, links, request', () => {
  it('M61 M62 M63 M64 M65 headers are looked up in any case', async () => {
    const { headers } = await requests.get(at('/response-headers'), {
      params: { 'X-Mixed-Case': 'yes', 'Cache-Control': 'no-store' },
    });
    expect([headers.get('X-Mixed-Case'), headers.get('x-mixed-case'), headers.get('cache-control')]).toEqual([
      'yes',
      'yes',
      'no-store',
    ]);
    expect(Object.keys(Object.fromEntries(headers))).toContain('X-Mixed-Case');
  });

  it('S22 repeated headers are joined, and Set-Cookie can be had apart', async () => {
    const { headers } = await requests.get(at('/cookies/set'), { params: { a: '1', b: '2' }, allowRedirects: false });
    expect(headers.getAll('set-cookie')).toHaveLength(2);
    expect(headers.get('set-cookie')).toContain(', ');
  });

  it('M66 M67 M68 links are parsed', async () => {
    const response = await requests.get(at('/link-header/3'));
    expect(response.headers.get('link')).toContain('rel="next"');
    const { next, last } = response.links;
    expect(next?.rel).toBe('next');
    expect((await requests.get(next!.url)).ok).toBe(true);
    expect(last?.rel).toBe('last');
  });

  it('M69 M70 M71 M72 M73 M217 response.request is what was sent', async () => {
    const response = await requests.post(at('/post'), { json: { key: 'value' }, auth: ['user', 'pass'] });
    const sent = response.request!;
    expect(sent).toBeInstanceOf(PreparedRequest);
    expect(sent.url).toBe(at('/post'));
    expect(sent.headers.get('Content-Type')).toBe('application/json');
    expect(sent.headers.get('authorization')).toBe('Basic dXNlcjpwYXNz');
    expect(new TextDecoder().decode(sent.body as Uint8Array)).toBe('{"key":"value"}');
  });

  it('M77 the Cookie header shows in what was sent', async () => {
    const response = await requests.get(at('/cookies'), { cookies: { a: '1' } });
    expect(response.request?.headers.get('cookie')).toBe('a=1');
  });

  it('M74 a bad header never opens a socket', async () => {
    const before = server.connections;
    await expect(requests.get(at('/get'), { headers: { 'X-Bad': 'a\r\nInjected: 1' } })).rejects.toMatchObject({
      code: 'ERR_INVALID_HEADER',
    });
    expect(server.connections).toBe(before);
  });

  it('S10 says more about itself', async () => {
    const response = await requests.get(at('/redirect/1'), { allowRedirects: false });
    expect(response).toMatchObject({ reason: 'Found', isRedirect: true, isPermanentRedirect: false });
    expect(response.elapsed).toBeGreaterThan(0);
    expect(response.next?.url).toBe(at('/get'));
    let bytes = 0;
    for await (const piece of await requests.get(at('/bytes/300'))) bytes += piece.length;
    expect(bytes).toBe(300);
  });
});
