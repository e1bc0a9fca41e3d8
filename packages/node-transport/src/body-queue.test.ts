import { describe, expect, it } from 'vitest';
import { BodyQueue } from './body-queue.ts';

const bytes = (size: number): Uint8Array => new Uint8Array(size);

function makeQueue(): { queue: BodyQueue; calls: string[] } {
  const calls: string[] = [];
  return {
    queue: new BodyQueue({ resume: () => calls.push('resume'), drop: () => calls.push('drop') }),
    calls,
  };
}

describe('BodyQueue', () => {
  it('gives pieces in order, then null', async () => {
    const { queue } = makeQueue();
    queue.push(Uint8Array.of(1));
    const waiting = queue.take().then(() => queue.take());
    queue.push(Uint8Array.of(2));
    queue.end();
    expect(await waiting).toEqual(Uint8Array.of(2));
    expect(await queue.take()).toBeNull();
    expect(await queue.take()).toBeNull();
  });

  it('pauses its producer at 128 KiB and resumes it at half', async () => {
    const { queue, calls } = makeQueue();
    expect(queue.push(bytes(100_000))).toBe(true);
    expect(queue.push(bytes(40_000))).toBe(false);
    await queue.take();
    expect(calls).toEqual(['resume']);
  });

  it('[F05] pauses for many tiny pieces as well', () => {
    const { queue } = makeQueue();
    let pushed = 1;
    while (queue.push(bytes(1))) pushed++;
    expect(pushed).toBe(1024);
  });

  it('gives what had arrived before a failure, then fails again and again', async () => {
    const { queue } = makeQueue();
    const failure = new Error('reset');
    queue.push(bytes(1));
    queue.fail(failure);
    expect(await queue.take()).toEqual(bytes(1));
    await expect(queue.take()).rejects.toBe(failure);
    await expect(queue.take()).rejects.toBe(failure);
  });

  it('fails at once for an abort, and whoever waits', async () => {
    const { queue } = makeQueue();
    queue.push(bytes(1));
    queue.fail('reason', 'once');
    await expect(queue.take()).rejects.toBe('reason');
    const other = makeQueue().queue;
    const waiting = other.take();
    other.fail('late');
    await expect(waiting).rejects.toBe('late');
  });

  it('drops the connection once, and only before its end', async () => {
    const { queue, calls } = makeQueue();
    const waiting = queue.take();
    queue.drop();
    queue.drop();
    expect(await waiting).toBeNull();
    expect(calls).toEqual(['drop']);
    const ended = makeQueue();
    ended.queue.end();
    ended.queue.drop();
    expect(ended.calls).toEqual([]);
  });

  it('refuses a second reader that asks before the first was answered', async () => {
    const { queue } = makeQueue();
    const first = queue.take();
    await expect(queue.take()).rejects.toThrow('being read already');
    queue.end();
    await first;
  });
});
