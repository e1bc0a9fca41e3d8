import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCorpus } from './corpus.ts';
import { holdLinear, longTexts } from './linear.ts';
import { mutants } from './mutation.ts';
import { targets } from './targets/index.ts';

/** The same inputs in every run; `run.ts` is for new ones. */
const seed = 20_261_121;
/** Four times what `run.ts` allows, for slow and busy machines: what is not linear takes seconds. */
const boundMs = 200;

describe.each(targets)('$name', (target) => {
  const { inputs, long } = readCorpus(target.name);
  let stop = async (): Promise<void> => {};
  beforeAll(async () => {
    stop = (await target.start?.()) ?? stop;
  });
  afterAll(() => stop());

  it(`${target.holds}: what once failed`, async () => {
    for (const { input } of inputs) await target.run(input);
    for (const { text } of long) holdLinear(target, text, boundMs);
    expect(inputs.length).toBeGreaterThan(0);
  }, 60_000);

  it(`${target.holds}: whatever comes`, async () => {
    const pool = inputs.map(({ input }) => input);
    const any = fc.oneof(
      { weight: 2, arbitrary: target.inputs },
      { weight: 1, arbitrary: mutants(pool, target.tokens) },
    );
    const property = fc.asyncProperty(any, async (input) => void (await target.run(input)));
    await fc.assert(property, { seed, numRuns: target.runs ?? 300 });
  }, 60_000);

  if (target.parsers) {
    it('[C05] [F13] takes linear time for 64 KiB of anything', () => {
      const property = fc.property(longTexts(target.tokens), (text) => holdLinear(target, text, boundMs));
      fc.assert(property, { seed, numRuns: 15 });
    });
  }
});
