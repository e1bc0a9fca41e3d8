import { ConnectionError } from '@requests-ts/core';
import { afterAll, describe, expect, it } from 'vitest';
import { failure, opened, prepare, requestFailure, sendGet } from '../src/index.ts';
import { NodeAdapter } from './node-adapter.ts';

describe('failure', () => {
  it('is the error of a promise, and fails where there is none', async () => {
    const error = new Error('no');
    expect(await failure(Promise.reject(error))).toBe(error);
    await expect(failure(Promise.resolve(5))).rejects.toThrow('Expected a rejection, got 5');
    await expect(failure(Promise.reject('text'))).rejects.toThrow('Expected a rejection, got text');
  });
});

describe('requestFailure', () => {
  it('is an error of our tree that names its request, and throws any other on', async () => {
    const request = prepare('PUT', 'http://a.example/', { data: 'x' });
    expect([request.method, request.body]).toEqual(['PUT', 'x']);
    const named = new ConnectionError('no', { request });
    expect(await requestFailure(Promise.reject(named))).toBe(named);
    for (const other of [new ConnectionError('no'), new TypeError('no')])
      await expect(requestFailure(Promise.reject(other))).rejects.toBe(other);
  });
});

describe('opened', () => {
  let closed = 0;
  const resource = { [Symbol.asyncDispose]: async () => void closed++ };
  afterAll(() => expect(closed).toBe(1));

  it('gives back what it is given, and leaves it open', () => {
    expect(opened(resource)).toBe(resource);
    expect(closed).toBe(0);
  });

  it('has closed it when the test was finished', () => {
    expect(closed).toBe(1);
  });
});

describe('sendGet', () => {
  it('sends one GET through an adapter', async () => {
    const adapter = opened(new NodeAdapter());
    const error = await requestFailure(sendGet(adapter, 'http://127.0.0.1:1/x'));
    expect(error.request?.method).toBe('GET');
  });
});
