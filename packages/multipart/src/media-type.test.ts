import { InvalidHeader } from '@requests-ts/core';
import { cpuMs } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { checkMediaType } from './media-type.ts';

describe('checkMediaType', () => {
  it.each([
    'text/plain',
    'application/vnd.ms-excel',
    'text/html; charset=utf-8',
    'text/html;charset="utf-8"',
    'multipart/mixed; boundary="a \\" b"; x=y',
    'text/plain;',
    'image/svg+xml',
  ])('[K02] takes %s', (type) => {
    expect(checkMediaType(type, 'part')).toBe(type);
  });

  it('B-FILES-03 takes null, undefined and "" for none', () => {
    for (const type of [null, undefined, '']) expect(checkMediaType(type, 'part')).toBeNull();
  });

  it.each([
    'png',
    'image/',
    '/png',
    'image/png\r\nX: y',
    'image/png\n',
    'text/plain; charset',
    'text/plain; a="b',
    'text/plain; a="\r\n"',
    'a b/c',
    'text/плain',
    'text/plain\0',
    7,
    {},
  ])('[K02 CVE-2026-34514] [D04] refuses %j', (type) => {
    expect(() => checkMediaType(type, 'part')).toThrow(InvalidHeader);
  });

  it('[C05] takes time by the length of the input', () => {
    const start = cpuMs();
    for (const pump of [' ;', ' ', ';', 'a=b;', 'a="\\"', '\t ;a']) {
      expect(() => checkMediaType(`text/plain;${pump.repeat(100_000)}\0`, 'part')).toThrow(InvalidHeader);
    }
    expect(cpuMs() - start).toBeLessThan(2_000);
  });
});
