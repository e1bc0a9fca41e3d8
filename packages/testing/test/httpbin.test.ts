import { createHash } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { createCertificates, type Httpbin, startHttpbin } from '@requests-ts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: string[];
  readonly bytes: Buffer;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what each test checks.
  readonly json: any;
}

/** A client that adds nothing: what is asked for is what goes out. */
async function call(
  url: string,
  { body, ...options }: RequestOptions & { body?: string | Buffer } = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const [, origin, path] = /^([^/]*\/\/[^/]*)(.*)$/.exec(url)!;
  const request = (url.startsWith('https') ? httpsRequest : httpRequest)(
    origin!,
    { path: path || '/', ...options },
    (response) => {
      response.toArray().then((chunks) => {
        const bytes = Buffer.concat(chunks as Buffer[]);
        const text = bytes.toString();
        const { statusCode: status = 0, headers, rawHeaders } = response;
        resolve({
          status,
          headers,
          rawHeaders,
          bytes,
          text,
          get json() {
            return JSON.parse(text);
          },
        });
      }, reject);
    },
  );
  request.on('error', reject);
  if (body !== undefined) request.setHeader('content-length', Buffer.byteLength(body));
  request.end(body);
  return promise;
}

let server: Httpbin;
const at = (path: string, options?: RequestOptions & { body?: string | Buffer }): Promise<Answer> =>
  call(server.url + path, options);

beforeAll(async () => {
  server = await startHttpbin();
});
afterAll(() => server.close());

describe('startHttpbin: what it received', () => {
  it('answers /get with args, headers, origin and the url as written', async () => {
    const { status, headers, json } = await at('/get?a=1&b=2&a=3&c=%C3%BC', { headers: { 'x-ODD-case': 'v' } });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect(Object.keys(json)).toEqual(['args', 'headers', 'origin', 'url']);
    expect(json.args).toEqual({ a: ['1', '3'], b: '2', c: 'ü' });
    expect(json.headers['x-ODD-case']).toBe('v');
    expect(json.origin).toBe('127.0.0.1');
    expect(json.url).toBe(`${server.url}/get?a=1&b=2&a=3&c=%C3%BC`);
  });

  it.each(['post', 'put', 'patch', 'delete'])('answers /%s with data, form, files and json', async (verb) => {
    const { json } = await at(`/${verb}`, {
      method: verb.toUpperCase(),
      body: '{"a":[1]}',
      headers: { 'content-type': 'application/json' },
    });
    expect(json).toMatchObject({ data: '{"a":[1]}', form: {}, files: {}, json: { a: [1] }, args: {} });
  });

  it('takes a form apart', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { json } = await at('/post', { method: 'POST', body: 'a=1&a=2&b=x+y', headers });
    expect(json).toMatchObject({ data: '', form: { a: ['1', '2'], b: 'x y' }, json: null });
  });

  it('takes a multipart body apart', async () => {
    const form = new FormData();
    form.append('field', 'välue');
    form.append('file', new File(['content\r\n'], 'a "b".txt', { type: 'text/plain' }));
    form.append('binary', new File([Uint8Array.of(255, 0)], 'c.bin'));
    const body = new Response(form);
    const { json } = await at('/post', {
      method: 'POST',
      body: Buffer.from(await body.arrayBuffer()),
      headers: { 'content-type': body.headers.get('content-type')! },
    });
    expect(json.form).toEqual({ field: 'välue' });
    expect(json.files).toEqual({ file: 'content\r\n', binary: 'data:application/octet-stream;base64,/wA=' });
  });

  it('says which multipart body is malformed', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const { status, text } = await at('/post', {
      method: 'POST',
      body: '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb',
      headers,
    });
    expect([status, text]).toEqual([500, 'multipart: the closing boundary is missing']);
  });

  it('shows bytes that are no text as a data URL', async () => {
    const { json } = await at('/post', { method: 'POST', body: Buffer.of(0xff) });
    expect(json.data).toBe('data:application/octet-stream;base64,/w==');
  });

  it.each(['GET', 'POST', 'DELETE', 'PROPFIND', 'QUERY'])('answers %s /anything/x/y', async (method) => {
    const { json } = await at('/anything/x/y?z', { method, body: 'b', headers: { 'content-length': '1' } });
    expect(json).toMatchObject({ method, data: 'b', url: `${server.url}/anything/x/y?z` });
  });

  it('keeps order, spelling and duplicates in /raw-headers', async () => {
    const headers = ['X-b', '1', 'x-A', '2', 'X-b', '3', 'Host', 'h'];
    const { json } = await at('/raw-headers', { headers: headers as never });
    expect(json.slice(0, 8)).toEqual(headers);
    expect((await at('/headers', { headers: headers as never })).json.headers).toMatchObject({
      'X-b': '1,3',
      'x-A': '2',
      Host: 'h',
    });
  });

  it('answers /ip and /user-agent', async () => {
    expect((await at('/ip')).json).toEqual({ origin: '127.0.0.1' });
    expect((await at('/user-agent', { headers: { 'user-agent': 'me' } })).json).toEqual({ 'user-agent': 'me' });
  });

  it('hashes an upload', async () => {
    const body = Buffer.alloc(3_000_000, 'x');
    const { json } = await at('/upload', { method: 'PUT', body });
    expect(json).toMatchObject({ length: 3_000_000, sha256: createHash('sha256').update(body).digest('hex') });
  });

  it('records every request', async () => {
    const own = await startHttpbin();
    await call(`${own.url}/post?x`, { method: 'POST', body: 'four', headers: { A: 'b' } });
    await own.close();
    expect(own.requests).toHaveLength(1);
    expect(own.requests[0]).toMatchObject({ method: 'POST', url: '/post?x', bodyLength: 4, connectionId: 1 });
    expect(own.requests[0]!.rawHeaders.slice(0, 2)).toEqual(['A', 'b']);
    expect(own.connections).toBe(1);
  });
});

