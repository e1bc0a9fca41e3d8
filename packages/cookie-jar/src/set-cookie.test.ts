import { describe, expect, it } from 'vitest';
import { resolvePolicy } from './policy.ts';
import { parseSetCookie } from './set-cookie.ts';

const limits = resolvePolicy({});
const parse = (line: string) => parseSetCookie(line, limits);

describe('parseSetCookie', () => {
  it.each([
    ['a=1', 'a', '1'],
    ['f=x=y', 'f', 'x=y'],
    ['a="bar:baz"', 'a', '"bar:baz"'],
    ['a=x y,z', 'a', 'x y,z'],
    ['  a  =  1  ; Path=/', 'a', '1'],
    ['a=', 'a', ''],
    ['bare', 'bare', null],
    ['bare; Secure', 'bare', null],
    ['A=1', 'A', '1'],
    ['a b=1', 'a b', '1'],
    ['a=1, b=2', 'a', '1, b=2'],
  ])('B-COOK-29 reads %j as name %j and value %j', (line, name, value) => {
    expect(parse(line)).toMatchObject({ name, value });
  });

  it.each(['=1', ' = 1; Path=/', '', ';', '; Path=/'])('B-COOK-29 ignores %j, which has no name', (line) => {
    expect(parse(line)).toBe('no-name');
  });

  it('[D06] keeps the value byte for byte: nothing is decoded, no byte of UTF-8 is taken for a blank', () => {
    expect(parse('a=%0d%0aX:y')).toMatchObject({ value: '%0d%0aX:y' });
    const utf8 = 'voil\xc3\xa0';
    expect(parse(`a=${utf8}; Path=/`)).toMatchObject({ value: utf8 });
  });

  it('[I04 CVE-2022-35252] refuses the whole cookie for a control byte, and does not cut it there', () => {
    for (let code = 0; code < 0x20; code++) {
      const char = String.fromCharCode(code);
      expect(parse(`a=x${char}y`), `value ${code}`).toBe('bad-character');
      expect(parse(`a${char}b=x`), `name ${code}`).toBe('bad-character');
      if (char !== '\t') expect(parse(`a=x; Path=/${char}y`), `attribute ${code}`).toBe('bad-character');
    }
    expect(parse('a=\x7f')).toBe('bad-character');
    expect(parse('a=\u0100')).toBe('bad-character');
    expect(parse('a=1;\tPath=/x\t;\tSecure')).toMatchObject({ value: '1', path: '/x', secure: true });
  });

  it('[I04] takes 4,096 bytes of name and value, and 5,000 of a line', () => {
    expect(parse(`a=${'x'.repeat(4095)}`)).toMatchObject({ name: 'a' });
    expect(parse(`a=${'x'.repeat(4096)}`)).toBe('cookie-too-large');
    expect(parse('n'.repeat(4097))).toBe('cookie-too-large');
    expect(parse(`a=1; x=${'y'.repeat(4993)}`)).toMatchObject({ name: 'a' });
    expect(parse(`a=1; x=${'y'.repeat(4994)}`)).toBe('line-too-long');
    expect(parse(`a=${'x'.repeat(1_000_000)}`)).toBe('line-too-long');
  });

  it('[I04] ignores an attribute of more than 1,024 bytes', () => {
    expect(parse(`a=1; Path=/${'p'.repeat(1023)}`)).toMatchObject({ path: `/${'p'.repeat(1023)}` });
    expect(parse(`a=1; Path=/${'p'.repeat(1024)}; Secure`)).toMatchObject({ path: undefined, secure: true });
  });

  it.each([
    ['3600', 3600],
    ['-1', -1],
    ['0', 0],
    [`1${'0'.repeat(30)}`, 1e30],
    ['1e400', undefined],
    ['1.5', undefined],
    ['+5', undefined],
    ['x', undefined],
    ['', undefined],
  ])('B-COOK-28 [I04 CVE-2017-18589] reads Max-Age=%s as %s', (text, maxAge) => {
    expect(parse(`a=1; Max-Age=${text}`)).toMatchObject({ maxAge });
  });

  it.each([
    ['Wed, 09 Jun 2021 10:18:14 GMT', Date.UTC(2021, 5, 9, 10, 18, 14)],
    ['Wednesday, 09-Jun-21 10:18:14 GMT', Date.UTC(2021, 5, 9, 10, 18, 14)],
    ['Wed Jun  9 10:18:14 2021', Date.UTC(2021, 5, 9, 10, 18, 14)],
    ['soon', undefined],
    ['Wed, 31 Feb 2021 10:18:14 GMT', undefined],
  ])('B-COOK-28 reads Expires=%s', (text, expiresMs) => {
    expect(parse(`a=1; Expires=${text}`)).toMatchObject({ expiresMs });
  });

  it('takes the last of an attribute that is repeated', () => {
    expect(parse('a=1; Path=/x; Path=/y; Domain=a.example; Domain=; Max-Age=1; Max-Age=2')).toMatchObject({
      path: '/y',
      domain: '',
      maxAge: 2,
    });
    expect(parse('a=1; Path=/x; Path=y')).toMatchObject({ path: undefined });
  });

  it.each([
    ['SameSite=Strict', 'strict'],
    ['samesite=LAX', 'lax'],
    ['SameSite=None', 'none'],
    ['SameSite=strictly', null],
    ['SameSite=xLax', null],
    ['SameSite=Strict Lax', null],
    ['SameSite', null],
    ['XSameSite=Lax', null],
  ])('[D06 CVE-2026-11525] compares attributes whole: %s is %s', (attribute, sameSite) => {
    expect(parse(`a=1; ${attribute}`)).toMatchObject({ sameSite });
  });

  it.each(['secure', 'SECURE', 'Secure=x', ' Secure '])('recognises %j without case', (attribute) => {
    expect(parse(`a=1;${attribute}`)).toMatchObject({ secure: true, httpOnly: false });
  });

  it.each(['Securely', 'xSecure', 'Sécure', 'ſecure'])('[D06] takes %j for no known attribute', (attribute) => {
    const parsed = parse(`a=1; ${attribute}`);
    expect(parsed === 'bad-character' || (typeof parsed === 'object' && !parsed.secure)).toBe(true);
  });

  it('[F13] reads hostile lines in linear time', () => {
    const start = process.cpuUsage();
    const wide = resolvePolicy({
      maxLineSize: Number.POSITIVE_INFINITY,
      maxAttributeSize: Number.POSITIVE_INFINITY,
      maxCookieSize: Number.POSITIVE_INFINITY,
    });
    for (const line of [
      `a=${'"\\'.repeat(50_000)}`,
      `a=1;${' '.repeat(100_000)}x`,
      `a=1${';'.repeat(100_000)}`,
      `a=1; Expires=${'1 '.repeat(50_000)}`,
      `a=1; Expires=${'9'.repeat(100_000)}`,
    ]) {
      parseSetCookie(line, wide);
    }
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(1000);
  });
});
