import { crlf, type RawServer, startRawServer, steps } from '@requests-ts/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HARDENED } from '../src/defaults.ts';
import requests, {
  HTTPAdapter,
  hardened,
  hardenedSession,
  InvalidSchema,
  InvalidURL,
  type Session,
} from '../src/index.ts';

let server: RawServer;
let hits: number;
beforeEach(async () => {
  hits = 0;
  server = await startRawServer(async (connection) => {
    for (;;) {
      await connection.nextRequest();
      hits++;
      await connection.send(crlf('HTTP/1.1 302 Found', `Location: ${server.url}/again`, 'Content-Length: 0', '', ''));
    }
  });
});
afterEach(() => server.close());

/** As preset, but for servers that stand here. */
function here(): Session {
  const transport = new HTTPAdapter({ ...hardened, guard: undefined });
  return hardenedSession({ adapters: { 'https://': transport, 'http://': transport } });
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'none',
    (error: { code?: string }) => error.code,
  );

describe('hardenedSession', () => {
  it('[B04] reaches no private address, by whatever name, and is asked for again by each redirect', async () => {
    await using session = requests.hardenedSession();
    for (const url of [
      server.url,
      `http://localhost:${server.port}/`,
      `http://[::ffff:127.0.0.1]:${server.port}/`,
      'http://169.254.169.254/latest/meta-data/',
      'http://[fd00:ec2::254]/',
      'http://10.0.0.1/',
    ])
      expect(await codeOf(session.get(url)), url).toBe('ERR_ADDRESS_REFUSED');
    expect(server.connections).toBe(0);
  });

  it('[H03] takes neither proxy nor netrc from the environment', async () => {
    vi.stubEnv('HTTP_PROXY', server.url);
    vi.stubEnv('http_proxy', server.url);
    try {
      await using session = hardenedSession();
      expect(await codeOf(session.get('http://127.0.0.1:9/'))).toBe('ERR_ADDRESS_REFUSED');
      expect(server.connections).toBe(0);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('[B02] follows ten redirects and no more', async () => {
    await using session = here();
    await expect(session.get(server.url)).rejects.toBeInstanceOf(requests.TooManyRedirects);
    expect(hits).toBe(11);
  });

  it('[A05] [A07] takes no header and no body of the caller to another origin', async () => {
    const other = await startRawServer(crlf('HTTP/1.1 200 OK', 'Content-Length: 0', '', ''));
    const first = await startRawServer(
      crlf('HTTP/1.1 307 Temporary Redirect', `Location: ${other.url}/`, 'Content-Length: 0', '', ''),
    );
    try {
      await using session = here();
      await session.get(first.url, { headers: { 'X-Api-Key': 'key', 'X-Anything': 'else', Accept: 'text/html' } });
      expect(other.requests[0]!.head).not.toMatch(/x-api-key|x-anything/i);
      expect(other.requests[0]!.getAll('accept')).toEqual(['text/html']);
      await expect(session.post(first.url, { data: 'body' })).rejects.toBeInstanceOf(InvalidURL);
      expect(other.requests).toHaveLength(1);
    } finally {
      await Promise.all([other.close(), first.close()]);
    }
  });

  it('[A02] does not leave https', async () => {
    const secure = await startRawServer(
      crlf('HTTP/1.1 302 Found', `Location: ${server.url}/`, 'Content-Length: 0', '', ''),
      { tls: true },
    );
    try {
      await using session = here();
      await expect(session.get(secure.url, { verify: secure.ca! })).rejects.toBeInstanceOf(InvalidSchema);
      expect(hits).toBe(0);
    } finally {
      await secure.close();
    }
  });

  it('[J01] mounts no adapter off Object.prototype', () => {
    Object.assign(Object.prototype, { adapters: { 'https://evil.example/': new HTTPAdapter() } });
    try {
      expect(hardenedSession().adapters.keys()).toEqual(['https://', 'http://']);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'adapters');
    }
  });

  it('[F09] has a deadline, and takes another', async () => {
    const silent = await startRawServer(steps.stall);
    try {
      expect(hardenedSession()).toMatchObject({ ...HARDENED });
      await using session = hardenedSession({ timeout: { total: 0.2 }, adapters: { 'http://': new HTTPAdapter() } });
      await expect(session.get(silent.url)).rejects.toBeInstanceOf(requests.Timeout);
      await silent.waitForOpenConnections(0);
    } finally {
      await silent.close();
    }
  });
});
