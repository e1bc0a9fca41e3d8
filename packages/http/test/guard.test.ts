import { Headers, InvalidURL, PreparedRequest, ProxyError, Session } from '@requests-ts/core';
import {
  type AddressGuard,
  type GuardedConnection,
  HTTPAdapter,
  type HTTPAdapterOptions,
  publicAddressesOnly,
} from '@requests-ts/http';
import { crlf, startHttpbin, startProxy, startRawServer } from '@requests-ts/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dns, failure, get, makeAdapter, opened } from './support.ts';

const OK = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');

/** Lets 127.0.0.1 pass and nothing else, and keeps what it was asked. */
function onlyHere(): { guard: AddressGuard; asked: (GuardedConnection & { address: string })[] } {
  const asked: (GuardedConnection & { address: string })[] = [];
  const guard: AddressGuard = (address, connection) => {
    asked.push({ ...connection, address });
    if (address !== '127.0.0.1') throw new Error(`${address} is elsewhere`);
  };
  return { guard, asked };
}

function sessionOf(options: HTTPAdapterOptions): Session {
  const adapter = new HTTPAdapter(options);
  const session = new Session({ trustEnv: false, adapters: { 'http://': adapter, 'https://': adapter } });
  onTestFinished(() => session.close());
  return session;
}

