import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttp1 } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ConnectionError, SSLError, type Verify } from '@requests-ts/core';
import { HTTPAdapter, type HTTPAdapterOptions, type PoolManager } from '@requests-ts/http';
import {
  createCertificates,
  crlf,
  listen,
  startHttpbin,
  startRawServer,
  steps,
  writePemFiles,
} from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { dns, failure, get, makeAdapter, opened, prepare, warningsOf } from './support.ts';

const certificates = createCertificates();
const { ca } = certificates;
const OK = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');

describe('HTTPAdapter over TLS', () => {
  it('M115 M116 B-TLS-01 verifies by default, and says what failed and what to do', async () => {
    const server = opened(await startRawServer(OK, { tls: true }));
    const error = await failure(get(makeAdapter(), server.url));
    expect(error).toBeInstanceOf(SSLError);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/certificate verify failed \(\w+\): .*verify: '<?.+: GET https:\/\/127\.0\.0\.1/);
    expect(error).toMatchObject({
      code: 'ERR_SSL',
      cause: { code: expect.stringMatching(/^(UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/) },
    });
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['expired', 'CERT_HAS_EXPIRED', 'has expired'],
    ['notYetValid', 'CERT_NOT_YET_VALID', 'not valid yet'],
    ['wrongHost', 'ERR_TLS_CERT_ALTNAME_INVALID', 'for another host'],
    ['commonNameOnly', 'ERR_TLS_CERT_ALTNAME_INVALID', 'no subject alternative name'],
    ['selfSigned', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed'],
  ] as const)('[G06] [pitfall 7] refuses a certificate that is %s with %s', async (name, code, words) => {
    const server = opened(await startRawServer(OK, { tls: certificates[name] }));
    const error = await failure(get(makeAdapter({ verify: ca }), `https://localhost:${server.port}`));
    expect(error).toBeInstanceOf(SSLError);
    expect(error.message).toContain(code);
    expect(error.message).toContain(words);
    expect(server.requests).toEqual([]);
  });

  it('M117 M118 B-TLS-02 accepts anything for verify: false, warning once per host', async () => {
    const server = opened(await startRawServer(OK, { tls: certificates.expired }));
    const adapter = makeAdapter();
    const warnings = await warningsOf('InsecureRequestWarning', async () => {
      for (const host of ['localhost', 'localhost', '127.0.0.1']) {
        expect((await get(adapter, `https://${host}:${server.port}`, { verify: false })).text).toBe('ok');
      }
    });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain("host 'localhost'");
  });

  it('B-TLS-04 ignores verify for http URLs', async () => {
    const server = opened(await startRawServer(OK));
    expect((await get(makeAdapter(), server.url, { verify: '/no/such/file' })).text).toBe('ok');
    expect(await warningsOf('InsecureRequestWarning', () => get(makeAdapter(), server.url, { verify: false }))).toEqual(
      [],
    );
  });

  it('takes what the request says before what the adapter says, true and absent meaning the adapter', async () => {
    const server = opened(await startRawServer(OK, { tls: true }));
    const adapter = makeAdapter({ verify: ca });
    for (const verify of [undefined, true]) expect((await get(adapter, server.url, { verify })).text).toBe('ok');
    expect(await failure(get(adapter, server.url, { verify: certificates.otherCa }))).toBeInstanceOf(SSLError);
  });

  it('[G01 CVE-2024-35195] B-TLS-12 B-TLS-13 [pitfall 17] never lets one verify setting use the connection of another, in any order and at once', async () => {
    const server = opened(await startHttpbin({ tls: certificates.good }));
    const adapter = makeAdapter();
    const url = `https://localhost:${server.port}/get`;
    const ask = async (verify: Verify): Promise<string> =>
      get(adapter, url, { verify }).then(
        () => 'answered',
        (error: Error) => error.name,
      );
    for (const [verify, expected] of [
      [false, 'answered'],
      [true, 'SSLError'],
      [false, 'answered'],
      [true, 'SSLError'],
      [ca, 'answered'],
      [true, 'SSLError'],
    ] as const) {
      expect(await ask(verify)).toBe(expected);
    }
    const before = server.requests.length;
    const many = await Promise.all(Array.from({ length: 50 }, (_, i) => ask(i % 2 === 0)));
    expect(new Set(many.filter((_, i) => i % 2 === 0))).toEqual(new Set(['SSLError']));
    expect(server.requests.length - before).toBe(25);
  });

  it('[G02 CVE-2016-5420] keeps client certificates apart, and sends them with verify: false too', async () => {
    const other = certificates.issue({ commonName: 'other', client: true });
    const server = opened(
      await startRawServer(
        async (connection) => {
          for (;;) {
            await connection.nextRequest();
            const { subject } = (connection.socket as TLSSocket).getPeerCertificate();
            await connection.send(
              crlf('HTTP/1.1 200 OK', 'Content-Length: 8', '', String(subject?.CN ?? 'none').padEnd(8)),
            );
          }
        },
        { tls: { requestCert: true, rejectUnauthorized: false, ca } },
      ),
    );
    const files = opened(
      await writePemFiles({
        client: certificates.client.cert + certificates.client.key,
        copy: certificates.client.cert + certificates.client.key,
      }),
    );
    const adapter = makeAdapter({ verify: ca });
    const who = async (cert: HTTPAdapterOptions['cert'], verify: Verify = ca): Promise<string> =>
      (await get(adapter, `https://localhost:${server.port}`, { cert, verify })).text.trim();
    for (let round = 0; round < 3; round++) {
      expect(await who(files.paths.client)).toBe('client');
      expect(await who([other.cert, other.key])).toBe('other');
      expect(await who(null)).toBe('none');
      expect(await who(files.paths.copy)).toBe('client');
      expect(await who(files.paths.client, false)).toBe('client');
    }
    // client (two paths, one content), other, none, and client without verification.
    expect(server.connections).toBe(4);
  });

  it('M123 M124 B-TLS-13 [pitfall 7] turns a refusal of the client certificate that comes after the handshake into SSLError', async () => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const server = opened(
        await startRawServer(OK, { tls: { requestCert: true, rejectUnauthorized: true, ca, maxVersion } }),
      );
      const error = await failure(get(makeAdapter({ verify: ca }), `https://localhost:${server.port}`));
      expect(error).toBeInstanceOf(SSLError);
      expect(error.message).toMatch(
        /\(ERR_SSL_.*ALERT_\w+\): the server (wants a client certificate|refused the handshake)/,
      );
    }
  });

  it('says that the port speaks no TLS', async () => {
    const server = opened(
      await startRawServer([steps.receive('\x16'), 'HTTP/1.1 400 Bad Request\r\n\r\n', steps.close]),
    );
    const error = await failure(get(makeAdapter(), server.url.replace('http:', 'https:')));
    expect(error).toBeInstanceOf(SSLError);
    expect(error.message).toContain('should the URL begin with http://');
  });

  it('calls a close in the handshake SSLError, and a reset ConnectionError', async () => {
    const closing = opened(await startRawServer([steps.receive('\x16'), steps.close]));
    expect(await failure(get(makeAdapter(), closing.url.replace('http:', 'https:')))).toBeInstanceOf(SSLError);
    const resetting = opened(await startRawServer([steps.receive('\x16'), steps.reset]));
    const error = await failure(get(makeAdapter(), resetting.url.replace('http:', 'https:')));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).not.toBeInstanceOf(SSLError);
  });

  it('B-TLS-10 [pitfall 6] rejects for files that are missing or no good before it connects, for http too', async () => {
    const server = opened(await startRawServer(OK));
    const secure = opened(await startRawServer(OK, { tls: true }));
    const files = opened(await writePemFiles({ junk: 'junk' }));
    const missing = `${files.directory}/missing.pem`;
    for (const url of [server.url, secure.url]) {
      expect(await failure(get(makeAdapter(), url, { cert: missing }))).toMatchObject({
        code: 'ENOENT',
        path: missing,
        message: expect.stringContaining(missing),
      });
      expect(await failure(get(makeAdapter(), url, { cert: files.paths.junk }))).toBeInstanceOf(SSLError);
    }
    expect(await failure(get(makeAdapter(), secure.url, { verify: missing }))).toMatchObject({
      code: 'ENOENT',
      path: missing,
    });
    expect(await failure(get(makeAdapter(), secure.url, { verify: files.paths.junk }))).toBeInstanceOf(SSLError);
    expect(await failure(get(makeAdapter({ tls: { ciphers: 'NO-SUCH-CIPHER' } }), secure.url))).toBeInstanceOf(
      SSLError,
    );
    expect([server.connections, secure.connections]).toEqual([0, 0]);
  });

  it('M131 M222 lets a subclass choose the TLS version in three lines', async () => {
    class Tls12Adapter extends HTTPAdapter {
      override initPoolManager(options: HTTPAdapterOptions): PoolManager {
        return super.initPoolManager({ ...options, tls: { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } });
      }
    }
    const server = opened(await startRawServer(OK, { tls: true }));
    const adapter = new Tls12Adapter({ verify: ca });
    await get(adapter, server.url);
    expect((server.accepted[0]!.socket as TLSSocket).getProtocol()).toBe('TLSv1.2');
    const modern = opened(await startRawServer(OK, { tls: { minVersion: 'TLSv1.3' } }));
    const error = await failure(get(adapter, modern.url));
    expect(error).toBeInstanceOf(SSLError);
    expect(error.message).toContain('minVersion');
    await adapter.close();
  });

  it('[D03] [pitfall 5] takes SNI and the checked name from the URL, whatever Host says, without a dot at the end', async () => {
    const server = opened(await startRawServer(OK, { tls: true }));
    const adapter = makeAdapter({ verify: ca, lookup: dns() });
    const names = async (host: string, header?: string): Promise<unknown> => {
      await adapter.send(
        prepare('GET', `https://${host}:${server.port}/`, header ? { headers: { Host: header } } : {}),
        {},
      );
      return (server.accepted.at(-1)!.socket as TLSSocket & { servername: unknown }).servername;
    };
    expect(await names('localhost', 'evil.example')).toBe('localhost');
    expect(await names('localhost.')).toBe('localhost');
    expect(await names('127.0.0.1', 'localhost')).toBe(false);
    expect(server.requests[0]!.getAll('host')).toEqual(['evil.example']);
  });

  it('B-TB-10 checks another name for serverHostname and assertHostname', async () => {
    const server = opened(await startRawServer(OK, { tls: certificates.wrongHost }));
    const url = `https://localhost:${server.port}`;
    await get(makeAdapter({ verify: ca, tls: { serverHostname: 'another.example' } }), url);
    expect((server.accepted.at(-1)!.socket as TLSSocket & { servername: unknown }).servername).toBe('another.example');
    await get(makeAdapter({ verify: ca, tls: { assertHostname: 'another.example' } }), url);
    expect((server.accepted.at(-1)!.socket as TLSSocket & { servername: unknown }).servername).toBe('localhost');
    await get(makeAdapter({ verify: ca, tls: { assertHostname: false } }), url);
    expect(await failure(get(makeAdapter({ verify: ca, tls: { assertHostname: 'localhost' } }), url))).toBeInstanceOf(
      SSLError,
    );
  });

  it('B-TB-10 compares assertFingerprint even with verify: false', async () => {
    const server = opened(await startRawServer(OK, { tls: true }));
    const { fingerprint256 } = new X509Certificate(certificates.good.cert);
    expect(
      (await get(makeAdapter({ verify: false, tls: { assertFingerprint: fingerprint256 } }), server.url)).text,
    ).toBe('ok');
    const adapter = makeAdapter({ verify: false, tls: { assertFingerprint: 'ab'.repeat(32) } });
    expect(await failure(get(adapter, server.url))).toMatchObject({
      name: 'SSLError',
      message: expect.stringContaining('ERR_TLS_CERT_FINGERPRINT'),
    });
    expect(server.requests).toHaveLength(1);
  });

  it('resumes its sessions, and never those of another trust', async () => {
    const reused: boolean[] = [];
    const server = opened(
      await startRawServer(
        async (connection) => {
          reused.push((connection.socket as TLSSocket).isSessionReused());
          await connection.nextRequest();
          await connection.send(crlf('HTTP/1.1 200 OK', 'Content-Length: 2', 'Connection: close', '', 'ok'));
          connection.halfClose();
        },
        { tls: true },
      ),
    );
    const adapter = makeAdapter();
    const url = `https://localhost:${server.port}`;
    for (const verify of [ca, ca, false, false, ca] as Verify[]) await get(adapter, url, { verify });
    expect(reused).toEqual([false, true, false, true, true]);
  });

  it("[G04 CVE-2026-48934] checks the certificate of a second server that takes the first one's place", async () => {
    // One port, two certificates by SNI; the ticket keys are the same.
    const sni = createHttp1(
      { ...certificates.wrongHost, ALPNProtocols: ['http/1.1'] },
      (_request, response) => void response.end('ok'),
    );
    sni.addContext('a.example', certificates.issue({ commonName: 'a', dnsNames: ['a.example'] }));
    const listener = opened(await listen(sni));
    const adapter = makeAdapter({ verify: ca, lookup: dns(), keepAlive: false });
    expect((await get(adapter, `https://a.example:${listener.port}`)).text).toBe('ok');
    expect(await failure(get(adapter, `https://b.example:${listener.port}`))).toBeInstanceOf(SSLError);
    expect((await get(adapter, `https://a.example:${listener.port}`)).text).toBe('ok');
  });

  it('[G01] is not swayed by NODE_TLS_REJECT_UNAUTHORIZED=0, and [G07] replaces NODE_EXTRA_CA_CERTS by the CA given', async () => {
    const server = opened(await startRawServer(OK, { tls: true }));
    const files = opened(await writePemFiles({ ca, otherCa: certificates.otherCa }));
    const script = `
      import { HTTPAdapter } from '@requests-ts/http';
      import { Request } from '@requests-ts/core';
      const ask = (options) => new HTTPAdapter().send(new Request('GET', '${server.url}').prepare(), options).then((r) => r.text, (e) => e.name);
      console.log(await ask({}), await ask({ verify: process.env.OTHER_CA }));`;
    const run = async (env: Record<string, string>): Promise<string> => {
      const child = spawn(
        process.execPath,
        ['--conditions=@requests-ts/source', '--input-type=module', '--eval', script],
        {
          cwd: import.meta.dirname,
          env: { ...process.env, OTHER_CA: files.paths.otherCa, ...env },
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
      let out = '';
      child.stdout.on('data', (chunk) => (out += chunk));
      await once(child, 'close');
      return out.trim();
    };
    expect(await run({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toBe('SSLError SSLError');
    expect(await run({ NODE_EXTRA_CA_CERTS: files.paths.ca })).toBe('ok SSLError');
  });
});

it('[F11] a kept connection keeps neither the request that it was opened for nor its answer', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const server = opened(await startHttpbin({ tls: true }));
  const adapter = makeAdapter({ verify: server.ca! });
  const first = async (): Promise<WeakRef<object>[]> => {
    const request = prepare('GET', `${server.url}/get`);
    const response = await adapter.send(request);
    return [new WeakRef(request), new WeakRef(response)];
  };
  const held = await first();
  await get(adapter, `${server.url}/get`);
  for (let i = 0; i < 50 && held.some((one) => one.deref()); i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    collectGarbage();
  }
  expect(held.map((one) => one.deref())).toEqual([undefined, undefined]);
  expect(server.openConnections).toBe(1);
});
