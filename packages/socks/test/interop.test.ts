import { ProxyError, SSLError } from '@requests-ts/core';
import {
  createCertificates,
  describeInstalled,
  type RealProxy,
  startDante,
  startHttpbin,
  startMicrosocks,
  startSsh,
} from '@requests-ts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adapterTo, get, noLookup, opened, prepare, requestFailure } from './support.ts';

const TRUSTED = { verify: Buffer.from(createCertificates().ca) };
const REFUSED = 1;

/** What every SOCKS server does for us. */
function describeServer(start: () => Promise<RealProxy>, schemes: readonly string[], userinfo = ''): void {
  let proxy: RealProxy;
  const url = (scheme: string): string => `${scheme}://${userinfo}127.0.0.1:${proxy.port}`;
  beforeAll(async () => {
    proxy = await start();
  }, 30_000);
  afterAll(() => proxy?.[Symbol.asyncDispose]());

  describe.each(schemes)('%s', (scheme) => {
    it('B-PROXY-16 carries requests and bodies over one connection', async () => {
      const httpbin = opened(await startHttpbin());
      const adapter = adapterTo(url(scheme));
      for (let i = 0; i < 10; i++) {
        const body = `body ${i} `.repeat(5000);
        const response = await adapter.send(prepare('POST', `http://localhost:${httpbin.port}/post`, { data: body }));
        expect(response.json<{ data: string }>().data).toBe(body);
      }
      expect(httpbin.connections).toBe(1);
    });

    it('[G05] carries TLS, and checks the certificate', async () => {
      const httpbin = opened(await startHttpbin({ tls: true }));
      const adapter = adapterTo(url(scheme));
      const target = `https://localhost:${httpbin.port}/tls`;
      expect(await requestFailure(get(adapter, target))).toBeInstanceOf(SSLError);
      expect((await get(adapter, target, TRUSTED)).json()).toMatchObject({ servername: 'localhost' });
    });

    it('says that the target refused', async () => {
      const error = await requestFailure(get(adapterTo(url(scheme)), `http://127.0.0.1:${REFUSED}/`, { timeout: 10 }));
      expect(error).toBeInstanceOf(ProxyError);
    });

    it('carries many requests at once', async () => {
      const httpbin = opened(await startHttpbin());
      const adapter = adapterTo(url(scheme), { poolMaxsize: 5 });
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => get(adapter, `${httpbin.url}/get?i=${i}`)),
      );
      expect(answers.map((answer) => answer.json<{ args: { i: string } }>().args.i)).toEqual(
        Array.from({ length: 20 }, (_, i) => `${i}`),
      );
    });
  });

  for (const scheme of schemes.filter((name) => name === 'socks5h' || name === 'socks4a'))
    it(`M194 [H04] resolves names for ${scheme}, and fails for those that it does not know`, async () => {
      const httpbin = opened(await startHttpbin());
      const adapter = adapterTo(url(scheme), { lookup: noLookup as never });
      expect((await get(adapter, `http://localhost:${httpbin.port}/get`)).statusCode).toBe(200);
      const error = await requestFailure(get(adapter, 'http://does-not-exist.invalid/', { timeout: 20 }));
      expect(error).toBeInstanceOf(ProxyError);
    }, 30_000);
}

describeInstalled('microsocks', ['microsocks'], () => {
  describe('open', () => describeServer(() => startMicrosocks(), ['socks5', 'socks5h']));

  describe('with a password', () => {
    describeServer(() => startMicrosocks(['ada', 'lovelace']), ['socks5', 'socks5h'], 'ada:lovelace@');

    it('M192 refuses another one, and none', async () => {
      await using proxy = await startMicrosocks(['ada', 'lovelace']);
      for (const userinfo of ['', 'ada:wrong@', 'other:lovelace@']) {
        const error = await requestFailure(
          get(adapterTo(`socks5h://${userinfo}127.0.0.1:${proxy.port}`), 'http://127.0.0.1/'),
        );
        expect(error).toBeInstanceOf(ProxyError);
      }
    });
  });
});

describeInstalled('dante', ['danted'], () => {
  describeServer(() => startDante(), ['socks4', 'socks5', 'socks5h']);

  it('says that its rules do not allow the target', async () => {
    const httpbin = opened(await startHttpbin());
    await using proxy = await startDante(httpbin.port);
    for (const scheme of ['socks5', 'socks4']) {
      const error = await requestFailure(get(adapterTo(`${scheme}://127.0.0.1:${proxy.port}`), httpbin.url));
      expect(error).toBeInstanceOf(ProxyError);
    }
    expect(httpbin.requests).toEqual([]);
  });
});

describeInstalled('ssh -D', ['ssh', 'sshd', 'ssh-keygen'], () => {
  describeServer(startSsh, ['socks4', 'socks4a', 'socks5', 'socks5h']);
});
