import { cpuMs } from '@requests-ts/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder, decodeText, getEncodingFromHeaders, guessJsonUtf, parseContentType } from './encoding.ts';
import { Headers } from './headers.ts';

const bytesOf = (...codes: number[]): Uint8Array => Uint8Array.from(codes);
const decode = (name: string, ...codes: number[]): string => createDecoder(name)!.decode(bytesOf(...codes));

describe('getEncodingFromHeaders', () => {
  it.each([
    ['B-ENC-01', undefined, null],
    ['B-ENC-01', '', null],
    ['B-ENC-02', 'text/html; charset=utf-8', 'utf-8'],
    ['B-ENC-02', 'text/html; charset="utf-8"', 'utf-8'],
    ['B-ENC-02', "text/html; charset='utf-8'", 'utf-8'],
    ['B-ENC-02', 'text/html; CHARSET=UTF-8', 'UTF-8'],
    ['B-ENC-02', 'text/html; charset = utf-8 ; q=1', 'utf-8'],
    ['B-ENC-02', 'text/html; charset=" utf-8 "', 'utf-8'],
    ['B-ENC-02', 'text/html;charset=a;charset=b', 'b'],
    ['B-ENC-02', 'text/html; charset', 'ISO-8859-1'],
    ['B-ENC-02', 'text/html; charset=', ''],
    ['B-ENC-02', 'text/html; charset=a=b', 'a=b'],
    ['B-ENC-02', '; charset=x', 'x'],
    ['B-ENC-02', 'application/json; charset=latin-1', 'latin-1'],
    ['B-ENC-02', "text/html; 'charset'=utf-8", 'utf-8'],
    ['B-ENC-02', 'text/html; x"charset"=utf-8', 'ISO-8859-1'],
    ['B-ENC-03 M48', 'text/html', 'ISO-8859-1'],
    ['B-ENC-03', ' text/html ', 'ISO-8859-1'],
    ['B-ENC-03', 'text/plain; boundary=x', 'ISO-8859-1'],
    ['B-ENC-03', 'text/event-stream', 'ISO-8859-1'],
    ['B-ENC-03', 'application/vnd.text', 'ISO-8859-1'],
    ['B-ENC-03', 'TEXT/HTML', null],
    ['B-ENC-04', 'application/json', 'utf-8'],
    ['B-ENC-04', 'application/JSON', null],
    ['B-ENC-04', 'application/vnd.api+json', null],
    ['B-ENC-04', 'image/png', null],
  ])('%s B-UTIL-01 Content-Type %j => %j', (_, type, encoding) => {
    expect(getEncodingFromHeaders(Headers.received(type === undefined ? [] : ['Content-Type', type]))).toBe(encoding);
  });

  it('M48 takes another default for text without a charset', () => {
    const headers = new Headers({ 'content-type': 'text/plain' });
    expect(getEncodingFromHeaders(headers, 'utf-8')).toBe('utf-8');
  });
});

describe('parseContentType', () => {
  it.each([
    ['application/json', 'application/json', []],
    ['application/json ; charset=utf-8', 'application/json', [['charset', 'utf-8']]],
    ['application/json ; Charset=utf-8', 'application/json', [['charset', 'utf-8']]],
    ['text/plain', 'text/plain', []],
    [
      "multipart/form-data; boundary = something ; boundary2='something_else' ; no_equals ",
      'multipart/form-data',
      [
        ['boundary', 'something'],
        ['boundary2', 'something_else'],
      ],
    ],
    [
      'multipart/form-data; boundary = something ; "boundary2"="something_else" ;;',
      'multipart/form-data',
      [
        ['boundary', 'something'],
        ['boundary2', 'something_else'],
      ],
    ],
    ['a/b; c=d=e', 'a/b', [['c', 'd=e']]],
  ])('B-UTIL-02 %j => %j with %j', (header, type, parameters) => {
    const [found, map] = parseContentType(header);
    expect([found, [...map]]).toEqual([type, parameters]);
  });

  it.each(['__proto__', 'constructor', 'then'])('[J02] keeps a parameter named %s as data', (name) => {
    expect(parseContentType(`a/b; ${name}=x`)[1].get(name)).toBe('x');
  });

  it.each(['"', ' ', '\t', ';', '=', '; =', "'", '"; ', ' ="'])(
    '[F13] takes no longer than its length allows for 64 KiB of %j',
    (pump) => {
      const text = `text/html;${pump.repeat(65536 / pump.length)}`;
      const start = cpuMs();
      parseContentType(text);
      expect(cpuMs() - start).toBeLessThan(300);
    },
  );

  it('[J02] never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseContentType(text);
      }),
    );
  });
});

