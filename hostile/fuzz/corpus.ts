/** Inputs that are kept: what once failed, and what is worth trying first. `corpus/<target>.json` is written by hand or by `run.ts --keep`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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

export function writeCorpus(name: string, corpus: Corpus): void {
  writeFileSync(fileOf(name), `${JSON.stringify(corpus, null, 2)}\n`);
}
