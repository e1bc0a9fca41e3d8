import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkBoundary, chooseBoundary, formatContentType, indexOfBytes } from './boundary.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

afterEach(() => {
  vi.restoreAllMocks();
});

describe('chooseBoundary', () => {
  it('B-FILES-12 [K01 CVE-2025-7783] gives 10,000 boundaries of 32 hexadecimal digits without a repeat, and without Math.random', () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const boundaries = new Set(Array.from({ length: 10_000 }, chooseBoundary));
    expect(boundaries.size).toBe(10_000);
    for (const boundary of boundaries) expect(boundary).toMatch(/^[0-9a-f]{32}$/);
    expect(random).not.toHaveBeenCalled();
  });
});

describe('checkBoundary', () => {
  it.each(['a', 'a b', "'()+_,-./:=?", '0'.repeat(70)])('[K01] takes %s', (boundary) => {
    expect(checkBoundary(boundary)).toBe(boundary);
  });

  it.each(['', ' ', 'a ', '0'.repeat(71), 'a"b', 'a\r\nb', 'a\n', 'a;b', 'é', 'a*b'])(
    '[K01] refuses %j (RFC 2046 section 5.1.1)',
    (boundary) => {
      expect(() => checkBoundary(boundary)).toThrow(RangeError);
    },
  );
});

describe('formatContentType', () => {
  it('B-FILES-14 quotes a boundary that is no token', () => {
    expect(formatContentType('abc')).toBe('multipart/form-data; boundary=abc');
    expect(formatContentType('a:b c')).toBe('multipart/form-data; boundary="a:b c"');
  });
});

describe('indexOfBytes', () => {
  it.each([
    ['abcabc', 'abc', 0, 0],
    ['abcabc', 'abc', 1, 3],
    ['aaab', 'ab', 0, 2],
    ['abc', 'abcd', 0, -1],
    ['ab', 'b', 0, 1],
    ['', 'a', 0, -1],
    ['abc', 'c', 3, -1],
  ])('finds in %j %j from %i: %i', (text, needle, from, expected) => {
    expect(indexOfBytes(bytes(text), bytes(needle), from)).toBe(expected);
  });
});
