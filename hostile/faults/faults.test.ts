import { describe, expect, it } from 'vitest';
import { allScenarios } from './cells.ts';
import { playAll } from './crowd.ts';
import { LEFT_OUT } from './left-out.ts';
import { ACTIONS, PHASES, TRANSPORTS } from './model.ts';
import { subsetOf } from './subset.ts';

const every = allScenarios();
const subset = subsetOf(every);

describe('fault matrix', () => {
  it('has at least 600 scenarios, each with a name of its own and an expectation', () => {
    expect(every.length).toBeGreaterThanOrEqual(600);
    expect(new Set(every.map(({ id }) => id)).size).toBe(every.length);
    expect(every.filter(({ expected }) => expected.length === 0)).toEqual([]);
  });

  it('breaks every transport, in every phase and in every way', () => {
    const names = (key: 'transport' | 'phase' | 'action'): string[] =>
      [...new Set(every.map((each) => each[key]))].sort();
    expect(names('transport')).toEqual([...TRANSPORTS].sort());
    expect(names('phase')).toEqual([...PHASES].sort());
    expect(names('action')).toEqual([...ACTIONS].sort());
  });

  it('says why a cell is left out', () => {
    for (const { phase, action, reason } of LEFT_OUT) {
      expect(reason).not.toBe('');
      const left = every.filter((each) => each.phase === phase && (action === '*' || each.action === action));
      expect(left, `${phase}/${action}`).toEqual([]);
    }
  });

  it('takes the same part in every run, with each pair of transport, phase and action', () => {
    const pairs = (of: typeof every): Set<string> =>
      new Set(of.flatMap(({ transport: t, phase: p, action: a }) => [`${t} ${p}`, `${t} ${a}`, `${p} ${a}`]));
    expect(subset.length).toBeGreaterThanOrEqual(150);
    expect(pairs(subset)).toEqual(pairs(every));
    expect(subsetOf([...every].reverse())).toEqual(subset);
  });

  it('[E07] [F09] [F10] [F11] [J03] [A14] settles every request as it must, says no secret, leaves nothing open, and goes on', async () => {
    const { results, strays } = await playAll(subset);
    const wrong = results.flatMap(({ scenario, violations }) => violations.map((text) => `${scenario.id}: ${text}`));
    expect([...wrong, ...strays]).toEqual([]);
    expect(results).toHaveLength(subset.length);
  }, 240_000);
});
