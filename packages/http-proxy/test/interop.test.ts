import { ProxyError, SSLError } from '@requests-ts/core';
import { AgentAdapter } from '@requests-ts/http-proxy';
import {
  createCertificates,
  describeInstalled,
  type RealCredentials,
  type RealProxy,
  startHttpbin,
  startSquid,
  startTinyproxy,
} from '@requests-ts/testing';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { get, opened, prepare, requestFailure, through } from './support.ts';

const TRUSTED = { verify: Buffer.from(createCertificates().ca) };

/** What every HTTP proxy does for us. They differ in how they refuse, and in when they close. */
function describeProxy(start: (auth?: RealCredentials) => Promise<RealProxy>): void {
  let open: RealProxy;
  let locked: RealProxy;
  const url = (userinfo = ''): string => `http://${userinfo}127.0.0.1:${(userinfo ? locked : open).port}`;
  beforeAll(async () => {
    [open, locked] = await Promise.all([start(), start(['ada', 'lovelace'])]);
  }, 30_000);
  afterAll(async () => {
    await open?.[Symbol.asyncDispose]();
    await locked?.[Symbol.asyncDispose]();
  });

  it('B-PROXY-09 forwards and tunnels, one request after the other', async () => {
    const [plain, secure] = [opened(await startHttpbin()), opened(await startHttpbin({ tls: true }))];
    const adapter = through(url());
    for (const target of [plain.url, secure.url]) {
      for (let i = 0; i < 20; i++) {
        const echoed = await get(adapter, `${target}/get?i=${i}`, TRUSTED);
        expect(echoed.json<{ args: { i: string } }>().args.i).toBe(`${i}`);
        const posted = await adapter.send(prepare('PUT', `${target}/put`, { data: `body ${i}` }), TRUSTED);
        expect(posted.json<{ data: string }>().data).toBe(`body ${i}`);
      }
    }
    // A tunnel is kept as long as both its ends like.
    expect(secure.connections).toBe(1);
  });

  it('[pitfall 18] leaves paths as they are', async () => {
    const plain = opened(await startHttpbin());
    const response = await get(through(url()), `${plain.url}//evil.example/anything?a=b`);
    expect(response.statusCode).toBe(404);
    expect(plain.requests.map((request) => request.url)).toEqual(['//evil.example/anything?a=b']);
  });

  it('B-PROXY-11 M188 demands a password, and gets it', async () => {
    const [plain, secure] = [opened(await startHttpbin()), opened(await startHttpbin({ tls: true }))];
    const adapter = through(url('ada:lovelace@'));
    for (const target of [plain.url, secure.url])
      expect((await get(adapter, `${target}/get`, TRUSTED)).statusCode).toBe(200);
    const [first] = plain.requests;
    expect(first!.rawHeaders.join()).not.toMatch(/proxy-authorization/i);
  });

  it('B-PROXY-14 refuses without a password: a response for http, a ProxyError with the answer for https', async () => {
    const plain = opened(await startHttpbin());
    for (const adapter of [through(`http://127.0.0.1:${locked.port}`), through(url('ada:wrong@'))]) {
      expect((await get(adapter, `${plain.url}/get`)).statusCode).toBeOneOf([401, 407]);
      const error = await requestFailure(get(adapter, 'https://127.0.0.1/'));
      expect(error).toBeInstanceOf(ProxyError);
      expect(error.response!.statusCode).toBeOneOf([401, 407]);
      expect(error.response!.headers.has('content-type')).toBe(true);
    }
    expect(plain.requests).toEqual([]);
  });

  it('answers 5xx for an http target that it cannot reach, and that is a ProxyError for https', async () => {
    const adapter = through(url());
    expect((await get(adapter, 'http://127.0.0.1:1/', { timeout: 20 })).statusCode).toBeGreaterThanOrEqual(500);
    const error = await requestFailure(get(adapter, 'https://127.0.0.1:1/', { timeout: 20 }));
    expect(error).toBeInstanceOf(ProxyError);
    expect(error.response!.statusCode).toBeGreaterThanOrEqual(500);
  }, 30_000);

  it('[G05] checks the certificate of the target', async () => {
    const secure = opened(await startHttpbin({ tls: true }));
    expect(await requestFailure(get(through(url()), `${secure.url}/get`))).toBeInstanceOf(SSLError);
    expect(secure.requests).toEqual([]);
  });

  it('carries many requests at once', async () => {
    const [plain, secure] = [opened(await startHttpbin()), opened(await startHttpbin({ tls: true }))];
    const adapter = through(url());
    const targets = Array.from({ length: 20 }, (_, i) => `${(i % 2 ? plain : secure).url}/get?i=${i}`);
    const answers = await Promise.all(targets.map((target) => get(adapter, target, TRUSTED)));
    expect(answers.map((answer) => answer.url)).toEqual(targets);
    for (const answer of answers) expect(answer.statusCode).toBe(200);
  });

  it('is reached by AgentAdapter with https-proxy-agent as well', async () => {
    const secure = opened(await startHttpbin({ tls: true }));
    const adapter = opened(new AgentAdapter({ httpsAgent: new HttpsProxyAgent(url('ada:lovelace@')) }));
    expect((await get(adapter, `${secure.url}/get`, TRUSTED)).statusCode).toBe(200);
  });
}

describeInstalled('squid', ['squid'], () => describeProxy(startSquid));
describeInstalled('tinyproxy', ['tinyproxy'], () => describeProxy(startTinyproxy));
