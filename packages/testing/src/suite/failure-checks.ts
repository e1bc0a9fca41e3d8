/** Errors: their classes, and what they must not say. */
import { createServer } from 'node:net';
import {
  ChunkedEncodingError,
  ConnectionError,
  type PreparedRequest,
  RequestException,
  type SendOptions,
} from '@requests-ts/core';
import { expect } from 'vitest';
import { listen } from '../listener.ts';
import { prepare } from '../prepared.ts';
import { crlf, type RawStep, steps } from '../raw/raw-server.ts';
import { createCanaries, expectNoSecret } from '../secrets.ts';
import type { Bench } from './bench.ts';
import { type Check, check, checkBothWays } from './check.ts';
import { OK } from './request-checks.ts';

/** A port that refuses connections. */
async function refusedUrl(): Promise<string> {
  const { port, close } = await listen(createServer());
  await close();
  return `http://127.0.0.1:${port}`;
}

/** Answers that end before they began. */
const BROKEN_HEADS: readonly [title: string, script: readonly RawStep[]][] = [
  ['a close before the head', [steps.request, steps.close]],
  ['a reset before the head', [steps.request, steps.reset]],
  ['a close inside the status line', [steps.request, 'HTTP/1.1 2', steps.close]],
  ['a close inside the headers', [steps.request, 'HTTP/1.1 200 OK\r\nX-A: b\r\n', steps.close]],
  ['garbage instead of a status line', [steps.request, 'SSH-2.0-OpenSSH_9.9\r\n\r\n', steps.close]],
  ['a status that is no number', [steps.request, 'HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n', steps.close]],
  ['a header line without a colon', [steps.request, 'HTTP/1.1 200 OK\r\nno colon here\r\n\r\n', steps.close]],
  ['a header name with a blank', [steps.request, 'HTTP/1.1 200 OK\r\nX A: b\r\n\r\n', steps.close]],
  ['a NUL in a header', [steps.request, 'HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 0\r\n\r\n', steps.close]],
];

/** Bodies that end before their framing says so. */
const BROKEN_BODIES: readonly [title: string, script: readonly RawStep[]][] = [
  ['fewer bytes than Content-Length', [crlf('HTTP/1.1 200 OK', 'Content-Length: 10', '', 'short'), steps.close]],
  [
    'a reset before Content-Length is reached',
    [crlf('HTTP/1.1 200 OK', 'Content-Length: 10', '', 'short'), steps.wait(20), steps.reset],
  ],
  ['no last chunk', [crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '5', 'piece', ''), steps.close]],
  ['half a chunk', [crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '9', 'piece'), steps.close]],
  [
    'a chunk size that is no number',
    [crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', 'xyz', 'piece', '0', '', ''), steps.close],
  ],
  [
    'a reset in a body that ends with the connection',
    [crlf('HTTP/1.1 200 OK', '', 'part'), steps.wait(20), steps.reset],
  ],
];

/** Heads that two readers may understand differently (RFC 9112 §6.3). */
const AMBIGUOUS: readonly [title: string, headers: readonly string[]][] = [
  ['both Content-Length and Transfer-Encoding', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
  ['two different Content-Lengths', ['Content-Length: 5', 'Content-Length: 6']],
  ['a Content-Length that is no number', ['Content-Length: 5x']],
  ['a negative Content-Length', ['Content-Length: -1']],
  ['an unknown transfer coding', ['Transfer-Encoding: xchunked']],
  ['chunked that is not the last coding', ['Transfer-Encoding: chunked, identity']],
];

/** Every way to fail that has an error of ours, on a request full of secrets. */
const FAILURES: readonly [title: string, script: readonly RawStep[], options?: SendOptions][] = [
  ...BROKEN_HEADS,
  ...BROKEN_BODIES.map(([title, script]): [string, RawStep[]] => [title, [steps.request, ...script]]),
  ['a read timeout', [steps.request, steps.stall], { timeout: 0.05 }],
  [
    'a read timeout in the body',
    [steps.request, crlf('HTTP/1.1 200 OK', 'Content-Length: 9', '', 'part'), steps.stall],
    { timeout: 0.05 },
  ],
  [
    'a body that is not what its coding says',
    [steps.request, crlf('HTTP/1.1 200 OK', 'Content-Encoding: gzip', 'Content-Length: 5', '', 'piece')],
  ],
];

function secretRequest(url: string, canaries: ReturnType<typeof createCanaries>): PreparedRequest {
  const { user, password, query, authorization, cookie, header, body } = canaries;
  return prepare('POST', `${url.replace('://', `://${user}:${password}@`)}/path?token=${query}`, {
    headers: { Authorization: `Bearer ${authorization}`, Cookie: `session=${cookie}`, 'X-Api-Key': header },
    data: body,
  });
}

