/**
 * The long form of `fuzz.test.ts`: random seeds, as many inputs as there is time for, guided by coverage.
 *
 *     node --conditions=@requests-ts/source hostile/fuzz/run.ts [--target name]... [--seconds n | --cases n] [--seed n] [--keep]
 *
 * A failing input is shrunk and printed as JSON; `--keep` adds it to the corpus, with what it failed with. Exits with 1 when there was one.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { readCorpus, whatWasWrong, writeCorpus } from './corpus.ts';
import { type CoverageWatch, watchCoverage } from './coverage.ts';
import { holdLinear, type LongText, longTexts } from './linear.ts';
import { mutants } from './mutation.ts';
import type { Target } from './target.ts';
import { targets } from './targets/index.ts';

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true },
    seconds: { type: 'string', default: '10' },
    cases: { type: 'string' },
    seed: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const names = targets.map(({ name }) => name);
for (const name of values.target ?? [])
  if (!names.includes(name)) throw new RangeError(`No target ${name}: ${names.join(', ')}`);

const MAX_SEEDS = 5000;
/** Texts of 64 KiB take a thousand times as long as short ones. */
const LONG_SHARE = 0.1;

process.on('unhandledRejection', (error) => {
  console.error('Unhandled rejection', error);
  process.exit(1);
});

/** How much: so many cases, or so many seconds. */
function limits(share: number): { numRuns: number; interruptAfterTimeLimit?: number } {
  if (values.cases !== undefined) return { numRuns: Math.ceil(Number(values.cases) * (share < 0.5 ? share / 100 : 1)) };
  return { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: Number(values.seconds) * 1000 * share };
}

async function fuzz(target: Target): Promise<boolean> {
  const started = performance.now();
  const corpus = readCorpus(target.name);
  const pool = corpus.inputs.map(({ input }) => input);
  const stop = (await target.start?.()) ?? (async () => {});
  const coverage: CoverageWatch = watchCoverage();
  const share = target.parsers ? 1 - LONG_SHARE : 1;
  let cases = 0;
  let found = 0;
  /** Not asked about yet: once a thousand questions brought nothing new, many inputs share one. */
  let recent: unknown[] = [];
  let boring = 0;
  const property = fc.asyncProperty(
    fc.oneof({ weight: 2, arbitrary: target.inputs }, { weight: 3, arbitrary: mutants(pool, target.tokens) }),
    async (input) => {
      cases++;
      await target.run(input);
      recent.push(input);
      if (boring > 1000 && recent.length < 100) return;
      if (!coverage.reachedNew()) boring++;
      else if (pool.length < MAX_SEEDS) pool.push(...structuredClone(recent));
      recent = [];
    },
  );
  // The first seeds, from the grammar alone.
  for (const input of fc.sample(target.inputs, { seed, numRuns: 20 })) pool.push(input);
  const result = await fc.check(property, { seed, ...limits(share), markInterruptAsFailure: false });
  coverage.stop();
  await stop();
  if (result.failed) {
    found++;
    const [input] = result.counterexample!;
    report(target.name, { input }, result.errorInstance);
    corpus.inputs.push({ why: whatWasWrong(result.errorInstance), input });
  }
  let texts = 0;
  if (target.parsers) {
    const linear = fc.property(longTexts(target.tokens), (text: LongText) => {
      texts++;
      holdLinear(target, text);
    });
    const slow = await fc.check(linear, { seed, ...limits(LONG_SHARE), markInterruptAsFailure: false });
    if (slow.failed) {
      found++;
      const [text] = slow.counterexample!;
      report(target.name, { text }, slow.errorInstance);
      corpus.long.push({ why: whatWasWrong(slow.errorInstance), text });
    }
  }
  if (found > 0 && values.keep) writeCorpus(target.name, corpus);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${target.name.padEnd(18)} ${String(cases).padStart(9)} cases ${String(texts).padStart(6)} long texts ${seconds.padStart(7)} s ` +
      `${String(pool.length).padStart(5)} seeds  ${found === 0 ? 'ok' : `${found} found`}`,
  );
  return found > 0;
}

function report(name: string, kept: object, error: unknown): void {
  console.error(`\n${name} (seed ${seed}): ${error instanceof Error ? error.stack : String(error)}`);
  console.error(`For corpus/${name}.json: ${JSON.stringify(kept)}\n`);
}

console.log(`seed ${seed}`);
for (const target of targets) {
  if (values.target && !values.target.includes(target.name)) continue;
  if (await fuzz(target)) process.exitCode = 1;
}
