/** Inputs that are kept: what once failed, and what is worth trying first. `corpus/<target>.json` is written by hand or by `run.ts --keep`. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { LongText } from './linear.ts';

export interface Corpus {
  readonly inputs: { readonly why: string; readonly input: unknown }[];
  readonly long: { readonly why: string; readonly text: LongText }[];
}

const fileOf = (name: string): URL => new URL(`corpus/${name}.json`, import.meta.url);

export function readCorpus(name: string): Corpus {
  const file = fileOf(name);
  return { inputs: [], long: [], ...(existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Corpus) : {}) };
}

/** Writes it as it is committed, formatted. */
export function writeCorpus(name: string, corpus: Corpus): void {
  const file = fileURLToPath(fileOf(name));
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  // Blanks and hyphens that nobody sees are the point of many an input.
  const text = JSON.stringify(corpus, null, 2).replace(
    /[^\n -~]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  writeFileSync(file, `${text}\n`);
  execFileSync('node_modules/.bin/biome', ['format', '--write', '--log-level=error', file], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Why an input is kept: the first line of what it failed with, and the place. */
export function whatWasWrong(error: unknown): string {
  const [first = '', ...rest] = stripVTControlCharacters(
    error instanceof Error ? (error.stack ?? '') : String(error),
  ).split('\n');
  const place = rest
    .map((line) => /(hostile|packages)\/\S+\.ts(?=:\d)/.exec(line)?.[0])
    .find((path) => path !== undefined);
  return `${first.slice(0, 200)}${place === undefined ? '' : ` (${place})`}`;
}
