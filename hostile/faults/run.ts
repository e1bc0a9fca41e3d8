/**
 * Plays the fault matrix.
 *
 *     node --conditions=@requests-ts/source hostile/faults/run.ts            the part that belongs to every pull request
 *     node --conditions=@requests-ts/source hostile/faults/run.ts --all      all of it
 *     node --conditions=@requests-ts/source hostile/faults/run.ts tls/gzip   only scenarios whose id contains one of these texts
 *
 * Ends with code 1 when anything is not as `expected.ts` says.
 */
import { allScenarios } from './cells.ts';
import { playAll } from './crowd.ts';
import { subsetOf } from './subset.ts';
import { summarize } from './summary.ts';

const [...args] = process.argv.slice(2);
const words = args.filter((arg) => !arg.startsWith('--'));
const every = allScenarios();
const chosen =
  words.length > 0
    ? every.filter(({ id }) => words.some((word) => id.includes(word)))
    : args.includes('--all')
      ? every
      : subsetOf(every);
// Made when it is first used, which is not to count as left behind.
process.stdout.write('');
const startedAt = performance.now();
const { results, strays } = await playAll(chosen, ({ scenario, violations }) => {
  for (const violation of violations) console.log(`${scenario.id}: ${violation}`);
});
for (const stray of strays) console.log(stray);
console.log(summarize(results, every.length, performance.now() - startedAt));
if (strays.length > 0 || results.some(({ violations }) => violations.length > 0)) process.exitCode = 1;
