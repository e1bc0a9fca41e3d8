import { describe, expect, it } from 'vitest';
import type { Exchange } from './exchange.ts';
import { WaitingLine } from './waiting-line.ts';

/** The line touches nothing but the two links. */
function waiting(): Exchange {
  return { before: null, after: null } as Exchange;
}

describe('WaitingLine', () => {
  it('gives out first who came first', () => {
    const line = new WaitingLine();
    const [a, b, c] = [waiting(), waiting(), waiting()];
    for (const exchange of [a, b, c]) line.push(exchange);
    expect([line.size, line.shift(), line.shift(), line.shift(), line.shift(), line.size]).toEqual([
      3,
      a,
      b,
      c,
      null,
      0,
    ]);
  });

  it('lets anybody leave, and comes to no harm when somebody leaves twice', () => {
    for (const leaver of [0, 1, 2]) {
      const line = new WaitingLine();
      const all = [waiting(), waiting(), waiting()];
      for (const exchange of all) line.push(exchange);
      line.delete(all[leaver]!);
      line.delete(all[leaver]!);
      expect(line.size).toBe(2);
      const stayed = all.filter((_, i) => i !== leaver);
      line.push(all[leaver]!);
      for (const exchange of [...stayed, all[leaver]!]) expect(line.shift()).toBe(exchange);
    }
  });

  it('leaves no link behind: an old exchange must not keep the next ones alive', () => {
    const line = new WaitingLine();
    const [a, b] = [waiting(), waiting()];
    line.push(a);
    line.push(b);
    line.shift();
    line.delete(b);
    for (const exchange of [a, b]) expect(exchange).toEqual({ before: null, after: null });
  });
});
