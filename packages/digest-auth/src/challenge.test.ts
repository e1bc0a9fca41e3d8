import { cpuMs } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { parseAuthParams, parseChallenges } from './challenge.ts';

function parsed(...lines: string[]): [scheme: string, params: Record<string, string>][] {
  return parseChallenges(lines).map(({ scheme, params }) => [scheme, Object.fromEntries(params)]);
}

describe('parseChallenges', () => {
  it('reads one challenge, quoted and bare values, names in any case', () => {
    expect(parsed('Digest Realm="a b", NONCE=xyz,stale = TRUE , qop="auth,auth-int"')).toEqual([
      ['digest', { realm: 'a b', nonce: 'xyz', stale: 'TRUE', qop: 'auth,auth-int' }],
    ]);
  });

  it('B-DIG-11 reads several challenges in one line and in several', () => {
    const all = [
      ['basic', { realm: 'b' }],
      ['digest', { realm: 'd', nonce: '1' }],
      ['digest', { realm: 'd', nonce: '2' }],
    ];
    expect(parsed('Basic realm="b", Digest realm="d", nonce="1", Digest realm="d", nonce="2"')).toEqual(all);
    expect(parsed('Basic realm="b"', 'Digest realm="d", nonce="1"', 'Digest realm="d", nonce="2"')).toEqual(all);
    expect(parsed('Basic realm="b" Digest realm="d" nonce="1" Digest realm="d" nonce="2"')).toEqual(all);
  });

  it('knows the one value that other schemes have', () => {
    expect(parsed('Negotiate, NTLM TlRMTVNTUAAC==, Digest realm="d"')).toEqual([
      ['negotiate', {}],
      ['ntlm', {}],
      ['digest', { realm: 'd' }],
    ]);
  });

  it('undoes escapes', () => {
    expect(parsed('Digest realm="say \\"hi\\", c:\\\\x \\y"')).toEqual([['digest', { realm: 'say "hi", c:\\x y' }]]);
  });

  it('does not mistake what is quoted for anything else', () => {
    expect(parsed('Basic realm="Digest realm=\\"evil\\", nonce=1"')).toEqual([
      ['basic', { realm: 'Digest realm="evil", nonce=1' }],
    ]);
  });

  it('skips what is malformed, and goes on', () => {
    expect(parsed(', ,, "loose", =x, realm="none yet", Digest @@ realm="d",, nonce=')).toEqual([
      ['digest', { realm: 'd', nonce: '' }],
    ]);
    expect(parsed('Digest realm="no end')).toEqual([['digest', { realm: 'no end' }]]);
    expect(parsed('Digest realm="ends in a backslash\\')).toEqual([['digest', { realm: 'ends in a backslash' }]]);
    expect(parsed('', '   ', '"', '=', ',')).toEqual([]);
  });

  it('B-DIG-11 of a repeated name the last value counts', () => {
    expect(parsed('Digest nonce="1", nonce="2"')).toEqual([['digest', { nonce: '2' }]]);
  });

  it('[J02] takes any name for a name', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'get', '__defineGetter__'];
    const before = Object.getOwnPropertyNames(Object.prototype).sort();
    const [challenge] = parseChallenges([`Digest ${names.map((name) => `${name}="polluted"`).join(', ')}`]);
    for (const name of names) expect(challenge?.params.get(name.toLowerCase())).toBe('polluted');
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('[L04] looks at 16 challenges, 64 parameters each and 64 KiB at most', () => {
    expect(parseChallenges(Array.from({ length: 40 }, () => 'Digest realm="x"'))).toHaveLength(16);
    expect(parseChallenges(['Digest realm="x", '.repeat(40)])).toHaveLength(16);
    const many = `Digest ${Array.from({ length: 100 }, (_, i) => `p${i}=1`).join(', ')}, p0=2`;
    const [challenge] = parseChallenges([many]);
    expect(challenge?.params.size).toBe(64);
    expect(challenge?.params.get('p0')).toBe('2');
    expect(parsed(' '.repeat(65_536), 'Digest realm="late"')).toEqual([]);
    expect(parseChallenges([`Digest realm="${'r'.repeat(60_000)}"`])[0]?.params.get('realm')).toHaveLength(60_000);
  });

  it('[F13 CVE-2021-21240] is linear in the length of its input', () => {
    const pumps = [
      '"',
      '\\',
      ',',
      ' ',
      '=',
      'a',
      'a ',
      'a=',
      'a=b,',
      'a="b",',
      'a="\\"',
      'a/',
      '/',
      '"\\',
      '\t,',
      '@',
      'Digest ',
      '=',
    ];
    const text = (pump: string, length: number) => pump.repeat(Math.ceil(length / pump.length)).slice(0, length);
    for (const pump of pumps) {
      const start = cpuMs();
      for (let i = 0; i < 4; i++) {
        parseChallenges([`Digest ${text(pump, 65_000)}`]);
        parseChallenges([`Digest ${text(pump, 65_000)}"`]);
        parseAuthParams(text(pump, 65_000));
      }
      // A quadratic scanner needs many seconds for these.
      expect(cpuMs() - start, JSON.stringify(pump)).toBeLessThan(2000);
    }
  });
});

describe('parseAuthParams', () => {
  it('reads the parameters of Authentication-Info', () => {
    expect(Object.fromEntries(parseAuthParams('nextnonce="n\\"x", qop=auth, rspauth="ab", nc=00000001'))).toEqual({
      nextnonce: 'n"x',
      qop: 'auth',
      rspauth: 'ab',
      nc: '00000001',
    });
    expect(parseAuthParams('').size).toBe(0);
    expect(parseAuthParams('garbage "x" y').size).toBe(0);
  });
});
