import { describe, expect, it } from 'vitest';
import { asciiLower, asciiUpper, printable, trimBlanks } from './ascii.ts';

/** Every UTF-16 unit beyond ASCII, the surrogates among them. */
const beyond = Array.from({ length: 0x10000 - 0x80 }, (_, at) => String.fromCharCode(at + 0x80)).join('');

describe('asciiLower', () => {
  it('[D05] touches A to Z and nothing else', () => {
    const ascii = Array.from({ length: 0x80 }, (_, at) => String.fromCharCode(at)).join('');
    expect(asciiLower(ascii)).toBe(ascii.toLowerCase());
    expect(asciiLower(`${beyond}A`)).toBe(`${beyond}a`);
    expect(asciiLower('\u212aEEP \u0130')).toBe('\u212aeep \u0130');
  });
});

describe('asciiUpper', () => {
  it('[D05] touches a to z and nothing else', () => {
    const ascii = Array.from({ length: 0x80 }, (_, at) => String.fromCharCode(at)).join('');
    expect(asciiUpper(ascii)).toBe(ascii.toUpperCase());
    expect(asciiUpper(`${beyond}a`)).toBe(`${beyond}A`);
    expect(asciiUpper('po\u017ft \u0131 ß')).toBe('PO\u017fT \u0131 ß');
  });
});

describe('trimBlanks', () => {
  it('[D05] takes blanks and tabs from both ends, and no other white space', () => {
    expect(trimBlanks(' \t a b\t ')).toBe('a b');
    expect(trimBlanks('\u00a0a\u2003')).toBe('\u00a0a\u2003');
    expect(trimBlanks('\na\r')).toBe('\na\r');
    expect(trimBlanks(' \t ')).toBe('');
    expect(trimBlanks('')).toBe('');
  });
});

describe('printable', () => {
  it('[A14] shows control characters as \\xNN, and 100 characters at most', () => {
    expect(printable('a\x1b[31m\r\n\x00\x7f\x9f\u00e9')).toBe('a\\x1b[31m\\x0d\\x0a\\x00\\x7f\\x9f\u00e9');
    expect(printable('x'.repeat(100))).toBe('x'.repeat(100));
    expect(printable('x'.repeat(101))).toBe(`${'x'.repeat(100)}...`);
  });
});
