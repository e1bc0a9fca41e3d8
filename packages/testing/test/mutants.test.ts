import { adapterChecks, runCheck } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { mutants } from './mutants.ts';
import { NaiveAdapter } from './naive-adapter.ts';

/** Enough for a good adapter on a busy machine, and not too long to wait for a bad one. */
const PATIENCE = { patienceMs: 1500 };

describe('adapterChecks', () => {
  it.each(mutants)(
    'find an adapter that %s, by %s',
    async (_, feature, make) => {
      const failures: string[] = [];
      for (const check of adapterChecks.filter((candidate) => candidate.feature === feature)) {
        // One failure is enough: what hangs is slow to find.
        if (failures.length === 0)
          await runCheck(check, make, PATIENCE).catch((error: unknown) => failures.push(String(error)));
      }
      expect(failures).toHaveLength(1);
    },
    60_000,
  );

  it('pass an adapter that is only naive where naivety does no harm', async () => {
    for (const check of adapterChecks.filter(
      ({ title }) => title.includes('names the request') || title.includes('keeps no cookies'),
    )) {
      await runCheck(check, () => new NaiveAdapter(), PATIENCE);
    }
  });

  it('cover every feature with a mutant', () => {
    const covered = new Set(mutants.map(([, feature]) => feature));
    expect(adapterChecks.filter(({ feature }) => !covered.has(feature))).toEqual([]);
  });
});
