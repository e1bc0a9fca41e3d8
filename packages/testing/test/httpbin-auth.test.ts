import { createHash } from 'node:crypto';
import { type Httpbin, startHttpbin } from '@requests-ts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let server: Httpbin;
beforeAll(async () => {
  server = await startHttpbin();
});
afterAll(() => server.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, { headers });

describe('startHttpbin: authentication', () => {
  it('checks Basic, openly and hidden', async () => {
    const good = { authorization: `Basic ${btoa('user:pass')}` };
    expect(await (await get('/basic-auth/user/pass', good)).json()).toEqual({ authenticated: true, user: 'user' });
    const refused = await get('/basic-auth/user/other', good);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="Fake Realm"']);
    expect((await get('/hidden-basic-auth/user/pass')).status).toBe(404);
    expect((await get('/hidden-basic-auth/user/pass', good)).status).toBe(200);
  });

  it('checks Bearer', async () => {
    expect((await get('/bearer')).headers.get('www-authenticate')).toBe('Bearer');
    expect(await (await get('/bearer', { authorization: 'Bearer t' })).json()).toEqual({
      authenticated: true,
      token: 't',
    });
  });
});

const HASHES: Record<string, string> = {
  MD5: 'md5',
  'SHA-256': 'sha256',
  'SHA-512': 'sha512',
  'SHA-512-256': 'sha512-256',
};

async function challengeOf(path: string): Promise<Record<string, string>> {
  const response = await get(path);
  expect(response.status).toBe(401);
  const header = response.headers.get('www-authenticate')!;
  return Object.fromEntries(Array.from(header.matchAll(/(\w+)="?([^",]+)"?/g), ([, name, value]) => [name!, value!]));
}

function answer(
  path: string,
  challenge: Record<string, string>,
  { password = 'pass', nc = '00000001', uri = path } = {},
): Record<string, string> {
  const hash = (text: string): string => createHash(HASHES[challenge.algorithm!]!).update(text).digest('hex');
  const ha1 = hash(`user:${challenge.realm}:${password}`);
  const ha2 = hash(`GET:${uri}`);
  const { realm, nonce, algorithm, qop } = challenge;
  const response = hash(qop ? `${ha1}:${nonce}:${nc}:cn:${qop}:${ha2}` : `${ha1}:${nonce}:${ha2}`);
  const counted = qop ? `, qop=${qop}, nc=${nc}, cnonce="cn"` : '';
  return {
    authorization: `Digest username="user", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=${algorithm}, response="${response}"${counted}`,
  };
}

describe('startHttpbin: Digest', () => {
  it.each(['MD5', 'SHA-256', 'SHA-512', 'SHA-512-256'])('accepts %s', async (algorithm) => {
    const path = `/digest-auth/auth/user/pass/${algorithm}`;
    const response = await get(path, answer(path, await challengeOf(path)));
    expect([response.status, await response.json()]).toEqual([200, { authenticated: true, user: 'user' }]);
  });

  it('accepts a challenge without qop', async () => {
    const path = '/digest-auth/none/user/pass';
    const challenge = await challengeOf(path);
    expect(challenge.qop).toBeUndefined();
    expect((await get(path, answer(path, challenge))).status).toBe(200);
  });

  it('refuses a wrong password, another target, a repeated count and a foreign nonce', async () => {
    const path = '/digest-auth/auth/user/pass?x=1';
    const challenge = await challengeOf(path);
    expect((await get(path, answer(path, challenge, { password: 'no' }))).status).toBe(401);
    expect((await get(path, answer(path, challenge, { uri: '/other' }))).status).toBe(401);
    expect((await get(path, answer(path, challenge))).status).toBe(200);
    const replayed = await get(path, answer(path, challenge));
    expect(replayed.headers.get('www-authenticate')).toContain('stale=TRUE');
    expect((await get(path, answer(path, challenge, { nc: '00000002' }))).status).toBe(200);
    expect((await get(path, answer(path, { ...challenge, nonce: 'foreign' }))).status).toBe(401);
  });

  it('lets a nonce grow stale', async () => {
    const path = '/digest-auth/auth/user/pass/MD5/1';
    const challenge = await challengeOf(path);
    expect((await get(path, answer(path, challenge))).status).toBe(200);
    expect((await get(path, answer(path, challenge, { nc: '00000002' }))).headers.get('www-authenticate')).toContain(
      'stale=TRUE',
    );
  });

  it('sets the cookie, and insists on it when asked to', async () => {
    const path = '/digest-auth/auth/user/pass?require-cookie=1';
    expect((await get(path)).headers.getSetCookie()).toEqual(['fake=fake_value; Path=/']);
    expect((await get(path, answer(path, await challengeOf(path)))).status).toBe(403);
    const headers = { ...answer(path, await challengeOf(path)), cookie: 'fake=fake_value' };
    expect((await get(path, headers)).status).toBe(200);
  });
});
