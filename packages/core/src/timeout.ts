/** Time limits: what callers write, in seconds, and what adapters use, in milliseconds. */
import { own } from './options.ts';
import { emitWarning } from './warnings.ts';

/** A duration in seconds, as everywhere in Requests; fractions are fine (`0.05` is 50 ms). */
export type Seconds = number;

/** Limits by phase, in seconds; absent or null means no limit. */
export interface TimeoutLimits {
  /** From the start of a new connection until it is usable: DNS, TCP, proxy, TLS. */
  readonly connect?: Seconds | null;
  /** Longest silence: each wait for bytes, not the whole answer. */
  readonly read?: Seconds | null;
  /** From the call to the last byte of the body, redirects and waiting for a connection included. */
  readonly total?: Seconds | null;
}

/** One number for connect and read, a pair `[connect, read]`, limits by name, or null to wait for ever. */
export type Timeout = Seconds | readonly [connect: Seconds | null, read: Seconds | null] | TimeoutLimits | null;

/** The same in milliseconds; null means no limit. */
export interface ResolvedTimeout {
  readonly connectMs: number | null;
  readonly readMs: number | null;
  readonly totalMs: number | null;
}

const NONE: ResolvedTimeout = { connectMs: null, readMs: null, totalMs: null };
const NAMES = ['connect', 'read', 'total'];
let warned = false;

/**
 * Reads the `timeout` option (Requests: "Timeouts").
 *
 * @throws TypeError for anything that is not a number or null, or a tuple of another length; RangeError for 0, negative numbers and NaN:
 *   before any connection is opened.
 */
export function resolveTimeout(timeout: Timeout | undefined): ResolvedTimeout {
  if (timeout === null || timeout === undefined) return NONE;
  if (typeof timeout === 'number') {
    const ms = toMs(timeout, 'timeout');
    return { connectMs: ms, readMs: ms, totalMs: null };
  }
  if (Array.isArray(timeout)) {
    if (timeout.length !== 2) {
      throw new TypeError(
        `Invalid timeout: give (connect, read) as [connect, read], or one number for both; got ${timeout.length} values`,
      );
    }
    return { connectMs: toMs(timeout[0], 'connect timeout'), readMs: toMs(timeout[1], 'read timeout'), totalMs: null };
  }
  if (typeof timeout !== 'object') return { ...NONE, readMs: toMs(timeout, 'timeout') };
  const unknown = Object.keys(timeout).find((key) => !NAMES.includes(key));
  if (unknown !== undefined)
    throw new TypeError(`Invalid timeout: unknown limit '${unknown}', expected ${NAMES.join(', ')}`);
  const { connect, read, total } = own(timeout as TimeoutLimits);
  return {
    connectMs: toMs(connect, 'connect timeout'),
    readMs: toMs(read, 'read timeout'),
    totalMs: toMs(total, 'total timeout'),
  };
}

function toMs(seconds: unknown, what: string): number | null {
  if (seconds === null || seconds === undefined) return null;
  if (typeof seconds !== 'number') {
    throw new TypeError(
      `Invalid ${what}: must be a number of seconds (int or float) or null, in the form [connect, read]; got ${typeof seconds}`,
    );
  }
  if (!(seconds > 0))
    throw new RangeError(`Invalid ${what}: must be greater than 0 seconds, or null for no limit; got ${seconds}`);
  if (seconds >= 1000 && seconds !== Infinity && !warned) {
    warned = true;
    emitWarning(`timeout is in seconds: ${seconds} means ${(seconds / 60).toFixed(1)} minutes`, 'TimeoutUnitWarning');
  }
  // Longer than what a timer of the platform can hold (24.8 days) is for ever.
  return seconds * 1000 >= 2 ** 31 ? null : seconds * 1000;
}
