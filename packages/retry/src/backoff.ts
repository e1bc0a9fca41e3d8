import type { Seconds } from '@requests-ts/core';

/** How the wait grows; see the options of `Retry`. */
export interface Backoff {
  readonly backoffFactor: Seconds;
  readonly backoffMax: Seconds;
  readonly backoffJitter: Seconds;
}

/**
 * The wait after a number of failures in a row: none after the first, then `factor * 2^(failures - 1)` and a random part, within [0, max].
 *
 * @param random Gives numbers in [0, 1); a parameter so that a test owns it.
 */
export function backoffTime(failures: number, backoff: Backoff, random: () => number): Seconds {
  if (failures <= 1) return 0;
  // Beyond 2^1000 the product would be Infinity, or NaN for a factor of 0.
  const grown = backoff.backoffFactor * 2 ** Math.min(failures - 1, 1000);
  const jitter = backoff.backoffJitter === 0 ? 0 : random() * backoff.backoffJitter;
  return Math.max(0, Math.min(backoff.backoffMax, grown + jitter));
}

/** Longer timers fire at once on some platforms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Resolves after that time, however long it is; holds nothing but a timer.
 *
 * Rejects with `signal.reason` as soon as the signal aborts, and takes the timer away.
 */
export function sleep(seconds: Seconds, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    let leftMs = seconds * 1000;
    let timer: ReturnType<typeof setTimeout>;
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const onTime = () => {
      if (leftMs <= 0) {
        signal?.removeEventListener('abort', onAbort);
        return resolve();
      }
      const next = Math.min(leftMs, LONGEST_TIMER_MS);
      leftMs -= next;
      timer = setTimeout(onTime, next);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    onTime();
  });
}