describe('startHttpbin: routing', () => {
  it('answers 404 and 405', async () => {
    expect((await at('/nothing')).status).toBe(404);
    const wrong = await at('/get', { method: 'POST' });
    expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
  it('answers OPTIONS with Allow', async () => {
    const { status, headers, text } = await at('/get', { method: 'OPTIONS' });
    expect([status, headers.allow, text]).toEqual([200, 'GET, HEAD, OPTIONS', '']);
  });
  it.each(['/get', '/stream/3', '/gzip', '/bytes/10'])('answers HEAD %s without a body', async (path) => {
    const { status, text, headers } = await at(path, { method: 'HEAD' });
    expect([status, text]).toEqual([200, '']);
    if (path === '/bytes/10') expect(headers['content-length']).toBe('10');
  });
});

describe('startHttpbin: statuses and redirects', () => {
  it.each([200, 204, 304, 404, 500])('answers /status/%i', async (code) =>
    expect((await at(`/status/${code}`)).status).toBe(code),
  );
  it('gives a list of statuses in turn', async () => {
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await at('/status/503,502,200')).status);
    expect(statuses).toEqual([503, 502, 200, 503]);
  });
  it('adds what belongs to a status', async () => {
    expect((await at('/status/401')).headers['www-authenticate']).toBe('Basic realm="Fake Realm"');
    expect((await at('/status/302')).headers.location).toBe('/redirect/1');
    expect((await at('/status/418')).text).toContain('teapot');
    expect((await at('/status/abc')).status).toBe(400);
  });
  it.each([
    ['/redirect/2', '/relative-redirect/1'],
    ['/redirect/1', '/get'],
    ['/relative-redirect/3', '/relative-redirect/2'],
  ])('redirects %s to %s', async (from, to) => {
    const { status, headers } = await at(from);
    expect([status, headers.location]).toEqual([302, to]);
  });
  it('redirects absolutely', async () => {
    expect((await at('/absolute-redirect/2')).headers.location).toBe(`${server.url}/absolute-redirect/1`);
    expect((await at('/redirect/1?absolute=true')).headers.location).toBe(`${server.url}/get`);
  });
  it('redirects anywhere with any status', async () => {
    const { status, headers } = await at('/redirect-to?status_code=307&url=http%3A%2F%2Fother%2F%C3%BC', {
      method: 'PUT',
      body: 'x',
    });
    expect([status, Buffer.from(headers.location!, 'latin1').toString()]).toEqual([307, 'http://other/ü']);
  });
  it('paginates with links', async () => {
    const first = await at('/link-header/3?per_page=1');
    expect(first.json).toEqual([{ id: 1 }]);
    expect(first.headers.link).toBe(
      `<${server.url}/link-header/3?page=2&per_page=1>; rel="next", <${server.url}/link-header/3?page=3&per_page=1>; rel="last"`,
    );
    expect((await at('/link-header/3?page=3')).headers.link).not.toContain('next');
    expect((await at('/link-header/1')).headers.link).toBeUndefined();
    expect((await at('/links/3/1')).text).toContain("<a href='/links/3/0'>0</a> 1 <a");
  });
  it('obeys conditional requests', async () => {
    expect((await at('/etag/abc')).headers.etag).toBe('"abc"');
    expect((await at('/etag/abc', { headers: { 'if-none-match': '"abc"' } })).status).toBe(304);
    expect((await at('/etag/abc', { headers: { 'if-match': '"x"' } })).status).toBe(412);
    expect((await at('/cache', { headers: { 'if-none-match': 'x' } })).status).toBe(304);
    expect((await at('/cache/60')).headers['cache-control']).toBe('public, max-age=60');
  });
  it('sends the headers it is asked for', async () => {
    const { headers, json, rawHeaders } = await at('/response-headers?X-A=1&X-A=2&X-b=3');
    expect(headers).toMatchObject({ 'x-a': '1, 2', 'x-b': '3' });
    expect(rawHeaders).toEqual(expect.arrayContaining(['X-A', '1', 'X-A', '2', 'X-b', '3']));
    expect(json).toMatchObject({ 'X-A': ['1', '2'] });
  });
});

