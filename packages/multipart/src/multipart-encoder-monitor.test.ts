import { isReplayable, openBody, superLen } from '@requests-ts/core/authors';
import { MultipartEncoder, MultipartEncoderMonitor } from '@requests-ts/multipart';
import { describe, expect, it, vi } from 'vitest';

async function drain(body: MultipartEncoderMonitor): Promise<number> {
  let count = 0;
  for await (const piece of openBody(body)) count += piece.length;
  return count;
}

describe('MultipartEncoderMonitor', () => {
  it('B-TB-04 calls back after every piece and at the end, with the bytes so far', async () => {
    const seen: number[] = [];
    const encoder = new MultipartEncoder({ a: 'x', f: { stream: ['y'.repeat(10), 'z'.repeat(20)], length: 30 } });
    const monitor = new MultipartEncoderMonitor(encoder, ({ bytesRead }) => seen.push(bytesRead));
    const total = await drain(monitor);
    expect(total).toBe(encoder.length);
    expect(seen).toEqual(
      [total - 30 - 42, total - 20 - 42, total - 42, total, total].map((bytes, index) =>
        index < 3 ? expect.any(Number) : bytes,
      ),
    );
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen[1]! - seen[0]!).toBe(10);
    expect(seen[2]! - seen[1]!).toBe(20);
    expect(monitor.finished).toBe(true);
  });

  it('B-TB-04 has the reading interface of the encoder, empty reads called back too', async () => {
    const callback = vi.fn();
    const monitor = new MultipartEncoderMonitor(new MultipartEncoder({ a: 'x' }), callback);
    const first = await monitor.read(10);
    expect([first.length, monitor.bytesRead, callback.mock.calls.length]).toEqual([10, 10, 1]);
    await monitor.read();
    expect((await monitor.read()).length).toBe(0);
    expect([monitor.bytesRead, callback.mock.calls.length]).toEqual([monitor.length, 3]);
    expect(callback).toHaveBeenCalledWith(monitor);
  });

  it('B-TB-04 is made from fields', async () => {
    const callback = vi.fn();
    const monitor = MultipartEncoderMonitor.fromFields({ a: 'x' }, { boundary: 'B', callback });
    expect(monitor.contentType).toBe('multipart/form-data; boundary=B');
    expect(monitor.boundaryValue).toBe('B');
    expect(superLen(monitor)).toBe(monitor.encoder.length);
    expect(isReplayable(monitor)).toBe(true);
    await drain(monitor);
    expect(callback).toHaveBeenCalled();
    expect(await drain(MultipartEncoderMonitor.fromFields({ a: 'x' }))).toBeGreaterThan(0);
  });

  it('refuses a bare callback, which would never be called, and takes none off Object.prototype', async () => {
    const bare = (() => {}) as unknown as { callback: () => void };
    expect(() => MultipartEncoderMonitor.fromFields({ a: 'x' }, bare)).toThrow(TypeError);
    let called = 0;
    Object.assign(Object.prototype, { callback: () => called++ });
    try {
      await drain(MultipartEncoderMonitor.fromFields({ a: 'x' }));
    } finally {
      Reflect.deleteProperty(Object.prototype, 'callback');
    }
    expect(called).toBe(0);
  });

  it('counts from 0 when the body is sent again', async () => {
    const monitor = new MultipartEncoderMonitor(new MultipartEncoder({ a: 'x' }));
    await drain(monitor);
    await drain(monitor);
    expect(monitor.bytesRead).toBe(monitor.length);
  });

  it('ends the upload with what the callback throws, and closes the streams', async () => {
    const boom = new Error('enough');
    const cancel = vi.fn();
    const monitor = MultipartEncoderMonitor.fromFields(
      { a: ['n', 'x'], b: new ReadableStream({ cancel }) },
      {
        callback: () => {
          throw boom;
        },
      },
    );
    await expect(drain(monitor)).rejects.toBe(boom);
    expect(cancel).toHaveBeenCalledOnce();
  });
});
