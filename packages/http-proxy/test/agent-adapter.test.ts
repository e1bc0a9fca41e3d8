import { once } from 'node:events';
import { type AgentOptions, Agent as HttpAgent, type Agent as HttpAgentType } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { connect as connectSocket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ConnectionError, ConnectTimeout, InvalidHeader, InvalidSchema, ProxyError, SSLError } from '@requests-ts/core';
import { AgentAdapter, type AgentAdapterOptions } from '@requests-ts/http-proxy';
import { createCertificates, crlf, startDeafServer, startHttpbin, startRawServer, steps } from '@requests-ts/testing';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failure, get, OK, opened, origin, prepare, proxy, requestFailure } from './support.ts';

const { ca, client, other } = certificatesWithOther();
const TRUSTED = { verify: Buffer.from(ca) };

function certificatesWithOther() {
  const certificates = createCertificates();
  return { ...certificates, other: Buffer.from(certificates.otherCa) };
}

function adapter(options: AgentAdapterOptions = {}): AgentAdapter {
  return opened(new AgentAdapter(options));
}

function destroyed<T extends HttpAgentType>(agent: T): T {
  onTestFinished(() => agent.destroy());
  return agent;
}

describe('AgentAdapter', () => {
  it('sends through the agent that it was given, which may go anywhere', async () => {
    const server = await origin();
    const asked: string[] = [];
    class Elsewhere extends HttpAgent {
      override createConnection(options: { host?: string; port?: number }) {
        asked.push(`${options.host}:${options.port}`);
        return connectSocket(server.port, '127.0.0.1');
      }
    }
    const httpAgent = destroyed(new Elsewhere({ keepAlive: true }));
    const through = adapter({ httpAgent });
    for (let i = 0; i < 3; i++) expect((await get(through, 'http://anything.example/')).text).toBe('ok');
    expect(asked).toEqual(['anything.example:80']);
    expect((await server.waitForRequest()).getAll('host')).toEqual(['anything.example']);
  });

  it('shares an agent with other adapters, and leaves it as it is when closed', async () => {
    const server = await origin(OK, true);
    const httpsAgent = destroyed(new HttpsAgent({ keepAlive: true }));
    const [one, two] = [new AgentAdapter({ httpsAgent }), new AgentAdapter({ httpsAgent })];
    await get(one, server.url, TRUSTED);
    await one.close();
    await get(two, server.url, TRUSTED);
    await two.close();
    expect(server.connections).toBe(1);
    expect(server.openConnections).toBe(1);
  });

  it('goes through proxy agents, which tell of a refusal by an event [pitfall 19]', async () => {
    const server = await origin(OK, true);
    const way = await proxy();
    const httpsAgent = destroyed(new HttpsProxyAgent(way.url, { keepAlive: true }));
    const through = adapter({ httpsAgent, httpAgent: destroyed(new HttpProxyAgent(way.url)) });
    expect((await get(through, server.url, TRUSTED)).text).toBe('ok');
    expect((await get(through, server.url, TRUSTED)).text).toBe('ok');
    expect(way.requests).toHaveLength(1);
    expect((await get(through, (await origin()).url)).text).toBe('ok');
    const refusing = await proxy({ refuse: 407 });
    const error = await requestFailure(
      get(adapter({ httpsAgent: destroyed(new HttpsProxyAgent(refusing.url)) }), server.url),
    );
    expect(error).toBeInstanceOf(ProxyError);
    expect(error.response?.statusCode).toBe(407);
    expect(refusing.requests).toHaveLength(1);
  });

  it('[G01] [G02] keeps connections apart whose TLS settings differ, and uses each again', async () => {
    const httpbin = opened(await startHttpbin({ tls: { requestCert: true, rejectUnauthorized: false, ca } }));
    const url = `https://localhost:${httpbin.port}/tls`;
    for (const through of [adapter(), adapter({ httpsAgent: destroyed(new HttpsAgent({ keepAlive: true })) })]) {
      const from = httpbin.requests.length;
      const cert = [client.cert, client.key] as const;
      const ways = [
        TRUSTED,
        { verify: false },
        { ...TRUSTED, cert },
        { verify: Buffer.concat([other, Buffer.from(ca)]) },
      ];
      for (let round = 0; round < 2; round++)
        for (const way of ways) {
          const { clientSubject } = (await get(through, url, way)).json<{ clientSubject: string | null }>();
          expect(clientSubject !== null).toBe('cert' in way);
        }
      const ids = httpbin.requests.slice(from).map(({ connectionId }) => connectionId);
      expect(new Set(ids.slice(0, 4)).size).toBe(4);
      expect(ids.slice(4)).toEqual(ids.slice(0, 4));
    }
  });

  it('[G01] checks the certificate whatever the options of the agent say', async () => {
    const httpbin = opened(await startHttpbin({ tls: true }));
    const url = `https://localhost:${httpbin.port}/get`;
    const careless: AgentOptions & Record<string, unknown> = {
      keepAlive: true,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    };
    const through = adapter({ httpsAgent: destroyed(new HttpsAgent(careless)) });
    for (let i = 0; i < 2; i++) {
      const error = await requestFailure(get(through, url));
      expect(error).toBeInstanceOf(SSLError);
      expect(error.message).toContain("whatever the agent's options say");
    }
    expect(httpbin.requests).toEqual([]);
    expect((await get(through, url, TRUSTED)).statusCode).toBe(200);
    expect((await get(through, url, { verify: false })).statusCode).toBe(200);
  });

  it('[G06] refuses a certificate with a common name only, whatever the agent checks', async () => {
    const httpbin = opened(await startHttpbin({ tls: createCertificates().commonNameOnly }));
    const httpsAgent = destroyed(new HttpsAgent({ checkServerIdentity: () => undefined } as AgentOptions));
    expect(
      await requestFailure(get(adapter({ httpsAgent }), `https://localhost:${httpbin.port}/`, TRUSTED)),
    ).toBeInstanceOf(SSLError);
    expect(httpbin.requests).toEqual([]);
  });

  it('[G02] refuses a connection that an agent mixes up', async () => {
    const httpbin = opened(await startHttpbin({ tls: true }));
    const url = `https://localhost:${httpbin.port}/get`;
    class ByHostAlone extends HttpsAgent {
      // biome-ignore lint/suspicious/noExplicitAny: the options of an agent.
      override getName({ host, port }: any = {}): string {
        return `${host}:${port}`;
      }
    }
    const through = adapter({ httpsAgent: destroyed(new ByHostAlone({ keepAlive: true })) });
    await get(through, url, { verify: false });
    const error = await requestFailure(get(through, url));
    expect(error).toBeInstanceOf(SSLError);
    expect(error.message).toContain('TLS settings of this request');
    expect(httpbin.requests).toHaveLength(1);
  });

  it('[G02] leaves a kept connection alone that nobody has checked', async () => {
    const httpbin = opened(await startHttpbin({ tls: true }));
    const url = `https://localhost:${httpbin.port}/get`;
    class OneName extends HttpsAgent {
      override getName(): string {
        return 'one';
      }
    }
    const agent = destroyed(new OneName({ keepAlive: true }));
    const seed = async (count: number): Promise<void> => {
      const seeded = Array.from({ length: count }, async () => {
        const request = httpsGet(url, { agent, ca });
        const [response] = await once(request, 'response');
        await once(response.resume(), 'end');
      });
      await Promise.all(seeded);
      while ((agent.freeSockets.one?.length ?? 0) < count) await once(agent, 'free');
    };
    const through = adapter({ httpsAgent: agent });
    // It takes another one instead, whatever the method: nothing was sent.
    await seed(1);
    const response = await through.send(prepare('POST', url.replace('/get', '/post'), { data: 'body' }), TRUSTED);
    expect(response.json<{ data: string }>().data).toBe('body');
    expect(new Set(httpbin.requests.map(({ connectionId }) => connectionId)).size).toBe(2);
    // An agent with several of them is none for https.
    for (const socket of agent.freeSockets.one ?? []) socket.destroy();
    await seed(2);
    const error = await requestFailure(get(through, url, TRUSTED));
    expect(error).toBeInstanceOf(SSLError);
    expect(error.message).toContain('nobody has checked');
  });

  it('[G05] sends nothing to an agent that gives a connection without TLS for an https URL', async () => {
    const server = await origin();
    class Plain extends HttpsAgent {
      override createConnection() {
        return connectSocket(server.port, '127.0.0.1');
      }
    }
    const error = await requestFailure(get(adapter({ httpsAgent: destroyed(new Plain()) }), 'https://a.example/'));
    expect(error).toBeInstanceOf(SSLError);
    expect(error.message).toContain('without TLS');
    expect(server.requests).toEqual([]);
  });

  it('takes a connection whose handshake is over already', async () => {
    const server = await origin(OK, true);
    class Ready extends HttpsAgent {
      override createConnection(options: object, callback?: (error: Error | null, socket: never) => void) {
        const socket = connectTls({ ...options, port: server.port, host: '127.0.0.1' });
        socket.once('secureConnect', () => callback?.(null, socket as never));
        return undefined as never;
      }
    }
    expect((await get(adapter({ httpsAgent: destroyed(new Ready()) }), server.url, TRUSTED)).text).toBe('ok');
  });

  it('keeps to assertHostname, serverHostname and assertFingerprint, with an agent of its own and with one given', async () => {
    const httpbin = opened(await startHttpbin({ tls: createCertificates().wrongHost }));
    const url = `https://localhost:${httpbin.port}/tls`;
    const agents = (): (HttpsAgent | undefined)[] => [undefined, destroyed(new HttpsAgent({ keepAlive: true }))];
    for (const httpsAgent of agents()) {
      expect(await requestFailure(get(adapter({ httpsAgent }), url, TRUSTED))).toBeInstanceOf(SSLError);
      expect((await get(adapter({ httpsAgent, tls: { assertHostname: false } }), url, TRUSTED)).statusCode).toBe(200);
      const wrong = adapter({ httpsAgent, tls: { assertHostname: false, assertFingerprint: 'ab'.repeat(32) } });
      expect(await requestFailure(get(wrong, url, TRUSTED))).toBeInstanceOf(SSLError);
    }
  });

  it('[G04] resumes a session only under the settings that it was made with', async () => {
    const httpbin = opened(await startHttpbin({ tls: true }));
    const url = `https://localhost:${httpbin.port}/tls`;
    const through = adapter();
    const close = { headers: { Connection: 'close' } };
    const resumed = async (verify: Uint8Array | false): Promise<boolean> => {
      const response = await through.send(prepare('GET', url, close), { verify });
      return response.json<{ sessionReused: boolean }>().sessionReused;
    };
    expect(await resumed(TRUSTED.verify)).toBe(false);
    expect(await resumed(TRUSTED.verify)).toBe(true);
    expect(await resumed(false)).toBe(false);
  });

  it('[G04] [G06] resumes no session of an agent whose checks are its own', async () => {
    const certificates = createCertificates();
    const httpbin = opened(await startHttpbin({ tls: { ...certificates.commonNameOnly, maxVersion: 'TLSv1.2' } }));
    const careless = { keepAlive: false, checkServerIdentity: () => undefined } as AgentOptions;
    const through = adapter({ httpsAgent: destroyed(new HttpsAgent(careless)) });
    const url = `https://localhost:${httpbin.port}/get`;
    for (let i = 0; i < 3; i++) expect(await requestFailure(get(through, url, TRUSTED))).toBeInstanceOf(SSLError);
    expect(httpbin.requests).toEqual([]);
  });

  it('[G04] makes every connection of an agent that was given with a full handshake', async () => {
    const httpbin = opened(await startHttpbin({ tls: true }));
    const through = adapter({ httpsAgent: destroyed(new HttpsAgent({ keepAlive: true })) });
    for (let i = 0; i < 3; i++) {
      const request = prepare('GET', `https://localhost:${httpbin.port}/tls`, { headers: { Connection: 'close' } });
      expect((await through.send(request, TRUSTED)).json()).toMatchObject({ sessionReused: false });
    }
  });

  it("a caller's Connection: close closes the connection, whatever the server says", async () => {
    const server = await origin();
    const through = adapter();
    await through.send(prepare('GET', server.url, { headers: { Connection: 'close' } }));
    await server.waitForOpenConnections(0);
    expect((await server.waitForRequest()).getAll('connection')).toEqual(['close']);
  });

  it('waits for 100 Continue before it sends the body, and a second at most', async () => {
    const server = await origin(async (connection) => {
      const { getAll } = await connection.nextHead();
      expect(getAll('expect')).toEqual(['100-continue']);
      expect(connection.received.toString()).not.toContain('body');
      await connection.send('HTTP/1.1 100 Continue\r\n\r\n');
      await connection.nextRequest();
      await connection.send(OK);
    });
    const request = prepare('POST', server.url, { headers: { Expect: '100-continue' }, data: 'body' });
    expect((await adapter().send(request)).text).toBe('ok');
    const silent = await origin();
    const start = performance.now();
    await adapter().send(prepare('POST', silent.url, { headers: { Expect: '100-continue' }, data: 'body' }));
    expect(performance.now() - start).toBeGreaterThan(900);
  });

  it('does not send the body when the answer to Expect is final', async () => {
    const answer = crlf('HTTP/1.1 417 Expectation Failed', 'Content-Length: 0', '', '');
    const server = await origin(async (connection) => {
      await connection.nextHead();
      await connection.send(answer);
      await connection.closed;
    });
    const response = await adapter().send(
      prepare('POST', server.url, { headers: { Expect: '100-continue' }, data: ['body'].values() as never }),
    );
    expect(response.statusCode).toBe(417);
    await server.waitForOpenConnections(0);
    expect(server.accepted[0]!.received.toString()).not.toContain('body');
  });

  it('[E04] leaves control characters out of the reason', async () => {
    const server = opened(await startRawServer(crlf('HTTP/1.1 200 Not\tfine', 'Content-Length: 0', '', '')));
    expect(await get(adapter(), server.url)).toMatchObject({ reason: 'Notfine' });
  });

  it.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', ''],
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', ''],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more', 'hello'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\nhello', ''],
  ])(
    '[E05] [E07] takes an answer to %s that is complete, however what comes behind it is cut: %j',
    async (method, answer, text) => {
      for (const split of ['whole', 'bytes', [answer.indexOf('\r\n\r\n') + 4]] as const) {
        const server = opened(await startRawServer([steps.request, answer, steps.close], { split }));
        expect(await adapter().send(prepare(method, server.url))).toMatchObject({ text });
      }
    },
  );

  it.each([
    ['line folding', crlf('HTTP/1.1 200 OK', 'X-Folded: a', ' b', 'Content-Length: 2', '', 'ok')],
    ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
  ])('insecureHTTPParser accepts %s, which is an error otherwise', async (_what, answer) => {
    const server = await origin(answer);
    expect(await requestFailure(get(adapter(), server.url))).toBeInstanceOf(ConnectionError);
    expect((await get(adapter({ insecureHTTPParser: true }), server.url)).text).toBe('ok');
  });

  it('[E02] even insecureHTTPParser does not accept two lengths', async () => {
    const answer = crlf(
      'HTTP/1.1 200 OK',
      'Content-Length: 2',
      'Transfer-Encoding: chunked',
      '',
      '2',
      'ok',
      '0',
      '',
      '',
    );
    const server = await origin(answer);
    expect(await requestFailure(get(adapter({ insecureHTTPParser: true }), server.url))).toBeInstanceOf(
      ConnectionError,
    );
  });

  it('[F04] [F06] [E06] limits heads, fields, bodies and informational answers', async () => {
    const cases: readonly [AgentAdapterOptions, string, string][] = [
      [{ maxHeaderSize: 1000 }, crlf('HTTP/1.1 200 OK', `X-A: ${'x'.repeat(2000)}`, '', ''), 'ERR_HEADERS_TOO_LARGE'],
      [{ maxHeaderCount: 5 }, crlf('HTTP/1.1 200 OK', ...Array(6).fill('X-A: b'), '', ''), 'ERR_HEADERS_TOO_LARGE'],
      [{}, crlf('HTTP/1.1 200 OK', ...Array(3000).fill('X-A: b'), '', ''), 'ERR_HEADERS_TOO_LARGE'],
      [{ maxBodySize: 3 }, crlf('HTTP/1.1 200 OK', 'Content-Length: 4', '', 'four'), 'ERR_TOO_LARGE'],
      [
        { maxBodySize: 3 },
        crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '4', 'four', '0', '', ''),
        'ERR_TOO_LARGE',
      ],
      [{ maxInformational: 2 }, 'HTTP/1.1 103 Early\r\n\r\n'.repeat(3), 'ERR_PROTOCOL'],
    ];
    for (const [options, answer, code] of cases) {
      const server = await origin(answer);
      expect((await requestFailure(get(adapter(options), server.url))).code).toBe(code);
      await server.waitForOpenConnections(0);
    }
  });

  it('[F07] refuses a request body over maxRequestSize', async () => {
    const server = await origin();
    const through = adapter({ maxRequestSize: 3 });
    expect(
      (
        await requestFailure(
          through.send(prepare('POST', server.url, { data: 'four' })).catch((error) => {
            error.request ??= {};
            throw error;
          }),
        )
      ).code,
    ).toBe('ERR_TOO_LARGE');
    expect(server.requests).toEqual([]);
  });

  it('B-TIME-08 a connection that does not come about is a ConnectTimeout', async () => {
    const deaf = opened(await startDeafServer());
    expect(await requestFailure(get(adapter(), deaf.url, { timeout: [0.15, 5] }))).toBeInstanceOf(ConnectTimeout);
  });

  it('B-TIME-10 a TLS handshake that does not end is a ConnectTimeout', async () => {
    const server = opened(await startRawServer([steps.stall]));
    const url = server.url.replace('http', 'https');
    expect(await requestFailure(get(adapter(), url, { timeout: [0.15, 5] }))).toBeInstanceOf(ConnectTimeout);
    await server.waitForOpenConnections(0);
  });

  it('B-TIME-11 a server that takes no more of the body is a ConnectionError', async () => {
    const server = opened(await startRawServer([steps.stopReading, steps.stall]));
    const data = new Uint8Array(50_000_000);
    const error = await requestFailure(adapter().send(prepare('POST', server.url, { data }), { timeout: [5, 0.3] }));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain('Write timed out');
  });

  it('sends http and https only, and no CONNECT', async () => {
    expect(await failure(adapter().send(prepare('GET', 'http+unix://%2Ftmp%2Fa/')))).toBeInstanceOf(InvalidSchema);
    const request = prepare('GET', 'http://a.example/');
    request.method = 'CONNECT';
    expect(await failure(adapter().send(request))).toBeInstanceOf(TypeError);
  });

  it('refuses Upgrade, whose answer is no response', async () => {
    const request = prepare('GET', 'http://a.example/', { headers: { Upgrade: 'websocket' } });
    expect(await failure(adapter().send(request))).toBeInstanceOf(InvalidHeader);
  });

  it.each([
    [{ httpAgent: {} }, TypeError],
    [{ httpsAgent: 'agent' }, TypeError],
    [{ maxHeaderSize: -1 }, RangeError],
    [{ maxHeaderSize: '1' }, TypeError],
    [{ agent: new HttpAgent() }, TypeError],
  ])('refuses options that make no sense: %o', (options, type) => {
    expect(() => new AgentAdapter(options as never)).toThrow(type);
  });

  it('B-TLS-02 warns once per host of a certificate that is not verified', async () => {
    const httpbin = opened(await startHttpbin({ tls: true }));
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const through = adapter();
    for (let i = 0; i < 2; i++) await get(through, `https://localhost:${httpbin.port}/get`, { verify: false });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect(warnings.filter(({ name }) => name === 'InsecureRequestWarning')).toHaveLength(1);
  });

  it('[J01] takes nothing from Object.prototype', async () => {
    const server = await origin();
    const polluted = {
      path: '/polluted',
      socketPath: '/nowhere',
      localAddress: '192.0.2.1',
      createConnection: () => null,
      method: 'PUT',
      auth: 'a:b',
      host: 'evil.example',
    };
    for (const [name, value] of Object.entries(polluted))
      Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: false, writable: true });
    try {
      expect((await get(adapter(), server.url)).text).toBe('ok');
    } finally {
      for (const name of Object.keys(polluted)) delete (Object.prototype as Record<string, unknown>)[name];
    }
    expect((await server.waitForRequest()).head).toMatch(/^GET \/ HTTP\/1\.1\r\nHost: 127/);
    expect((await server.waitForRequest()).head).not.toContain('uthorization');
  });
});
