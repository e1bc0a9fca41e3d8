import { describe, expect, it } from 'vitest';
import { morselToCookie, RequestsCookieJar } from './index.ts';

const now = 1_000_000_500;

describe('morselToCookie', () => {
  it.each([
    [{ 'max-age': '60' }, 1_000_060],
    [{ 'max-age': 60 }, 1_000_060],
    [{ 'max-age': '60', expires: 'Thu, 01-Jan-1970 00:00:01 GMT' }, 1_000_060],
    [{ expires: 'Thu, 01-Jan-1970 00:00:01 GMT' }, 1],
    [{ expires: '' }, null],
    [{}, null],
  ])('B-COOK-17 takes the expiry of %j', (attributes, expires) => {
    expect(morselToCookie({ key: 'a', value: '1', ...attributes }, now).expires).toBe(expires);
  });

  it.each([{ 'max-age': 'woops' }, { 'max-age': '1.5' }, { 'max-age': true }, { expires: 100 }])(
    'B-COOK-17 refuses %j as a type error',
    (attributes) => {
      expect(() => morselToCookie({ key: 'a', value: '1', ...attributes })).toThrow(TypeError);
    },
  );

  it.each([
    'woops!',
    'Thu, 01 Jan 1970 00:00:01 GMT',
    'Thu, 31-Feb-1970 00:00:01 GMT',
    'Thu, 01-Foo-1970 00:00:01 GMT',
    'Thu, 01-Jan-1970 25:00:01 GMT',
    'Thu, 01-Jan-1970 00:61:01 GMT',
  ])('B-COOK-17 refuses expires %j as a value error', (expires) => {
    expect(() => morselToCookie({ key: 'a', value: '1', expires })).toThrow(RangeError);
  });

  it('B-COOK-17 takes over the other attributes', () => {
    const cookie = morselToCookie({
      key: 'a',
      value: '1',
      path: '/p',
      domain: 'example.com',
      secure: true,
      httponly: true,
      comment: 'hi',
      version: '1',
    });
    expect(cookie).toMatchObject({
      path: '/p',
      domain: 'example.com',
      secure: true,
      httpOnly: true,
      comment: 'hi',
      version: 1,
      discard: false,
    });
    expect(morselToCookie({ key: 'a', value: '1', path: '', domain: '' })).toMatchObject({
      path: '/',
      domain: '',
      version: 0,
    });
  });

  it('B-COOK-17 is what a jar makes of a morsel', () => {
    const jar = new RequestsCookieJar();
    jar.set('ignored', { key: 'a', value: '1', path: '/p' });
    expect([...jar].map(String)).toEqual(['<Cookie a for /p>']);
  });
});