describe('startHttpbin: cookies', () => {
  it('sets, shows and deletes', async () => {
    const set = await at('/cookies/set?a=1&b=2');
    expect([set.status, set.headers.location, set.headers['set-cookie']]).toEqual([
      302,
      '/cookies',
      ['a=1; Path=/', 'b=2; Path=/'],
    ]);
    expect((await at('/cookies/set/n/v')).headers['set-cookie']).toEqual(['n=v; Path=/']);
    expect((await at('/cookies', { headers: { cookie: 'a=1; b="2"; a=3' } })).json).toEqual({
      cookies: { a: '1', b: '2' },
    });
    expect((await at('/cookies/delete?a')).headers['set-cookie']![0]).toMatch(/^a=; Expires=Thu, 01 Jan 1970/);
  });
});

describe('startHttpbin: bodies', () => {
  it('compresses', async () => {
    const [gzip, deflate, brotli, zstd] = await Promise.all([at('/gzip'), at('/deflate'), at('/brotli'), at('/zstd')]);
    expect([gzip.headers, deflate.headers, brotli.headers, zstd.headers].map((h) => h['content-encoding'])).toEqual([
      'gzip',
      'deflate',
      'br',
      'zstd',
    ]);
    expect(JSON.parse(gunzipSync(gzip.bytes).toString())).toMatchObject({ gzipped: true, method: 'GET' });
    expect(JSON.parse(inflateSync(deflate.bytes).toString())).toMatchObject({ deflated: true });
    expect(JSON.parse(brotliDecompressSync(brotli.bytes).toString())).toMatchObject({ brotli: true });
    expect(JSON.parse(zstdDecompressSync(zstd.bytes).toString())).toMatchObject({ zstd: true });
  });
  it.each([
    ['/html', 'text/html; charset=utf-8', 'Moby-Dick'],
    ['/json', 'application/json', 'slideshow'],
    ['/xml', 'application/xml', '<slideshow'],
    ['/robots.txt', 'text/plain', 'Disallow: /deny'],
    ['/encoding/utf8', 'text/html; charset=utf-8', '∮ E⋅da = Q'],
    ['/forms/post', 'text/html; charset=utf-8', 'name="csrf_token"'],
    ['/image/png', 'image/png', 'PNG'],
    ['/', 'text/html; charset=utf-8', 'httpbin'],
  ])('answers %s', async (path, type, content) => {
    const { headers, text } = await at(path);
    expect([headers['content-type'], text.includes(content)]).toEqual([type, true]);
  });
  it('makes the same bytes for the same seed', async () => {
    const [a, b, other] = await Promise.all([
      at('/bytes/1000?seed=7'),
      at('/stream-bytes/1000?seed=7&chunk_size=10'),
      at('/bytes/1000?seed=8'),
    ]);
    expect(a.bytes).toHaveLength(1000);
    expect(a.bytes.equals(b.bytes)).toBe(true);
    expect(a.bytes.equals(other.bytes)).toBe(false);
    expect([a.headers['content-length'], b.headers['transfer-encoding']]).toEqual(['1000', 'chunked']);
  });
  it('streams JSON lines', async () => {
    const { text, headers } = await at('/stream/3');
    expect(headers['transfer-encoding']).toBe('chunked');
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual([0, 1, 2]);
    expect((await at('/ndjson/2')).headers['content-type']).toBe('application/x-ndjson');
  });
  it.each([
    ['bytes=0-2', 206, 'abc', 'bytes 0-2/30'],
    ['bytes=28-', 206, 'cd', 'bytes 28-29/30'],
    ['bytes=-2', 206, 'cd', 'bytes 28-29/30'],
    ['bytes=40-', 416, '', 'bytes */30'],
  ])('answers the range %s with %i', async (range, status, text, contentRange) => {
    const answer = await at('/range/30', { headers: { range } });
    expect([answer.status, answer.text, answer.headers['content-range']]).toEqual([status, text, contentRange]);
  });
  it('drips and delays', async () => {
    const start = performance.now();
    const { text, headers } = await at('/drip?duration=0.05&numbytes=5&delay=0.05');
    expect([text, headers['content-length']]).toEqual(['*****', '5']);
    expect((await at('/delay/0.05')).json.url).toContain('/delay/');
    expect(performance.now() - start).toBeGreaterThan(120);
  });
  it('sends events', async () => {
    const { headers, text } = await at('/sse?count=2');
    expect(headers['content-type']).toBe('text/event-stream');
    expect(text).toBe(': hello\n\nid: 0\nevent: tick\ndata: {"id":0}\n\nid: 1\nevent: tick\ndata: {"id":1}\n\n');
  });
});

describe('startHttpbin: TLS', () => {
  it('serves HTTPS with the test certificate and says what was agreed', async () => {
    const { client } = createCertificates();
    await using own = await startHttpbin({
      tls: { requestCert: true, rejectUnauthorized: false, ca: createCertificates().ca },
    });
    const options = { ca: own.ca, ...client, ALPNProtocols: ['http/1.1'] };
    const { json } = await call(`https://localhost:${own.port}/tls`, options);
    expect(json).toEqual({
      connection: 1,
      protocol: 'TLSv1.3',
      servername: 'localhost',
      alpn: 'http/1.1',
      sessionReused: false,
      clientSubject: 'client',
    });
    expect((await call(`${own.url}/cookies/set/a/b`, options)).headers['set-cookie']).toEqual(['a=b; Secure; Path=/']);
    expect((await call(`${own.url}/get`, options)).json.url).toBe(`${own.url}/get`);
  });
});
