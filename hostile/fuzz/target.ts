/** What a fuzz target is, and what every target holds: no error but ours, and no peer's control bytes in its message. */
import assert from 'node:assert/strict';
import { RequestException } from '@requests-ts/core';
import type fc from 'fast-check';

/**
 * One parser, or one exchange with a hostile peer, that takes whatever it is given.
 *
 * Inputs are JSON, so that a found one can be kept, and mutants can be made of it without knowing what it means: a string is free text, an
 * array a list of any length, a number a choice, and a fixed shape an object.
 */
export interface Target<Input = unknown> {
  readonly name: string;
  /** The classes that it holds, and the promise in words: the title of its test. */
  readonly holds: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** Words of its grammar: what mutants and long texts are made of. */
  readonly tokens: readonly string[];
  /** Runs of the ordinary test; 300. */
  readonly runs?: number;
  /** Parsers that take less than 50 ms for 64 KiB of anything. */
  readonly parsers?: Readonly<Record<string, (text: string) => unknown>>;
  /** Opens what `run` talks to. Returns what closes it. */
  start?(): Promise<() => Promise<void>>;
  /** @throws for whatever must not happen. */
  run(input: Input): void | Promise<void>;
}

/** Checks an error that a caller would get. @throws the error when it is none of ours. */
export function expectOurs(error: unknown, ...more: readonly (new (...args: never[]) => Error)[]): Error {
  if (error instanceof RequestException)
    assert.doesNotMatch(error.message, /[\0-\x08\x0a-\x1f\x7f]/, 'a message holds control characters');
  else if (!more.some((type) => error instanceof type)) throw error;
  return error as Error;
}

/** The result, or null when one of our errors was thrown. */
export function attempt<T>(run: () => T, ...more: readonly (new (...args: never[]) => Error)[]): T | null {
  try {
    return run();
  } catch (error) {
    expectOurs(error, ...more);
    return null;
  }
}

/** The text of bytes, and back: one character is one byte. */
export const toBytes = (latin1: string): Buffer<ArrayBuffer> => Buffer.from(latin1, 'latin1');
export const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
