/** The options of a policy: what they are, and that they are what they should be. */
import type { Seconds } from '@requests-ts/core';

/** A number of retries; null does not count, false forbids. */
export type RetryCount = number | false | null;

/** One attempt that failed, oldest first in `retry.history`. */
export interface RequestHistory {
  readonly method: string | null;
  readonly url: string | null;
  /** What it rejected with, or null when a response was the reason. */
  readonly error: unknown;
  readonly status: number | null;
  readonly redirectLocation: string | null;
}

/** When to try again, how often, and how long to wait in between. */
export interface RetryOptions {
  /** Retries in all, 10; it beats the other counters. Null: only those count. False: errors pass through as they are. */
  readonly total?: RetryCount;
  /** Failures before the request was sent (DNS, refused, connect timeout), for any method; null. */
  readonly connect?: RetryCount;
  /** Failures after it was sent (read timeout, lost connection), for `allowedMethods` only; null. */
  readonly read?: RetryCount;
  /** Kept for parity: adapters see no redirects, the session follows them; null. */
  readonly redirect?: RetryCount;
  /** Responses in `statusForcelist`; null. */
  readonly status?: RetryCount;
  /** Everything else, TLS and proxies included, for any method; null. */
  readonly other?: RetryCount;
  /** Methods that may be repeated after the server has seen them; those of RFC 9110 §9.2.2. Null, false or none: any method. */
  readonly allowedMethods?: Iterable<string> | false | null;
  /** Statuses to retry; none. */
  readonly statusForcelist?: Iterable<number> | null;
  /** In seconds: the wait after n failures in a row is `backoffFactor * 2^(n-1)`, none after the first; 0. */
  readonly backoffFactor?: Seconds;
  /** The longest such wait, in seconds, jitter included; 120. */
  readonly backoffMax?: Seconds;
  /** Largest random addition to it, in seconds; 0. */
  readonly backoffJitter?: Seconds;
  /** Kept for parity, like `redirect`; true. */
  readonly raiseOnRedirect?: boolean;
  /** True raises `RetryError` when the retries of a status are used up; false returns the last response. */
  readonly raiseOnStatus?: boolean;
  /** Wait as long as `Retry-After` says, and retry 413, 429 and 503 when they have it; true. */
  readonly respectRetryAfterHeader?: boolean;
  /** The longest wait a server can ask for, in seconds: 21,600 (six hours). Set it far lower where somebody waits for the answer. */
  readonly retryAfterMax?: Seconds;
  /** Kept for parity, like `redirect`. */
  readonly removeHeadersOnRedirect?: Iterable<string>;
  readonly history?: readonly RequestHistory[];
}

/** Every key, so that reading options yields own values only. */
export const RETRY_KEYS: readonly (keyof RetryOptions)[] = [
  'total',
  'connect',
  'read',
  'redirect',
  'status',
  'other',
  'allowedMethods',
  'statusForcelist',
  'backoffFactor',
  'backoffMax',
  'backoffJitter',
  'raiseOnRedirect',
  'raiseOnStatus',
  'respectRetryAfterHeader',
  'retryAfterMax',
  'removeHeadersOnRedirect',
  'history',
];

/** A counter, or the fallback when none was given. @throws TypeError */
export function count(value: unknown, fallback: RetryCount, name: string): RetryCount {
  if (value === undefined) return fallback;
  const valid = value === null || value === false || value === Number.POSITIVE_INFINITY || Number.isInteger(value);
  if (!valid) throw new TypeError(`Retry: ${name} must be a whole number, null or false`);
  return value as RetryCount;
}

/** @throws TypeError for what is no number. */
export function seconds(value: unknown, name: string): Seconds {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new TypeError(`Retry: ${name} must be a number of seconds`);
  }
  return value;
}

/** @throws TypeError for what is no boolean. */
export function flag(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw new TypeError(`Retry: ${name} must be true or false`);
  return value;
}

/** The items of an iterable that is no text. @throws TypeError when there is none, or an item is not valid. */
export function list<T>(value: Iterable<T>, name: string, isValid: (item: unknown) => boolean): T[] {
  const items = typeof value === 'object' && value !== null && Symbol.iterator in value ? [...value] : null;
  if (!items?.every(isValid)) throw new TypeError(`Retry: ${name} must be a list`);
  return items;
}

/** True for text. */
export function isString(value: unknown): boolean {
  return typeof value === 'string';
}
