import { InvalidHeader } from '@requests-ts/core';
import { cpuMs } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from './retry-after.ts';

/** Sun, 06 Nov 1994 08:49:07 GMT: thirty seconds before the date that RFC 9110 uses. */
const NOW = Date.UTC(1994, 10, 6, 8, 49, 7);

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['120', 120],
    [' 7\t', 7],
    ['007', 7],
    ['999999999', 999_999_999],
  ])('B-RETRY-20 reads %j as whole seconds', (value, seconds) => {
    expect(parseRetryAfter(value, NOW)).toBe(seconds);
  });

  it.each([
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    '6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 09:49:37 +0100',
    'Sun, 06 Nov 1994 03:49:37 EST',
    'Sun, 06 Nov 1994 04:19:37 -0430',
    'sun, 06 NOV 1994 08:49:37 gmt',
    'Sun, 06 Nov 1994 08:49:37',
  ])('B-RETRY-20 measures the date %j against the clock (RFC 9110 section 5.6.7)', (value) => {
    expect(parseRetryAfter(value, NOW)).toBe(30);
  });

  it('B-RETRY-20 gives 0 for a date in the past', () => {
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:00 GMT', NOW)).toBe(0);
  });

  it('[F15] reads a date in the year 9999', () => {
    expect(parseRetryAfter('Fri, 31 Dec 9999 23:59:59 GMT', NOW)).toBe(
      (Date.UTC(9999, 11, 31, 23, 59, 59) - NOW) / 1000,
    );
  });

  it.each([
    ['Friday, 06-Nov-26 08:49:37 GMT', Date.UTC(2026, 10, 6, 8, 49, 37)],
    ['Wednesday, 06-Nov-74 08:49:37 GMT', Date.UTC(2074, 10, 6, 8, 49, 37)],
    ['Sunday, 06-Nov-94 08:49:37 GMT', null],
  ])('takes the century of %j that is less than fifty years ahead', (value, epoch) => {
    const now = Date.UTC(2026, 0, 1);
    expect(parseRetryAfter(value, now)).toBe(epoch === null ? 0 : (epoch - now) / 1000);
  });

  it.each([
    '',
    ' ',
    '-1',
    '-5',
    '+5',
    '1.5',
    '5.5',
    '1e400',
    '0x10',
    '٣٠',
    '９',
    '9'.repeat(400),
    '1, 2',
    'soon',
    'Infinity',
    '1994-11-06T08:49:37Z',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:49:37 GMT',
    'Sun, 06 Nov 1994 08:60:37 GMT',
    'Sun, 06 Nov 1994 08:49:61 GMT',
    'Sun, 06 Foo 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 MARS',
    'Sun, 06 Nov 1994 08:49:37 +9900',
    '\u00a05',
  ])('[F15] B-RETRY-20 refuses %j with InvalidHeader', (value) => {
    expect(() => parseRetryAfter(value, NOW)).toThrow(InvalidHeader);
  });

  it('[F13] answers a long value at once, escaped and cut in the message', () => {
    const start = cpuMs();
    for (const value of [
      `${'a'.repeat(65_536)}`,
      `${' '.repeat(65_536)}x`,
      `Sun,${' '.repeat(65_536)}`,
      '1'.repeat(65_536),
    ]) {
      expect(() => parseRetryAfter(value, NOW)).toThrow(InvalidHeader);
    }
    expect(cpuMs() - start).toBeLessThan(1000);
    expect(() => parseRetryAfter('\x1b[31m', NOW)).toThrow('\\x1b[31m');
  });
});
