import {
  type BaseAdapter,
  ChunkedEncodingError,
  ConnectionError,
  ConnectTimeout,
  type PreparedRequest,
  ProxyError,
  RequestException,
  type Response,
  RetryError,
  type Seconds,
  type SendOptions,
  SSLError,
  UnrewindableBodyError,
  WrapperAdapter,
} from '@requests-ts/core';
import {
  describeRequest,
  printable,
  readOptions,
  redactUrl,
  resolveTimeout,
  rewindBody,
} from '@requests-ts/core/authors';
import { RetryBudget, type RetryBudgetOptions } from './budget.ts';
import { errorKind, MaxRetryError } from './errors.ts';
import { Retry } from './policy.ts';
import type { RetryOptions } from './retry-options.ts';

declare module '@requests-ts/core' {
  interface RawBody {
    /** The policy as it was after the last attempt; its `history` has the attempts that failed. */
    readonly retries?: Retry;
  }
}

/** What is known before a wait. */
export interface RetryEvent {
  /** Number of the attempt that failed, from 1. */
  readonly attempt: number;
  /** In seconds, until the next attempt. */
  readonly delay: Seconds;
  readonly request: PreparedRequest;
  /** What the attempt brought, read or dropped already; null when it failed. */
  readonly response: Response | null;
  /** What the attempt rejected with; null when it brought a response. */
  readonly error: unknown;
  /** The policy that the next attempt has. */
  readonly retry: Retry;
}

/** What a `RetryAdapter` takes besides the policy. */
export interface RetryAdapterOptions {
  /** Waits instead of `retry.sleep`; should reject with `signal.reason` when the signal aborts. */
  readonly sleep?: (seconds: Seconds, signal: AbortSignal | undefined) => Promise<void>;
  /** The clock, in epoch milliseconds: `Date.now`. */
  readonly now?: () => number;
  /** Numbers in [0, 1) for the jitter: `Math.random`. */
  readonly random?: () => number;
  /** Called before each wait. A promise is awaited; what it throws ends the request. */
  readonly onRetry?: (event: RetryEvent) => void | Promise<void>;
  /** Shared by all requests of the adapter; null retries without it, as Requests does. */
  readonly budget?: RetryBudget | RetryBudgetOptions | null;
}

const KEYS: readonly (keyof RetryAdapterOptions)[] = ['sleep', 'now', 'random', 'onRetry', 'budget'];
/** A body that nobody asked for is read up to this size to keep its connection; a longer one is dropped with it. */
const DRAIN_BYTES = 64 * 1024;

/** How one attempt ended. */
type Outcome =
  | { readonly response: Response; readonly error: null }
  | { readonly response: null; readonly error: unknown };

/**
 * Sends again what failed and may be repeated (Requests: `HTTPAdapter(max_retries=Retry(...))`).
 *
 * Every attempt sends the same request from its first byte, before the caller has seen anything of an answer; answers are never pieced
 * together. A total timeout and the signal span all attempts and waits.
 */
export class RetryAdapter extends WrapperAdapter {
  /** The policy that every request starts with. */
  readonly maxRetries: Retry;
  readonly budget: RetryBudget | null;
  readonly #sleep: RetryAdapterOptions['sleep'];
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #onRetry: RetryAdapterOptions['onRetry'];

  /**
   * Wraps an adapter, which it owns from then on.
   *
   * @param retries A policy, its options, or a number of retries in all; without it, 3.
   * @throws TypeError, RangeError for bad options.
   */
  constructor(
    inner: BaseAdapter,
    retries?: Retry | RetryOptions | number | false | null,
    options: RetryAdapterOptions = {},
  ) {
    super(inner);
    const isOptions = typeof retries === 'object' && retries !== null && !(retries instanceof Retry);
    this.maxRetries = isOptions ? new Retry(retries) : Retry.fromInt(retries as Retry | number | false | null);
    const given = readOptions<RetryAdapterOptions>(options, KEYS, 'RetryAdapter');
    const { budget = {} } = given;
    this.budget = budget === null || budget instanceof RetryBudget ? budget : new RetryBudget(budget);
    this.#sleep = given.sleep;
    this.#now = given.now ?? Date.now;
    this.#random = given.random ?? Math.random;
    this.#onRetry = given.onRetry;
  }

