import { describe, expect, it } from 'vitest';
import { formatTable } from './table.ts';

describe('formatTable', () => {
  it('aligns names to the left and numbers to the right', () => {
    const rows = [
      ['client', 'µs'],
      ['a', '1.5'],
      ['longer one', '10.25'],
    ];
    expect(formatTable(rows)).toBe(
      ['| client     |    µs |', '| ---------- | ----: |', '| a          |   1.5 |', '| longer one | 10.25 |'].join(
        '\n',
      ),
    );
  });
});
