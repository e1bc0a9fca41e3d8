import { ContentDecodingError } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import { parseContentCodings } from './codings.ts';

describe('parseContentCodings', () => {
  it.each([
    [[], []],
    [['gzip'], ['gzip']],
    [['x-gzip'], ['gzip']],
    [['GZIP'], ['gzip']],
    [[' gzip\t'], ['gzip']],
    [['identity'], []],
    [['gzip, identity'], ['gzip']],
    [['deflate, gzip'], ['gzip', 'deflate']],
    [
      ['deflate', 'gzip'],
      ['gzip', 'deflate'],
    ],
    [['br,gzip,zstd'], ['zstd', 'gzip', 'br']],
    [['compress'], []],
    [['gzip;q=1'], []],
    [['gzip, unknown'], []],
    [['__proto__'], []],
    [[''], []],
    [[',, gzip,'], ['gzip']],
  ] as const)('B-RESP-17 reads %j as %j', (lines, expected) => {
    expect(parseContentCodings(lines)).toEqual(expected);
  });

  it('[F02 CVE-2025-66418, CVE-2022-32206] refuses more than five over all lines together', () => {
    expect(parseContentCodings(['gzip, gzip, gzip, gzip, gzip'])).toHaveLength(5);
    for (const lines of [
      ['gzip,gzip,gzip,gzip,gzip,gzip'],
      Array<string>(6).fill('gzip'),
      ['gzip,br,gzip', 'br,gzip,br'],
      ['x,'.repeat(6)],
    ]) {
      expect(() => parseContentCodings(lines)).toThrow(ContentDecodingError);
    }
  });

  it('[F02 CVE-2026-22036] counts empty members and identity against a limit of 32', () => {
    expect(parseContentCodings([`gzip${', identity'.repeat(31)}`])).toEqual(['gzip']);
    expect(() => parseContentCodings([','.repeat(1000)])).toThrow(ContentDecodingError);
    expect(() => parseContentCodings(Array<string>(40).fill('identity'))).toThrow(ContentDecodingError);
  });
});
