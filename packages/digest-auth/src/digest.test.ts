import { InvalidHeader } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import { digestResponse, formatAuthorization, hashA1, type NonceUse } from './digest.ts';
import { type DigestChallenge, selectChallenge } from './digest-challenge.ts';

function challengeOf(header: string): DigestChallenge {
  const challenge = selectChallenge([header], 0);
  if (!challenge) throw new Error('no usable challenge');
  return challenge;
}

interface Asked {
  readonly challenge: string;
  readonly username: string;
  readonly password: string;
  readonly cnonce?: string;
  readonly method?: string;
  readonly uri: string;
  readonly bodyHash?: string;
}

function answer({
  challenge: header,
  username,
  password,
  cnonce = '',
  method = 'GET',
  uri,
  bodyHash = '',
}: Asked): string {
  const challenge = challengeOf(header);
  const { nonce } = challenge;
  const use: NonceUse = { nonce, nc: '00000001', cnonce, prime: { nonce, cnonce } };
  const ha1 = hashA1(challenge, { username, password }, use.prime);
  const response = digestResponse(challenge.algorithm, ha1, challenge.qop, use, { method, uri, bodyHash });
  return formatAuthorization(challenge, username, use, uri, response);
}

function fields(authorization: string): Record<string, string> {
  const pairs = authorization.replace('Digest ', '').matchAll(/([\w*]+)=(?:"((?:[^"\\]|\\.)*)"|([^,]*))/g);
  return Object.fromEntries(Array.from(pairs, ([, name, quoted, bare]) => [name, quoted ?? bare]));
}

describe('the worked examples of RFC 7616 section 3.9', () => {
  const mufasa = {
    username: 'Mufasa',
    password: 'Circle of Life',
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    uri: '/dir/index.html',
  };
  const challenge = (algorithm: string) =>
    'Digest realm="http-auth@example.org", qop="auth, auth-int", ' +
    `algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ` +
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('[L01] section 3.9.1 with %s', (algorithm, response) => {
    expect(fields(answer({ ...mufasa, challenge: challenge(algorithm) }))).toEqual({
      username: 'Mufasa',
      realm: 'http-auth@example.org',
      uri: '/dir/index.html',
      algorithm,
      nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      nc: '00000001',
      cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
      qop: 'auth',
      response,
      opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
    });
  });

  const jason = {
    username: 'J\u00e4s\u00f8n Doe',
    password: 'Secret, or not?',
    cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
    uri: '/doe.json',
  };
  const doe =
    'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, ' +
    'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", ' +
    'opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8';
  // The RFC printed values of another function; erratum 4897 has those of SHA-512/256.
  const response = '3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5';

  it('S19 section 3.9.2 with SHA-512-256, charset and userhash (erratum 4897)', () => {
    expect(fields(answer({ ...jason, challenge: `${doe}, userhash=true` }))).toEqual({
      username: '793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b',
      realm: 'api@example.org',
      uri: '/doe.json',
      algorithm: 'SHA-512-256',
      nonce: '5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK',
      nc: '00000001',
      cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
      qop: 'auth',
      response,
      opaque: 'HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS',
      userhash: 'true',
    });
  });

  it('section 3.9.2 without userhash names the user in the extended notation', () => {
    const authorization = answer({ ...jason, challenge: doe });
    expect(authorization).toContain("username*=UTF-8''J%C3%A4s%C3%B8n%20Doe,");
    expect(fields(authorization).response).toBe(response);
  });

  it('counts a name in another normal form as the same name', () => {
    const decomposed = { ...jason, username: jason.username.normalize('NFD') };
    expect(decomposed.username).not.toBe(jason.username);
    expect(answer({ ...decomposed, challenge: doe })).toBe(answer({ ...jason, challenge: doe }));
  });
});

describe('the example of RFC 2617 section 3.5, and of RFC 2069', () => {
  const mufasa = { username: 'Mufasa', password: 'Circle Of Life', uri: '/dir/index.html' };
  const challenge = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"';

  it('B-DIG-07 with qop', () => {
    const header = answer({ ...mufasa, challenge: `${challenge}, qop="auth,auth-int"`, cnonce: '0a4f113b' });
    expect(fields(header).response).toBe('6629fae49393a05397450978507c4ef1');
  });

  it('B-DIG-07 without', () => {
    const header = answer({ ...mufasa, challenge });
    expect(fields(header).response).toBe('670fd8c2df070c60b045671b8b24ff02');
    expect(header).not.toMatch(/qop|nc=|cnonce/);
  });
});