async function expectSecretKept(bench: Bench, url: string, options?: SendOptions): Promise<void> {
  const canaries = createCanaries();
  const error = await bench.requestFailure(secretRequest(url, canaries), options);
  expectNoSecret(error, canaries);
}

export const failureChecks: readonly Check[] = [
  check('refused', 'B-ADAPT-12 fails with ConnectionError when the connection is refused', async (bench) => {
    expect(await bench.requestFailure(prepare('GET', await refusedUrl()))).toBeInstanceOf(ConnectionError);
  }),

  ...BROKEN_HEADS.map(([title, script]) =>
    check(
      'connectionErrors',
      `B-ADAPT-14 [E04] fails with ConnectionError on ${title}, and does not send again`,
      async (bench) => {
        const server = await bench.raw(script);
        const error = await bench.requestFailure(prepare('GET', server.url));
        expect(error).toBeInstanceOf(ConnectionError);
        expect(server.connections).toBe(1);
      },
    ),
  ),

  ...BROKEN_BODIES.flatMap(([title, script]) =>
    checkBothWays(
      'truncation',
      `B-RESP-20 [E07] fails with ChunkedEncodingError on ${title}`,
      async (bench, stream) => {
        const server = await bench.raw([steps.request, ...script]);
        const error = await bench.requestFailure(prepare('GET', server.url), { stream });
        expect(error).toBeInstanceOf(ChunkedEncodingError);
      },
    ),
  ),

  ...AMBIGUOUS.map(([title, headers]) =>
    check('framing', `[E02] refuses an answer with ${title}, and does not use its connection again`, async (bench) => {
      const server = await bench.raw(async (connection) => {
        await connection.nextRequest();
        await connection.send(
          connection.id > 1 ? OK : crlf('HTTP/1.1 200 OK', ...headers, '', '5', 'piece', '0', '', ''),
        );
      });
      await bench.requestFailure(prepare('GET', server.url));
      expect((await bench.get(server.url)).text).toBe('ok');
      expect(server.connections).toBe(2);
    }),
  ),

  check('refused', '[A14] says no secret of the request when the connection is refused', async (bench) => {
    await expectSecretKept(bench, await refusedUrl());
  }),

  ...FAILURES.map(([title, script, options]) =>
    check('secrets', `[A14] says no secret of the request on ${title}`, async (bench) => {
      const server = await bench.raw(script);
      await expectSecretKept(bench, server.url, options);
    }),
  ),

  check('secrets', '[A14] shows nothing of the request when the response is printed', async (bench) => {
    const server = await bench.raw(OK);
    const canaries = createCanaries();
    const response = await bench.send(secretRequest(server.url, canaries));
    expectNoSecret(response, canaries);
  }),

  check('secrets', '[A14] shows nothing of the request when the adapter is printed after use', async (bench) => {
    const server = await bench.raw(OK);
    const canaries = createCanaries();
    await bench.send(secretRequest(server.url, canaries));
    expectNoSecret(bench.adapter, canaries);
  }),

  check('refused', 'gives the error of the tree a code', async (bench) => {
    const error = await bench.requestFailure(prepare('GET', await refusedUrl()));
    expect(error).toBeInstanceOf(RequestException);
    expect(error.code).toMatch(/^ERR_[A-Z_]+$/);
    expect(error.message).not.toBe('');
  }),
];
