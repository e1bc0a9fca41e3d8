import { describe, expect, it } from 'vitest';
import { barChart, formatNumber, growthChart } from './chart.ts';

describe('barChart', () => {
  const svg = barChart('A & B', 'µs', [
    { label: 'slow', value: 20, ours: false },
    { label: 'fast', value: 10, ours: true },
  ]);

  it('puts the shortest bar on top, half as long as one of twice its value', () => {
    expect(svg.indexOf('fast')).toBeLessThan(svg.indexOf('slow'));
    const widths = Array.from(svg.matchAll(/<rect x="190"[^>]* width="([\d.]+)"/g), ([, width]) => Number(width));
    expect(widths).toEqual([250, 500]);
  });

  it('escapes text', () => {
    expect(svg).toContain('A &amp; B');
  });
});

describe('growthChart', () => {
  it('gives proportional growth the slope of the dashed line, and constant cost none', () => {
    const svg = growthChart('Growth', 'µs', [
      { of: 'proportional', points: [1, 10, 100].map((size) => ({ size, cpuMicros: size })) },
      { of: 'constant', points: [1, 100].map((size) => ({ size, cpuMicros: 10 })) },
    ]);
    expect(svg).toContain('points="56.0,330.0 263.0,187.0 470.0,44.0"');
    expect(svg).toContain('d="M56 330L470 44"');
    expect(svg).toContain('points="56.0,187.0 470.0,187.0"');
  });
});

describe('formatNumber', () => {
  it.each([
    { value: 1234.5, expected: '1235' },
    { value: 12.34, expected: '12.3' },
    { value: 1.234, expected: '1.23' },
  ])('formatNumber($value) = $expected', ({ value, expected }) => {
    expect(formatNumber(value)).toBe(expected);
  });
});
