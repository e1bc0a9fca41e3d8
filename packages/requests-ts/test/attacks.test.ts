/** Published attacks, replayed with their own bytes and options against the package as people use it. */
import { gzipSync } from 'node:zlib';
import {
  createCertificates,
  crlf,
  lookupAll,
  type ProxyServer,
  type RawServer,
  startProxy,
  startRawServer,
} from '@requests-ts/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import requests, { HTTPAdapter, RequestException, type RequestOptions, Session } from '../src/index.ts';

const OK = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');
const certificates = createCertificates();
const closing: (() => Promise<unknown>)[] = [];
let session: Session;
let server: RawServer;
let other: RawServer;
let names: readonly string[];

beforeEach(async () => {
  const lookup = lookupAll();
  names = lookup.names;
  const adapter = new HTTPAdapter({ lookup: lookup as never });
  session = new Session({ trustEnv: false, adapters: { 'http://': adapter, 'https://': adapter } });
  closing.push(() => session.close());
  server = await serve(OK);
  other = await serve(OK);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function serve(answer: string | Buffer, tls: boolean | object = false): Promise<RawServer> {
  const started = await startRawServer(answer, { tls });
  closing.push(() => started.close());
  return started;
}

const redirect = (status: number, location: string): string =>
  crlf(`HTTP/1.1 ${status} Found`, `Location: ${location}`, 'Content-Length: 0', '', '');
const answer = (body: string, ...fields: string[]): string => crlf('HTTP/1.1 200 OK', ...fields, '', body);
const headOf = (from: RawServer): string => from.requests.at(-1)?.head ?? '';

async function failure(promise: Promise<unknown>): Promise<Error> {
  const result = await promise.then(
    (value) => new Error(`resolved with ${String(value)}`),
    (error: Error) => error,
  );
  expect(result).toBeInstanceOf(RequestException);
  return result;
}

describe('credentials and redirects', () => {
  const CREDENTIALS: [string, RequestOptions][] = [
    ['A01 CVE-2022-0235', { headers: { authorization: 'Bearer secret' } }],
    ['A01 CVE-2018-1000007', { headers: { AUTHORIZATION: 'Bearer secret' } }],
    ['A01 CVE-2021-41125', { auth: ['user', 'secret'] }],
    ['A03 CVE-2022-0155', { headers: { Cookie: 'sid=secret' } }],
    ['A03 CVE-2026-47265', { cookies: { sid: 'secret' } }],
    ['A03 GHSA-wqq4-5wpv-mx2g', { headers: { cookie2: 'secret' } }],
    ['A04 CVE-2024-28849', { headers: { 'Proxy-Authorization': 'Basic secret' } }],
    ['A04 CVE-2024-30260', { headers: { 'proxy-authorization': 'Basic secret' } }],
  ];
  it.each(CREDENTIALS)('[%s] stay with the first of two ports', async (_id, options) => {
    for (const status of [301, 302, 303, 307, 308]) {
      const first = await serve(redirect(status, `${other.url}/`));
      expect((await session.get(first.url, options)).statusCode).toBe(200);
      expect(headOf(first)).toMatch(/secret|dXNlcjpzZWNyZXQ=/);
      expect(headOf(other)).not.toMatch(/secret|dXNlcjpzZWNyZXQ=/);
    }
  });

  it('[A02 CVE-2022-27776 CVE-2022-0536] do not go from https to http', async () => {
    const first = await serve(redirect(302, `http://localhost:${other.port}/`), true);
    const options = { verify: first.ca!, headers: { Authorization: 'Bearer secret', Cookie: 'a=secret' } };
    await session.get(`https://localhost:${first.port}/`, options);
    expect(headOf(first)).toContain('secret');
    expect(headOf(other)).not.toContain('secret');
  });

  it('[A06 CVE-2024-45336] do not come back with the first origin', async () => {
    const first = await serve(redirect(302, `${other.url}/`));
    await session.get((await serve(redirect(302, first.url))).url, { headers: { Authorization: 'Bearer secret' } });
    expect(headOf(first) + headOf(other)).not.toContain('secret');
  });

  it('[A07 CVE-2022-32221 CVE-2023-28322] a body does not outlive its POST', async () => {
    const first = await serve(redirect(303, `${other.url}/`));
    await session.post(first.url, { data: 'secret' });
    expect(other.requests[0]).toMatchObject({ method: 'GET', body: Buffer.alloc(0) });
    expect(headOf(other)).not.toMatch(/^(?:content-|transfer-encoding)/im);
    await session.get(other.url);
    expect(other.requests[1]!.body).toHaveLength(0);
  });
});

describe('where a request goes', () => {
  const REFUSED: [string, string][] = [
    ['C01 CVE-2022-27780', 'http://good.test%2F10.0.0.1/'],
    ['C01 CVE-2022-27780', 'http://good.test%3a80/'],
    ['C01 CVE-2019-14809', 'http://[::1]evil.test/'],
    ['C01 CVE-2025-47912', 'http://[evil.test]/'],
    ['C01 CVE-2025-47912', 'http://[1.2.3.4]/'],
    ['C01 CVE-2026-25679', 'http://evil.test[::1]/'],
    ['C01 CVE-2018-3774', 'http://good.test\\@evil.test/'],
    ['C01 CVE-2020-8124', 'http:/\\evil.test/'],
    ['C01 CVE-2022-0639', 'http://@/evil.test'],
    ['C01 CVE-2022-0691', '\bhttp://evil.test/'],
    ['C01 CVE-2026-16221', 'http://good.test\\.evil.test/'],
    ['C01 CVE-2026-75899', 'http://good.test%252f.evil.test/'],
    ['C01 CVE-2026-76172', 'ht%74p://evil.test/'],
    ['C01 CVE-2026-84292', 'http://good.test:80evil/'],
    ['C01 CVE-2018-12123', 'javAscript://evil.test/'],
    ['C02 CVE-2024-29415', 'http://0177.0.0.1/'],
    ['C02 CVE-2021-28918', 'http://0x7f.1/'],
    ['C02 CVE-2022-33124', 'http://[::1::2]/'],
    ['C04 CVE-2019-5435', 'http://good.test:99999999999999999999/'],
    ['C04 CVE-2014-9682', 'http://good.test\0.evil.test/'],
    ['B01 CVE-2009-0037', 'scp://evil.test/etc/passwd'],
  ];
  it.each(REFUSED)('[%s] %j is refused, asked for and redirected to', async (_id, url) => {
    await failure(session.get(url));
    const first = await serve(redirect(302, url.replaceAll('\0', '%00').replaceAll('\b', '%08')));
    await session.get(first.url).catch(() => {});
    expect(names).toEqual([]);
  });

  const READ: [string, string, string][] = [
    ['C01 CVE-2016-8624', 'http://good.test:PORT#@evil.test/x.txt', 'good.test'],
    ['C01 CVE-2022-0512', 'http://evil.test:80@good.test:PORT/', 'good.test'],
    ['C01 CVE-2023-24329', '  http://good.test:PORT/', 'good.test'],
    ['C01 CVE-2026-86472', 'http://GOOD.test:PORT/', 'good.test'],
    ['B05 CVE-2022-35949', 'http://good.test:PORT//evil.test/', 'good.test'],
    ['B05 CVE-2024-39338', 'http://good.test:PORT/\\evil.test/', 'good.test'],
    ['A12 CVE-2020-8169', 'http://user:p@ss@good.test:PORT/', 'good.test'],
    ['A12 CVE-2020-13956', 'http://user@evil.test:80@good.test:PORT/', 'good.test'],
  ];
  it.each(READ)('[%s] %j goes to one host only', async (_id, url, host) => {
    await session.get(url.replace('PORT', String(server.port)));
    expect(names).toEqual([host]);
    expect(server.requests[0]!.getAll('host')).toEqual([`${host}:${server.port}`]);
  });

  it.each([
    ['B01 CVE-2022-33987', 'http+unix://%2Frun%2Fdocker.sock/'],
    ['B01 CVE-2023-28155', 'ftp://evil.test/'],
    ['B01 GHSA-23j4-mw76-5v7h', 's3://bucket/key'],
    ['B01 CVE-2019-15601', 'file://///evil.test/share'],
  ])('[%s] no redirect leads to %s', async (_id, location) => {
    session.mount('http+unix://', new HTTPAdapter());
    expect(await failure(session.get((await serve(redirect(302, location))).url))).toMatchObject({
      name: 'InvalidSchema',
    });
    expect(names).toEqual([]);
  });

  it.each([0, 1, 5])(
    '[B02 CVE-2025-50181 CVE-2025-50182 CVE-2026-101907] %i redirects are followed and no more',
    async (count) => {
      const loop = await startRawServer(redirect(302, '/again'));
      closing.push(() => loop.close());
      session.maxRedirects = count;
      expect((await failure(session.get(loop.url))).name).toBe('TooManyRedirects');
      expect(loop.requests).toHaveLength(count + 1);
      expect((await session.get(loop.url, { allowRedirects: false })).statusCode).toBe(302);
    },
  );
});

describe('what is written', () => {
  it.each([
    ['D02 CVE-2019-9740', '?q=1 HTTP/1.1\r\nX-Injected: 1\r\nTest: x'],
    ['D02 CVE-2019-9947', 'a\r\nX-Injected: 1\r\n'],
    ['D02 CVE-2019-11236', 'a HTTP/1.1\nX-Injected: 1\n'],
    ['D02 CVE-2014-8150', 'a\nX-Injected: 1'],
    ['D02 CVE-2018-12116', '\u010d\u010aX-Injected: 1'],
    ['D02 CVE-2012-0036', 'a%0d%0aX-Injected: 1'],
  ])('[%s] no path is more than a path: %j', async (_id, path) => {
    await session.get(`${server.url}/${path}`);
    expect(server.requests).toHaveLength(1);
    expect(headOf(server)).toMatch(/^GET \/[!-~]* HTTP\/1\.1\r\n/);
    expect(headOf(server)).not.toMatch(/^X-Injected/im);
  });

  it('[D02 CVE-2026-42040 GHSA-xhjh-pmcv-23jw] a NUL in params stays encoded', async () => {
    await session.get(server.url, { params: { a: '\0', b: '\r\n' } });
    expect(server.requests[0]!.target).toBe('/?a=%00&b=%0D%0A');
  });

  it.each([
    ['D02 CVE-2020-26116', 'GET / HTTP/1.1\r\nX-Injected: 1\r\nA:'],
    ['D02 CVE-2020-26137', 'GET\n'],
    ['D02 CVE-2023-49082', 'GET /evil'],
  ])('[%s] no method is more than a method: %j', async (_id, method) => {
    await expect(session.request(method, server.url)).rejects.toThrow();
    expect(server.connections).toBe(0);
  });

  it.each([
    ['D01 CVE-2016-5699', { 'X-A': 'a\r\nX-Injected: 1' }],
    ['D01 CVE-2017-18587', { 'X-A': 'a\nX-Injected: 1' }],
    ['D01 CVE-2023-37276', { 'X-A': 'a\rX-Injected: 1' }],
    ['D01 RUSTSEC-2026-0174', { Authorization: 'Bearer \u{1F600}' }],
    ['D01 CVE-2016-2216', { 'X-A': '\u010d\u010aX-Injected: 1' }],
    ['D01 CVE-2020-11078', { 'X-A\r\nX-Injected': '1' }],
    ['D04 CVE-2022-35948 GHSA-f772-66g8-q5h3', { 'Content-Type': 'text/plain\r\nX-Injected: 1' }],
    ['D03 CVE-2023-23936 GHSA-5r9g-qh6m-jxff', { Host: 'a\r\nX-Injected: 1' }],
    ['D03 CVE-2023-29406', { Host: 'a.test/ HTTP/1.1' }],
  ])('[%s] no header is more than a header: %j', async (_id, headers) => {
    expect((await failure(session.post(server.url, { headers, data: 'x' }))).name).toBe('InvalidHeader');
    expect(server.connections).toBe(0);
  });

  it('[E01 CVE-2026-1525 GHSA-2mjp-6q6p-2qxm] a body has one length, however many the caller wrote', async () => {
    for (const headers of [
      { 'Content-Length': '1', 'content-length': '2' },
      [['Content-Length', '1'] as const, ['content-length', '2'] as const],
    ]) {
      await session.post(server.url, { headers, data: 'x' }).catch(() => {});
    }
    expect(server.requests.length).toBeGreaterThan(0);
    for (const request of server.requests) expect(request.getAll('content-length')).toEqual(['1']);
    expect(server.accepted.flatMap(({ requests }) => requests)).toHaveLength(server.requests.length);
  });

  it('[D04 CVE-2026-15157 GHSA-m8rv-5g2x-5cg5] and [K02 CVE-2026-42037 GHSA-445q-vr5w-6q77] no type of a body adds a line', async () => {
    const blob = new Blob(['x']);
    Object.defineProperty(blob, 'type', { value: 'text/plain\r\nX-Injected: 1' });
    for (const options of [
      { data: blob },
      { files: { f: blob } },
      { files: { f: ['name\r\nX-Injected: 1', 'x', 'text/plain'] } },
    ] as RequestOptions[]) {
      await session.post(server.url, options).catch(() => {});
    }
    for (const { head, body } of server.requests) expect(head + body).not.toMatch(/^X-Injected/im);
  });
});

describe('what is read', () => {
  const MALFORMED: [string, string][] = [
    ['E02 CVE-2022-1705', answer('3\r\nabc\r\n0\r\n\r\n', 'Transfer-Encoding: xchunked')],
    ['E02 CVE-2019-15605', answer('3\r\nabc\r\n0\r\n\r\n', 'Transfer-Encoding: chunked, \x0bchunked')],
    ['E02 CVE-2022-32213', answer('3\r\nabc\r\n0\r\n\r\n', 'Transfer-Encoding: chunkedchunked')],
    ['E02 CVE-2020-8287', answer('3\r\nabc\r\n0\r\n\r\n', 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity')],
    ['E02 CVE-2022-32215', answer('3\r\nabc\r\n0\r\n\r\n', 'Transfer-Encoding: chunked', ' , identity')],
    ['E02 CVE-2021-21299', answer('3\r\nabc\r\n0\r\n\r\n', 'Transfer-Encoding: chunked', 'Content-Length: 3')],
    ['E02 CVE-2018-7159', answer('abc', 'Content-Length: 1 0')],
    ['E02 CVE-2024-27982', answer('abc', 'X: y', ' Content-Length: 3', 'Content-Length: 2')],
    ['E02 CVE-2021-32715', answer('abc', 'Content-Length: +3')],
    ['E02 CVE-2020-10108', answer('abc', 'Content-Length: 3', 'Content-Length: 2')],
    ['E02 CVE-2019-16792', answer('abc', 'Content-Length: 3, 2')],
    ['E03 CVE-2025-43859', answer('3\r\nabcXX0\r\n\r\n', 'Transfer-Encoding: chunked')],
    ['E03 CVE-2021-32714', answer('f0000000000000003\r\nabc\r\n0\r\n\r\n', 'Transfer-Encoding: chunked')],
    ['E03 CVE-2022-24801', answer('0x3\r\nabc\r\n0\r\n\r\n', 'Transfer-Encoding: chunked')],
    ['E03 CVE-2026-69244 GHSA-cq5v-8q36-5273', answer('\x80\r\nabc\r\n0\r\n\r\n', 'Transfer-Encoding: chunked')],
    ['E04 CVE-2025-23167', 'HTTP/1.1 200 OK\r\nX: y\r\n\rXContent-Length: 0\r\n\r\n'],
    ['E04 CVE-2019-16276', answer('abc', 'Content-Length : 3')],
    ['E04 CVE-2026-34520 GHSA-63hf-3vf5-4wqf', answer('abc', 'X: a\0b', 'Content-Length: 3')],
    ['E04 CVE-2026-34519', 'HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n'],
    ['E04 CVE-2023-30589', 'HTTP/1.1 200 OK\rContent-Length: 0\r\r'],
    ['E07 CVE-2026-84947 GHSA-2gqq-gqf2-x968', answer('3\r\nabc\r\n', 'Transfer-Encoding: chunked')],
    ['E07 CVE-2026-16728', answer('abc', 'Content-Length: 4')],
  ];
  it.each(MALFORMED)(
    '[%s] is an error, whole and streamed, and its connection is not used again',
    async (_id, bytes) => {
      const broken = await startRawServer(async (connection) => {
        await connection.nextRequest();
        await connection.send(bytes);
        connection.halfClose();
      });
      closing.push(() => broken.close());
      await failure(session.get(broken.url));
      await failure(session.get(broken.url, { stream: true }).then((response) => response.read()));
      expect(broken.connections).toBe(2);
    },
  );

  it('[F01 CVE-2025-66471 CVE-2017-16129] no small answer becomes a large one, nor by way of a redirect [F01 CVE-2026-21441]', async () => {
    const bomb = gzipSync(Buffer.alloc(3_000_000));
    const head = Buffer.from(
      crlf('HTTP/1.1 200 OK', 'Content-Encoding: gzip', `Content-Length: ${bomb.length}`, '', ''),
    );
    const bombing = await serve(Buffer.concat([head, bomb]));
    const leading = await serve(redirect(302, bombing.url));
    session.mount('http://', new HTTPAdapter({ maxDecodedSize: 1_000_000 }));
    for (const stream of [false, true]) {
      for (const url of [bombing.url, leading.url])
        expect((await failure(session.get(url, { stream }).then((response) => response.read()))).name).toBe(
          'ContentDecodingError',
        );
    }
  });

  it('[F06 CVE-2026-42036 CVE-2020-15168 CVE-2019-10742] no body is larger than it may be: streamed, redirected to, without a length', async () => {
    const body = 'x'.repeat(100_000);
    const large = await startRawServer(async (connection) => {
      await connection.nextRequest();
      await connection.send(answer(body, 'Connection: close'));
      connection.halfClose();
    });
    closing.push(() => large.close());
    const leading = await serve(redirect(302, large.url));
    session.mount('http://', new HTTPAdapter({ maxBodySize: 10_000 }));
    for (const url of [large.url, leading.url]) {
      expect(await failure(session.get(url, { stream: true }).then((response) => response.read()))).toMatchObject({
        code: 'ERR_TOO_LARGE',
      });
      await large.waitForOpenConnections(0);
    }
  });
});

describe('TLS', () => {
  it('[G01 CVE-2024-35195 GHSA-9wx4-h78v-vm56] verify: false holds for one call, not for the connection', async () => {
    const secure = await serve(OK, true);
    await session.get(secure.url, { verify: false });
    expect((await failure(session.get(secure.url))).name).toBe('SSLError');
    expect(secure.requests).toHaveLength(1);
  });

  it.each(['wrongHost', 'expired'] as const)(
    '[G06 CVE-2013-2037 CVE-2007-3564 CVE-2016-10932] a certificate that is %s is refused each time',
    async (which) => {
      const secure = await serve(OK, certificates[which]);
      for (let i = 0; i < 2; i++)
        expect((await failure(session.get(secure.url, { verify: certificates.ca }))).name).toBe('SSLError');
      expect(secure.requests).toHaveLength(0);
    },
  );

  it('[G06 CVE-2026-54275 GHSA-4m7w-qmgq-4wj5] it is checked against the URL, whatever Host says', async () => {
    const secure = await serve(OK, certificates.wrongHost);
    const options = { verify: certificates.ca, headers: { Host: 'wrong.example' } };
    expect((await failure(session.get(secure.url, options))).name).toBe('SSLError');
  });
});

describe('proxies of the environment', () => {
  let proxy: ProxyServer;
  beforeEach(async () => {
    proxy = await startProxy();
    closing.push(() => proxy.close());
    for (const name of [
      'HTTP_PROXY',
      'HTTPS_PROXY',
      'ALL_PROXY',
      'NO_PROXY',
      'http_proxy',
      'https_proxy',
      'all_proxy',
      'no_proxy',
      'REQUEST_METHOD',
    ])
      vi.stubEnv(name, undefined);
  });
  const viaProxy = async (url: string): Promise<boolean> => {
    const before = proxy.requests.length;
    await requests.get(url);
    return proxy.requests.length > before;
  };

  it('[H02 CVE-2016-5385 CVE-2016-1000110] HTTP_PROXY of a CGI program is a header of a stranger', async () => {
    vi.stubEnv('HTTP_PROXY', proxy.url);
    expect(await viaProxy(server.url)).toBe(true);
    vi.stubEnv('REQUEST_METHOD', 'GET');
    expect(await viaProxy(server.url)).toBe(false);
  });

  it.each([
    ['H01 CVE-2026-44492 GHSA-pjwm-pj3p-43mv', '127.0.0.1', '[::ffff:127.0.0.1]'],
    ['H01 CVE-2026-44492', '127.0.0.1', '[::ffff:7f00:1]'],
    ['H01 CVE-2026-101899 GHSA-44g4-m2mj-wpvx', '127.0.0.0/8', '127.0.0.1'],
  ])('[%s] NO_PROXY=%s holds for %s', async (_id, noProxy, host) => {
    vi.stubEnv('http_proxy', proxy.url);
    vi.stubEnv('no_proxy', noProxy);
    expect(await viaProxy(`http://${host}:${server.port}/`)).toBe(false);
  });

  it('[A04 CVE-2023-32681 CVE-2003-1605] credentials of a proxy stay with it, in front of a tunnel and across a redirect', async () => {
    const secure = await serve(OK, true);
    const leading = await serve(redirect(302, secure.url));
    const credentials = proxy.url.replace('://', '://user:secret@');
    await session.get(leading.url, { proxies: { http: credentials, https: credentials }, verify: secure.ca! });
    expect(proxy.requests).toHaveLength(2);
    for (const { head } of [...leading.requests, ...secure.requests]) expect(head).not.toMatch(/proxy-authorization/i);
  });
});

describe('what is shown', () => {
  it('[A14 CVE-2026-48615] a proxy that refuses a tunnel tells nobody its password', async () => {
    const refusing = await serve(crlf('HTTP/1.1 407 Proxy Authentication Required', 'Content-Length: 0', '', ''));
    const proxies = { https: refusing.url.replace('://', '://user:secret@') };
    const error = await failure(session.get('https://a.test/', { proxies }));
    const { inspect } = await import('node:util');
    expect(inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error) + error.stack).not.toMatch(
      /secret|dXNlcjpzZWNyZXQ=/,
    );
  });
});
