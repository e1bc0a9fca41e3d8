import { inspect } from 'node:util';
import {
  ChunkedEncodingError,
  ConnectionError,
  ConnectTimeout,
  InvalidHeader,
  InvalidURL,
  ProxyError,
  ReadTimeout,
  Request,
  type RequestException,
  type RequestInit,
  RetryError,
  type SendOptions,
  Session,
  SSLError,
  UnrewindableBodyError,
} from '@requests-ts/core';
import { describe, expect, it, vi } from 'vitest';
import {
  MaxRetryError,
  Retry,
  RetryAdapter,
  type RetryAdapterOptions,
  RetryBudget,
  type RetryEvent,
  type RetryOptions,
} from '../src/index.ts';
import { ScriptedAdapter, type Step, WireBody } from './scripted-adapter.ts';

const refused = new ConnectionError('refused', {
  cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
});
const reset = new ConnectionError('reset', { cause: Object.assign(new Error('read'), { code: 'ECONNRESET' }) });
const URL_WITH_SECRETS = 'http://service.example/path?token=canary-query';

/** An adapter whose clock moves only while it waits. */
function harness(
  steps: readonly Step[],
  retries?: Retry | RetryOptions | number | false | null,
  options: RetryAdapterOptions = {},
) {
  const inner = new ScriptedAdapter(...steps);
  const waits: number[] = [];
  const clock = { now: 1_000_000 };
  const adapter = new RetryAdapter(inner, retries, {
    now: () => clock.now,
    random: () => 0.5,
    sleep: async (seconds) => {
      waits.push(seconds);
      clock.now += seconds * 1000;
    },
    ...options,
  });
  const send = (method = 'GET', init: RequestInit = {}, settings: SendOptions = {}) =>
    adapter.send(new Request(method, URL_WITH_SECRETS, init).prepare(), settings);
  return { adapter, inner, waits, clock, send };
}

async function rejection<E = RequestException>(promise: Promise<unknown>): Promise<E> {
  return promise.then(
    () => expect.unreachable('should have been rejected'),
    (error) => error,
  );
}