describe('guard', () => {
  it('[B04] is asked once per connection, with the address that the socket goes to', async () => {
    const server = opened(await startRawServer(OK));
    const { guard, asked } = onlyHere();
    const adapter = makeAdapter({ guard, lookup: dns() });
    for (let i = 0; i < 3; i++) await get(adapter, `http://A.example:${server.port}/`);
    expect(asked).toEqual([
      { address: '127.0.0.1', hostname: 'a.example', port: server.port, role: 'target', resolved: true },
    ]);
    await get(adapter, server.url);
    expect(asked[1]).toMatchObject({ address: '127.0.0.1', hostname: '127.0.0.1', resolved: true });
  });

  it('[B04 CVE-2018-7160 CVE-2021-22884] refuses a name that leads elsewhere the second time, which is asked for once', async () => {
    const server = opened(await startRawServer(OK));
    const lookup = dns({ 'moving.example': (count) => (count === 1 ? '127.0.0.1' : '127.0.0.2') });
    const adapter = makeAdapter({ guard: onlyHere().guard, lookup, keepAlive: false });
    const url = `http://moving.example:${server.port}/`;
    expect((await get(adapter, url)).text).toBe('ok');
    expect(lookup.names).toEqual(['moving.example']);
    const error = await failure(get(adapter, url));
    expect(error).toBeInstanceOf(InvalidURL);
    expect(error).toMatchObject({
      code: 'ERR_ADDRESS_REFUSED',
      message: "The guard refuses 'moving.example': 127.0.0.2 is elsewhere",
      request: { url },
    });
    expect(lookup.names).toHaveLength(2);
    expect(server.connections).toBe(1);
  });

  it('[B04] refuses a name when one of its addresses is refused, and never tries again', async () => {
    const server = opened(await startRawServer(OK));
    const lookup = dns({ 'two.example': ['127.0.0.1', '::1'] });
    const adapter = makeAdapter({ guard: onlyHere().guard, lookup, maxRetries: 3 });
    expect(await failure(get(adapter, `http://two.example:${server.port}/`))).toMatchObject({
      code: 'ERR_ADDRESS_REFUSED',
    });
    expect([lookup.names.length, server.connections]).toEqual([1, 0]);
  });

  it('[B04 CVE-2023-28155 CVE-2020-28168] sees every redirect hop', async () => {
    const inside = opened(await startHttpbin());
    const server = opened(
      await startRawServer(
        crlf('HTTP/1.1 302 Found', `Location: http://inside.example:${inside.port}/get`, 'Content-Length: 0', '', ''),
      ),
    );
    const { guard, asked } = onlyHere();
    const session = sessionOf({ guard, lookup: dns({ 'inside.example': '127.0.0.2' }) });
    expect(await failure(session.get(server.url))).toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
    expect(asked.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.2']);
    expect(inside.connections).toBe(0);
  });

  it.each([
    '127.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:0:0:1]',
    'localhost',
    'LOCALHOST',
    'localhost.',
  ])('[B04] publicAddressesOnly opens nothing to http://%s, named or redirected to', async (host) => {
    const server = opened(await startRawServer(OK));
    const url = `http://${host}:${server.port}/`;
    const session = sessionOf({ guard: publicAddressesOnly, lookup: dns() });
    expect(await failure(session.get(url))).toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
    const open = opened(
      await startRawServer(crlf('HTTP/1.1 302 Found', `Location: ${url}`, 'Content-Length: 0', '', '')),
    );
    const guard: AddressGuard = (address, connection) => {
      if (connection.port !== open.port) publicAddressesOnly(address, connection);
    };
    expect(await failure(sessionOf({ guard, lookup: dns() }).get(open.url))).toMatchObject({
      code: 'ERR_ADDRESS_REFUSED',
    });
    expect(server.connections).toBe(0);
  });

  it('[B04 CVE-2026-101898] is asked for HTTP/2, too', async () => {
    const { guard, asked } = onlyHere();
    const adapter = makeAdapter({ guard, lookup: dns({ 'h2.example': '127.0.0.2' }), http2: true });
    expect(await failure(get(adapter, 'https://h2.example:9/'))).toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
    expect(asked).toHaveLength(1);
  });

  it('[B04] judges a target by its name when a proxy will resolve it, for each request, and the proxy by its address', async () => {
    const proxy = opened(await startProxy());
    const server = opened(await startHttpbin());
    const asked: string[] = [];
    const guard: AddressGuard = (address, { role, resolved, hostname }) => {
      asked.push(`${role} ${hostname} ${address} ${resolved}`);
      if (hostname === 'inside.example' || address === '127.0.0.2') throw new Error('not there');
    };
    const adapter = makeAdapter({ guard, lookup: dns() });
    const options = { proxies: { all: `http://proxy.example:${proxy.port}` } };
    expect((await get(adapter, `${server.url}/get`, options)).statusCode).toBe(200);
    expect(asked).toEqual(['target 127.0.0.1 127.0.0.1 true', 'proxy proxy.example 127.0.0.1 true']);
    // The connection to the proxy is kept, and would serve any target.
    for (const url of ['http://inside.example/', 'https://inside.example/', 'http://127.0.0.2/'])
      expect(await failure(get(adapter, url, options))).toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
    expect(proxy.requests).toHaveLength(1);
    const elsewhere = makeAdapter({ guard, lookup: dns({ 'proxy.example': '127.0.0.2' }) });
    expect(await failure(get(elsewhere, `${server.url}/get`, options))).toMatchObject({
      code: 'ERR_ADDRESS_REFUSED',
      message: "The guard refuses the proxy 'proxy.example': not there",
    });
  });

  it('[B04] lets no name through a connector that it refuses', async () => {
    const connect = (): never => {
      throw new Error('was asked');
    };
    const adapter = makeAdapter({ guard: publicAddressesOnly, connectors: { other: { connect } }, lookup: dns() });
    const options = { proxies: { all: 'other://127.0.0.1:9' } };
    for (const host of ['a.example', '127.0.0.1'])
      expect(await failure(get(adapter, `http://${host}/`, options))).toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
    expect(await failure(get(adapter, 'http://9.9.9.9/', options))).toMatchObject({
      name: 'ProxyError',
      message: expect.stringContaining('was asked'),
    });
  });

  it('[B04] is asked about the path of a local socket', async () => {
    const adapter = makeAdapter({ guard: publicAddressesOnly });
    const session = new Session({ trustEnv: false, adapters: { 'http+unix://': adapter } });
    expect(await failure(session.get('http+unix://%2Frun%2Fapp.sock/'))).toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
  });

  it('throws an error of the tree as it is, and refuses to be asynchronous or to answer', async () => {
    const own = new ProxyError('mine');
    const throwing = makeAdapter({
      guard: () => {
        throw own;
      },
    });
    expect(await failure(get(throwing, 'http://127.0.0.1:9/'))).toBe(own);
    for (const guard of [
      async () => {
        throw new Error('late');
      },
      () => false,
    ] as unknown as AddressGuard[]) {
      expect(await failure(get(makeAdapter({ guard }), 'http://127.0.0.1:9/'))).toMatchObject({
        message: expect.stringContaining('guard must throw to refuse an address'),
      });
    }
    expect(() => new HTTPAdapter({ guard: true as never })).toThrow(TypeError);
  });
});

describe('isolation', () => {
  it('[E05 CVE-2026-48931 CVE-2026-6733] keeps requests with different keys on connections of their own', async () => {
    const server = opened(await startRawServer(OK));
    const isolation = ({ headers }: PreparedRequest): string => headers.get('x-tenant') ?? '';
    const adapter = makeAdapter({ isolation });
    const call = async (tenant: string): Promise<void> => {
      const request = new PreparedRequest().prepare({
        method: 'GET',
        url: server.url,
        headers: new Headers({ 'X-Tenant': tenant }),
      });
      await adapter.send(request, {});
    };
    for (const tenant of ['a', 'b', 'a', 'b', 'a', '" ']) await call(tenant);
    expect(server.accepted.map(({ requests }) => requests.map((one) => one.getAll('x-tenant')[0]).join())).toEqual([
      'a,a,a',
      'b,b',
      '"',
    ]);
  });
});
