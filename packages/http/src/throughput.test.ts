import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ThroughputWatch } from './throughput.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watch(): { body: { received: number; slow: number }; watch: ThroughputWatch } {
  const body = { received: 0, slow: 0 };
  const least = { bytes: 100, windowMs: 1000 };
  return {
    body,
    watch: new ThroughputWatch(
      least,
      () => body.received,
      () => void body.slow++,
    ),
  };
}

describe('ThroughputWatch', () => {
  it('[F09] judges each stretch by itself: a fast start buys nothing', () => {
    const { body, watch: one } = watch();
    one.start();
    for (const [arrived, slow] of [
      [100_000, 0],
      [100, 0],
      [99, 1],
    ] as const) {
      body.received += arrived;
      vi.advanceTimersByTime(1000);
      expect(body.slow).toBe(slow);
    }
    vi.advanceTimersByTime(10_000);
    expect(body.slow).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('[F09] does not count the time in which nobody reads', () => {
    const { body, watch: one } = watch();
    one.start();
    vi.advanceTimersByTime(900);
    one.stop();
    one.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(60_000);
    one.start();
    one.start();
    vi.advanceTimersByTime(99);
    expect(body.slow).toBe(0);
    vi.advanceTimersByTime(1);
    expect(body.slow).toBe(1);
  });

  it('[F09] leaves no timer when it is stopped', () => {
    const { watch: one } = watch();
    one.start();
    one.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