describe('createDecoder', () => {
  it.each(['gb18030', 'gbk', 'euc-jp'])('B-ENC-05 never fails, however broken %s is cut', (name) => {
    // The bytes of one number after the other (Lehmer), in pieces of one to five.
    let state = 7;
    const next = (below: number): number => {
      state = (state * 48_271) % 0x7fffffff;
      return state % below;
    };
    for (let run = 0; run < 3000; run++) {
      const decoder = createDecoder(name)!;
      for (let piece = 0; piece < 4; piece++) {
        const bytes = Uint8Array.from({ length: 1 + next(5) }, () => (next(2) === 0 ? next(256) : 0x30 + next(10)));
        expect(typeof decoder.decode(bytes, { stream: true })).toBe('string');
      }
      expect(typeof decoder.decode()).toBe('string');
    }
  });

  it.each(['utf-8', 'UTF8', 'utf_8', 'u8', 'U8', ' utf-8 ', 'cp65001'])(
    'B-DIFF-14 knows %j as UTF-8, BOM kept',
    (name) => {
      expect(decode(name, 0xef, 0xbb, 0xbf, 0xc3, 0xa9)).toBe('\ufeffé');
    },
  );

  it.each(['utf-8-sig', 'utf_8_sig', 'UTF-8-SIG'])('B-ENC-06 %s drops the BOM', (name) => {
    expect(decode(name, 0xef, 0xbb, 0xbf, 0xc3, 0xa9)).toBe('é');
    expect(decode(name, 0xc3, 0xa9)).toBe('é');
  });

  it.each([
    'ISO-8859-1',
    'iso8859-1',
    'iso_8859_1',
    'latin-1',
    'latin1',
    'LATIN_1',
    'L1',
    '8859',
    'cp819',
    'iso-ir-100',
  ])('B-ENC-07 B-DIFF-13 %s maps every byte to the code point of its number', (name) => {
    const all = Uint8Array.from({ length: 256 }, (_, at) => at);
    expect(createDecoder(name)!.decode(all)).toBe(String.fromCharCode(...all));
  });

  it('B-ENC-07 reads megabytes of ISO-8859-1 without running out of stack', () => {
    expect(createDecoder('latin1')!.decode(new Uint8Array(3_000_000).fill(0xe9))).toHaveLength(3_000_000);
  });

  it.each(['ascii', 'us-ascii', 'US_ASCII', '646', 'ANSI_X3.4-1968'])(
    'B-DIFF-13 %s replaces bytes above 0x7F',
    (name) => {
      expect(decode(name, 0x41, 0x80, 0xe9, 0x7f)).toBe('A\ufffd\ufffd\x7f');
    },
  );

  it.each([
    ['utf-16', [0xff, 0xfe, 0x41, 0x00], 'A'],
    ['utf-16', [0xfe, 0xff, 0x00, 0x41], 'A'],
    ['utf16', [0x41, 0x00], 'A'],
    ['UTF_16', [0x41, 0x00, 0x42], 'A\ufffd'],
    ['utf-16le', [0xff, 0xfe, 0x41, 0x00], '\ufeffA'],
    ['utf_16_le', [0x41, 0x00], 'A'],
    ['utf-16-be', [0xfe, 0xff, 0x00, 0x41], '\ufeffA'],
    ['utf_16_be', [0x00, 0x41], 'A'],
    ['utf-32', [0xff, 0xfe, 0, 0, 0x41, 0, 0, 0], 'A'],
    ['utf-32', [0, 0, 0xfe, 0xff, 0, 0, 0, 0x41], 'A'],
    ['utf32', [0x41, 0, 0, 0], 'A'],
    ['utf-32-le', [0x00, 0xf6, 0x01, 0], '\u{1f600}'],
    ['utf_32_be', [0, 1, 0xf6, 0], '\u{1f600}'],
    ['utf-32', [0, 0, 0x11, 0], '\ufffd'],
    ['utf-32', [0, 0xd8, 0, 0], '\ufffd'],
    ['utf-32', [0x41, 0, 0, 0, 0x42], 'A\ufffd'],
  ])('B-DIFF-13 %s reads %j as %j', (name, codes, text) => {
    expect(decode(name, ...codes)).toBe(text);
  });

  it.each([
    ['cp932', [0x82, 0xa0], 'あ'],
    ['shift_jis', [0x82, 0xa0], 'あ'],
    ['shift-jis', [0x82, 0xa0], 'あ'],
    ['sjis', [0x82, 0xa0], 'あ'],
    ['ms932', [0x82, 0xa0], 'あ'],
    ['euc_kr', [0xb0, 0xa1], '가'],
    ['cp949', [0xb0, 0xa1], '가'],
    ['ks_c_5601-1987', [0xb0, 0xa1], '가'],
    ['euc_jp', [0xa4, 0xa2], 'あ'],
    ['iso2022_jp', [0x1b, 0x24, 0x42, 0x24, 0x22, 0x1b, 0x28, 0x42], 'あ'],
    ['gb2312', [0xb0, 0xa1], '啊'],
    ['cp936', [0xb0, 0xa1], '啊'],
    ['gb18030', [0xb0, 0xa1], '啊'],
    ['big5', [0xa4, 0x40], '一'],
    ['cp950', [0xa4, 0x40], '一'],
    ['koi8_r', [0xc1], 'а'],
    ['windows_1251', [0xe0], 'а'],
    ['cp1252', [0x80], '€'],
    ['latin9', [0xa4], '€'],
    ['mac-roman', [0x8e], 'é'],
  ])('B-DIFF-14 knows the name %s', (name, codes, text) => {
    expect(decode(name, ...codes)).toBe(text);
  });

  it.each(['x-unknown', '', 'none', 'utf8mb4', 'rot13', '\u0000', 'utf-8;', '__proto__'])(
    'B-DIFF-14 does not know %j',
    (name) => {
      expect(createDecoder(name)).toBeNull();
    },
  );

  it.each(['utf', '-', '_', ' ', 'iso-', '8', 'utf-32', 'l1'])(
    '[F13] takes no longer than 64 KiB of %j allow',
    (pump) => {
      const start = cpuMs();
      expect(createDecoder(pump.repeat(65536 / pump.length))).toBeNull();
      expect(cpuMs() - start).toBeLessThan(300);
    },
  );

  const names = ['utf-8', 'utf-8-sig', 'latin1', 'ascii', 'utf-16', 'utf-16le', 'utf-16be', 'utf-32', 'utf-32-be'];
  // The platform itself reads malformed GB18030, GBK, EUC-JP and ISO-2022-JP differently when it is cut: those have a row each below.
  it.each([...names, 'shift_jis', 'euc-kr', 'big5', 'windows-1252'])(
    'B-ITER-06 %s decodes the same however the bytes are cut',
    (name) => {
      const body = fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.string({ unit: 'grapheme', maxLength: 10 }).map((text) => new TextEncoder().encode(text)),
      );
      fc.assert(
        fc.property(body, fc.array(fc.nat(6), { maxLength: 30 }), (bytes, sizes) => {
          const whole = createDecoder(name)!.decode(bytes);
          const decoder = createDecoder(name)!;
          let text = '';
          let at = 0;
          for (const size of sizes) {
            text += decoder.decode(bytes.subarray(at, at + size), { stream: true });
            at += size;
          }
          text += decoder.decode(bytes.subarray(at), { stream: true });
          text += decoder.decode();
          expect(text).toBe(whole);
        }),
      );
    },
  );

  it.each([
    ['gb18030', '啊é😀', [0xb0, 0xa1, 0xa8, 0xa6, 0x94, 0x39, 0xfc, 0x36]],
    ['gbk', '啊一', [0xb0, 0xa1, 0xd2, 0xbb]],
    ['euc-jp', 'あ丂a', [0xa4, 0xa2, 0x8f, 0xb0, 0xa1, 0x61]],
    ['iso-2022-jp', 'aあいb', [0x61, 0x1b, 0x24, 0x42, 0x24, 0x22, 0x24, 0x24, 0x1b, 0x28, 0x42, 0x62]],
  ])('B-ITER-06 %s gives %s byte by byte', (name, text, codes) => {
    const decoder = createDecoder(name)!;
    const pieces = codes.map((code) => decoder.decode(bytesOf(code), { stream: true }));
    expect(pieces.join('') + decoder.decode()).toBe(text);
  });
});

