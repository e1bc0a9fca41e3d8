import { type Httpbin, type SocksServer, startHttpbin, startSocksServer } from '@requests-ts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import requests, { ProxyError, Session } from '../src/index.ts';

let server: Httpbin;
let socks: SocksServer;
beforeAll(async () => {
  server = await startHttpbin();
  socks = await startSocksServer({ auth: ['ada', 'secret'] });
});
afterAll(async () => {
  await server.close();
  await socks.close();
});

describe('proxies', () => {
  it('reach a server through SOCKS, with nothing to set up', async () => {
    const proxies = { http: socks.url('socks5h', ['ada', 'secret']) };
    const response = await requests.get(`http://somewhere.test:${server.port}/get`, { proxies });
    expect(response.json()).toMatchObject({ url: `http://somewhere.test:${server.port}/get` });
    expect(socks.requests.at(-1)).toMatchObject({ host: 'somewhere.test', hostType: 'name', user: 'ada' });
  });

  it('of a session serve all its calls, over one connection', async () => {
    await using session = new Session({ proxies: { all: socks.url('socks5h', ['ada', 'secret']) } });
    const before = socks.connections;
    for (let i = 0; i < 3; i++) expect((await session.get(`http://somewhere.test:${server.port}/get`)).ok).toBe(true);
    expect(socks.connections).toBe(before + 1);
  });

  it('that refuse say so, without the password', async () => {
    const proxies = { http: socks.url('socks5h', ['ada', 'wrong-secret']) };
    const error: unknown = await requests.get(`${server.url}/get`, { proxies }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProxyError);
    expect((error as Error).message).toContain('user name or password');
    expect((error as Error).message).not.toContain('wrong-secret');
  });
});
