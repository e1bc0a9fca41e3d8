import { describe, expect, it } from 'vitest';
import { cut, everySplit } from './split.ts';

const pieces = (split: Parameters<typeof cut>[1]): string[] =>
  cut(Buffer.from('abc'), split).map((piece) => Buffer.from(piece).toString());

describe('everySplit', () => {
  it('is whole, byte by byte, and in two at every offset', () => {
    expect(everySplit('abc').map(({ split }) => pieces(split))).toEqual([
      ['abc'],
      ['a', 'b', 'c'],
      ['a', 'bc'],
      ['ab', 'c'],
    ]);
  });
});

describe('cut', () => {
  it('ignores offsets that are out of order or beyond the end', () => {
    expect(pieces([2, 1, 2])).toEqual(['ab', 'c']);
    expect(pieces([0, 3])).toEqual(['abc']);
  });
});
