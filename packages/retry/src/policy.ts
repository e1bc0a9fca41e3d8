import type { Response, Seconds } from '@requests-ts/core';
import { asciiLower, asciiUpper, printable, readOptions } from '@requests-ts/core/authors';
import { backoffTime, sleep } from './backoff.ts';
import { errorKind, MaxRetryError } from './errors.ts';
import { parseRetryAfter } from './retry-after.ts';
import {
  count,
  flag,
  isString,
  list,
  RETRY_KEYS,
  type RequestHistory,
  type RetryCount,
  type RetryOptions,
  seconds,
} from './retry-options.ts';

/** What `increment` needs of a response. */
export type RetryResponse = Pick<Response, 'statusCode' | 'headers'>;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * A retry policy (urllib3: `Retry`): immutable, so that one instance serves any number of requests. Each step makes a new one with fewer
 * retries left and one more entry in `history`.
 */
export class Retry {
  static readonly DEFAULT_ALLOWED_METHODS: readonly string[] = Object.freeze([
    'HEAD',
    'GET',
    'PUT',
    'DELETE',
    'OPTIONS',
    'TRACE',
  ]);
  static readonly RETRY_AFTER_STATUS_CODES: readonly number[] = Object.freeze([413, 429, 503]);
  static readonly DEFAULT_REMOVE_HEADERS_ON_REDIRECT: readonly string[] = Object.freeze([
    'Cookie',
    'Authorization',
    'Proxy-Authorization',
  ]);
  static readonly DEFAULT_BACKOFF_MAX: Seconds = 120;
  static readonly DEFAULT_RETRY_AFTER_MAX: Seconds = 21_600;

  /** Retries in all that are left; it beats the other counters. Null: only those count. False: errors pass through as they are. */
  readonly total: RetryCount;
  /** Failures before the request was sent, for any method. */
  readonly connect: RetryCount;
  /** Failures after it was sent, for `allowedMethods` only. */
  readonly read: RetryCount;
  /** Kept for parity: adapters see no redirects, the session follows them. */
  readonly redirect: RetryCount;
  /** Responses in `statusForcelist`. */
  readonly status: RetryCount;
  /** Everything else, TLS and proxies included, for any method. */
  readonly other: RetryCount;
  /** Methods that may be repeated after the server has seen them, in upper case; null means any. */
  readonly allowedMethods: readonly string[] | null;
  /** Statuses to retry. */
  readonly statusForcelist: readonly number[];
  /** In seconds: the wait after n failures in a row is `backoffFactor * 2^(n-1)`, none after the first. */
  readonly backoffFactor: Seconds;
  /** The longest such wait, in seconds, jitter included. */
  readonly backoffMax: Seconds;
  /** Largest random addition to it, in seconds. */
  readonly backoffJitter: Seconds;
  /** Kept for parity, like `redirect`. */
  readonly raiseOnRedirect: boolean;
  /** True raises `RetryError` when the retries of a status are used up; false returns the last response. */
  readonly raiseOnStatus: boolean;
  /** Wait as long as `Retry-After` says, and retry 413, 429 and 503 when they have it. */
  readonly respectRetryAfterHeader: boolean;
  /** The longest wait a server can ask for, in seconds. */
  readonly retryAfterMax: Seconds;
  /** Kept for parity, like `redirect`; in lower case. */
  readonly removeHeadersOnRedirect: readonly string[];
  /** Attempts that failed, oldest first. */
  readonly history: readonly RequestHistory[];

  /** A policy of these options, each with its default where it is absent. @throws TypeError for an unknown option or one of the wrong type. */
  constructor(options: RetryOptions = {}) {
    const given = readOptions<RetryOptions>(options, RETRY_KEYS, 'Retry');
    this.total = count(given.total, 10, 'total');
    this.connect = count(given.connect, null, 'connect');
    this.read = count(given.read, null, 'read');
    const off = given.redirect === false || this.total === false;
    this.redirect = off ? 0 : count(given.redirect, null, 'redirect');
    this.status = count(given.status, null, 'status');
    this.other = count(given.other, null, 'other');
    const methods = given.allowedMethods === undefined ? Retry.DEFAULT_ALLOWED_METHODS : given.allowedMethods || [];
    const allowed = list(methods, 'allowedMethods', isString).map(asciiUpper);
    this.allowedMethods = allowed.length === 0 ? null : Object.freeze(allowed);
    this.statusForcelist = Object.freeze(list(given.statusForcelist ?? [], 'statusForcelist', Number.isInteger));
    this.backoffFactor = seconds(given.backoffFactor ?? 0, 'backoffFactor');
    this.backoffMax = seconds(given.backoffMax ?? Retry.DEFAULT_BACKOFF_MAX, 'backoffMax');
    this.backoffJitter = seconds(given.backoffJitter ?? 0, 'backoffJitter');
    this.raiseOnRedirect = flag(given.raiseOnRedirect ?? true, 'raiseOnRedirect') && !off;
    this.raiseOnStatus = flag(given.raiseOnStatus ?? true, 'raiseOnStatus');
    this.respectRetryAfterHeader = flag(given.respectRetryAfterHeader ?? true, 'respectRetryAfterHeader');
    this.retryAfterMax = seconds(given.retryAfterMax ?? Retry.DEFAULT_RETRY_AFTER_MAX, 'retryAfterMax');
    const removed = given.removeHeadersOnRedirect ?? Retry.DEFAULT_REMOVE_HEADERS_ON_REDIRECT;
    this.removeHeadersOnRedirect = Object.freeze(list(removed, 'removeHeadersOnRedirect', isString).map(asciiLower));
    this.history = Object.freeze([...(given.history ?? [])]);
    // A subclass still has its own fields to set.
    if (new.target === Retry) Object.freeze(this);
  }

