import {
  ChunkedEncodingError,
  ConnectionError,
  ConnectTimeout,
  Headers,
  InvalidHeader,
  InvalidURL,
  ProxyError,
  ReadTimeout,
  SSLError,
} from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import { MaxRetryError } from './errors.ts';
import { Retry, type RetryResponse } from './policy.ts';
import type { RetryOptions } from './retry-options.ts';

const refused = new ConnectionError('refused', {
  cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
});
const reset = new ConnectionError('reset', { cause: Object.assign(new Error('read'), { code: 'ECONNRESET' }) });

function response(statusCode: number, headers: Record<string, string> = {}): RetryResponse {
  return { statusCode, headers: new Headers(headers) };
}

function failed(retry: Retry, error: unknown, method = 'GET'): Retry {
  return retry.increment(method, '/', { error });
}

describe('Retry', () => {
  it('B-RETRY-01..15 has the defaults of Requests', () => {
    expect({ ...new Retry() }).toEqual({
      total: 10,
      connect: null,
      read: null,
      redirect: null,
      status: null,
      other: null,
      allowedMethods: ['HEAD', 'GET', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'],
      statusForcelist: [],
      backoffFactor: 0,
      backoffMax: 120,
      backoffJitter: 0,
      raiseOnRedirect: true,
      raiseOnStatus: true,
      respectRetryAfterHeader: true,
      retryAfterMax: 21_600,
      removeHeadersOnRedirect: ['cookie', 'authorization', 'proxy-authorization'],
      history: [],
    });
  });

  it('B-RETRY-01 total beats the other counters', () => {
    let retry = new Retry({ total: 2, connect: 5 });
    retry = failed(failed(retry, refused), refused);
    expect(retry.total).toBe(0);
    expect(retry.connect).toBe(3);
    expect(() => failed(retry, refused)).toThrow(MaxRetryError);
  });

  it('B-RETRY-01 a total of null leaves it to the other counters', () => {
    const retry = failed(new Retry({ total: null, connect: 1 }), refused);
    expect(retry.total).toBeNull();
    expect(() => failed(retry, refused)).toThrow(MaxRetryError);
    expect(() => failed(failed(failed(retry, reset), reset), reset)).not.toThrow();
  });

  it('B-RETRY-01 a total of 0 allows no retry', () => {
    expect(() => failed(new Retry({ total: 0 }), refused)).toThrow(MaxRetryError);
  });

  it('B-RETRY-01 a total of false throws errors as they are, and a status as used up', () => {
    const off = new Retry({ total: false, statusForcelist: [503] });
    expect(() => failed(off, refused)).toThrow(refused);
    expect(() => off.increment('GET', '/', { response: response(503) })).toThrow(MaxRetryError);
  });

  it.each([
    ['ConnectTimeout', new ConnectTimeout('slow')],
    ['refused', refused],
    [
      'an unknown host',
      new ConnectionError('dns', { cause: Object.assign(new Error('x'), { syscall: 'getaddrinfo' }) }),
    ],
    ['a refused connection to a proxy', new ProxyError('proxy', { cause: refused })],
  ])('B-RETRY-02 counts %s as connect, for any method', (_, error) => {
    expect(failed(new Retry({ connect: 3 }), error, 'POST').connect).toBe(2);
    expect(() => failed(new Retry({ connect: 0 }), error)).toThrow(MaxRetryError);
    expect(() => failed(new Retry({ connect: false }), error)).toThrow(error);
  });

  it.each([
    ['ReadTimeout', new ReadTimeout('silent')],
    ['a lost connection', reset],
    ['a connection error of unknown cause', new ConnectionError('?')],
    ['a body that broke off', new ChunkedEncodingError('short')],
  ])('[O01] B-RETRY-03 counts %s as read, for methods that may be repeated', (_, error) => {
    expect(failed(new Retry({ read: 3 }), error, 'put').read).toBe(2);
    expect(() => failed(new Retry({ read: 3 }), error, 'POST')).toThrow(error);
    expect(() => failed(new Retry({ read: 3 }), error, 'PATCH')).toThrow(error);
    expect(() => failed(new Retry({ read: false }), error)).toThrow(error);
    expect(() => new Retry().increment(null, null, { error })).toThrow(error);
  });

  it('B-RETRY-04 B-RETRY-12 a redirect of false becomes 0 without raising', () => {
    const retry = new Retry({ redirect: false });
    expect(retry.redirect).toBe(0);
    expect(retry.raiseOnRedirect).toBe(false);
    expect(new Retry({ total: false }).raiseOnRedirect).toBe(false);
  });

  it('B-RETRY-05 counts responses', () => {
    const retry = new Retry({ status: 1 }).increment('GET', '/', { response: response(500) });
    expect(retry.status).toBe(0);
    expect(() => retry.increment('GET', '/', { response: response(500) })).toThrow('too many 500 error responses');
    expect(() => new Retry({ status: false }).increment('GET', '/', { response: response(500) })).toThrow(
      MaxRetryError,
    );
  });

  it.each([
    ['TLS', new SSLError('bad certificate')],
    ['a proxy that refuses', new ProxyError('407')],
  ])('B-RETRY-06 counts %s as other, for any method', (_, error) => {
    expect(failed(new Retry({ other: 1 }), error, 'POST').other).toBe(0);
    expect(() => failed(new Retry({ other: 0 }), error)).toThrow(MaxRetryError);
  });

  it('throws what is not about the network as it is', () => {
    for (const error of [new InvalidURL('x'), new TypeError('x'), 'a reason']) {
      expect(() => failed(new Retry(), error)).toThrow(error as Error);
    }
  });

  it('B-RETRY-07 compares methods in upper case; null, false and none mean any', () => {
    expect(new Retry({ statusForcelist: [500] }).isRetry('get', 500)).toBe(true);
    expect(new Retry({ statusForcelist: [500] }).isRetry('POST', 500)).toBe(false);
    expect(new Retry({ statusForcelist: [500], allowedMethods: ['post'] }).isRetry('Post', 500)).toBe(true);
    expect(new Retry({ statusForcelist: [500], allowedMethods: ['post'] }).isRetry('GET', 500)).toBe(false);
    for (const allowedMethods of [null, false, [], new Set<string>()] as const) {
      expect(new Retry({ statusForcelist: [500], allowedMethods }).isRetry('POST', 500)).toBe(true);
    }
  });

  it('B-RETRY-08 retries the statuses of the list', () => {
    const retry = new Retry({ statusForcelist: new Set([502, 503]) });
    expect([500, 502, 503].map((status) => retry.isRetry('GET', status))).toEqual([false, true, true]);
    expect(new Retry().isRetry('GET', 503)).toBe(false);
  });

  it('B-RETRY-17 retries 413, 429 and 503 with Retry-After, while it is respected and total is left', () => {
    for (const status of [413, 429, 503]) expect(new Retry().isRetry('GET', status, true)).toBe(true);
    expect(new Retry().isRetry('GET', 500, true)).toBe(false);
    expect(new Retry().isRetry('GET', 503, false)).toBe(false);
    expect(new Retry().isRetry('POST', 503, true)).toBe(false);
    expect(new Retry({ respectRetryAfterHeader: false }).isRetry('GET', 503, true)).toBe(false);
    for (const total of [0, null, false] as const) expect(new Retry({ total }).isRetry('GET', 503, true)).toBe(false);
  });

  it('B-RETRY-16 lets the wait grow from the second failure in a row; a redirect starts anew', () => {
    let retry = new Retry({ backoffFactor: 0.1 });
    const waits: number[] = [];
    for (let i = 0; i < 5; i++) {
      waits.push(retry.getBackoffTime());
      retry = failed(retry, refused);
    }
    expect(waits).toEqual([0, 0, 0.2, 0.4, 0.8]);
    retry = retry.increment('GET', '/', { response: response(302, { location: '/b' }) });
    expect(retry.getBackoffTime()).toBe(0);
    expect(failed(failed(retry, refused), refused).getBackoffTime()).toBe(0.2);
  });

  it('B-RETRY-10 B-RETRY-11 takes jitter from the given source, under the maximum', () => {
    const retry = failed(failed(new Retry({ backoffFactor: 1, backoffJitter: 2, backoffMax: 3.5 }), refused), refused);
    expect(retry.getBackoffTime(() => 0.25)).toBe(2.5);
    expect(retry.getBackoffTime(() => 0.99)).toBe(3.5);
    expect(retry.getBackoffTime()).toBeGreaterThanOrEqual(2);
  });

  it('B-RETRY-14 B-RETRY-20 caps what a server asks for', () => {
    const retry = new Retry({ retryAfterMax: 60 });
    expect(retry.parseRetryAfter('59')).toBe(59);
    expect(retry.parseRetryAfter('3600')).toBe(60);
    expect(new Retry().parseRetryAfter('999999999')).toBe(21_600);
    expect(retry.parseRetryAfter('Thu, 01 Jan 1970 00:00:30 GMT', 0)).toBe(30);
    expect(new Retry().parseRetryAfter('Fri, 31 Dec 9999 23:59:59 GMT')).toBe(21_600);
    expect(retry.getRetryAfter(response(503))).toBeNull();
    expect(retry.getRetryAfter(response(503, { 'Retry-After': '5' }))).toBe(5);
    expect(() => retry.getRetryAfter(response(503, { 'Retry-After': 'soon' }))).toThrow(InvalidHeader);
  });

  it('B-RETRY-21 makes a new policy for every step, with one more entry of history', () => {
    const retry = new Retry();
    const one = retry.increment('GET', '/a', { error: refused });
    const two = one.increment('GET', '/a', { response: response(500) });
    const three = two.increment('GET', '/a', { response: response(301, { location: '/b' }) });
    expect(three.history).toEqual([
      { method: 'GET', url: '/a', error: refused, status: null, redirectLocation: null },
      { method: 'GET', url: '/a', error: null, status: 500, redirectLocation: null },
      { method: 'GET', url: '/a', error: null, status: 301, redirectLocation: '/b' },
    ]);
    expect([retry, one, two, three].map((step) => [step.total, step.history.length])).toEqual([
      [10, 0],
      [9, 1],
      [8, 2],
      [7, 3],
    ]);
  });

  it('B-RETRY-22 is exhausted when a counter is below zero', () => {
    expect(new Retry({ total: 0 }).isExhausted()).toBe(false);
    expect(new Retry({ total: -1 }).isExhausted()).toBe(true);
    expect(new Retry({ total: null, connect: 1, read: 0, status: -1 }).isExhausted()).toBe(true);
    expect(new Retry({ total: null, connect: null }).isExhausted()).toBe(false);
    expect(new Retry({ total: false }).isExhausted()).toBe(false);
  });

  it('B-RETRY-18 wraps what went wrong last in MaxRetryError', () => {
    try {
      failed(new Retry({ total: 0 }), refused);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(MaxRetryError);
      expect((error as MaxRetryError).url).toBe('/');
      expect((error as MaxRetryError).reason).toBe(refused);
      expect((error as MaxRetryError).cause).toBe(refused);
    }
  });

  it('S5 B-RETRY-25 fromInt reads what maxRetries takes', () => {
    const retry = new Retry({ total: 5, backoffFactor: 0.1, statusForcelist: [502] });
    expect(Retry.fromInt(retry)).toBe(retry);
    expect(Retry.fromInt(7).total).toBe(7);
    expect(Retry.fromInt(0).total).toBe(0);
    expect(Retry.fromInt(false).total).toBe(false);
    expect(Retry.fromInt(null).total).toBe(3);
    expect(Retry.fromInt(undefined, 9).total).toBe(9);
    expect(Retry.fromInt(null, retry)).toBe(retry);
  });

  it('B-RETRY-21 new changes a copy, and takes undefined for no change', () => {
    const retry = new Retry({ total: 5, allowedMethods: null, statusForcelist: [502], backoffFactor: 1 });
    const changed = retry.new({ total: 1, connect: undefined as never });
    expect({ ...changed }).toEqual({ ...retry, total: 1 });
    expect(retry.total).toBe(5);
  });

  it('is immutable', () => {
    const retry = new Retry({ statusForcelist: [500] });
    expect(Object.isFrozen(retry)).toBe(true);
    expect(() => (retry.statusForcelist as number[]).push(501)).toThrow(TypeError);
    expect(() => (retry.history as unknown[]).push(1)).toThrow(TypeError);
    expect(() => (Retry.DEFAULT_ALLOWED_METHODS as string[]).push('POST')).toThrow(TypeError);
  });

  it('B-RETRY-25 lets a subclass override what it wants, and stays one after each step', () => {
    class Patient extends Retry {
      readonly extra = 1;
      override getBackoffTime(): number {
        return 42;
      }
    }
    const patient = new Patient().increment('GET', '/', { error: refused });
    expect(patient).toBeInstanceOf(Patient);
    expect(patient.getBackoffTime()).toBe(42);
    expect(patient.extra).toBe(1);
    expect(Patient.fromInt(2)).toBeInstanceOf(Patient);
  });

  it.each([
    [{ total: 1.5 }],
    [{ total: true }],
    [{ total: '3' }],
    [{ connect: Number.NaN }],
    [{ allowedMethods: 'GET' }],
    [{ statusForcelist: ['500'] }],
    [{ statusForcelist: 500 }],
    [{ backoffFactor: '1' }],
    [{ backoffMax: Number.NaN }],
    [{ raiseOnStatus: 1 }],
    [{ retries: 3 }],
    [{ backoff_factor: 1 }],
  ])('throws a TypeError for %j', (options) => {
    expect(() => new Retry(options as unknown as RetryOptions)).toThrow(TypeError);
  });

  it('[J01] reads no option from a polluted prototype', () => {
    const names = [
      'total',
      'connect',
      'allowedMethods',
      'statusForcelist',
      'backoffFactor',
      'retryAfterMax',
      'history',
    ];
    const prototype = Object.prototype as unknown as Record<string, unknown>;
    const clean = { ...new Retry() };
    try {
      for (const name of names) prototype[name] = 99;
      expect(Object.entries(new Retry())).toEqual(Object.entries(clean));
      expect(Object.entries(new Retry().new())).toEqual(Object.entries(clean));
    } finally {
      for (const name of names) delete prototype[name];
    }
  });

  it('prints itself briefly', () => {
    expect(String(new Retry({ total: 3 }))).toBe('Retry(total=3, connect=null, read=null, redirect=null, status=null)');
  });
});
