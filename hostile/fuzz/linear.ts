/** Long texts that make careless parsers slow, and how long ours take. */
import { RequestException } from '@requests-ts/core';
import { cpuMs } from '@requests-ts/testing';
import fc from 'fast-check';
import type { Target } from './target.ts';

/** A text of 64 KiB in a few characters. */
export interface LongText {
  readonly before: string;
  /** Repeated. */
  readonly pump: string;
  readonly after: string;
}

const SIZE = 64 * 1024;
/** What 64 KiB may cost where nothing else runs. */
const BOUND_MS = 50;
/** What no grammar expects in such number. */
const RUNS = [
  ' ',
  '\t',
  'a',
  '0',
  '"',
  '\\',
  ',',
  ';',
  '=',
  '\0',
  '\x80',
  '\r\n',
  '\n',
  'é',
  '\ud800',
  '%',
  '.',
  '/',
  '(',
];

export function longTexts(tokens: readonly string[]): fc.Arbitrary<LongText> {
  const words = fc.constantFrom(...tokens, ...RUNS);
  const some = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
    fc.array(words, { minLength, maxLength }).map((list) => list.join(''));
  return fc.record({ before: some(0, 3), pump: some(1, 3), after: some(0, 2) });
}

/** @throws for a parser that takes that long of this thread, the best of several, or throws what is not ours. */
export function holdLinear(
  { parsers = {} }: Pick<Target, 'parsers'>,
  { before, pump, after }: LongText,
  boundMs: number = BOUND_MS,
): void {
  const text = before + pump.repeat(Math.ceil(SIZE / Math.max(1, pump.length))) + after;
  for (const [name, parse] of Object.entries(parsers)) {
    const took = milliseconds(() => parse(text), boundMs);
    if (took >= boundMs) throw new Error(`${name} takes ${took.toFixed(0)} ms for ${text.length} characters`);
  }
}

/** The best of five, so that what else the machine does, and the compiler's and collector's work, do not count. */
function milliseconds(run: () => unknown, boundMs: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5 && best >= boundMs; attempt++) {
    const start = cpuMs();
    try {
      run();
    } catch (error) {
      if (!(error instanceof RequestException || error instanceof TypeError || error instanceof RangeError))
        throw error;
    }
    best = Math.min(best, cpuMs() - start);
  }
  return best;
}