  /**
   * A policy from what `maxRetries` takes: a number of retries in all, false for none, a policy as it is.
   *
   * @param fallback What null stands for; 3 retries.
   */
  static fromInt(retries: Retry | number | false | null | undefined, fallback: Retry | number | false = 3): Retry {
    const given = retries ?? fallback;
    return typeof given === 'object' ? given : new this({ total: given });
  }

  /** A copy with some options changed. */
  new(changes: RetryOptions = {}): this {
    const Policy = this.constructor as new (options: RetryOptions) => this;
    const given = readOptions<RetryOptions>(changes, RETRY_KEYS, 'Retry.new');
    return new Policy(
      Object.fromEntries(RETRY_KEYS.map((key) => [key, given[key] === undefined ? this[key] : given[key]])),
    );
  }

  /**
   * True when a response calls for another attempt: the method may be repeated, and the status is in `statusForcelist` or, with a
   * `Retry-After` that is respected and retries left, one of 413, 429 and 503.
   */
  isRetry(method: string, statusCode: number, hasRetryAfter: boolean = false): boolean {
    if (!this.isMethodRetryable(method)) return false;
    if (this.statusForcelist.includes(statusCode)) return true;
    return (
      Boolean(this.total) &&
      this.respectRetryAfterHeader &&
      hasRetryAfter &&
      Retry.RETRY_AFTER_STATUS_CODES.includes(statusCode)
    );
  }

  /** True when the method is one of `allowedMethods`. */
  isMethodRetryable(method: string): boolean {
    return this.allowedMethods === null || this.allowedMethods.includes(asciiUpper(method));
  }

  /** True when a counter fell below zero. */
  isExhausted(): boolean {
    const { total, connect, read, redirect, status, other } = this;
    return [total, connect, read, redirect, status, other].some((left) => typeof left === 'number' && left < 0);
  }

  /**
   * The policy after one more failure.
   *
   * @param url For `history`; pass it without secrets.
   * @throws MaxRetryError when no retry is left; the error itself when it must not be retried (`total` or `read` false, a method that must not
   *   be repeated, an error that is not about the network).
   */
  increment(
    method: string | null,
    url: string | null,
    failure: { readonly response?: RetryResponse | null; readonly error?: unknown } = {},
  ): this {
    const { response, error = null } = failure;
    const kind = error === null ? undefined : errorKind(error);
    if (error !== null && (this.total === false || !this.#mayRetry(method, kind))) throw error;
    const location = response && REDIRECTS.has(response.statusCode) ? response.headers.get('location') : undefined;
    const counter = error !== null ? kind! : location ? 'redirect' : response ? 'status' : null;
    const entry: RequestHistory = Object.freeze({
      method,
      url,
      error,
      status: response?.statusCode ?? null,
      redirectLocation: location || null,
    });
    const counts = {
      total: less(this.total),
      ...(counter === null ? {} : { [counter]: less(this[counter]) }),
    };
    const next = this.new({ ...counts, history: [...this.history, entry] });
    if (!next.isExhausted()) return next;
    throw new MaxRetryError(url, error !== null ? asError(error) : new Error(describe(response, location)));
  }

  #mayRetry(method: string | null, kind: ReturnType<typeof errorKind>): boolean {
    if (kind === undefined) return false;
    if (kind === 'connect') return this.connect !== false;
    if (kind === 'read') return this.read !== false && method !== null && this.isMethodRetryable(method);
    return true;
  }

  /**
   * The wait after the failures so far: none after the first in a row.
   *
   * @param random Gives numbers in [0, 1).
   */
  getBackoffTime(random: () => number = Math.random): Seconds {
    const lastRedirect = this.history.findLastIndex((entry) => entry.redirectLocation !== null);
    return backoffTime(this.history.length - 1 - lastRedirect, this, random);
  }

  /**
   * The wait that a `Retry-After` value asks for, at most `retryAfterMax`.
   *
   * @param now Epoch milliseconds that a date is measured against.
   * @throws InvalidHeader when it is neither whole seconds nor an HTTP date.
   */
  parseRetryAfter(value: string, now: number = Date.now()): Seconds {
    return Math.min(parseRetryAfter(value, now), this.retryAfterMax);
  }

  /** The wait that the response asks for, or null. @throws InvalidHeader */
  getRetryAfter(response: RetryResponse, now: number = Date.now()): Seconds | null {
    const value = response.headers.get('retry-after');
    return value === undefined ? null : this.parseRetryAfter(value, now);
  }

  /** Waits; rejects with `signal.reason` as soon as the signal aborts. Override it to wait differently. */
  async sleep(seconds: Seconds, signal?: AbortSignal | null): Promise<void> {
    if (seconds > 0) await sleep(seconds, signal);
  }

  toString(): string {
    const { total, connect, read, redirect, status } = this;
    return `Retry(total=${total}, connect=${connect}, read=${read}, redirect=${redirect}, status=${status})`;
  }
}

function less(left: RetryCount): RetryCount {
  return left === null ? null : Number(left) - 1;
}

function describe(response: RetryResponse | null | undefined, location: string | undefined): string {
  if (location) return 'too many redirects';
  return response ? `too many ${response.statusCode} error responses` : 'too many error responses';
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(printable(String(error)));
}
