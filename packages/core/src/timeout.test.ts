import { afterEach, describe, expect, it, vi } from 'vitest';
import { resolveTimeout, type Timeout } from './timeout.ts';

const limits = (connectMs: number | null, readMs: number | null, totalMs: number | null = null): object => ({
  connectMs,
  readMs,
  totalMs,
});

describe('resolveTimeout', () => {
  it.each<[Timeout | undefined, object]>([
    [undefined, limits(null, null)],
    [null, limits(null, null)],
    [5, limits(5000, 5000)],
    [3.05, limits(3050, 3050)],
    [0.001, limits(1, 1)],
    [[3.05, 27], limits(3050, 27_000)],
    [[null, 1], limits(null, 1000)],
    [[1, null], limits(1000, null)],
    [[null, null], limits(null, null)],
    [{}, limits(null, null)],
    [{ connect: 1, read: 2, total: 3 }, limits(1000, 2000, 3000)],
    [{ total: 0.5 }, limits(null, null, 500)],
    [{ connect: null, read: 1 }, limits(null, 1000)],
    [Number.POSITIVE_INFINITY, limits(null, null)],
    [30 * 24 * 3600, limits(null, null)],
  ])('B-TIME-02 reads %j, in seconds', (timeout, resolved) => {
    expect(resolveTimeout(timeout)).toEqual(resolved);
  });

  it.each([0, -1, -0.001, Number.NaN, Number.NEGATIVE_INFINITY])(
    'B-TIME-03 B-DIFF-31 refuses %s with a RangeError',
    (seconds) => {
      expect(() => resolveTimeout(seconds)).toThrow(RangeError);
      expect(() => resolveTimeout(seconds)).toThrow('Invalid timeout: must be greater than 0');
      expect(() => resolveTimeout([seconds, 1])).toThrow('Invalid connect timeout: must be greater than 0');
      expect(() => resolveTimeout([1, seconds])).toThrow('Invalid read timeout: must be greater than 0');
      expect(() => resolveTimeout({ total: seconds })).toThrow('Invalid total timeout: must be greater than 0');
    },
  );

  it.each(['5', 'abc', '', true, false, 5n, Symbol('x'), () => 5])(
    'B-TIME-03 B-DIFF-31 refuses %s with a TypeError',
    (value) => {
      const timeout = value as unknown as Timeout;
      expect(() => resolveTimeout(timeout)).toThrow(TypeError);
      expect(() => resolveTimeout(timeout)).toThrow(/must be a number of seconds \(int or float\) or null/);
    },
  );

  it.each([[[]], [[1]], [[1, 2, 3]]])('B-TIME-04 refuses %j, naming the form (connect, read)', (tuple) => {
    expect(() => resolveTimeout(tuple as unknown as Timeout)).toThrow(TypeError);
    expect(() => resolveTimeout(tuple as unknown as Timeout)).toThrow('(connect, read)');
  });

  it.each([[['1', 2]], [[1, '2']], [[true, 1]], [[[1], 2]], [[{}, 2]]])(
    'B-TIME-04 refuses the member of %j, naming the form',
    (tuple) => {
      expect(() => resolveTimeout(tuple as unknown as Timeout)).toThrow(TypeError);
      expect(() => resolveTimeout(tuple as unknown as Timeout)).toThrow('[connect, read]');
    },
  );

  it('B-TIME-04 refuses a limit that it does not know', () => {
    expect(() => resolveTimeout({ conect: 1 } as Timeout)).toThrow(
      "unknown limit 'conect', expected connect, read, total",
    );
  });
});

describe('TimeoutUnitWarning', () => {
  afterEach(() => vi.restoreAllMocks());

  it('is emitted once per process for 1000 or more, and says what it means', async () => {
    vi.resetModules();
    const fresh = await import('./timeout.ts');
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    fresh.resolveTimeout(999);
    fresh.resolveTimeout(Number.POSITIVE_INFINITY);
    expect(warn).not.toHaveBeenCalled();
    fresh.resolveTimeout([1, 1500]);
    fresh.resolveTimeout(2000);
    expect(warn.mock.calls).toEqual([['timeout is in seconds: 1500 means 25.0 minutes', 'TimeoutUnitWarning']]);
  });
});
