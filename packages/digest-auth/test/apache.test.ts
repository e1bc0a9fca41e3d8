import { setTimeout as delay } from 'node:timers/promises';
import { type Response, Session } from '@requests-ts/core';
import { HTTPAdapter } from '@requests-ts/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DigestAuthAdapter, HTTPDigestAuth } from '../src/index.ts';
import { Apache, missingApache } from './apache.ts';
import { parseCredentials } from './digest-server.ts';

const USER = 'J\u00e4s\u00f8n "Quote" Doe';
const PASSWORD = 'p\u00e4ss: \u2713';

const missing = missingApache();
if (missing !== null) console.log(`mod_auth_digest is not tested: ${missing}`);

it('[L01] is tested against a real Apache in CI', () => {
  if (process.env.CI === 'true') expect(missing).toBeNull();
});

describe.runIf(missing === null)('against mod_auth_digest', () => {
  let apache: Apache;

  beforeAll(async () => {
    apache = await Apache.start({
      realm: "caf\u00e9 'bar'",
      users: { [USER]: PASSWORD, plain: 'secret' },
      spaces: { '/private/': 300, '/short/': 1, '/once/': 0 },
    });
  });

  afterAll(() => apache?.stop());

  async function using<T>(run: (session: Session) => Promise<T>, init = {}): Promise<T> {
    await using session = new Session({
      auth: new HTTPDigestAuth(USER, PASSWORD),
      adapters: { 'http://': new HTTPAdapter() },
      trustEnv: false,
      ...init,
    });
    return run(session);
  }

  const sent = (response: Response) => parseCredentials(response.request?.headers.get('Authorization'));
  const authenticated = (response: Response) => response.headers.get('Authentication-Info') ?? '';

  it('B-DIG-06 B-DIG-07 speaks MD5 with qop=auth, and Apache proves that it knows the password', () =>
    using(async (session) => {
      const response = await session.get(`${apache.url}/private/echo?a=1&b=%20`);
      expect([response.statusCode, response.text]).toEqual([200, 'GET:']);
      expect(response.history.map(({ statusCode }) => statusCode)).toEqual([401]);
      expect(response.history[0]?.headers.get('WWW-Authenticate')).toMatch(/algorithm=MD5.*qop="auth"/);
      expect(sent(response)).toMatchObject({ qop: 'auth', nc: '00000001' });
      // Checked by the auth, which would have rejected a wrong one.
      expect(authenticated(response)).toMatch(/rspauth="[0-9a-f]{32}"/);
    }));

  it('B-DIG-01 B-DIG-08 signs ahead on the same nonce', () =>
    using(async (session) => {
      const url = `${apache.url}/private/echo`;
      const counts: (string | undefined)[] = [];
      for (let i = 0; i < 3; i++) {
        const response = await session.get(url);
        expect(response.statusCode).toBe(200);
        counts.push(sent(response).nc);
      }
      expect(counts).toEqual(['00000001', '00000002', '00000003']);
    }));

  it('B-DIG-04 sends bodies whole, challenged or not', () =>
    using(async (session) => {
      const url = `${apache.url}/private/echo`;
      const large = 'x'.repeat(300_000);
      for (const [data, text] of [
        ['text', 'text'],
        [{ a: '1', b: ['2', '3'] }, 'a=1&b=2&b=3'],
        [() => ['made ', 'anew'], 'made anew'],
        [large, large],
      ] as const) {
        const auth = new HTTPDigestAuth(USER, PASSWORD);
        for (let i = 0; i < 2; i++) {
          const response = await session.post(url, { data, auth });
          expect(response.statusCode).toBe(200);
          expect(response.text).toBe(`POST:${text}`);
          expect(response.history).toHaveLength(1 - i);
        }
      }
    }));

  it('B-DIG-03 a wrong password gets a 401 after one answer', () =>
    using(async (session) => {
      for (const auth of [new HTTPDigestAuth(USER, 'wrong'), new HTTPDigestAuth('nobody', PASSWORD)]) {
        const response = await session.get(`${apache.url}/private/echo`, { auth });
        expect(response.statusCode).toBe(401);
        expect(response.history).toHaveLength(1);
      }
    }));

  it('B-DIG-12 replaces a nonce that outlived AuthDigestNonceLifetime', () =>
    using(async (session) => {
      const url = `${apache.url}/short/echo`;
      const first = await session.get(url);
      // The nonce is older than its second from now on, by the clock that Apache has too.
      await delay(1100);
      const second = await session.get(url);
      expect([first.statusCode, second.statusCode]).toEqual([200, 200]);
      expect(second.history[0]?.headers.get('WWW-Authenticate')).toContain('stale=true');
      expect(sent(second)).toMatchObject({ nc: '00000001' });
      expect(sent(second).nonce).not.toBe(sent(first).nonce);
    }));

  it('takes the next nonce that Apache names for nonces of one use', () =>
    using(async (session) => {
      const url = `${apache.url}/once/echo`;
      const nonces: (string | undefined)[] = [];
      for (let i = 0; i < 4; i++) {
        const response = await session.get(url);
        expect(response.statusCode).toBe(200);
        expect(response.history).toHaveLength(i === 0 ? 1 : 0);
        expect(authenticated(response)).toContain('nextnonce=');
        nonces.push(sent(response).nonce);
      }
      expect(new Set(nonces).size).toBe(4);
    }));

  it('B-DIFF-44 parallel requests share a nonce and repeat no count', () =>
    using(async (session) => {
      const url = `${apache.url}/private/echo`;
      await session.get(url);
      const data = Array.from({ length: 40 }, (_, i) => `body ${i}`);
      const responses = await Promise.all(data.map((body) => session.post(url, { data: body })));
      expect(responses.map(({ text }) => text)).toEqual(data.map((body) => `POST:${body}`));
      expect(new Set(responses.map((response) => sent(response).nonce)).size).toBe(1);
      expect(new Set(responses.map((response) => sent(response).nc)).size).toBe(40);
    }));

  it('B-DIFF-44 parallel first requests are answered each with its own nonce', () =>
    using(async (session) => {
      const urls = Array.from({ length: 20 }, (_, i) => `${apache.url}/private/echo?${i}`);
      const responses = await Promise.all(urls.map((url) => session.get(url)));
      expect(responses.every(({ statusCode }) => statusCode === 200)).toBe(true);
      const uses = responses.map((response) => `${sent(response).nonce}:${sent(response).nc}`);
      expect(new Set(uses).size).toBe(20);
    }));

  it('DigestAuthAdapter does the same below the session', () =>
    using(
      async (session) => {
        const url = `${apache.url}/private/echo`;
        const first = await session.put(url, { data: 'body' });
        expect([first.statusCode, first.text, first.history.length]).toEqual([200, 'PUT:body', 1]);
        expect((await session.get(url)).history).toHaveLength(0);
      },
      { auth: null, adapters: { 'http://': new DigestAuthAdapter(new HTTPAdapter(), 'plain', 'secret') } },
    ));
});