describe('decodeText', () => {
  it.each([
    ['an empty name', ''],
    ['an unknown name', 'x-unknown'],
    ['no name', null],
  ])('B-ENC-05 reads %s as UTF-8, and never fails', (_, encoding) => {
    expect(decodeText(bytesOf(0xc3, 0xa9, 0xff), encoding)).toBe('é\ufffd');
  });

  it('B-ENC-05 replaces what the charset cannot hold', () => {
    expect(decodeText(bytesOf(0x41, 0xc3), 'utf-8')).toBe('A\ufffd');
    expect(decodeText(bytesOf(0xff, 0x41), 'shift_jis')).toContain('\ufffd');
  });
});

describe('guessJsonUtf', () => {
  const utf16 = (text: string, order: 'le' | 'be'): number[] =>
    Array.from(text, (char) => char.charCodeAt(0)).flatMap((code) =>
      order === 'le' ? [code & 255, code >> 8] : [code >> 8, code & 255],
    );
  const utf32 = (text: string, order: 'le' | 'be'): number[] =>
    Array.from(text, (char) => char.charCodeAt(0)).flatMap((code) =>
      order === 'le' ? [code, 0, 0, 0] : [0, 0, 0, code],
    );

  it.each([
    ['utf-8', [...'{"a"}'].map((char) => char.charCodeAt(0))],
    ['utf-8', []],
    ['utf-8', [0x61, 0x62, 0x63]],
    ['utf-8-sig', [0xef, 0xbb, 0xbf, 0x7b]],
    ['utf-16', [0xff, 0xfe, ...utf16('{"a"}', 'le')]],
    ['utf-16', [0xfe, 0xff, ...utf16('{"a"}', 'be')]],
    ['utf-16-le', utf16('{"a"}', 'le')],
    ['utf-16-be', utf16('{"a"}', 'be')],
    ['utf-32', [0xff, 0xfe, 0, 0, ...utf32('{"a"}', 'le')]],
    ['utf-32', [0, 0, 0xfe, 0xff, ...utf32('{"a"}', 'be')]],
    ['utf-32-le', utf32('{"a"}', 'le')],
    ['utf-32-be', utf32('{"a"}', 'be')],
    [null, [0, 0, 0, 0]],
    [null, [0, 0, 0x61, 0]],
    [null, [0x61, 0, 0, 0x62]],
    [null, [0, 0x61, 0x62, 0x63]],
  ])('B-UTIL-11 B-JSON-01 answers %s for %j', (utf, codes) => {
    expect(guessJsonUtf(bytesOf(...codes))).toBe(utf);
  });
});
