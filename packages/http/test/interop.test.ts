import { spawnSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProxyError, Session, SSLError } from '@requests-ts/core';
import { HTTPAdapter } from '@requests-ts/http';
import {
  createCertificates,
  type Daemon,
  describeInstalled,
  findProgram,
  freePort,
  type RealCredentials,
  type RealProxy,
  startDaemon,
  startHttpbin,
  startSquid,
  startTinyproxy,
} from '@requests-ts/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { failure, get, makeAdapter, opened, prepare } from './support.ts';

const { ca, good, client } = createCertificates();

describeInstalled('nginx', ['nginx'], () => {
  let daemon: Daemon;
  let http: string;
  let https: string;
  let mutual: string;

  beforeAll(async () => {
    const [plain, secure, client] = [await freePort(), await freePort(), await freePort()];
    http = `http://127.0.0.1:${plain}`;
    https = `https://localhost:${secure}`;
    mutual = `https://localhost:${client}`;
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((kind) => `${kind}_temp_path @DIR@/${kind};`)
      .join('\n');
    const tls = 'ssl_certificate @DIR@/cert.pem; ssl_certificate_key @DIR@/key.pem; ssl_protocols TLSv1.2 TLSv1.3;';
    const common = `
      root @DIR@;
      gzip on; gzip_min_length 1; gzip_types *;
      location = /echo { return 200 "$request_method $request_uri $server_protocol $ssl_client_s_dn"; }
      location = /upload { client_max_body_size 1k; return 200 "$content_length"; }
      location = /put { client_max_body_size 0; dav_methods PUT; }
      location /moved { return 301 /echo; }`;
    const config = `
      daemon off; master_process off; pid @DIR@/pid; error_log stderr warn;
      events {}
      http {
        access_log off; ${temporary}
        server { listen 127.0.0.1:${plain}; ${common} }
        server { listen 127.0.0.1:${secure} ssl http2; ${tls} ${common} }
        server { listen 127.0.0.1:${client} ssl; ${tls} ssl_verify_client on; ssl_client_certificate @DIR@/ca.pem; ${common} }
      }`;
    daemon = await startDaemon({
      command: findProgram('nginx')!,
      files: {
        'nginx.conf': config,
        'cert.pem': good.cert,
        'key.pem': good.key,
        'ca.pem': ca,
        'text.txt': 'a text that is compressed '.repeat(500),
      },
      args: ['-p', '@DIR@', '-c', '@DIR@/nginx.conf', '-e', 'stderr'],
      ports: [plain, secure, client],
    });
    await writeFile(join(daemon.directory, 'large.bin'), Buffer.alloc(20_000_000, 7));
  });
  afterAll(() => daemon?.[Symbol.asyncDispose]());

  it('answers over one connection, compressed, whole and streamed', async () => {
    const adapter = makeAdapter();
    const headers = { 'Accept-Encoding': 'gzip' };
    for (const stream of [false, true]) {
      const response = await adapter.send(prepare('GET', `${http}/text.txt`, { headers }), { stream });
      await response.read();
      expect([
        response.headers.get('content-encoding'),
        response.headers.get('transfer-encoding'),
        response.text.length,
      ]).toEqual(['gzip', 'chunked', 13_000]);
    }
    expect((await get(adapter, `${http}/echo?a=b`)).text).toBe('GET /echo?a=b HTTP/1.1 ');
    expect(adapter.poolManager).toBeDefined();
  });

  it('answers HEAD, ranges and conditional requests', async () => {
    const adapter = makeAdapter();
    const head = await adapter.send(prepare('HEAD', `${http}/large.bin`), {});
    expect([head.headers.get('content-length'), head.content.length]).toEqual(['20000000', 0]);
    const range = await adapter.send(prepare('GET', `${http}/large.bin`, { headers: { Range: 'bytes=10-19' } }), {});
    expect([range.statusCode, range.content.length]).toEqual([206, 10]);
    const etag = (await get(adapter, `${http}/text.txt`)).headers.get('etag')!;
    const unchanged = await adapter.send(
      prepare('GET', `${http}/text.txt`, { headers: { 'If-None-Match': etag.replace('W/', '') } }),
      {},
    );
    expect(unchanged.statusCode).toBe(304);
  });

  it('serves a large file, and takes uploads of every kind', async () => {
    const adapter = makeAdapter();
    expect((await get(adapter, `${http}/large.bin`)).content.length).toBe(20_000_000);
    const file = createReadStream(join(daemon.directory, 'text.txt'));
    for (const data of ['text', file, ['a', 'b'].values(), Buffer.alloc(3_000_000)]) {
      expect([201, 204]).toContain((await adapter.send(prepare('PUT', `${http}/put`, { data }), {})).statusCode);
    }
  });

  it('refuses a body that is too large while it is sent', async () => {
    const response = await makeAdapter().send(prepare('POST', `${http}/upload`, { data: Buffer.alloc(5_000_000) }), {
      timeout: 5,
    });
    expect(response.statusCode).toBe(413);
  });

  it('speaks TLS and HTTP/2', async () => {
    for (const [options, version] of [
      [{}, '1.1'],
      [{ http2: true }, '2'],
    ] as const) {
      const adapter = makeAdapter({ verify: ca, ...options });
      const responses = await Promise.all(Array.from({ length: 30 }, (_, i) => get(adapter, `${https}/echo?${i}`)));
      expect(responses.map(({ text }) => text.trim())).toEqual(
        Array.from({ length: 30 }, (_, i) => `GET /echo?${i} HTTP/${version === '2' ? '2.0' : '1.1'}`),
      );
      expect(new Set(responses.map(({ httpVersion }) => httpVersion))).toEqual(new Set([version]));
      expect((await get(adapter, `${https}/large.bin`)).content.length).toBe(20_000_000);
      expect(
        (await adapter.send(prepare('PUT', `${https}/put`, { data: ['x'.repeat(100_000), 'y'].values() }), {}))
          .statusCode,
      ).toBeLessThan(300);
    }
    expect(await failure(get(makeAdapter(), `${https}/echo`))).toBeInstanceOf(SSLError);
  });

  it('knows a client by its certificate, and answers 400 without one', async () => {
    const adapter = makeAdapter({ verify: ca });
    expect((await adapter.send(prepare('GET', `${mutual}/echo`), { cert: [client.cert, client.key] })).text).toContain(
      'CN=client',
    );
    expect((await get(adapter, `${mutual}/echo`)).statusCode).toBe(400);
  });
});

