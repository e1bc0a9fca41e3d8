import { connect, type Socket } from 'node:net';
import {
  ConnectionError,
  InvalidHeader,
  InvalidProxyURL,
  InvalidSchema,
  ProxyError,
  SSLError,
} from '@requests-ts/core';
import { type Connector, type ConnectorRequest, HTTPAdapter } from '@requests-ts/http';
import {
  createCertificates,
  crlf,
  expectNoSecret,
  type ProxyServer,
  startHttpbin,
  startProxy,
  startRawServer,
  steps,
} from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { failure, get, makeAdapter, opened, prepare, sleep } from './support.ts';

const certificates = createCertificates();
const { ca } = certificates;
const OK = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');

describe('http targets through an HTTP proxy', () => {
  it('M186 B-PROXY-09 B-ADAPT-06 sends the absolute URL without userinfo and fragment, and Host of the target', async () => {
    const [server, proxy] = [opened(await startRawServer(OK)), opened(await startProxy())];
    const url = `http://user:pw@localhost:${server.port}//a/%2e%2E/b?q=%7C#fragment`;
    expect((await get(makeAdapter(), url, { proxies: { http: proxy.url } })).text).toBe('ok');
    expect(proxy.requests[0]).toMatchObject({
      kind: 'forward',
      target: `http://localhost:${server.port}//a/%2E%2E/b?q=%7C`,
    });
    expect(proxy.requests[0]!.getAll('host')).toEqual([`localhost:${server.port}`]);
  });

  it('M189 picks the proxy by scheme://host, and none for null or an empty text', async () => {
    const [server, proxy] = [opened(await startRawServer(OK)), opened(await startProxy())];
    const adapter = makeAdapter();
    for (const proxies of [
      { 'http://127.0.0.1': proxy.url, http: 'http://127.0.0.1:1' },
      { all: proxy.url },
      { http: null, all: proxy.url },
      { http: '' },
      {},
    ]) {
      expect((await get(adapter, server.url, { proxies })).text).toBe('ok');
    }
    expect(proxy.requests).toHaveLength(2);
  });

  it('shares the connections to a forward proxy among targets', async () => {
    const [one, two, proxy] = [
      opened(await startRawServer(OK)),
      opened(await startRawServer(OK)),
      opened(await startProxy()),
    ];
    const adapter = makeAdapter();
    for (const { url } of [one, two, one]) await get(adapter, url, { proxies: { all: proxy.url } });
    expect(proxy.connections).toBe(1);
  });

  it('M188 B-PROXY-11 sends credentials of the proxy URL, in place of a header of the caller', async () => {
    const [server, proxy] = [opened(await startRawServer(OK)), opened(await startProxy({ auth: ['us er', 'p@ss:ä'] }))];
    const adapter = makeAdapter();
    const proxies = { all: proxy.urlWith('us er', 'p@ss:ä').replace('%C3%A4', '%C3%A4') };
    const latin1 = `Basic ${Buffer.from('us er:p@ss:ä', 'latin1').toString('base64')}`;
    const request = prepare('GET', server.url, { headers: { 'Proxy-Authorization': 'Bearer mine' } });
    await adapter.send(request, { proxies });
    expect(proxy.requests[0]!.getAll('proxy-authorization')).toEqual([latin1]);
    expect(request.headers.get('Proxy-Authorization')).toBe('Bearer mine');
  });

  it('B-PROXY-14 gives a 407 of a forward proxy as an ordinary response', async () => {
    const [server, proxy] = [opened(await startRawServer(OK)), opened(await startProxy({ auth: ['user', 'pw'] }))];
    expect((await get(makeAdapter(), server.url, { proxies: { all: proxy.url } })).statusCode).toBe(407);
    expect(server.requests).toEqual([]);
  });

  it('B-PROXY-14 B-PROXY-15 is a ProxyError when the proxy is not there, or closes without an answer', async () => {
    for (const proxy of [
      'http://127.0.0.1:1',
      'http://nowhere.invalid:80',
      opened(await startProxy({ faults: { request: 'close' } })).url,
      opened(await startProxy({ faults: { accept: 'reset' } })).url,
    ]) {
      const error = await failure(get(makeAdapter(), 'http://target.example/', { proxies: { all: proxy } }));
      expect(error).toBeInstanceOf(ProxyError);
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error.message).toContain(proxy);
    }
  });

  it('M190 B-PROXY-13 [H03] refuses proxy URLs that are none, before anything is connected', async () => {
    const server = opened(await startRawServer(OK));
    for (const proxy of ['http:/bad:3128', 'http://:8080', 'https://', 'http:///x:80']) {
      expect(await failure(get(makeAdapter(), server.url, { proxies: { all: proxy } }))).toBeInstanceOf(
        InvalidProxyURL,
      );
    }
    expect(server.connections).toBe(0);
  });

  it('[H03] B-PROXY-16 names the package for a scheme that it does not know, and never goes around the proxy', async () => {
    const server = opened(await startRawServer(OK));
    const error = await failure(get(makeAdapter(), server.url, { proxies: { all: 'socks5h://127.0.0.1:1080' } }));
    expect(error).toBeInstanceOf(InvalidSchema);
    expect(error.message).toContain('npm install @requests-ts/socks');
    expect(await failure(get(makeAdapter(), server.url, { proxies: { all: 'quic://127.0.0.1' } }))).toBeInstanceOf(
      InvalidSchema,
    );
    expect(server.connections).toBe(0);
  });

  it('B-PROXY-12 reads a proxy without a scheme as http', async () => {
    const [server, proxy] = [opened(await startRawServer(OK)), opened(await startProxy())];
    await get(makeAdapter(), server.url, { proxies: { all: `127.0.0.1:${proxy.port}` } });
    expect(proxy.requests).toHaveLength(1);
  });
});