describe('RetryAdapter', () => {
  it('S5 sends again until it gets an answer, with growing waits', async () => {
    const { inner, waits, send } = harness([refused, refused, refused, {}], { total: 5, backoffFactor: 0.1 });
    const response = await send();
    expect(response.statusCode).toBe(200);
    expect(inner.count).toBe(4);
    expect(waits).toEqual([0.2, 0.4]);
  });

  it('M224 takes a number of retries, options, a policy, or nothing, which is 3', async () => {
    for (const [retries, attempts] of [
      [2, 3],
      [{ total: 1 }, 2],
      [new Retry({ total: 4 }), 5],
      [undefined, 4],
      [null, 4],
      [0, 1],
    ] as const) {
      const { inner, send } = harness([refused], retries);
      await rejection(send());
      expect(inner.count).toBe(attempts);
    }
  });

  it('works through a session', async () => {
    const { adapter, inner } = harness([{ statusCode: 502 }, { body: 'fine' }], { statusForcelist: [502] });
    const session = new Session();
    session.mount('http://service.example/', adapter);
    const response = await session.get('http://service.example/');
    expect(response.text).toBe('fine');
    expect(response.history).toEqual([]);
    expect(inner.count).toBe(2);
    await session.close();
    expect(inner.closed).toBe(1);
  });

  it('B-RETRY-18 a budget of N means N+1 attempts, and ends in RetryError with the last response', async () => {
    const { inner, send } = harness([{ statusCode: 503, body: 'down' }], { total: 2, statusForcelist: [503] });
    const error = await rejection(send());
    expect(inner.count).toBe(3);
    expect(error).toBeInstanceOf(RetryError);
    expect(error.message).toBe('too many 503 error responses (3 attempts): GET http://service.example/path');
    expect(error.response?.statusCode).toBe(503);
    expect(error.response?.text).toBe('down');
    expect(error.request).toBe(inner.requests[2]);
    expect(error.cause).toBeInstanceOf(MaxRetryError);
    expect((error.cause as MaxRetryError).url).toBe('http://service.example/path');
  });

  it('B-ADAPT-18 status retries used up are a RetryError, and not a ConnectionError', async () => {
    const error = await rejection(harness([{ statusCode: 500 }], { status: 1, statusForcelist: [500] }).send());
    expect(error).toBeInstanceOf(RetryError);
    expect(error).not.toBeInstanceOf(ConnectionError);
  });

  it('B-RETRY-12 B-RETRY-18 with raiseOnStatus false the last response is returned', async () => {
    const { inner, send } = harness([{ statusCode: 503, body: 'down' }], {
      total: 2,
      statusForcelist: [503],
      raiseOnStatus: false,
    });
    const response = await send();
    expect(inner.count).toBe(3);
    expect([response.statusCode, response.text]).toEqual([503, 'down']);
  });

  it('B-RETRY-17 B-RETRY-18 retries caused only by Retry-After end with the last response', async () => {
    const { inner, waits, send } = harness([{ statusCode: 429, headers: { 'Retry-After': '7' } }], 2);
    expect((await send()).statusCode).toBe(429);
    expect(inner.count).toBe(3);
    expect(waits).toEqual([7, 7]);
  });

  it('B-ADAPT-04 maxRetries n also retries 413, 429 and 503 with Retry-After, and nothing for POST', async () => {
    for (const statusCode of [413, 429, 503]) {
      const { inner, send } = harness([{ statusCode, headers: { 'Retry-After': '1' } }, {}], 1);
      expect((await send()).statusCode).toBe(200);
      expect(inner.count).toBe(2);
    }
    const post = harness([{ statusCode: 503, headers: { 'Retry-After': '1' } }, {}], 1);
    expect((await post.send('POST')).statusCode).toBe(503);
    const plain = harness([{ statusCode: 503 }, {}], 1);
    expect((await plain.send()).statusCode).toBe(503);
  });

  it.each([
    ['ConnectTimeout', ConnectTimeout, new ConnectTimeout('slow')],
    ['ProxyError', ProxyError, new ProxyError('proxy')],
    ['SSLError', SSLError, new SSLError('tls')],
    ['ConnectionError', ConnectionError, reset],
    ['ConnectionError', ConnectionError, new ReadTimeout('silent')],
    ['ChunkedEncodingError', ChunkedEncodingError, new ChunkedEncodingError('short')],
  ])('B-RETRY-19 B-ADAPT-19 used-up retries end in %s', async (name, Kind, last) => {
    const { inner, send } = harness([last], 1);
    const error = await rejection(send());
    expect(inner.count).toBe(2);
    expect(error).toBeInstanceOf(Kind);
    expect(error.name).toBe(name);
    expect(error.message).toBe(`${last.message} (2 attempts)`);
    expect((error.cause as MaxRetryError).reason).toBe(last);
    expect(error.request).toBe(inner.requests[0]);
  });

  it('B-RETRY-19 B-TIME-14 a read timeout on POST is a ReadTimeout at once', async () => {
    const timeout = new ReadTimeout('silent');
    const { inner, send } = harness([timeout], 3);
    expect(await rejection(send('POST'))).toBe(timeout);
    expect(inner.count).toBe(1);
  });

  it('B-RETRY-01 a total of false passes errors on as they are, and raises a forced status at once', async () => {
    const off = harness([refused], false);
    expect(await rejection(off.send())).toBe(refused);
    const status = harness([{ statusCode: 500 }], { total: false, statusForcelist: [500] });
    expect(await rejection(status.send())).toBeInstanceOf(RetryError);
    expect([off.inner.count, status.inner.count]).toEqual([1, 1]);
  });

  it('[O01] B-RETRY-02 POST is repeated when nothing was sent, and only then', async () => {
    const connect = harness([refused, {}], 3);
    expect((await connect.send('POST', { data: 'once' })).statusCode).toBe(200);
    const sent = harness([reset, {}], 3);
    expect(await rejection(sent.send('POST', { data: 'once' }))).toBe(reset);
    expect(sent.inner.count).toBe(1);
    const status = harness([{ statusCode: 503 }, {}], { statusForcelist: [503] });
    expect((await status.send('POST', { data: 'once' })).statusCode).toBe(503);
    expect(status.inner.count).toBe(1);
    const asked = harness([reset, { statusCode: 503 }, {}], { statusForcelist: [503], allowedMethods: ['POST'] });
    expect((await asked.send('POST', { data: 'once' })).statusCode).toBe(200);
    expect(asked.inner.count).toBe(3);
  });

  it('[B02] follows no redirect and retries none', async () => {
    const { inner, send } = harness([{ statusCode: 302, headers: { location: '/next', 'retry-after': '1' } }], 5);
    expect((await send()).statusCode).toBe(302);
    expect(inner.count).toBe(1);
  });

  it('[B02] does not reset the count of redirects', async () => {
    const { adapter } = harness(
      [
        reset,
        { statusCode: 302, headers: { location: '/next' } },
        reset,
        {
          statusCode: 302,
          headers: { location: '/next' },
        },
      ],
      5,
    );
    const session = new Session({ maxRedirects: 2 });
    session.mount('http://service.example/', adapter);
    await expect(session.get('http://service.example/')).rejects.toThrow('Exceeded 2 redirects');
  });

  it('[O03] sends the same request with the same options each time', async () => {
    const { inner, send } = harness([reset, reset, {}], 3);
    const settings = { stream: true, verify: 'ca.pem', timeout: [1, 2] } as const;
    await send('PUT', { data: 'text', headers: { 'X-A': '1' } }, settings);
    expect(new Set(inner.requests).size).toBe(1);
    expect(inner.options).toEqual([settings, settings, settings]);
  });

  it('passes on what is not about the network', async () => {
    for (const error of [new InvalidURL('bad'), new TypeError('a bug'), new Error('from the body source')]) {
      const { inner, send } = harness([error], 3);
      expect(await rejection(send())).toBe(error);
      expect(inner.count).toBe(1);
    }
  });

  it('B-RETRY-25 passes on what a policy of the user throws', async () => {
    const stop = new Error('not on Sundays');
    class Sabbath extends Retry {
      override increment(): this {
        throw stop;
      }
    }
    const body = new WireBody();
    const policy = new Sabbath({ statusForcelist: [500], raiseOnStatus: false });
    const status = harness([{ statusCode: 500, body }], policy);
    expect(await rejection(status.send('GET', {}, { stream: true }))).toBe(stop);
    expect(body.state).toBe('read');
    expect(await rejection(harness([reset], policy).send())).toBe(stop);
  });

  describe('bodies', () => {
    it('B-RETRY-23 B-DIFF-23 a body that can be read only once raises UnrewindableBodyError', async () => {
      async function* once() {
        yield 'a';
      }
      const failed = harness([reset, {}], 3);
      const error = await rejection(failed.send('PUT', { data: once() }));
      expect(error).toBeInstanceOf(UnrewindableBodyError);
      expect(error.cause).toBe(reset);
      expect(failed.inner.count).toBe(1);
      const answered = harness([{ statusCode: 503, body: 'down' }, {}], { statusForcelist: [503] });
      const second = await rejection(answered.send('PUT', { data: once() }));
      expect(second).toBeInstanceOf(UnrewindableBodyError);
      expect(second.response?.text).toBe('down');
    });

    it('B-RETRY-23 a file-like body is rewound to where it stood', async () => {
      const file = {
        position: 2,
        tell: () => file.position,
        seek: (to: number) => {
          file.position = to;
        },
        async *[Symbol.asyncIterator]() {
          file.position = 9;
          yield 'rest';
        },
      };
      const positions: number[] = [];
      const read: Step = async () => {
        positions.push(file.position);
        file.position = 9;
        throw reset;
      };
      await rejection(harness([read], 2).send('PUT', { data: file }));
      expect(positions).toEqual([2, 2, 2]);
    });

    it('replays text, bytes, Blobs, forms and functions', async () => {
      for (const data of ['text', new Uint8Array(3), new Blob(['x']), { a: 'b' }, () => ['x']] as const) {
        const { inner, send } = harness([reset, {}], 1);
        await send('PUT', { data });
        expect(inner.count).toBe(2);
      }
    });
  });

  describe('answers that are not returned', () => {
    it('B-RETRY-24 a short body is read, so that its connection can be used again', async () => {
      const body = new WireBody();
      await harness([{ statusCode: 503, body }, {}], { statusForcelist: [503] }).send('GET', {}, { stream: true });
      expect(body.state).toBe('read');
    });

    it('B-RETRY-24 a long one is dropped', async () => {
      const body = new WireBody(1000);
      await harness([{ statusCode: 503, body }, {}], { statusForcelist: [503] }).send('GET', {}, { stream: true });
      expect(body.state).toBe('dropped');
    });

    it('one that breaks is dropped, and the request sent again all the same', async () => {
      const body = new WireBody(1, new Error('reset'));
      const { send } = harness([{ statusCode: 503, body }, {}], { statusForcelist: [503] });
      expect((await send('GET', {}, { stream: true })).statusCode).toBe(200);
      expect(body.state).toBe('dropped');
    });

    it('the one that RetryError carries was read', async () => {
      const body = new WireBody();
      const { send } = harness([{ statusCode: 503, body }], { total: 0, statusForcelist: [503] });
      const error = await rejection(send('GET', {}, { stream: true }));
      expect(body.state).toBe('read');
      expect(error.response?.content.length).toBe(2048);
    });

    it('the one that is returned is left on the wire', async () => {
      const body = new WireBody();
      const { send } = harness([{ statusCode: 503, body }], { total: 0, statusForcelist: [503], raiseOnStatus: false });
      const response = await send('GET', {}, { stream: true });
      expect(body.state).toBe('unread');
      expect((await response.read()).length).toBe(2048);
    });

    it('[O02] a body that breaks after the head was handed out errors, and is not resumed', async () => {
      const broken = new ChunkedEncodingError('cut');
      const { inner, send } = harness([{ body: new WireBody(1, broken) }, { statusCode: 206 }], 5);
      const response = await send('GET', {}, { stream: true });
      await expect(response.read()).rejects.toBe(broken);
      expect(inner.count).toBe(1);
    });

    it('[O02] a body that breaks before is asked for from the start, without a range', async () => {
      const { inner, send } = harness([new ChunkedEncodingError('cut'), { body: 'whole' }], 5);
      expect((await send()).text).toBe('whole');
      expect(inner.requests.map((request) => request.headers.has('range'))).toEqual([false, false]);
    });
  });

  describe('waits', () => {
    it('B-RETRY-13 B-RETRY-20 Retry-After wins over the backoff, zero and the past fall back to it', async () => {
      const policy = { statusForcelist: [500], backoffFactor: 1 };
      const past = 'Thu, 01 Jan 1970 00:00:00 GMT';
      const steps = [
        { statusCode: 500, headers: { 'Retry-After': '9' } },
        { statusCode: 500, headers: { 'Retry-After': '0' } },
        { statusCode: 500, headers: { 'Retry-After': past } },
        {},
      ];
      const { waits, send } = harness(steps, policy);
      await send();
      expect(waits).toEqual([9, 2, 4]);
      const deaf = harness(steps, { ...policy, respectRetryAfterHeader: false });
      await deaf.send();
      expect(deaf.waits).toEqual([2, 4]);
    });

    it('B-RETRY-20 reads a date against the injected clock', async () => {
      const { waits, send } = harness(
        [{ statusCode: 503, headers: { 'Retry-After': 'Thu, 01 Jan 1970 00:17:00 GMT' } }, {}],
        1,
      );
      await send();
      expect(waits).toEqual([20]);
    });

    it('[F15] B-RETRY-14 the longest wait is retryAfterMax', async () => {
      const steps = [{ statusCode: 503, headers: { 'Retry-After': '999999999' } }, {}];
      const { waits, send } = harness(steps, 1);
      await send();
      const patient = harness(steps, { retryAfterMax: 30 });
      await patient.send();
      expect([waits, patient.waits]).toEqual([[21_600], [30]]);
    });

    it('[F15] B-RETRY-20 a Retry-After that is none is InvalidHeader, with the response', async () => {
      const body = new WireBody();
      const { inner, send } = harness([{ statusCode: 503, headers: { 'Retry-After': '1e400' }, body }], 3);
      const error = await rejection(send('GET', {}, { stream: true }));
      expect(error).toBeInstanceOf(InvalidHeader);
      expect(error.response?.statusCode).toBe(503);
      expect(body.state).toBe('read');
      expect(inner.count).toBe(1);
    });

    it('B-RETRY-11 B-RETRY-20 after an error there is only the backoff, with jitter from the injected source', async () => {
      const { waits, send } = harness([refused, refused, {}], { backoffFactor: 1, backoffJitter: 1 });
      await send();
      expect(waits).toEqual([2.5]);
    });

    it('B-RETRY-25 without an injected sleep it is the policy that waits', async () => {
      const sleep = vi.fn(async () => {});
      class Patient extends Retry {
        override sleep = sleep;
      }
      const inner = new ScriptedAdapter(reset, reset, {});
      const signal = new AbortController().signal;
      const request = new Request('GET', URL_WITH_SECRETS).prepare();
      await new RetryAdapter(inner, new Patient({ backoffFactor: 3 })).send(request, { signal });
      expect(sleep).toHaveBeenCalledExactlyOnceWith(6, signal);
    });

    it('B-RETRY-24 elapsed counts the waits', async () => {
      const { send } = harness([{ statusCode: 503, headers: { 'Retry-After': '5' } }, { elapsed: 0.25 }], 1);
      expect((await send()).elapsed).toBe(5.25);
      expect((await harness([{ elapsed: 0.25 }], 1).send()).elapsed).toBe(0.25);
    });
  });

  describe('abort', () => {
    it('[F15] during a wait rejects at once with the reason, and takes the timer away', async () => {
      vi.useFakeTimers();
      try {
        const inner = new ScriptedAdapter({ statusCode: 503, headers: { 'Retry-After': '3600' } });
        const controller = new AbortController();
        let waiting!: () => void;
        const started = new Promise<void>((resolve) => {
          waiting = resolve;
        });
        const adapter = new RetryAdapter(inner, 3, { onRetry: () => waiting() });
        const sent = adapter.send(new Request('GET', URL_WITH_SECRETS).prepare(), { signal: controller.signal });
        await started;
        await vi.advanceTimersByTimeAsync(1);
        expect(vi.getTimerCount()).toBe(1);
        const reason = new Error('enough');
        controller.abort(reason);
        await expect(sent).rejects.toBe(reason);
        expect(vi.getTimerCount()).toBe(0);
        expect(inner.count).toBe(1);
      } finally {
        vi.useRealTimers();
      }
    });

    it('during an attempt is not retried, whatever the adapter rejects with', async () => {
      const controller = new AbortController();
      const step: Step = async () => {
        controller.abort(new Error('enough'));
        throw reset;
      };
      const { inner, send } = harness([step, {}], 3);
      expect(await rejection(send('GET', {}, { signal: controller.signal }))).toBe(reset);
      expect(inner.count).toBe(1);
    });

    it('seen by nobody but us stops the next attempt', async () => {
      const controller = new AbortController();
      const { inner, send } = harness(
        [reset, reset, {}],
        { backoffFactor: 1 },
        { sleep: async () => controller.abort('why') },
      );
      expect(await rejection(send('GET', {}, { signal: controller.signal }))).toBe('why');
      expect(inner.count).toBe(2);
    });
  });

  describe('total timeout', () => {
    it('[B02] spans attempts and waits: each attempt gets what is left', async () => {
      const { inner, send } = harness([{ statusCode: 503, headers: { 'Retry-After': '4' } }, {}], 1);
      await send('GET', {}, { timeout: { connect: 1, read: 2, total: 10 } });
      expect(inner.options.map((options) => options.timeout)).toEqual([
        { connect: 1, read: 2, total: 10 },
        { connect: 1, read: 2, total: 6 },
      ]);
    });

    it('[F15] a wait that does not fit fails at once, with the response', async () => {
      const { inner, waits, send } = harness(
        [{ statusCode: 503, headers: { 'Retry-After': '3600' }, body: 'down' }],
        5,
      );
      const error = await rejection(send('GET', {}, { timeout: { total: 10 } }));
      expect(error).toBeInstanceOf(RetryError);
      expect(error.message).toContain('waiting 3600 s would pass the total timeout');
      expect(error.response?.text).toBe('down');
      expect([inner.count, waits]).toEqual([1, []]);
    });

    it('an error after it passed is thrown as it is', async () => {
      const timeout = new ReadTimeout('Total timeout passed');
      const late = harness([
        async () => {
          late.clock.now += 10_000;
          throw timeout;
        },
      ]);
      expect(await rejection(late.send('GET', {}, { timeout: { total: 10 } }))).toBe(timeout);
      expect(late.inner.count).toBe(1);
    });
  });

  describe('onRetry', () => {
    it('is told about each wait, before it', async () => {
      const events: RetryEvent[] = [];
      const { send, inner } = harness([reset, { statusCode: 503, headers: { 'Retry-After': '3' } }, {}], 5, {
        onRetry: (event) => void events.push(event),
      });
      await send();
      expect(
        events.map(({ attempt, delay, error, response }) => [attempt, delay, error, response?.statusCode]),
      ).toEqual([
        [1, 0, reset, undefined],
        [2, 3, null, 503],
      ]);
      expect(events[1]?.request).toBe(inner.requests[0]);
      expect(events[1]?.retry.total).toBe(3);
      expect(events[1]?.response?.loaded).toBe(true);
    });

    it('ends the request when it throws', async () => {
      const stop = new Error('stop');
      const { inner, send } = harness([reset], 5, { onRetry: () => Promise.reject(stop) });
      expect(await rejection(send())).toBe(stop);
      expect(inner.count).toBe(1);
    });
  });

  describe('budget', () => {
    it('bounds the retries of all requests together in an outage', async () => {
      const { inner, send } = harness([refused], 10);
      const errors = await Promise.all(Array.from({ length: 200 }, () => rejection(send())));
      // One attempt each, 100 retries saved up, and a fifth of a retry earned by each request.
      expect(inner.count).toBe(200 + 100);
      expect(errors.some((error) => error.message.includes('the retry budget is empty'))).toBe(true);
      expect(errors.every((error) => error.name === 'ConnectionError')).toBe(true);
    });

    it('grows with every request', async () => {
      const budget = new RetryBudget({ capacity: 1, ratio: 0.5, minPerSecond: 0 });
      budget.withdraw(0);
      const { inner, send } = harness([{}, refused], 1, { budget });
      await send();
      await rejection(send());
      expect(inner.count).toBe(3);
      await rejection(send());
      expect(inner.count).toBe(4);
    });

    it('null retries without one', async () => {
      const { inner, send } = harness([refused], 10, { budget: null });
      await Promise.all(Array.from({ length: 200 }, () => rejection(send())));
      expect(inner.count).toBe(200 * 11);
    });

    it('can be shared, and is used up for a status as well', async () => {
      const budget = new RetryBudget({ capacity: 1, ratio: 0, minPerSecond: 0 });
      const first = harness([refused, {}], 1, { budget });
      const second = harness([{ statusCode: 500 }], { statusForcelist: [500] }, { budget });
      expect((await first.send()).statusCode).toBe(200);
      const error = await rejection(second.send());
      expect(error).toBeInstanceOf(RetryError);
      expect(error.message).toContain('the retry budget is empty (1 attempt)');
      expect(second.adapter.budget).toBe(budget);
    });
  });

  it('B-RETRY-21 leaves the policy as it was, and its history on the response', async () => {
    const policy = new Retry({ statusForcelist: [500] });
    const { send } = harness([reset, { statusCode: 500 }, {}], policy);
    const response = await send();
    expect(response.raw.retries?.history).toEqual([
      { method: 'GET', url: 'http://service.example/path', error: reset, status: null, redirectLocation: null },
      { method: 'GET', url: 'http://service.example/path', error: null, status: 500, redirectLocation: null },
    ]);
    expect(policy.history).toEqual([]);
    expect((await harness([{}], 1).send()).raw.retries?.history).toEqual([]);
  });

  it('[O03] every request starts with all its retries, also beside others', async () => {
    const { inner, send } = harness([reset], 2);
    await rejection(send());
    expect(inner.count).toBe(3);
    await Promise.all([rejection(send()), rejection(send())]);
    expect(inner.count).toBe(9);
  });

  it('[A14] shows no secret in what it throws', async () => {
    const headers = { Authorization: 'canary-header', Cookie: 'canary-cookie' };
    const init = { headers, data: 'canary-body' };
    const errors = await Promise.all([
      rejection(harness([reset], 1).send('PUT', init)),
      rejection(
        harness([{ statusCode: 500, headers: { 'Set-Cookie': 'canary' } }], { total: 1, statusForcelist: [500] }).send(
          'PUT',
          init,
        ),
      ),
      rejection(harness([{ statusCode: 503, headers: { 'Retry-After': 'x' } }], 1).send('PUT', init)),
      rejection(harness([reset], 1).send('PUT', { ...init, data: ['canary'].values() })),
    ]);
    for (const error of errors) {
      const shown = inspect(error, { depth: Number.POSITIVE_INFINITY }) + JSON.stringify(error) + error.stack;
      expect(shown).not.toContain('canary');
    }
  });

  it('[J01] reads no option from a polluted prototype', async () => {
    const names = ['sleep', 'now', 'random', 'onRetry', 'budget', 'total', 'increment', 'withdraw', 'timeout'];
    const prototype = Object.prototype as unknown as Record<string, unknown>;
    const canary = vi.fn(() => {
      throw new Error('gadget');
    });
    try {
      for (const name of names) prototype[name] = canary;
      const inner = new ScriptedAdapter(reset, {});
      const request = new Request('GET', URL_WITH_SECRETS).prepare();
      expect((await new RetryAdapter(inner, { total: 1 }, {}).send(request, { timeout: null })).statusCode).toBe(200);
      expect(inner.count).toBe(2);
    } finally {
      for (const name of names) delete prototype[name];
    }
    expect(canary).not.toHaveBeenCalled();
  });

  it('refuses options it does not know', () => {
    expect(() => new RetryAdapter(new ScriptedAdapter({}), { onRetry: () => {} } as never)).toThrow(TypeError);
    expect(() => new RetryAdapter(new ScriptedAdapter({}), 3, { total: 3 } as never)).toThrow(TypeError);
    expect(() => new RetryAdapter(new ScriptedAdapter({}), 1.5)).toThrow(TypeError);
  });

  it('closes the adapter it wraps', async () => {
    const { adapter, inner } = harness([{}]);
    await adapter.close();
    expect(inner.closed).toBe(1);
  });
});
