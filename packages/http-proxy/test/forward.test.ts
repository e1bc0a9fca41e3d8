import { InvalidHeader, ProxyError, Session } from '@requests-ts/core';
import { HTTPProxyAdapter } from '@requests-ts/http-proxy';
import { createCertificates } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { get, OK, origin, prepare, proxy, requestFailure, through } from './support.ts';

/** The lines of a head, without those that only describe the connection. */
function fields(head: string, name: string): string[] {
  return head
    .split('\r\n')
    .filter((line) => line.toLowerCase().startsWith(`${name}:`))
    .map((line) => line.slice(name.length + 1).trim());
}

describe('HTTPProxyAdapter and an http target', () => {
  it('B-PROXY-09 M186 sends the absolute URL without userinfo and fragment, and the Host of the target', async () => {
    const server = await origin();
    const way = await proxy();
    await get(through(way.url), `http://ada:lovelace@127.0.0.1:${server.port}/a?b=c#d`);
    const [request] = way.requests;
    expect(request!.target).toBe(`http://127.0.0.1:${server.port}/a?b=c`);
    expect(request!.getAll('host')).toEqual([`127.0.0.1:${server.port}`]);
    expect(request!.kind).toBe('forward');
  });

  it('B-PROXY-09 leaves out the port of the scheme', async () => {
    const server = await origin();
    const way = await proxy({ route: () => ({ host: '127.0.0.1', port: server.port }) });
    await get(through(way.url), 'http://api.example/x');
    expect(way.requests[0]!.target).toBe('http://api.example/x');
  });

  it('writes IPv6 hosts in brackets', async () => {
    const server = await origin();
    const way = await proxy({ route: () => ({ host: '127.0.0.1', port: server.port }) });
    await get(through(way.url), 'http://[::1]:8080/x');
    expect(way.requests[0]!.target).toBe('http://[::1]:8080/x');
  });

  it.each([
    ['//evil.example/x', '//evil.example/x'],
    ['/a/../b', '/b'],
    ['/a%2F..%2fb/%7Euser', '/a%2F..%2Fb/~user'],
    ['/x?u=http://evil.example/', '/x?u=http://evil.example/'],
    ['/http://evil.example/', '/http://evil.example/'],
  ])('[pitfall 18] [B05] a path of %s stays a path', async (path, sent) => {
    const server = await origin();
    const way = await proxy();
    await get(through(way.url), `http://127.0.0.1:${server.port}${path}`);
    expect(way.requests[0]!.target).toBe(`http://127.0.0.1:${server.port}${sent}`);
    expect((await server.waitForRequest()).target).toBe(sent);
  });

  it('[pitfall 18] [D03] a Host of the caller changes the header and not the destination', async () => {
    const server = await origin();
    const way = await proxy();
    const headers = { Host: 'other.example' };
    await through(way.url).send(prepare('GET', `${server.url}/x`, { headers }));
    expect(way.requests[0]!.target).toBe(`http://127.0.0.1:${server.port}/x`);
    expect((await server.waitForRequest()).getAll('host')).toEqual(['other.example']);
  });

  it('[pitfall 18] keeps duplicate headers, their case and their order', async () => {
    const server = await origin();
    const way = await proxy();
    const request = prepare('GET', server.url, { headers: { 'X-First': '1' } });
    request.headers.append('X-Many', 'a');
    request.headers.append('X-Other', 'o');
    request.headers.append('X-Many', 'b');
    await through(way.url).send(request);
    const { head } = await server.waitForRequest();
    expect(fields(head, 'x-many')).toEqual(['a', 'b']);
    expect(head).toMatch(/X-First: 1\r\n(?:.*\r\n)*X-Many: a\r\n(?:.*\r\n)*X-Other: o/);
  });

  it('B-PROXY-11 M188 sends user and password of the URL as Basic, percent-decoded, to the proxy alone', async () => {
    const server = await origin();
    const way = await proxy({ auth: ['ada@corp', 'p:ss/%'] });
    expect((await get(through(way.urlWith('ada@corp', 'p:ss/%')), server.url)).text).toBe('ok');
    expect((await server.waitForRequest()).head).not.toMatch(/^proxy-/im);
  });

  it('B-PROXY-11 an empty password is one, a missing one is none', async () => {
    const server = await origin();
    const way = await proxy();
    await get(through(way.url.replace('://', '://ada:@')), server.url);
    await get(through(way.url.replace('://', '://ada@')), server.url);
    expect(way.requests.map((request) => request.getAll('proxy-authorization'))).toEqual([
      [`Basic ${btoa('ada:')}`],
      [],
    ]);
  });

  it("B-PROXY-11 [A04] the credentials of the URL win over the caller's header, which stays in the request", async () => {
    const server = await origin();
    const way = await proxy();
    const request = prepare('GET', server.url, { headers: { 'proxy-authorization': 'Basic mine' } });
    await through(way.urlWith('ada', 'lovelace')).send(request);
    await through(way.url).send(request);
    expect(way.requests.map((seen) => seen.getAll('proxy-authorization'))).toEqual([
      [`Basic ${btoa('ada:lovelace')}`],
      ['Basic mine'],
    ]);
    expect(request.headers.get('proxy-authorization')).toBe('Basic mine');
  });

  it('B-PROXY-14 a 407 is an ordinary response', async () => {
    const server = await origin();
    const way = await proxy({ auth: ['ada', 'lovelace'] });
    const response = await get(through(way.url), server.url);
    expect(response.statusCode).toBe(407);
    expect(response.headers.get('proxy-authenticate')).toContain('Basic');
    expect(server.requests).toEqual([]);
  });

  it('sends proxyHeaders to the proxy, of an object or of a function that is asked each time', async () => {
    const server = await origin();
    const way = await proxy();
    await get(through(way.url, { proxyHeaders: { 'Proxy-Token': 'one' } }), server.url);
    let count = 0;
    const adapter = through(way.url, { proxyHeaders: () => ({ 'Proxy-Token': `call ${++count}` }) });
    await get(adapter, server.url);
    await get(adapter, server.url);
    expect(way.requests.map((request) => request.getAll('proxy-token')[0])).toEqual(['one', 'call 1', 'call 2']);
  });

  it('[D01] refuses proxyHeaders that would break the head', () => {
    for (const value of ['a\r\nX: y', 'a\nb', 'a\0b'])
      expect(() => new HTTPProxyAdapter('http://127.0.0.1:1', { proxyHeaders: { 'X-A': value } })).toThrow(
        InvalidHeader,
      );
    expect(() => new HTTPProxyAdapter('http://127.0.0.1:1', { proxyHeaders: { 'X A': 'b' } })).toThrow(InvalidHeader);
    expect(() => new HTTPProxyAdapter('http://127.0.0.1:1', { proxyHeaders: { Host: 'b' } })).toThrow(TypeError);
  });

  it('keeps the connection', async () => {
    const server = await origin();
    const way = await proxy();
    const adapter = through(way.url);
    for (let i = 0; i < 5; i++) await get(adapter, server.url);
    expect([way.connections, server.connections]).toEqual([1, 1]);
  });

  it('B-PROXY-15 a proxy that closes without an answer is a ProxyError, after at most one new connection [F10]', async () => {
    const way = await proxy({ faults: { request: 'close' } });
    const error = await requestFailure(get(through(way.url), 'http://a.example/'));
    expect(error).toBeInstanceOf(ProxyError);
    expect(way.connections).toBe(1);
  });

  it('sends again, once, when the kept connection to the proxy has died [F10]', async () => {
    const way = await origin(async (connection) => {
      await connection.nextRequest();
      await connection.send(OK);
      // Closes only when the next request has arrived.
      await connection.nextRequest();
      connection.reset();
    });
    const adapter = through(way.url);
    expect((await get(adapter, 'http://a.example/')).text).toBe('ok');
    expect((await get(adapter, 'http://a.example/')).text).toBe('ok');
    expect(way.connections).toBe(2);
    await requestFailure(adapter.send(prepare('POST', 'http://a.example/', { data: 'x' })));
    expect(way.connections).toBe(2);
  });

  it('[G05] speaks TLS with an https proxy, checks it, and sends nothing to one that is not it', async () => {
    const { ca } = createCertificates();
    const server = await origin();
    const way = await proxy({ tls: true });
    const error = await requestFailure(get(through(way.url), server.url));
    expect(error).toBeInstanceOf(ProxyError);
    expect(way.requests).toEqual([]);
    expect((await get(through(way.url, { proxyTls: { verify: Buffer.from(ca) } }), server.url)).text).toBe('ok');
    expect(way.requests).toHaveLength(1);
  });

  it.each(['expired', 'wrongHost', 'selfSigned', 'commonNameOnly'] as const)(
    '[G05] refuses a proxy whose certificate is %s, unless proxyTls says so',
    async (name) => {
      const certificates = createCertificates();
      const way = await proxy({ tls: certificates[name] });
      const server = await origin();
      const proxyTls = { verify: Buffer.from(certificates.ca) };
      expect(await requestFailure(get(through(way.url, { proxyTls }), server.url))).toBeInstanceOf(ProxyError);
      expect(way.requests).toEqual([]);
      // What the request says is about the target.
      expect(await requestFailure(get(through(way.url, { proxyTls }), server.url, { verify: false }))).toBeInstanceOf(
        ProxyError,
      );
      expect((await get(through(way.url, { proxyTls: { verify: false } }), server.url)).text).toBe('ok');
    },
  );

  it('[H03] goes through its proxy whatever the session says', async () => {
    const server = await origin();
    const way = await proxy();
    await using session = new Session({ proxies: { http: 'http://127.0.0.1:1' } });
    session.mount('http://', new HTTPProxyAdapter(way.url));
    expect((await session.get(server.url)).text).toBe('ok');
    expect(way.requests).toHaveLength(1);
  });

  it('waits for 100 Continue through the proxy', async () => {
    const server = await origin(async (connection) => {
      await connection.nextHead();
      await connection.send('HTTP/1.1 100 Continue\r\n\r\n');
      await connection.nextRequest();
      await connection.send(OK);
    });
    const way = await proxy();
    const request = prepare('POST', server.url, { headers: { Expect: '100-continue' }, data: 'body' });
    expect((await through(way.url).send(request)).text).toBe('ok');
    expect((await server.waitForRequest()).body.toString()).toBe('body');
    expect(way.requests[0]!.target).toBe(`${server.url}/`);
    expect(way.requests[0]!.getAll('expect')).toEqual(['100-continue']);
  });
});
