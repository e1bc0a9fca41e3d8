/** Features that we do not have, on purpose: whoever adds one meets its class of vulnerabilities here. */
import { createHash } from 'node:crypto';
import { crlf, type RawServer, startRawServer } from '@requests-ts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import requests, { HTTPAdapter, InvalidHeader, InvalidSchema, type RequestOptions, Session } from '../src/index.ts';

let session: Session;
const servers: RawServer[] = [];
beforeEach(() => {
  session = new Session({ trustEnv: false });
});
afterEach(async () => {
  await session.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(answer: string, tls = false): Promise<RawServer> {
  const server = await startRawServer(answer, { tls });
  servers.push(server);
  return server;
}

const found = (location: string): string =>
  crlf('HTTP/1.1 302 Found', `Location: ${location}`, 'Content-Length: 0', '', '');

describe('URLs that are data', () => {
  const big = `data:text/plain;base64,${'A'.repeat(50_000_000)}`;

  it.each([
    'data:,x',
    'DATA:text/html,<b>',
    'data:text/plain;base64,AAAA',
    'blob:https://a.example/1',
    'file:///etc/passwd',
    'file://localhost/etc/passwd',
    'about:blank',
    'javascript:alert(1)',
  ])('[F08 CVE-2024-22020] %s is refused, asked for or redirected to', async (url) => {
    await expect(session.get(url)).rejects.toBeInstanceOf(InvalidSchema);
    const server = await serve(found(url));
    await expect(session.get(server.url)).rejects.toBeInstanceOf(InvalidSchema);
    expect(server.requests).toHaveLength(1);
  });

  it('[F08 CVE-2025-58754 GHSA-4hjh-wcwx-xvwj] of 50 MB are refused before anything is decoded', async () => {
    const before = process.memoryUsage();
    const from = process.cpuUsage();
    await expect(session.get(big)).rejects.toMatchObject({ name: 'InvalidSchema' });
    const { user, system } = process.cpuUsage(from);
    const after = process.memoryUsage();
    expect((user + system) / 1000).toBeLessThan(500);
    // Decoded, it would be 37 MB.
    expect(after.arrayBuffers + after.external - before.arrayBuffers - before.external).toBeLessThan(10_000_000);
  });

  it('[F08 CVE-2026-101903 GHSA-c29m-xwm3-cm6r] of any shape are refused in linear time, and quoted in part', async () => {
    const from = process.cpuUsage();
    for (const url of [
      `data:${';'.repeat(1_000_000)}`,
      `data:${'a;b='.repeat(250_000)}`,
      `data:${','.repeat(1_000_000)}`,
    ]) {
      const error: Error = await session.get(url).then(
        () => new Error('nothing'),
        (reason: Error) => reason,
      );
      expect(error).toBeInstanceOf(InvalidSchema);
      expect(error.message.length).toBeLessThan(1000);
    }
    const { user, system } = process.cpuUsage(from);
    expect((user + system) / 1000).toBeLessThan(1000);
  });
});

describe('HSTS', () => {
  it('[I07 CVE-2022-30115 CVE-2023-23914] is not kept: an http URL stays one, whatever an answer over https said', async () => {
    const secure = await serve(
      crlf(
        'HTTP/1.1 200 OK',
        'Strict-Transport-Security: max-age=31536000; includeSubDomains',
        'Content-Length: 0',
        '',
        '',
      ),
      true,
    );
    const plain = await serve(
      crlf('HTTP/1.1 200 OK', 'Strict-Transport-Security: max-age=31536000', 'Content-Length: 0', '', ''),
    );
    await session.get(secure.url, { verify: secure.ca! });
    for (let i = 0; i < 2; i++) await session.get(plain.url);
    expect(plain.requests).toHaveLength(2);
  });

  it('[I07] has a safe stand-in: a session without an adapter for http refuses the downgrade, and connects to nothing', async () => {
    const plain = await serve(crlf('HTTP/1.1 200 OK', 'Content-Length: 0', '', ''));
    const secure = await serve(found(plain.url), true);
    session.adapters.delete('http://');
    await expect(session.get(secure.url, { verify: secure.ca! })).rejects.toBeInstanceOf(InvalidSchema);
    await expect(session.get(plain.url)).rejects.toBeInstanceOf(InvalidSchema);
    expect(plain.connections).toBe(0);
  });
});

describe('WebSocket', () => {
  it.each(['ws://127.0.0.1:9/', 'wss://127.0.0.1:9/'])('[M04] has no adapter: %s', async (url) => {
    await expect(session.get(url)).rejects.toBeInstanceOf(InvalidSchema);
  });

  it('[M04] is asked for by no header of the caller', async () => {
    const server = await serve(
      crlf('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', '', ''),
    );
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==' };
    await expect(session.get(server.url, { headers })).rejects.toBeInstanceOf(InvalidHeader);
    expect(server.connections).toBe(0);
    await expect(session.get(server.url)).rejects.toMatchObject({ name: 'ConnectionError' });
  });
});

describe('a cache', () => {
  const cacheable = crlf(
    'HTTP/1.1 200 OK',
    'Cache-Control: public, max-age=3600',
    'ETag: "1"',
    'Set-Cookie: a=1',
    'Vary: *',
    'Content-Length: 2',
    '',
    'ok',
  );

  it('[N01] [N02] answers nothing: each call goes to the server, without conditions of ours', async () => {
    const server = await serve(cacheable);
    for (let i = 0; i < 3; i++) expect((await session.get(server.url)).text).toBe('ok');
    expect(server.requests).toHaveLength(3);
    for (const { head } of server.requests) expect(head).not.toMatch(/^(?:if-|cache-control|pragma)/im);
  });

  it('[N03 CVE-2026-2581] joins no requests that are under way at the same time', async () => {
    const server = await serve(cacheable);
    const responses = await Promise.all(Array.from({ length: 5 }, () => session.get(server.url)));
    expect(new Set(responses).size).toBe(5);
    expect(server.requests).toHaveLength(5);
  });

  it('[N04] has nothing that an unsafe method would make stale', async () => {
    const server = await serve(cacheable);
    await session.get(server.url);
    await session.post(server.url, { data: 'x' });
    await session.get(server.url);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET']);
  });
});

describe('integrity', () => {
  it('[K06 CVE-2024-30261 GHSA-9qxr-qj54-h672] is no option that could be given and not be kept', async () => {
    const server = await serve(crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok'));
    const integrity = `sha384-${'A'.repeat(64)} sha256-${createHash('sha256').update('ok').digest('base64')}`;
    const call = (): Promise<unknown> => requests.get(server.url, { integrity } as RequestOptions);
    await expect(call()).rejects.toThrow(/unknown option.*integrity/i);
    expect(() => new Session({ integrity } as object)).toThrow(TypeError);
    expect(() => new HTTPAdapter({ integrity } as object)).toThrow(TypeError);
    expect(server.connections).toBe(0);
  });

  it('[K06 CVE-2021-22922] has no Metalink: a list of mirrors is a body like any other', async () => {
    const elsewhere = await serve(crlf('HTTP/1.1 200 OK', 'Content-Length: 0', '', ''));
    const list = `<metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="x"><url>${elsewhere.url}</url></file></metalink>`;
    const server = await serve(
      crlf(
        'HTTP/1.1 200 OK',
        'Content-Type: application/metalink4+xml',
        `Link: <${elsewhere.url}>; rel=duplicate`,
        `Content-Length: ${list.length}`,
        '',
        list,
      ),
    );
    expect((await session.get(server.url)).text).toBe(list);
    expect(elsewhere.connections).toBe(0);
  });
});

describe('tokens against cross-site requests', () => {
  it('[L03 CVE-2023-45857 GHSA-wf5p-g6vw-rhxx] are made of no cookie', async () => {
    const server = await serve(
      crlf(
        'HTTP/1.1 200 OK',
        'Set-Cookie: XSRF-TOKEN=secret',
        'Set-Cookie: csrftoken=secret',
        'Content-Length: 0',
        '',
        '',
      ),
    );
    const other = await serve(crlf('HTTP/1.1 200 OK', 'Content-Length: 0', '', ''));
    await session.get(server.url);
    await session.post(server.url, { json: {} });
    await session.post(other.url.replace('127.0.0.1', 'localhost'), { json: {} });
    const heads = [...server.requests, ...other.requests].map(({ head }) => head);
    expect(heads).toHaveLength(3);
    for (const head of heads) expect(head).not.toMatch(/^x-.*(?:xsrf|csrf)/im);
    expect(other.requests[0]!.head).not.toContain('secret');
  });

  it.each([1, 'false', 'true', {}, []])(
    '[L03 CVE-2026-42042 GHSA-xx6v-rp6x-q39c] a setting of security takes no %j for true or false',
    async (value) => {
      const server = await serve(crlf('HTTP/1.1 200 OK', 'Content-Length: 0', '', ''));
      for (const name of ['http2', 'keepAlive'])
        expect(() => new HTTPAdapter({ [name]: value }), name).toThrow(TypeError);
      await expect(session.get(server.url, { withXSRFToken: value } as RequestOptions)).rejects.toThrow(TypeError);
      expect(server.connections).toBe(0);
    },
  );
});
