import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { abortable } from '../src/abort.ts';
import { BaseAdapter, type SendOptions } from '../src/adapter.ts';
import type { AuthFlow } from '../src/auth.ts';
import type { PreparedRequest } from '../src/prepared-request.ts';
import { Response } from '../src/response.ts';
import { Session } from '../src/session.ts';
import { redirect } from './fake-adapter.ts';
import { FakeBody } from './fake-body.ts';
import { bench, rejection } from './fake-session.ts';

const never = new Promise<never>(() => {});
const reason = new Error('enough');

/** A controller whose listeners are counted. */
function abortion(): { abort(): void; signal: AbortSignal; listeners(): number } {
  const controller = new AbortController();
  return {
    abort: () => controller.abort(reason),
    signal: controller.signal,
    listeners: () => getEventListeners(controller.signal, 'abort').length,
  };
}

describe('an AbortSignal', () => {
  it('that was aborted before sends nothing', async () => {
    const { session, adapter } = bench({});
    expect(await rejection(session.get('http://h/', { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(adapter.sent).toHaveLength(0);
  });

  it('is what signal must be: a controller is none', async () => {
    const { session, adapter } = bench({});
    const signal = new AbortController() as unknown as AbortSignal;
    expect(await rejection(session.get('http://h/', { signal }))).toEqual(
      new TypeError('signal must be an AbortSignal'),
    );
    expect(adapter.sent).toHaveLength(0);
  });

  it('goes to the adapter with each exchange', async () => {
    const { session, adapter } = bench((_, turn) => (turn === 0 ? redirect(302, '/x') : {}));
    const { signal, listeners } = abortion();
    await session.get('http://h/', { signal });
    expect(adapter.sent.map(({ options }) => options.signal === signal)).toEqual([true, true]);
    expect(listeners()).toBe(0);
  });

  it('[B02] is heard between redirects', async () => {
    const { abort, signal } = abortion();
    const { session, adapter } = bench((_, turn) => {
      if (turn === 1) abort();
      return redirect(302, `/${turn}`);
    });
    expect(await rejection(session.get('http://h/', { signal }))).toBe(reason);
    expect(adapter.sent).toHaveLength(2);
  });

  it('is heard while an async auth is signing', async () => {
    const { abort, signal, listeners } = abortion();
    const { session, adapter } = bench({});
    const call = session.get('http://h/', { signal, auth: () => never });
    await new Promise((resolve) => setImmediate(resolve));
    abort();
    expect(await rejection(call)).toBe(reason);
    expect([adapter.sent.length, listeners()]).toEqual([0, 0]);
  });

  it('is heard before the first step of an auth flow', async () => {
    const { abort, signal, listeners } = abortion();
    let ended = 0;
    const auth = {
      authenticate: (request: PreparedRequest) => request,
      async *authFlow(request: PreparedRequest): AuthFlow {
        try {
          await never;
          yield request;
        } finally {
          ended++;
        }
      },
    };
    const { session, adapter } = bench({});
    const call = session.get('http://h/', { signal, auth });
    await new Promise((resolve) => setImmediate(resolve));
    abort();
    expect(await rejection(call)).toBe(reason);
    expect([adapter.sent.length, listeners(), ended]).toEqual([0, 0, 0]);
  });

  it('[F11] is heard while an auth flow works on an answer, which is freed', async () => {
    const { abort, signal } = abortion();
    const body = new FakeBody(['x']);
    let release = (): void => {};
    const ended = new Promise<void>((resolve) => {
      release = resolve;
    });
    const auth = {
      authenticate: (request: PreparedRequest) => request,
      async *authFlow(request: PreparedRequest): AuthFlow {
        try {
          yield request;
          abort();
          await null;
          yield request;
        } finally {
          release();
        }
      },
    };
    const { session, adapter } = bench({ statusCode: 401, body });
    expect(await rejection(session.get('http://h/', { signal, auth, stream: true }))).toBe(reason);
    expect([adapter.sent.length, body.closed]).toEqual([1, 1]);
    await ended;
  });

  it('[F11] is heard while a hook is waiting, and the response is freed', async () => {
    const { abort, signal, listeners } = abortion();
    const body = new FakeBody(['x']);
    const { session } = bench({ body });
    const hook = (): Promise<never> => {
      setImmediate(abort);
      return never;
    };
    expect(await rejection(session.get('http://h/', { signal, hooks: { response: hook }, stream: true }))).toBe(reason);
    expect([body.closed, listeners()]).toEqual([1, 0]);
  });

  it('[F11] leaves no listener on a signal that serves many calls', async () => {
    const { signal, listeners } = abortion();
    const { session } = bench((_, turn) => (turn % 2 === 0 ? redirect(302, '/x') : {}));
    const auth = {
      authenticate: (request: PreparedRequest) => request,
      async *authFlow(request: PreparedRequest): AuthFlow {
        yield request;
      },
    };
    for (let turn = 0; turn < 50; turn++)
      await session.get('http://h/', { signal, auth, hooks: { response: () => {} } });
    expect(listeners()).toBe(0);
  });

  it('rejects with its reason untouched, whatever that is', async () => {
    const { session } = bench({});
    for (const why of ['text', null, 0])
      expect(await rejection(session.get('http://h/', { signal: AbortSignal.abort(why) }))).toBe(why);
    const error = await rejection(session.get('http://h/', { signal: AbortSignal.abort() }));
    expect(error.name).toBe('AbortError');
  });

  it('[F11] a body that is aborted while it is read is freed with its call', async () => {
    const { abort, signal } = abortion();
    let closed = 0;
    class Slow extends BaseAdapter {
      async send(request: PreparedRequest, options: SendOptions): Promise<Response> {
        const body = {
          async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
            yield new Uint8Array(1);
            await new Promise((_, reject) =>
              options.signal!.addEventListener('abort', () => reject(options.signal!.reason), { once: true }),
            );
          },
          close: () => void closed++,
        };
        setImmediate(abort);
        return new Response({ request, statusCode: 200, body });
      }
    }
    const session = new Session({ adapters: { 'http://': new Slow() } });
    expect(await rejection(session.get('http://h/', { signal }))).toBe(reason);
    expect(closed).toBe(1);
  });
});

describe('abortable', () => {
  it('is the promise without a signal', async () => {
    expect(await abortable(Promise.resolve(1), undefined)).toBe(1);
    expect(await rejection(abortable(Promise.reject(reason), undefined))).toBe(reason);
  });

  it('settles like the promise while nobody aborts', async () => {
    const { signal, listeners } = abortion();
    const other = new Error('other');
    expect(await abortable(Promise.resolve(1), signal)).toBe(1);
    expect(await rejection(abortable(Promise.reject(other), signal))).toBe(other);
    expect(listeners()).toBe(0);
  });

  it('[J03] lets a promise that rejects later reject unheard', async () => {
    const { signal, abort } = abortion();
    let fail = (): void => {};
    const later = new Promise<never>((_, reject) => {
      fail = () => reject(new Error('late'));
    });
    const call = abortable(later, signal);
    abort();
    expect(await rejection(call)).toBe(reason);
    fail();
    await new Promise((resolve) => setImmediate(resolve));
  });
});
