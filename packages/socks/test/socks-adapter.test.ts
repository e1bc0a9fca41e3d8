import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  ConnectionError,
  ConnectTimeout,
  InvalidProxyURL,
  InvalidSchema,
  InvalidURL,
  ProxyError,
  Session,
  SSLError,
} from '@requests-ts/core';
import { HTTPAdapter } from '@requests-ts/http';
import { SOCKSAdapter, socksConnectors } from '@requests-ts/socks';
import {
  createCanaries,
  createCertificates,
  expectNoSecret,
  lookupAll,
  startHttpbin,
  startRawServer,
} from '@requests-ts/testing';
import { describe, expect, it, vi } from 'vitest';
import { adapterTo, failure, get, noLookup, OK, opened, origin, prepare, requestFailure, socks } from './support.ts';

describe('SOCKSAdapter', () => {
  it.each(['socks5h', 'socks4a'] as const)(
    'M194 B-PROXY-16 [H04] %s sends the name to the proxy and looks nothing up',
    async (scheme) => {
      const server = await origin();
      const proxy = await socks({ version: scheme === 'socks4a' ? 4 : 5 });
      const adapter = adapterTo(proxy.url(scheme), { lookup: noLookup as never });
      expect((await get(adapter, `http://only-there.example:${server.port}/`)).text).toBe('ok');
      expect(proxy.requests).toMatchObject([{ host: 'only-there.example', hostType: 'name', port: server.port }]);
    },
  );

  it('M194 [H04] socks means socks5h', async () => {
    const server = await origin();
    const proxy = await socks();
    const adapter = adapterTo(proxy.url('socks5h').replace('socks5h', 'socks'), { lookup: noLookup as never });
    await get(adapter, `http://only-there.example:${server.port}/`);
    expect(proxy.requests).toMatchObject([{ version: 5, hostType: 'name' }]);
  });

  it.each(['socks5h', 'socks4a'] as const)(
    '[H04] %s looks nothing up when the proxy does not know the name',
    async (scheme) => {
      const version = scheme === 'socks4a' ? 4 : 5;
      const proxy = await socks({ version, refuse: version === 4 ? 91 : 4 });
      const adapter = adapterTo(proxy.url(scheme), { lookup: noLookup as never });
      expect(await requestFailure(get(adapter, 'http://gone.example/'))).toBeInstanceOf(ProxyError);
      expect(proxy.requests).toHaveLength(1);
    },
  );

  it.each(['socks5', 'socks4'] as const)('M193 B-PROXY-16 %s resolves the name here', async (scheme) => {
    const server = await origin();
    const proxy = await socks({ version: scheme === 'socks4' ? 4 : 5 });
    const lookup = lookupAll({ 'here.example': '127.0.0.1' });
    const adapter = adapterTo(proxy.url(scheme), { lookup: lookup as never });
    expect((await get(adapter, `http://here.example:${server.port}/`)).text).toBe('ok');
    expect(lookup.names).toEqual(['here.example']);
    expect(proxy.requests).toMatchObject([{ host: '127.0.0.1', hostType: 'ipv4' }]);
  });

  it('M193 socks5 tries the addresses of a name in turn, over a new connection each', async () => {
    const server = await origin();
    const proxy = await socks({ route: ({ host, port }) => (host === '::1' ? { host, port: 1 } : { host, port }) });
    const lookup = lookupAll({ 'two.example': ['::1', '127.0.0.1'] });
    const adapter = adapterTo(proxy.url('socks5'), { lookup: lookup as never });
    expect((await get(adapter, `http://two.example:${server.port}/`)).text).toBe('ok');
    expect(proxy.requests.map(({ host }) => host)).toEqual(['::1', '127.0.0.1']);
    expect(lookup.names).toEqual(['two.example']);
  });

  it('M193 [F10] socks5 gives up after four addresses', async () => {
    const proxy = await socks({ refuse: 5 });
    const many = Array.from({ length: 50 }, (_, i) => `127.0.0.${i + 1}`);
    const adapter = adapterTo(proxy.url('socks5'), { lookup: lookupAll({ 'many.example': many }) as never });
    expect(await requestFailure(get(adapter, 'http://many.example/'))).toBeInstanceOf(ProxyError);
    expect(proxy.requests).toHaveLength(4);
  });

  it('M193 socks5 does not try another address when the proxy will not have us', async () => {
    const proxy = await socks({ refuse: 2 });
    const lookup = lookupAll({ 'two.example': ['127.0.0.1', '127.0.0.2'] });
    await requestFailure(get(adapterTo(proxy.url('socks5'), { lookup: lookup as never }), 'http://two.example/'));
    expect(proxy.requests).toHaveLength(1);
  });

  it('M193 a name that cannot be resolved here is a ConnectionError, and the proxy is not asked', async () => {
    const proxy = await socks();
    const adapter = adapterTo(proxy.url('socks5'), { lookup: lookupAll({ 'gone.example': 'ENOTFOUND' }) as never });
    const error = await requestFailure(get(adapter, 'http://gone.example/'));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).not.toBeInstanceOf(ProxyError);
    expect(error.message).toContain('gone.example');
    expect(proxy.connections).toBe(0);
  });

  it('socks4 asks for IPv4 addresses only', async () => {
    const server = await origin();
    const proxy = await socks({ version: 4 });
    const lookup = lookupAll({ 'both.example': ['::1', '127.0.0.1'] });
    await get(adapterTo(proxy.url('socks4'), { lookup: lookup as never }), `http://both.example:${server.port}/`);
    expect(proxy.requests.map(({ host }) => host)).toEqual(['127.0.0.1']);
  });

  it.each(['socks5', 'socks5h'] as const)(
    'M192 %s sends user and password of the URL, percent-decoded',
    async (scheme) => {
      const server = await origin();
      const credentials = ['ada@corp', 'p:ä ss/%'] as const;
      const proxy = await socks({ auth: credentials });
      expect((await get(adapterTo(proxy.url(scheme, credentials)), server.url)).text).toBe('ok');
      expect(proxy.requests).toMatchObject([{ user: 'ada@corp', password: 'p:ä ss/%', methods: [0, 2] }]);
    },
  );

  it.each(['socks4', 'socks4a'] as const)('M192 B-PROXY-16 %s sends the user alone', async (scheme) => {
    const server = await origin();
    const proxy = await socks({ version: 4, auth: ['ada', ''] });
    expect((await get(adapterTo(proxy.url(scheme, ['ada', 'ignored'])), server.url)).text).toBe('ok');
    expect(proxy.requests).toMatchObject([{ version: 4, user: 'ada' }]);
    expect(Buffer.concat(proxy.handshakes as Buffer[]).includes('ignored')).toBe(false);
  });

  it('[H04] offers no password that it does not have', async () => {
    const server = await origin();
    const proxy = await socks();
    await get(adapterTo(proxy.url('socks5h')), server.url);
    expect(proxy.requests[0]!.methods).toEqual([0]);
  });

  it('[pitfall 20] reaches a proxy on an IPv6 address, and an IPv6 target', async () => {
    const proxy = await socks({ host: '::1' });
    const server = opened(await startRawServer(OK, { host: '::1' }));
    for (const scheme of ['socks5', 'socks5h'] as const)
      expect((await get(adapterTo(proxy.url(scheme)), `http://[::1]:${server.port}/${scheme}`)).text).toBe('ok');
    expect(proxy.requests).toMatchObject([
      { host: '::1', hostType: 'ipv6' },
      { host: '::1', hostType: 'ipv6' },
    ]);
  });

  it.each(['socks4', 'socks4a'] as const)('%s refuses an IPv6 target, which it cannot carry', async (scheme) => {
    const proxy = await socks({ version: 4 });
    const error = await requestFailure(get(adapterTo(proxy.url(scheme)), 'http://[::1]:80/'));
    expect(error).toBeInstanceOf(ProxyError);
    expect(error.message).toContain('socks5');
    expect(proxy.connections).toBe(0);
  });

  it('B-PROXY-10 sends in origin form, without anything for proxies', async () => {
    const server = await origin();
    const proxy = await socks({ auth: ['ada', 'lovelace'] });
    await get(adapterTo(proxy.url('socks5h', ['ada', 'lovelace'])), `${server.url}/a/../b?c=d`);
    const { head } = await server.waitForRequest();
    expect(head).toMatch(/^GET \/b\?c=d HTTP\/1\.1\r\n/);
    expect(head).not.toMatch(/^proxy-/im);
  });

  it("[A04] a caller's Proxy-Authorization goes to no target", async () => {
    const server = await origin();
    const proxy = await socks();
    const request = prepare('GET', server.url, { headers: { 'Proxy-Authorization': 'Basic c2VjcmV0' } });
    await adapterTo(proxy.url('socks5h')).send(request, {});
    expect((await server.waitForRequest()).head).not.toContain('c2VjcmV0');
    expect(proxy.handshakes[0]!.includes('c2VjcmV0')).toBe(false);
  });

  it('keeps connections, one target apart from the other [G02]', async () => {
    const [one, other] = [await origin(), await origin()];
    const proxy = await socks();
    const adapter = adapterTo(proxy.url('socks5h'));
    for (let i = 0; i < 5; i++) for (const { url } of [one, other]) expect((await get(adapter, url)).text).toBe('ok');
    expect([proxy.connections, one.connections, other.connections]).toEqual([2, 1, 1]);
    expect([one.requests.length, other.requests.length]).toEqual([5, 5]);
  });

  it('[A13] [G02] connections of one user are not those of another, nor of another proxy', async () => {
    const server = await origin();
    const proxy = await socks({ auth: ['ada', 'one'] });
    const another = await socks();
    const adapter = opened(new HTTPAdapter({ connectors: socksConnectors }));
    const send = (url: string): Promise<unknown> =>
      adapter.send(prepare('GET', server.url), { proxies: { http: url } });
    await send(proxy.url('socks5h', ['ada', 'one']));
    expect(await requestFailure(send(proxy.url('socks5h', ['ada', 'two'])))).toBeInstanceOf(ProxyError);
    await send(another.url('socks5h'));
    await send(proxy.url('socks5h', ['ada', 'one']));
    expect(server.connections).toBe(2);
    expect(another.requests).toMatchObject([{ user: undefined, methods: [0] }]);
  });

  it('[pitfall 20] idles for twice the limit of the handshake, and is used again', async () => {
    const server = await origin();
    const proxy = await socks();
    const adapter = adapterTo(proxy.url('socks5h'));
    await get(adapter, server.url, { timeout: [0.2, null] });
    await new Promise((resolve) => setTimeout(resolve, 450));
    expect((await get(adapter, server.url, { timeout: [0.2, null] })).text).toBe('ok');
    expect([proxy.connections, server.connections]).toEqual([1, 1]);
  });

  it('[G05] verifies the certificate of the target through the proxy, and asks for its name', async () => {
    const { ca } = createCertificates();
    const httpbin = opened(await startHttpbin({ tls: true }));
    const proxy = await socks();
    const adapter = adapterTo(proxy.url('socks5h'), { lookup: noLookup as never });
    const url = `https://localhost:${httpbin.port}/tls`;
    expect(await requestFailure(get(adapter, url))).toBeInstanceOf(SSLError);
    expect(httpbin.requests).toEqual([]);
    const response = await get(adapter, url, { verify: Buffer.from(ca) });
    expect(response.json()).toMatchObject({ servername: 'localhost' });
    await get(adapter, url, { verify: Buffer.from(ca) });
    expect(proxy.requests).toHaveLength(2);
  });

  it.each(['expired', 'wrongHost', 'selfSigned'] as const)('[G05] refuses a certificate that is %s', async (name) => {
    const certificates = createCertificates();
    const httpbin = opened(await startHttpbin({ tls: certificates[name] }));
    const proxy = await socks();
    const adapter = adapterTo(proxy.url('socks5'));
    const url = `https://localhost:${httpbin.port}/get`;
    expect(await requestFailure(get(adapter, url, { verify: Buffer.from(certificates.ca) }))).toBeInstanceOf(SSLError);
    expect(httpbin.requests).toEqual([]);
  });

  it('a target that does not speak TLS is an SSLError', async () => {
    const server = opened(
      await startRawServer(async (connection) => {
        await connection.when(() => connection.received.length > 0 || undefined);
        await connection.send('HTTP/1.1 400 Bad Request\r\n\r\n');
      }),
    );
    const proxy = await socks();
    const error = await requestFailure(get(adapterTo(proxy.url('socks5h')), `https://127.0.0.1:${server.port}/`));
    expect(error).toBeInstanceOf(SSLError);
  });

  it('goes through its proxy whatever the session says', async () => {
    const server = await origin();
    const proxy = await socks();
    await using session = new Session({ proxies: { http: 'http://127.0.0.1:1' } });
    session.mount('http://', new SOCKSAdapter(proxy.url('socks5h')));
    expect((await session.get(server.url)).text).toBe('ok');
    expect(proxy.requests).toHaveLength(1);
  });

  it('M191 [H03] HTTPAdapter reaches the proxy through its connectors, and refuses it without', async () => {
    const server = await origin();
    const proxy = await socks();
    const proxies = { http: proxy.url('socks5h') };
    const load = vi.fn(async () => socksConnectors.socks5h);
    const lazy = opened(new HTTPAdapter({ connectors: { socks5h: load } }));
    expect(load).not.toHaveBeenCalled();
    await lazy.send(prepare('GET', server.url), { proxies });
    expect(proxy.requests).toHaveLength(1);
    const error = await failure(opened(new HTTPAdapter()).send(prepare('GET', server.url), { proxies }));
    expect(error).toBeInstanceOf(InvalidSchema);
    expect(error.message).toContain('@requests-ts/socks');
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['http://127.0.0.1:1080', 'is no SOCKS proxy'],
    ['socks6://127.0.0.1:1080', 'is no SOCKS proxy'],
    ['socks5h://', 'missing the host'],
    ['socks5h://:1080', 'missing the host'],
  ])('refuses %s as a proxy', (url, text) => {
    expect(() => new SOCKSAdapter(url)).toThrow(InvalidProxyURL);
    expect(() => new SOCKSAdapter(url)).toThrow(text);
  });

  it('refuses options that do not exist', () => {
    expect(() => new SOCKSAdapter('socks5h://127.0.0.1', { poolmaxsize: 3 } as never)).toThrow(TypeError);
  });

  it.each([
    ['a user of 256 bytes', 'u'.repeat(256), 'p'],
    ['a password of 300 bytes', 'u', 'p'.repeat(300)],
    ['a user whose UTF-8 is too long', 'ä'.repeat(128), 'p'],
    ['a user with a NUL', 'u\0ser', 'p'],
    ['a password with a NUL', 'u', 'p\0w'],
    ['a password without a user', '', 'p'],
  ])('[H04] [pitfall 20] refuses %s before anything is connected', async (_what, user, password) => {
    const proxy = await socks();
    const error = await requestFailure(get(adapterTo(proxy.url('socks5h', [user, password])), 'http://a.example/'));
    expect(error).toBeInstanceOf(InvalidProxyURL);
    expectNoSecret(
      error,
      [user, password].filter((text) => text.length > 8),
    );
    expect(proxy.connections).toBe(0);
  });

  it('sends a user and a password of 255 bytes', async () => {
    const server = await origin();
    const credentials = ['u'.repeat(255), 'p'.repeat(255)] as const;
    const proxy = await socks({ auth: credentials });
    expect((await get(adapterTo(proxy.url('socks5h', credentials)), server.url)).text).toBe('ok');
  });

  it('[H04] [C04] refuses a host of more than 255 bytes before anything is connected', async () => {
    const proxy = await socks();
    const connect = socksConnectors.socks5h.connect({
      proxy: {
        scheme: 'socks5h',
        hostname: proxy.host,
        port: proxy.port,
        username: undefined,
        password: undefined,
        display: 'p',
      },
      target: { hostname: `${'a.'.repeat(150)}example`, port: 80 },
      signal: new AbortController().signal,
      timeoutMs: null,
      socket: {},
    });
    expect(await failure(connect)).toBeInstanceOf(InvalidURL);
    expect(proxy.connections).toBe(0);
  });

  it('[A14] shows neither user nor password, whatever is printed', async () => {
    const canaries = createCanaries();
    const proxy = await socks({ auth: ['somebody', 'else'] });
    const adapter = adapterTo(proxy.url('socks5h', [canaries.proxyUser, canaries.proxyPassword]));
    const error = await requestFailure(get(adapter, 'http://a.example/'));
    expect(error).toBeInstanceOf(ProxyError);
    expectNoSecret(error, canaries);
    expectNoSecret(adapter, canaries);
  });

  it('a limit of time for connecting is ConnectTimeout, in each step of the handshake', async () => {
    for (const faults of [{ greeting: 'stall' }, { auth: 'stall' }, { connect: 'stall' }] as const) {
      const proxy = await socks({ auth: ['ada', 'lovelace'], faults });
      const adapter = adapterTo(proxy.url('socks5h', ['ada', 'lovelace']));
      const start = performance.now();
      const error = await requestFailure(get(adapter, 'http://a.example/', { timeout: [0.15, 5] }));
      expect(error).toBeInstanceOf(ConnectTimeout);
      expect(error).not.toBeInstanceOf(ProxyError);
      expect(performance.now() - start).toBeGreaterThan(140);
      expect(performance.now() - start).toBeLessThan(1000);
      await proxy.waitForOpenConnections(0);
    }
  });
});

it('[F11] keeps no connection in memory that is closed, though the library never takes its time limit back', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const made: WeakRef<object>[] = [];
  const onSocket = (message: unknown): void => {
    made.push(new WeakRef((message as { socket: object }).socket));
  };
  const server = await origin();
  const proxy = await socks();
  const adapter = adapterTo(proxy.url('socks5h'));
  subscribe('net.client.socket', onSocket);
  for (let i = 0; i < 3; i++) {
    await get(adapter, server.url);
    await adapter.close();
  }
  unsubscribe('net.client.socket', onSocket);
  await server.waitForOpenConnections(0);
  expect(made.length).toBeGreaterThanOrEqual(3);
  const alive = (): number => made.filter((socket) => socket.deref()).length;
  for (let i = 0; i < 50 && alive() > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    collectGarbage();
  }
  expect(alive()).toBe(0);
});