  /**
   * Resolves with the first answer that calls for no retry.
   *
   * @throws RetryError with the last response when the retries of a status are used up (unless `raiseOnStatus` is false); ConnectTimeout,
   *   ProxyError, SSLError, ChunkedEncodingError or ConnectionError when those of a failure are; UnrewindableBodyError when the body can be read
   *   only once; InvalidHeader for a `Retry-After` that is none; `signal.reason` when aborted, also while waiting.
   */
  override async send(request: PreparedRequest, options: SendOptions): Promise<Response> {
    const start = this.#now();
    const limits = resolveTimeout(options.timeout);
    const deadline = limits.totalMs === null ? null : start + limits.totalMs;
    this.budget?.deposit(start);
    let retry = this.maxRetries;
    for (let attempt = 1, settings = options; ; attempt++) {
      const sentAt = this.#now();
      let outcome: Outcome;
      try {
        outcome = { response: await this.inner.send(request, settings), error: null };
      } catch (error) {
        outcome = { response: null, error };
      }
      const next = isAnswer(outcome, request, retry)
        ? null
        : await this.#decide(request, options, outcome, retry, deadline);
      if (next === null) {
        const response = outcome.response!;
        // Waiting was part of the exchange (Requests: `elapsed`).
        if (attempt > 1) {
          response.elapsed = (sentAt - start) / 1000 + (response.elapsed || (this.#now() - sentAt) / 1000);
        }
        Object.defineProperty(response.raw, 'retries', { value: retry, configurable: true });
        return response;
      }
      retry = next.retry;
      await this.#onRetry?.({ attempt, request, ...outcome, ...next });
      if (next.delay > 0) await (this.#sleep ?? retry.sleep.bind(retry))(next.delay, options.signal);
      options.signal?.throwIfAborted();
      if (deadline !== null) {
        const total = Math.max(1, deadline - this.#now()) / 1000;
        settings = {
          ...options,
          timeout: { connect: toSeconds(limits.connectMs), read: toSeconds(limits.readMs), total },
        };
      }
    }
  }

  /** What follows a failure: another attempt, whose way is then clear; null when the response is the answer after all. Throws what ends the request. */
  async #decide(
    request: PreparedRequest,
    { signal }: SendOptions,
    outcome: Outcome,
    retry: Retry,
    deadline: number | null,
  ): Promise<{ retry: Retry; delay: Seconds } | null> {
    const { response, error } = outcome;
    if (response === null && (signal?.aborted || errorKind(error) === undefined)) throw error;
    let next: Retry;
    let delay: Seconds;
    try {
      next = retry.increment(request.method, redactUrl(request.url), outcome);
      delay = this.#delay(next, response);
    } catch (cause) {
      if (cause instanceof MaxRetryError) return this.#giveUp(request, outcome, retry, cause);
      // The error as it was, a Retry-After that is none, or what a policy of the user's throws.
      if (response) await drainQuietly(response);
      if (cause instanceof RequestException) {
        cause.request ??= request;
        cause.response ??= response;
      }
      throw cause;
    }
    const now = this.#now();
    if (deadline !== null && now + delay * 1000 >= deadline) {
      // The total timeout says it better than used-up retries.
      if (response === null) throw error;
      return this.#giveUp(request, outcome, retry, new Error(`waiting ${delay} s would pass the total timeout`));
    }
    if (this.budget && !this.budget.withdraw(now)) {
      return this.#giveUp(request, outcome, retry, new Error('the retry budget is empty'));
    }
    if (response) await drainQuietly(response);
    try {
      if (request.body !== null) rewindBody(request.body, request.bodyPosition);
    } catch (cause) {
      throw new UnrewindableBodyError((cause as Error).message, { request, response, cause: error ?? cause });
    }
    return { retry: next, delay };
  }

  /** Throws that there will be no further attempt; null when the last response is to be returned all the same. */
  async #giveUp(request: PreparedRequest, outcome: Outcome, retry: Retry, cause: Error): Promise<null> {
    const { response, error } = outcome;
    if (response === null) throw usedUp(request, retry, error, cause);
    if (!retry.raiseOnStatus) return null;
    await drainQuietly(response);
    throw new RetryError(`${reason(cause)}${attempts(retry)}: ${describeRequest(request)}`, {
      request,
      response,
      cause,
    });
  }

  #delay(retry: Retry, response: Response | null): Seconds {
    const asked = response && retry.respectRetryAfterHeader ? retry.getRetryAfter(response, this.#now()) : null;
    return asked || retry.getBackoffTime(this.#random);
  }
}

/** True for a response that calls for no retry. */
function isAnswer({ response }: Outcome, { method }: PreparedRequest, retry: Retry): boolean {
  return response !== null && !retry.isRetry(method, response.statusCode, Boolean(response.headers.get('retry-after')));
}

/** The error of used-up retries, by what failed last (Requests maps it the same way; a broken body it would not have retried). */
function usedUp(request: PreparedRequest, retry: Retry, error: unknown, cause: Error): RequestException {
  const Kind =
    [ConnectTimeout, ProxyError, SSLError, ChunkedEncodingError].find((kind) => error instanceof kind) ??
    ConnectionError;
  const { message, response } = error as RequestException;
  const why = cause instanceof MaxRetryError ? '' : ` and ${reason(cause)}`;
  return new Kind(`${message}${why}${attempts(retry)}`, { request, response, cause });
}

function reason(cause: Error): string {
  return printable(cause instanceof MaxRetryError ? cause.reason.message : cause.message);
}

function attempts({ history }: Retry): string {
  return ` (${history.length + 1} attempt${history.length === 0 ? '' : 's'})`;
}

function toSeconds(ms: number | null): Seconds | null {
  return ms === null ? null : ms / 1000;
}

/** Nobody wants the rest of this answer: when it is broken, its connection is dropped. */
async function drainQuietly(response: Response): Promise<void> {
  try {
    await response.drain(DRAIN_BYTES);
  } catch {
    await response.close();
  }
}
