import { describe, expect, it } from 'vitest';
import { whatWasWrong } from './corpus.ts';

describe('whatWasWrong', () => {
  it('says what an input failed with, and where', () => {
    const error = new TypeError('expected 1\nand more');
    error.stack = `TypeError: \x1b[31mexpected 1\x1b[39m\nand more\n    at run (file:///home/x/hostile/fuzz/targets/url.ts:12:3)`;
    expect(whatWasWrong(error)).toBe('TypeError: expected 1 (hostile/fuzz/targets/url.ts)');
  });

  it('stays a line, whatever was thrown', () => {
    expect(whatWasWrong(`text\n${'x'.repeat(500)}`)).toBe('text');
    expect(whatWasWrong(new Error('x'.repeat(500)))).toMatch(/^Error: x{193} \(hostile\/fuzz\/corpus\.test\.ts\)$/);
  });
});