describe('formatAuthorization', () => {
  const base = 'Digest realm="r", nonce="n"';
  const user = { username: 'u', password: 'p', uri: '/', cnonce: 'c' };

  it('B-DIG-10 has the fields in the order of Requests, quoted as there', () => {
    const header = answer({ ...user, challenge: `${base}, qop="auth", algorithm=md5, opaque="o"` });
    expect(header).toMatch(
      /^Digest username="u", realm="r", nonce="n", uri="\/", response="[0-9a-f]{32}", opaque="o", algorithm="md5", qop="auth", nc=00000001, cnonce="c"$/,
    );
    expect(answer({ ...user, challenge: `${base}, opaque=""` })).toMatch(
      /^Digest username="u", realm="r", nonce="n", uri="\/", response="[0-9a-f]{32}"$/,
    );
  });

  it('[L01] B-DIG-10 escapes quotes and backslashes, so that nobody adds fields', () => {
    const header = answer({
      ...user,
      username: 'a", uri="/x',
      challenge: 'Digest realm="q\\"\\\\", nonce="n\\"", opaque="\\""',
    });
    expect(header).toMatch(/^Digest username="a\\", uri=\\"\/x", realm="q\\"\\\\", nonce="n\\"", uri="\/", /);
    expect(header).toMatch(/, opaque="\\""$/);
  });

  it('[D01] refuses a control character in the user name, and shows nothing of it', () => {
    for (const username of ['a\r\nX: 1', 'a\0', 'a\x7f', new Uint8Array([0x61, 0x0a]) as never]) {
      expect(() => answer({ ...user, username, challenge: base })).toThrow(InvalidHeader);
      expect(() => answer({ ...user, username, challenge: base })).not.toThrow('a\r');
    }
    expect(() => answer({ ...user, username: 'a\n', challenge: `${base}, userhash=true` })).not.toThrow();
  });

  it('B-DIG-09 hashes and sends names in UTF-8; bytes stay as they are', () => {
    const text = answer({ ...user, username: 'J\u00e4', challenge: base });
    expect(fields(text).username).toBe('J\u00c3\u00a4');
    const bytes = answer({ ...user, username: new TextEncoder().encode('J\u00e4') as never, challenge: base });
    expect(bytes).toBe(text);
  });

  it('B-DIG-09 hashes a realm as the bytes it came in, sends it back the same, and takes it for ISO-8859-1 when it is no UTF-8', () => {
    const utf8 = answer({ ...user, challenge: 'Digest realm="\u00c3\u00a4", nonce="n"' });
    const latin1 = answer({ ...user, challenge: 'Digest realm="\u00e4", nonce="n"' });
    expect(fields(utf8).response).toBe(fields(latin1).response);
    expect([fields(utf8).realm, fields(latin1).realm]).toEqual(['\u00c3\u00a4', '\u00e4']);
  });
});

describe('selectChallenge', () => {
  const digest = (algorithm: string | null, more = '') =>
    `Digest realm="r", nonce="${algorithm}"${algorithm === null ? '' : `, algorithm=${algorithm}`}${more}`;
  const chosen = (lines: readonly string[], minStrength = 0) => selectChallenge(lines, minStrength)?.algorithmText;

  it('B-DIG-06 knows its algorithms in any case, alone and as sessions', () => {
    for (const name of ['MD5', 'SHA', 'SHA-256', 'SHA-512', 'SHA-512-256']) {
      for (const spelled of [name, name.toLowerCase(), `${name}-sess`, `${name}-SESS`]) {
        const algorithm = selectChallenge([digest(spelled)], 0)?.algorithm;
        expect([algorithm?.name, algorithm?.session]).toEqual([name, /sess/i.test(spelled)]);
      }
    }
    expect(selectChallenge([digest(null)], 0)?.algorithm.name).toBe('MD5');
    expect(selectChallenge([digest('SHA-3')], 0)).toBeUndefined();
    expect(selectChallenge([digest('__proto__')], 0)).toBeUndefined();
  });

  it('[L01] B-DIG-11 takes the strongest of several, in whatever order', () => {
    const order = ['SHA-512-256', 'SHA-512', 'SHA-256', 'SHA', 'MD5'];
    for (let weakest = order.length; weakest > 0; weakest--) {
      const offered = order.slice(order.length - weakest).map((name) => digest(name));
      for (const lines of [offered, offered.toReversed(), [offered.join(', ')], [...offered, ...offered]]) {
        expect(chosen(lines)).toBe(order[order.length - weakest]);
      }
    }
    expect(chosen([digest('SHA-3'), digest('MD5'), 'Basic realm="r"'])).toBe('MD5');
    expect(selectChallenge(['Digest realm="r", nonce="1"', 'Digest realm="r", nonce="2"'], 0)?.nonce).toBe('1');
  });

  it('B-DIG-07 prefers auth, with blanks around it or not, and skips what it does not know', () => {
    const qop = (value: string) => selectChallenge([digest('MD5', `, qop="${value}"`)], 0)?.qop;
    expect(['auth', 'auth-int,auth', 'auth-int, auth', ' AUTH ', 'x,auth'].map(qop)).toEqual(Array(5).fill('auth'));
    expect(['auth-int', 'x , auth-int'].map(qop)).toEqual(['auth-int', 'auth-int']);
    expect(qop('')).toBeNull();
    expect(qop('token')).toBeUndefined();
  });

  it('B-DIG-13 needs a realm and a nonce that can be sent back', () => {
    expect(selectChallenge(['Digest realm="r"'], 0)).toBeUndefined();
    expect(selectChallenge(['Digest nonce="n"'], 0)).toBeUndefined();
    expect(selectChallenge(['Digest realm="r\u2028", nonce="n"'], 0)).toBeUndefined();
    expect(selectChallenge(['Digest realm="r", nonce="n\r\nX: 1"'], 0)).toBeUndefined();
    expect(selectChallenge(['Digest realm="", nonce=""'], 0)).toBeDefined();
  });
});
