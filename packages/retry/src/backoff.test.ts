import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backoffTime, sleep } from './backoff.ts';

const backoff = { backoffFactor: 0.1, backoffMax: 120, backoffJitter: 0 };
const never = () => {
  throw new Error('no randomness without jitter');
};

describe('backoffTime', () => {
  it.each([
    [0, 0],
    [1, 0],
    [2, 0.2],
    [3, 0.4],
    [4, 0.8],
    [5, 1.6],
  ])('B-RETRY-16 after %i failures with a factor of 0.1 gives %f', (failures, seconds) => {
    expect(backoffTime(failures, backoff, never)).toBe(seconds);
  });

  it('B-RETRY-10 B-RETRY-11 adds the jitter and cuts the sum at the maximum', () => {
    const jittery = { ...backoff, backoffJitter: 0.5 };
    expect(backoffTime(2, jittery, () => 0)).toBe(0.2);
    expect(backoffTime(2, jittery, () => 0.5)).toBeCloseTo(0.45);
    expect(backoffTime(2, { ...jittery, backoffMax: 0.3 }, () => 0.9)).toBe(0.3);
  });

  it('B-RETRY-16 never goes below zero, nor astray after thousands of failures', () => {
    expect(backoffTime(2, { ...backoff, backoffFactor: -1 }, never)).toBe(0);
    expect(backoffTime(5000, backoff, never)).toBe(120);
    expect(backoffTime(5000, { ...backoff, backoffFactor: 0 }, never)).toBe(0);
  });
});

describe('sleep', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('resolves after the time', async () => {
    const done = vi.fn();
    const slept = sleep(1.5).then(done);
    await vi.advanceTimersByTimeAsync(1499);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toHaveBeenCalledOnce();
    await slept;
  });

  it('[F15] waits longer than 2^31-1 ms without firing at once', async () => {
    const done = vi.fn();
    const slept = sleep(3_000_000).then(done);
    await vi.advanceTimersByTimeAsync(2_999_999_999);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toHaveBeenCalledOnce();
    await slept;
  });

  it('[F15] rejects with the reason at once when aborted, and leaves neither timer nor listener', async () => {
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const reason = { why: 'enough' };
    const slept = sleep(3600, controller.signal);
    expect(vi.getTimerCount()).toBe(1);
    controller.abort(reason);
    await expect(slept).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
    await expect(sleep(3600, controller.signal)).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);

    const other = new AbortController();
    const listeners = vi.spyOn(other.signal, 'removeEventListener');
    const quiet = sleep(1, other.signal);
    await vi.advanceTimersByTimeAsync(1000);
    await quiet;
    expect(listeners).toHaveBeenCalledOnce();
    expect(removed).not.toHaveBeenCalled();
  });
});
