import { describe, expect, it } from 'vitest';
import { toFlat } from './raw-fields.ts';

describe('toFlat', () => {
  const parts = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'latin1'));

  it('reads buffers as latin-1, wherever they lie', () => {
    const whole = Buffer.from('A: 1\r\nB: \xe9\r\n', 'latin1');
    const cut = (from: number, to: number): Buffer => whole.subarray(from, to);
    const fields = [cut(0, 1), cut(3, 4), cut(6, 7), cut(9, 10)];
    expect(toFlat(fields)).toEqual(['A', '1', 'B', '\xe9']);
    expect(toFlat([...fields, ...parts('C', '2')])).toEqual(['A', '1', 'B', '\xe9', 'C', '2']);
    expect(toFlat([...parts('C', '2'), ...fields])).toEqual(['C', '2', 'A', '1', 'B', '\xe9']);
    expect(toFlat([...fields].reverse())).toEqual(['\xe9', 'B', '1', 'A']);
    expect(toFlat([])).toEqual([]);
  });

  it('takes an object apart, without what is no field', () => {
    const fields = Object.assign(Object.create({ polluted: 'x' }), {
      ':status': 200,
      a: '1',
      'set-cookie': ['b', 'c'],
    });
    expect(toFlat(fields)).toEqual(['a', '1', 'set-cookie', 'b', 'set-cookie', 'c']);
    expect(toFlat({})).toEqual([]);
  });
});
