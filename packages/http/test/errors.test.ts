import { RequestException } from '@requests-ts/core';
import { createCanaries, crlf, expectNoSecret, startRawServer, steps } from '@requests-ts/testing';
import { errors } from 'undici';
import { describe, expect, it } from 'vitest';
import { UNDICI_ERRORS } from '../src/errors.ts';
import { failure, makeAdapter, opened, prepare } from './support.ts';

describe('UNDICI_ERRORS', () => {
  it('B-DIFF-32 has a row for every error that undici exports, and no other', () => {
    expect(Object.keys(UNDICI_ERRORS).toSorted()).toEqual(Object.keys(errors).toSorted());
  });
});

describe('errors of HTTPAdapter', () => {
  it.each([
    ['B-ADAPT-12', 'a refused connection', 'http://127.0.0.1:1/', 'ConnectionError', 'ERR_CONNECTION'],
    ['B-ADAPT-12', 'a name that does not exist', 'http://nowhere.invalid/', 'ConnectionError', 'ERR_CONNECTION'],
  ])('%s M143 says %s', async (_rule, _title, url, name, code) => {
    const request = prepare('GET', url);
    const error = await failure(makeAdapter().send(request, {}));
    expect(error).toMatchObject({ name, code });
    expect(error).toBeInstanceOf(RequestException);
    expect(error.request).toBe(request);
    expect(error.message).toContain(`GET ${url}`);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it.each([
    ['B-ADAPT-14', 'a close without an answer', [steps.request, steps.close], 'ConnectionError'],
    ['B-ADAPT-14', 'a reset', [steps.request, steps.reset], 'ConnectionError'],
    ['B-ADAPT-14', 'a malformed status line', [steps.request, 'what?\r\n\r\n'], 'ConnectionError'],
    ['B-ADAPT-14', 'malformed headers', [steps.request, 'HTTP/1.1 200 OK\r\nno colon\r\n\r\n'], 'ConnectionError'],
    [
      'B-ADAPT-20',
      'contradictory lengths',
      [steps.request, 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
      'InvalidHeader',
    ],
    [
      'B-ADAPT-22',
      'a short body',
      [steps.request, crlf('HTTP/1.1 200 OK', 'Content-Length: 9', '', 'ab'), steps.close],
      'ChunkedEncodingError',
    ],
    [
      'B-ADAPT-22',
      'a bad coding',
      [steps.request, crlf('HTTP/1.1 200 OK', 'Content-Encoding: br', 'Content-Length: 9', '', 'not br at')],
      'ContentDecodingError',
    ],
  ] as const)('%s raises for %s, with its request', async (_rule, _title, script, name) => {
    const server = opened(await startRawServer(script));
    const request = prepare('GET', server.url);
    const error = await failure(makeAdapter().send(request, {}));
    expect([error.name, error.request]).toEqual([name, request]);
  });

  it('[A14] [J03] shows no secret of the request, whatever goes wrong on the way', async () => {
    const answers = [
      [steps.request, steps.reset],
      [steps.request, 'HTTP/1.1 200 OK\r\nSet-Cookie: session=canarysetcookie\r\nbad\x01\r\n\r\n'],
      [steps.request, 'canaryanswer\r\n\r\n'],
      [steps.request, crlf('HTTP/1.1 200 OK', 'Content-Length: 90', '', 'canaryanswer'), steps.wait(10), steps.reset],
    ];
    for (const script of answers) {
      const server = opened(await startRawServer(script));
      const canaries = createCanaries();
      const request = prepare(
        'POST',
        `${server.url.replace('://', `://${canaries.user}:${canaries.password}@`)}/p?${canaries.query}`,
        {
          headers: {
            Authorization: canaries.authorization,
            Cookie: canaries.cookie,
            'Proxy-Authorization': canaries.proxyAuthorization,
            'X-Key': canaries.header,
          },
          data: canaries.body,
        },
      );
      const error = await failure(makeAdapter().send(request, {}));
      expectNoSecret(error, [...Object.values(canaries), 'canarysetcookie', 'canaryanswer']);
    }
  });
});