/** Both proxies do the same; they differ in when they close. */
function describeProxy(name: string, start: (auth?: RealCredentials) => Promise<RealProxy>): void {
  describeInstalled(name, [name], () => {
    let open: RealProxy;
    let closed: RealProxy;
    beforeAll(async () => {
      [open, closed] = await Promise.all([start(), start(['user', 'pw'])]);
    }, 30_000);
    afterAll(async () => {
      await open?.[Symbol.asyncDispose]();
      await closed?.[Symbol.asyncDispose]();
    });

    it('forwards and tunnels, one request after the other', async () => {
      const [plain, secure] = [opened(await startHttpbin()), opened(await startHttpbin({ tls: true }))];
      const adapter = makeAdapter({ verify: ca });
      const options = { proxies: { all: `http://127.0.0.1:${open.port}` }, timeout: 10 };
      for (const { url } of [plain, secure]) {
        for (let i = 0; i < 25; i++) {
          expect((await get(adapter, `${url}/get?i=${i}`, options)).json<{ args: { i: string } }>().args.i).toBe(
            `${i}`,
          );
          expect(
            (await adapter.send(prepare('POST', `${url}/post`, { data: `body ${i}` }), options)).json<{
              data: string;
            }>().data,
          ).toBe(`body ${i}`);
        }
      }
      // A tunnel is kept as long as both its ends like.
      expect(secure.connections).toBe(1);
    });

    it('demands a password', async () => {
      const [plain, secure] = [opened(await startHttpbin()), opened(await startHttpbin({ tls: true }))];
      const proxies = { all: `http://user:pw@127.0.0.1:${closed.port}` };
      const adapter = makeAdapter({ verify: ca });
      for (const { url } of [plain, secure])
        expect((await get(adapter, `${url}/get`, { proxies })).statusCode).toBe(200);
      for (const userinfo of ['', 'user:wrong@']) {
        const wrong = { proxies: { all: `http://${userinfo}127.0.0.1:${closed.port}` } };
        expect((await get(adapter, `${plain.url}/get`, wrong)).statusCode).toBeOneOf([401, 407]);
        const error = await failure(get(adapter, `${secure.url}/get`, wrong));
        expect(error).toBeInstanceOf(ProxyError);
        expect(error.message).toMatch(/Tunnel connection failed: 40[17]/);
      }
      expect(plain.requests).toHaveLength(1);
      expect(plain.requests[0]!.rawHeaders.join()).not.toMatch(/proxy-authorization/i);
    });

    it('is a ProxyError when it cannot reach the target of a tunnel, and a 5xx answer otherwise', async () => {
      const proxies = { all: `http://127.0.0.1:${open.port}` };
      expect(await failure(get(makeAdapter(), 'https://127.0.0.1:1/', { proxies, timeout: 20 }))).toBeInstanceOf(
        ProxyError,
      );
      expect(
        (await get(makeAdapter(), 'http://127.0.0.1:1/', { proxies, timeout: 20 })).statusCode,
      ).toBeGreaterThanOrEqual(500);
    });
  });
}