describe('https targets through a tunnel', () => {
  it('B-PROXY-09 asks for host and port, and speaks origin form inside', async () => {
    const [server, proxy] = [opened(await startRawServer(OK, { tls: true })), opened(await startProxy())];
    const adapter = makeAdapter({ verify: ca });
    for (let i = 0; i < 3; i++) await get(adapter, `${server.url}/path?q`, { proxies: { https: proxy.url } });
    expect(proxy.requests.map(({ kind, target }) => [kind, target])).toEqual([['connect', `127.0.0.1:${server.port}`]]);
    expect(server.requests.map(({ target }) => target)).toEqual(['/path?q', '/path?q', '/path?q']);
  });

  it('[A04 CVE-2023-32681, CVE-2003-1605] B-PROXY-11 gives the proxy its credentials and nothing else, and the target none of them', async () => {
    const [server, proxy] = [
      opened(await startRawServer(OK, { tls: true })),
      opened(await startProxy({ auth: ['user', 'pw'] })),
    ];
    const headers = {
      Authorization: 'Bearer secret',
      Cookie: 'a=b',
      'X-Custom': 'x',
      'Proxy-Authorization': 'Bearer mine',
      'User-Agent': 'u',
    };
    await makeAdapter({ verify: ca }).send(prepare('POST', server.url, { headers, data: 'body' }), {
      proxies: { https: proxy.urlWith('user', 'pw') },
    });
    expect(proxy.requests[0]!.head).toBe(
      crlf(
        `CONNECT 127.0.0.1:${server.port} HTTP/1.1`,
        `Host: 127.0.0.1:${server.port}`,
        `Proxy-Authorization: Basic ${btoa('user:pw')}`,
        '',
        '',
      ),
    );
    expect(server.requests[0]!.head).not.toMatch(/proxy-/i);
    expect(server.requests[0]!.getAll('authorization')).toEqual(['Bearer secret']);
  });

  it.each([
    ['direct', 'http', undefined, ['Bearer mine']],
    ['a forward proxy', 'http', 'http', []],
    ['a tunnel', 'https', 'http', []],
    ['a connector', 'http', 'custom', []],
  ] as const)(
    '[A04] shows a Proxy-Authorization of the caller to whom it may concern: %s',
    async (_title, scheme, kind, seenByTarget) => {
      const server = opened(await startRawServer(OK, { tls: scheme === 'https' }));
      const proxy = opened(await startProxy());
      const adapter = makeAdapter({ verify: ca, connectors: { custom: plainConnector().connector } });
      const options = kind ? { proxies: { all: kind === 'custom' ? 'custom://127.0.0.1:1' : proxy.url } } : {};
      for (const name of ['Proxy-Authorization', 'proxy-authorization', 'PROXY-AUTHORIZATION']) {
        await adapter.send(prepare('GET', server.url, { headers: new Map([[name, 'Bearer mine']]) as never }), options);
      }
      for (const request of server.requests) expect(request.getAll('proxy-authorization')).toEqual(seenByTarget);
      for (const request of proxy.requests) expect(request.getAll('proxy-authorization')).toEqual(['Bearer mine']);
    },
  );

  it.each([407, 403, 500, 502, 201, 204, 302])(
    '[pitfall 19] B-PROXY-14 [E08] is a ProxyError with the status when the proxy says %i',
    async (status) => {
      const [server, proxy] = [
        opened(await startRawServer(OK, { tls: true })),
        opened(await startProxy({ refuse: status })),
      ];
      const error = await failure(get(makeAdapter({ verify: ca }), server.url, { proxies: { all: proxy.url } }));
      expect(error).toBeInstanceOf(ProxyError);
      expect(error.message).toBe(`Tunnel connection failed: ${status} Refused`);
      expect(error).toMatchObject({ response: { statusCode: status, text: 'refused' }, request: { method: 'GET' } });
      expect([server.connections, proxy.requests.length]).toEqual([0, 1]);
    },
  );

  it.each([
    ['bytes after its 200', 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', /sent bytes before the target/],
    ['no HTTP', 'SSH-2.0-x\r\n\r\n', /does not speak HTTP/],
    ['HTTP/2.0', 'HTTP/2.0 200 OK\r\n\r\n', /does not speak HTTP/],
    ['a close', '', /closed the connection/],
    ['a head that is too long', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, /too long/],
    ['a head without an end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1_000_000)}`, /too long/],
    [
      'interim answers without an end',
      'HTTP/1.1 100 Continue\r\n\r\n'.repeat(2000),
      /one interim answer after the other/,
    ],
    ['101', 'HTTP/1.1 101 Switching\r\n\r\n', /failed: 101/],
  ])(
    '[E08 CVE-2021-22947] is a ProxyError for %s, on one connection, with no byte of the request',
    async (_title, answer, message) => {
      const proxy = opened(await startRawServer([steps.receive('\r\n\r\n'), answer, steps.close]));
      const error = await failure(
        get(makeAdapter(), 'https://target.example/secret', { proxies: { all: proxy.url }, timeout: 2 }),
      );
      expect(error).toBeInstanceOf(ProxyError);
      expect(error.message).toMatch(message);
      expect(proxy.connections).toBe(1);
      expect(proxy.accepted[0]!.received.toString()).not.toMatch(/secret/);
    },
  );

  it('[E08] passes over interim answers and ignores lengths of the 200', async () => {
    const server = opened(await startRawServer(OK, { tls: true }));
    const proxy = opened(
      await startProxy({
        established: crlf(
          'HTTP/1.1 100 Continue',
          '',
          'HTTP/1.1 200 OK',
          'Content-Length: 50',
          'Transfer-Encoding: chunked',
          '',
          '',
        ),
      }),
    );
    expect((await get(makeAdapter({ verify: ca }), server.url, { proxies: { all: proxy.url } })).text).toBe('ok');
  });

  it('[E08] [F10] [pitfall 11] does not connect again and again when the proxy closes right after its 200', async () => {
    const proxy: ProxyServer = opened(
      await startProxy({ route: () => ({ host: '127.0.0.1', port: proxy.port }), faults: { tunnel: 'close' } }),
    );
    expect(
      await failure(get(makeAdapter(), 'https://target.example', { proxies: { all: proxy.url }, timeout: 2 })),
    ).toBeInstanceOf(SSLError);
    const resetting = opened(
      await startRawServer([
        steps.receive('\r\n\r\n'),
        'HTTP/1.1 200 OK\r\n\r\n',
        steps.receive('\x16\x03'),
        steps.reset,
      ]),
    );
    expect(
      await failure(get(makeAdapter(), 'https://target.example', { proxies: { all: resetting.url }, timeout: 2 })),
    ).toBeInstanceOf(ConnectionError);
    expect(resetting.connections).toBe(1);
  });

  it('[E08] ends at the deadline when the proxy drips its answer', async () => {
    const proxy = opened(
      await startRawServer(async (connection) => {
        await connection.receive('\r\n\r\n');
        while (!connection.ended) {
          await connection.send('H');
          await sleep(30);
        }
      }),
    );
    const start = performance.now();
    expect(
      await failure(
        get(makeAdapter(), 'https://target.example', { proxies: { all: proxy.url }, timeout: [0.2, null] }),
      ),
    ).toBeInstanceOf(ProxyError);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('goes through a proxy on IPv6, to a target on IPv6', async () => {
    const [server, proxy] = [
      opened(await startRawServer(OK, { tls: true, host: '::1' })),
      opened(await startProxy({ host: '::1' })),
    ];
    expect((await get(makeAdapter({ verify: ca }), server.url, { proxies: { all: proxy.url } })).text).toBe('ok');
    expect(proxy.requests[0]!.target).toBe(`[::1]:${server.port}`);
  });
});

describe('proxies over TLS', () => {
  it('forwards and tunnels', async () => {
    const [plain, secure, proxy] = [
      opened(await startRawServer(OK)),
      opened(await startRawServer(OK, { tls: true })),
      opened(await startProxy({ tls: true, auth: ['u', 'p'] })),
    ];
    const adapter = makeAdapter({ verify: ca });
    for (const { url } of [plain, secure])
      expect((await get(adapter, url, { proxies: { all: proxy.urlWith('u', 'p') } })).text).toBe('ok');
    expect(proxy.requests.map(({ kind }) => kind)).toEqual(['forward', 'connect']);
  });

  const BAD = {
    good: certificates.good,
    selfSigned: certificates.selfSigned,
    wrongHost: certificates.wrongHost,
    expired: certificates.expired,
  };
  const kinds = Object.keys(BAD) as (keyof typeof BAD)[];

  it.each(kinds.flatMap((proxyKind) => kinds.map((targetKind) => [proxyKind, targetKind] as const)))(
    '[G05 CVE-2022-32210, CVE-2021-28363] checks both: proxy %s, target %s',
    async (proxyKind, targetKind) => {
      const server = opened(await startRawServer(OK, { tls: BAD[targetKind] }));
      const proxy = opened(await startProxy({ tls: BAD[proxyKind] }));
      const url = `https://localhost:${server.port}/`;
      const options = { proxies: { all: proxy.url } };
      const verified = makeAdapter({ verify: ca });
      if (proxyKind === 'good' && targetKind === 'good') expect((await get(verified, url, options)).text).toBe('ok');
      else {
        const error = await failure(get(verified, url, options));
        expect(error).toBeInstanceOf(proxyKind === 'good' ? SSLError : ProxyError);
        if (proxyKind !== 'good') expect(error.cause).toBeInstanceOf(SSLError);
        expect(server.requests).toEqual([]);
      }
      expect((await get(makeAdapter(), url, { ...options, verify: false })).text).toBe('ok');
    },
  );

  it('[G05] never sends a request for an https proxy in clear', async () => {
    const plain = opened(await startRawServer([steps.stall]));
    await failure(
      get(makeAdapter({ verify: false }), 'http://target.example/secret', {
        proxies: { all: plain.url.replace('http:', 'https:') },
        timeout: 0.2,
      }),
    );
    expect(plain.accepted[0]!.received.toString('latin1')).not.toContain('secret');
  });
});

describe('proxy identity', () => {
  it('[A13 CVE-2026-3784] [pitfall 17] never shares a connection between proxy users, in parallel either', async () => {
    const server = opened(await startHttpbin());
    const secure = opened(await startHttpbin({ tls: true }));
    for (const target of [server, secure]) {
      const proxy = opened(await startProxy());
      const adapter = makeAdapter({ verify: ca });
      await Promise.all(
        ['a', 'b', 'a', 'b', ''].map((user) =>
          get(adapter, `${target.url}/get`, { proxies: { all: user ? proxy.urlWith(user, 'pw') : proxy.url } }),
        ),
      );
      const byConnection = new Map<number, Set<string>>();
      for (const { connectionId, getAll } of proxy.requests)
        byConnection.set(
          connectionId,
          (byConnection.get(connectionId) ?? new Set()).add(getAll('proxy-authorization').join()),
        );
      for (const users of byConnection.values()) expect(users.size).toBe(1);
      expect(new Set(proxy.requests.map(({ getAll }) => getAll('proxy-authorization').join()))).toEqual(
        new Set([`Basic ${btoa('a:pw')}`, `Basic ${btoa('b:pw')}`, '']),
      );
    }
  });

  it('[A13] B-PROXY-17 gives the credentials of one proxy to no other', async () => {
    const server = opened(await startRawServer(OK));
    const [one, two] = [opened(await startProxy()), opened(await startProxy())];
    const adapter = makeAdapter();
    await get(adapter, server.url, { proxies: { all: one.urlWith('user', 'pw') } });
    await get(adapter, server.url, { proxies: { all: two.url } });
    expect(two.requests[0]!.getAll('proxy-authorization')).toEqual([]);
  });

  it('[A14 CVE-2026-48615] says no credential of the proxy in errors, nor when the adapter is printed', async () => {
    const secrets = ['canaryuser', 'canarypassword'];
    const refusing = opened(await startProxy({ refuse: 407 }));
    for (const url of [
      'http://canaryuser:canarypassword@127.0.0.1:1',
      refusing.urlWith('canaryuser', 'canarypassword'),
      'http://canaryuser:canarypassword@',
      'quic://canaryuser:canarypassword@h',
    ]) {
      const adapter = makeAdapter();
      for (const target of ['https://t.example/', 'http://t.example/']) {
        const error = await adapter
          .send(prepare('GET', target), { proxies: { all: url } })
          .catch((reason: unknown) => reason);
        expectNoSecret(error, secrets);
      }
      expectNoSecret(adapter, secrets);
      expectNoSecret(adapter.poolManager, secrets);
    }
    expect(
      await failure(get(makeAdapter(), 'http://t.example/', { proxies: { all: 'http://ca:nary\nx:pw@h' } })),
    ).not.toBeInstanceOf(InvalidHeader);
  });
});

/** A connector that goes to the target itself. */
function plainConnector(alter: (request: ConnectorRequest) => Promise<Socket> | undefined = () => undefined): {
  connector: Connector;
  requests: ConnectorRequest[];
} {
  const requests: ConnectorRequest[] = [];
  const connector: Connector = {
    connect(request) {
      requests.push(request);
      return (
        alter(request) ??
        new Promise((resolve) => {
          const socket = connect(request.target.port, request.target.hostname, () => resolve(socket));
        })
      );
    },
  };
  return { connector, requests };
}

describe('connectors', () => {
  it('are asked for a socket, on which the adapter pools, speaks TLS and HTTP', async () => {
    const [plain, secure] = [opened(await startRawServer(OK)), opened(await startRawServer(OK, { tls: true }))];
    const { connector, requests } = plainConnector();
    const adapter = makeAdapter({ verify: ca, connectors: { custom: connector } });
    for (const { url } of [plain, secure, plain, secure])
      expect(
        (await get(adapter, url, { proxies: { all: 'custom://us%20er:pw@proxy.example:99' }, timeout: 3 })).text,
      ).toBe('ok');
    expect(requests).toHaveLength(2);
    expect(requests[0]).toMatchObject({
      proxy: { scheme: 'custom', hostname: 'proxy.example', port: 99, username: 'us er', password: 'pw' },
      target: { hostname: '127.0.0.1', port: plain.port },
    });
    expect(requests[0]!.timeoutMs).toBeGreaterThan(2500);
    expect(plain.requests[0]!.target).toBe('/');
  });

  it('are loaded by a function when the first proxy of their scheme is used', async () => {
    const server = opened(await startRawServer(OK));
    let loaded = 0;
    const adapter = makeAdapter({
      connectors: {
        custom: async () => {
          loaded++;
          return plainConnector().connector;
        },
      },
    });
    await get(adapter, server.url);
    expect(loaded).toBe(0);
    await get(adapter, server.url, { proxies: { all: 'custom://h:1' } });
    expect(loaded).toBe(1);
  });

  it('fail as ProxyError with their error as cause, and errors of our tree as they are', async () => {
    const adapter = makeAdapter({
      connectors: {
        a: plainConnector(() => Promise.reject(new Error('no accepted authentication type'))).connector,
        b: plainConnector(() => Promise.reject(new InvalidProxyURL('bad'))).connector,
        c: async () => Promise.reject(new Error('cannot load')),
      },
    });
    const refused = await failure(get(adapter, 'http://t.example/', { proxies: { all: 'a://h:1' } }));
    expect(refused).toMatchObject({
      name: 'ProxyError',
      message: expect.stringContaining('no accepted authentication type'),
      request: { method: 'GET' },
    });
    expect(await failure(get(adapter, 'http://t.example/', { proxies: { all: 'b://h:1' } }))).toMatchObject({
      name: 'InvalidProxyURL',
      message: 'bad',
    });
    expect(await failure(get(adapter, 'http://t.example/', { proxies: { all: 'c://h:1' } }))).toMatchObject({
      name: 'ProxyError',
      message: expect.stringContaining('cannot load'),
    });
  });

  it('are told to stop at the deadline, which is a ConnectTimeout, and by an abort', async () => {
    const { connector, requests } = plainConnector(() => new Promise(() => {}));
    const adapter = makeAdapter({ connectors: { custom: connector } });
    const options = { proxies: { all: 'custom://h:1' } };
    expect(await failure(get(adapter, 'http://t.example/', { ...options, timeout: [0.1, null] }))).toMatchObject({
      name: 'ConnectTimeout',
    });
    expect(requests[0]!.signal.aborted).toBe(true);
    const controller = new AbortController();
    const promise = get(adapter, 'http://t.example/', { ...options, signal: controller.signal });
    controller.abort('why');
    expect(await promise.catch((reason: unknown) => reason)).toBe('why');
    await sleep(1);
    expect(requests[1]?.signal.aborted ?? true).toBe(true);
  });

  it('destroys a socket that comes too late', async () => {
    const server = opened(await startRawServer([steps.stall]));
    let resolve: (() => void) | undefined;
    const late = new Promise<void>((done) => {
      resolve = done;
    });
    const { connector } = plainConnector(async ({ target }) => {
      await late;
      return connect(target.port, target.hostname);
    });
    const adapter = makeAdapter({ connectors: { custom: connector } });
    await failure(get(adapter, server.url, { proxies: { all: 'custom://h:1' }, timeout: [0.05, null] }));
    resolve!();
    await sleep(50);
    await server.waitForOpenConnections(0);
  });

  it('[H04] [E08] refuses a socket with bytes of its own', async () => {
    const server = opened(await startRawServer(['early', steps.stall]));
    const { connector } = plainConnector(
      ({ target }) =>
        new Promise((resolve) => {
          const socket = connect(target.port, target.hostname).once('readable', () => resolve(socket));
        }),
    );
    const error = await failure(
      get(makeAdapter({ connectors: { custom: connector } }), server.url, { proxies: { all: 'custom://h:1' } }),
    );
    expect(error).toMatchObject({
      name: 'ProxyError',
      message: expect.stringContaining('sent bytes before the target'),
    });
  });

  it('[G02 CVE-2026-6734] keeps targets apart', async () => {
    const [one, two] = [
      opened(await startRawServer(crlf('HTTP/1.1 200 OK', 'Content-Length: 3', '', 'one'))),
      opened(await startRawServer(crlf('HTTP/1.1 200 OK', 'Content-Length: 3', '', 'two'))),
    ];
    const adapter = makeAdapter({ connectors: { custom: plainConnector().connector } });
    for (const [server, text] of [
      [one, 'one'],
      [two, 'two'],
      [one, 'one'],
    ] as const)
      expect((await get(adapter, server.url, { proxies: { all: 'custom://h:1' } })).text).toBe(text);
  });
});

describe('proxyHeaders', () => {
  it('B-ADAPT-05 may be overridden: what it returns goes to the proxy, in both ways, and to nobody else', async () => {
    class Marked extends HTTPAdapter {
      override proxyHeaders(proxyUrl: string): Record<string, string> {
        return { ...super.proxyHeaders(proxyUrl), 'X-Tenant': 'blue' };
      }
    }
    const [plain, secure, proxy] = [
      opened(await startRawServer(OK)),
      opened(await startRawServer(OK, { tls: true })),
      opened(await startProxy({ auth: ['u', 'p'] })),
    ];
    const adapter = new Marked({ verify: ca });
    for (const { url } of [plain, secure]) await get(adapter, url, { proxies: { all: proxy.urlWith('u', 'p') } });
    expect(proxy.requests.map(({ getAll }) => getAll('x-tenant'))).toEqual([['blue'], ['blue']]);
    expect(secure.requests[0]!.getAll('x-tenant')).toEqual([]);
    class Evil extends HTTPAdapter {
      override proxyHeaders(): Record<string, string> {
        return { 'X-Evil': 'a\r\nX-Injected: b' };
      }
    }
    expect(await failure(get(new Evil({ verify: ca }), secure.url, { proxies: { all: proxy.url } }))).toBeInstanceOf(
      InvalidHeader,
    );
    await adapter.close();
  });

  it('B-ADAPT-07 makes the credentials of a proxy URL, and nothing without a user', () => {
    const adapter = makeAdapter();
    expect(adapter.proxyHeaders('http://user:pass@h')).toEqual({ 'Proxy-Authorization': 'Basic dXNlcjpwYXNz' });
    expect(adapter.proxyHeaders('http://user:@h')).toEqual({ 'Proxy-Authorization': 'Basic dXNlcjo=' });
    expect(adapter.proxyHeaders('http://h')).toEqual({});
  });
});
