import { InvalidHeader } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import { formatDisposition, guessFilename } from './disposition.ts';

describe('formatDisposition', () => {
  it.each([
    ['a', null, 'form-data; name="a"'],
    ['a', '', 'form-data; name="a"; filename=""'],
    ['a', 'b.txt', 'form-data; name="a"; filename="b.txt"'],
    ['a"b', 'c"d', 'form-data; name="a%22b"; filename="c%22d"'],
    ['a\r\nb', 'c\nd\re', 'form-data; name="a%0D%0Ab"; filename="c%0Ad%0De"'],
    ['a\\b', 'c\\"d', 'form-data; name="a\\b"; filename="c\\%22d"'],
    ['ñ', '☃ 日本.txt', 'form-data; name="ñ"; filename="☃ 日本.txt"'],
    ['a;b', 'c=d', 'form-data; name="a;b"; filename="c=d"'],
    ['a%22', '%0D', 'form-data; name="a%22"; filename="%0D"'],
  ])('B-FILES-11 B-FILES-04 writes %j and %j as %s (RFC 7578 section 4.2)', (name, filename, expected) => {
    expect(formatDisposition(name, filename)).toBe(expected);
  });

  it('[K02] refuses every other control character, in name and file name', () => {
    for (let code = 0; code < 0x300; code++) {
      const char = String.fromCharCode(code);
      const control = (code < 0x20 && char !== '\r' && char !== '\n') || (code >= 0x7f && code < 0xa0);
      for (const act of [() => formatDisposition(`a${char}b`, null), () => formatDisposition('a', `a${char}b`)]) {
        if (control) expect(act).toThrow(InvalidHeader);
        else expect(act()).toMatch(/^form-data; name="[^"\r\n]*"(?:; filename="[^"\r\n]*")?$/);
      }
    }
  });
});

describe('guessFilename', () => {
  it.each([
    [{ name: 'report.xls' }, 'report.xls'],
    [{ name: '/home/me/report.xls' }, 'report.xls'],
    [{ name: 'C:\\me\\report.xls' }, 'report.xls'],
    [{ name: '../../etc/passwd' }, 'passwd'],
    [{ path: '/home/me/film.mp4' }, 'film.mp4'],
    [{ path: new TextEncoder().encode('/home/mé') }, 'mé'],
    [{ name: 3, path: '/home/me/film.mp4' }, 'film.mp4'],
    [{ stream: { path: '/home/me/film.mp4' }, length: 3 }, 'film.mp4'],
    [new File([], 'a.txt'), 'a.txt'],
    [new Blob([]), null],
    [{ name: '<stdin>' }, null],
    [{ name: '<fdopen' }, null],
    [{ name: 'x>' }, null],
    [{ name: '' }, null],
    [{ name: 'directory/' }, null],
    [{ name: 3 }, null],
    [{}, null],
    [null, null],
    ['a.txt', null],
    [() => [], null],
  ])('B-FILES-02 B-UTIL-18 [K02] finds the last segment of the name of %j: %j', (content, expected) => {
    expect(guessFilename(content)).toBe(expected);
  });

  it('[J01] does not look at Object.prototype', () => {
    Object.defineProperty(Object.prototype, 'name', { value: 'canary', configurable: true });
    try {
      expect(guessFilename(new Blob([]))).toBeNull();
    } finally {
      delete (Object.prototype as { name?: string }).name;
    }
  });
});