describeProxy('squid', startSquid);
describeProxy('tinyproxy', startTinyproxy);

const PYTHON = '/usr/bin/python3';
const hasHttpbin = spawnSync(PYTHON, ['-c', 'import httpbin'], { stdio: 'ignore' }).status === 0;

describeInstalled('httpbin in Python', [hasHttpbin ? 'python3' : 'python3-httpbin'], () => {
  let daemon: Daemon;
  let url: string;
  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    daemon = await startDaemon({
      command: PYTHON,
      args: ['-c', `from httpbin import app; app.run(host='127.0.0.1', port=${port}, threaded=True)`],
      ports: [port],
    });
  }, 30_000);
  afterAll(() => daemon?.[Symbol.asyncDispose]());

  it('sees what a Session sends', async () => {
    await using session = new Session({ adapters: { 'http://': new HTTPAdapter() } });
    const response = await session.post(`${url}/post`, {
      params: { a: ['1', '2'] },
      data: { x: 'y' },
      headers: { 'X-Test': 'z' },
      auth: ['user', 'pw'],
    });
    expect(response.json()).toMatchObject({
      args: { a: ['1', '2'] },
      form: { x: 'y' },
      headers: { 'X-Test': 'z', Authorization: `Basic ${btoa('user:pw')}` },
    });
    expect((await session.get(`${url}/redirect/3`)).history).toHaveLength(3);
    expect((await session.get(`${url}/basic-auth/user/pw`, { auth: ['user', 'pw'] })).statusCode).toBe(200);
  });

  it('is understood: codings, streams, statuses, HTTP/1.0', async () => {
    const adapter = makeAdapter();
    for (const path of ['gzip', 'deflate', 'brotli'])
      expect((await get(adapter, `${url}/${path}`)).headers.get('content-encoding')).toBe(
        path === 'brotli' ? 'br' : path,
      );
    expect((await get(adapter, `${url}/gzip`)).json()).toMatchObject({ gzipped: true });
    expect((await get(adapter, `${url}/status/418`)).statusCode).toBe(418);
    const response = await get(adapter, `${url}/stream-bytes/50000?chunk_size=1000`, { stream: true });
    expect((await response.read()).length).toBe(50_000);
    expect(
      (await adapter.send(prepare('POST', `${url}/post`, { data: Buffer.alloc(300_000, 97) }), {})).json<{
        data: string;
      }>().data.length,
    ).toBe(300_000);
  });
});
