/** Request bodies and their framing. */
import { ConnectionError, type Data } from '@requests-ts/core';
import { expect } from 'vitest';
import { prepare } from '../prepared.ts';
import type { RawRequest } from '../raw/raw-request.ts';
import { steps } from '../raw/raw-server.ts';
import { type Check, check } from './check.ts';
import { OK } from './request-checks.ts';

const TEXT = 'Grüße, 世界';
const BYTES = new TextEncoder().encode(TEXT);

function framing(request: RawRequest): { length: string[]; coding: string[] } {
  return { length: request.getAll('content-length'), coding: request.getAll('transfer-encoding') };
}

function stream(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(BYTES.subarray(0, 3));
      controller.enqueue(BYTES.subarray(3));
      controller.close();
    },
  });
}

function* generator(): Generator<string> {
  yield* ['Grü', '', 'ße, ', '世界'];
}

async function* asyncGenerator(): AsyncGenerator<string | Uint8Array> {
  yield 'Grüße, ';
  await Promise.resolve();
  yield new TextEncoder().encode('世界');
}

const SIZED: readonly [rule: string, kind: string, make: () => Data][] = [
  ['B-BODY-03', 'text', () => TEXT],
  ['B-BODY-04', 'bytes', () => BYTES],
];
const SIZED_STREAMS: readonly [rule: string, kind: string, make: () => Data][] = [
  ['B-BODY-06', 'a Blob', () => new Blob([BYTES])],
  ['B-BODY-06', 'a stream of known length', () => ({ stream: stream(), length: BYTES.length })],
];
const STREAMS: readonly [rule: string, kind: string, make: () => Data][] = [
  ['B-BODY-07/19', 'a generator', generator],
  ['B-BODY-07/19', 'an async generator', asyncGenerator],
  ['B-BODY-07', 'a ReadableStream', stream],
  ['B-BODY-21', 'a function that opens a stream', () => stream],
];

/** A body that never ends, and what became of it. */
export function endless(size = 65_536): {
  source: AsyncGenerator<Uint8Array>;
  pulled: () => number;
  closed: Promise<void>;
} {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let pulled = 0;
  const piece = new Uint8Array(size);
  async function* make(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        pulled += size;
        yield piece;
      }
    } finally {
      resolve();
    }
  }
  return { source: make(), pulled: () => pulled, closed };
}

/** Waits until a number that grows has stopped growing, or is over a limit. */
export async function untilStill(read: () => number, limit: number): Promise<void> {
  for (let before = -1; before !== read() && read() < limit; ) {
    before = read();
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

export const uploadChecks: readonly Check[] = [
  ...[...SIZED, ...SIZED_STREAMS].map(([rule, kind, make], i) =>
    check(
      i < SIZED.length ? 'bodies' : 'streamedUploads',
      `${rule} sends ${kind} with one Content-Length and nothing else`,
      async (bench) => {
        for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'GET']) {
          const server = await bench.raw(OK);
          await bench.call(method, server.url, { data: make() });
          const request = await server.waitForRequest();
          expect(request.body).toEqual(Buffer.from(BYTES));
          expect(framing(request)).toEqual({ length: [String(BYTES.length)], coding: [] });
        }
      },
    ),
  ),

  ...STREAMS.map(([rule, kind, make]) =>
    check('streamedUploads', `${rule} sends ${kind} chunked and without a Content-Length`, async (bench) => {
      const server = await bench.raw(OK);
      await bench.call('POST', server.url, { data: make() });
      const request = await server.waitForRequest();
      expect(request.body).toEqual(Buffer.from(BYTES));
      expect(framing(request)).toEqual({ length: [], coding: ['chunked'] });
    }),
  ),

  check('bodies', 'B-BODY-01 sends no framing for GET without a body, and Content-Length 0 for POST', async (bench) => {
    const server = await bench.raw(OK);
    await bench.get(server.url);
    await bench.call('POST', server.url);
    expect(framing(await server.waitForRequest(1))).toEqual({ length: [], coding: [] });
    expect(framing(await server.waitForRequest(2))).toEqual({ length: ['0'], coding: [] });
  }),

  check(
    'bodies',
    '[E01] sends one framing header, and a true one, even when another was written by hand',
    async (bench) => {
      const lines: readonly [name: string, value: string][] = [
        ['Transfer-Encoding', 'chunked'],
        ['Content-Length', '3'],
        ['Content-Length', '99'],
        ['content-length', `${BYTES.length}, ${BYTES.length}`],
        ['Content-Length', `+${BYTES.length}`],
      ];
      for (const line of lines) {
        const server = await bench.raw(OK);
        const request = prepare('POST', server.url, { data: BYTES });
        request.headers.set(...line);
        const sent = await bench.settle(
          bench.adapter.send(request, {}).then(
            () => true,
            () => false,
          ),
          `sending with ${line.join(': ')}`,
        );
        // To refuse it is as good.
        if (!sent) {
          expect(server.requests).toEqual([]);
          continue;
        }
        const received = await server.waitForRequest();
        const { length, coding } = framing(received);
        expect([length.length + coding.length, received.body]).toEqual([1, Buffer.from(BYTES)]);
      }
    },
  ),

  check('bodies', 'sends a large body whole', async (bench) => {
    const httpbin = await bench.httpbin();
    const response = await bench.call('PUT', `${httpbin.url}/upload`, { data: new Uint8Array(5_000_000).fill(7) });
    expect((response.json() as { length: number }).length).toBe(5_000_000);
  }),

  check('streamedUploads', 'starts to send before the source has ended', async (bench) => {
    const server = await bench.raw(OK);
    const { promise: arrived, resolve } = Promise.withResolvers<void>();
    async function* body(): AsyncGenerator<string> {
      yield 'first';
      await arrived;
      yield 'second';
    }
    const sending = bench.call('POST', server.url, { data: body() });
    const connection = await bench.settle(server.waitForConnection(), 'connecting');
    await bench.settle(connection.receive('first'), 'sending the first piece');
    resolve();
    await sending;
    expect((await server.waitForRequest()).body.toString()).toBe('firstsecond');
  }),

  check(
    'streamedUploads',
    '[E01] fails when a sized stream is shorter or longer than it said, and never completes the request',
    async (bench) => {
      for (const length of [BYTES.length + 5, BYTES.length - 5]) {
        const server = await bench.raw([steps.stall]);
        const sending = bench.call('POST', server.url, { data: { stream: stream(), length } });
        await bench.failure(sending, `a body of ${BYTES.length} bytes that claims ${length}`);
        await bench.settle(server.waitForOpenConnections(0), 'dropping the connection');
        const head = server.accepted[0]?.received.indexOf('\r\n\r\n') ?? -1;
        const sent = head < 0 ? 0 : server.accepted[0]!.received.length - head - 4;
        expect(sent).toBeLessThanOrEqual(length);
        if (length > BYTES.length) expect(server.requests).toEqual([]);
      }
    },
  ),

  check(
    'uploadErrors',
    'B-BODY-19 rejects with the very error of the body source and drops the connection',
    async (bench) => {
      const server = await bench.raw([steps.stall]);
      const mine = new Error('of the source');
      async function* failing(): AsyncGenerator<string> {
        yield 'first';
        throw mine;
      }
      const error = await bench.failure(bench.call('POST', server.url, { data: failing() }));
      expect(error).toBe(mine);
      await bench.settle(server.waitForOpenConnections(0), 'dropping the connection');
      expect(server.requests).toEqual([]);
    },
  ),

  check('uploadErrors', 'closes the source when the server breaks the connection', async (bench) => {
    const server = await bench.raw([steps.head, steps.reset]);
    const { source, closed } = endless();
    expect(await bench.requestFailure(prepare('POST', server.url, { data: source }))).toBeInstanceOf(ConnectionError);
    await bench.settle(closed, 'closing the source');
  }),

  check(
    'uploadErrors',
    'delivers an answer that comes before the body is sent, and closes the source',
    async (bench) => {
      const server = await bench.raw([steps.head, OK.replace('200 OK', '413 Too Large'), steps.stall]);
      const { source, closed } = endless();
      const response = await bench.call('POST', server.url, { data: source });
      expect([response.statusCode, response.text]).toEqual([413, 'ok']);
      await bench.settle(closed, 'closing the source');
      await bench.settle(server.waitForOpenConnections(0), 'dropping the connection');
    },
  ),

  check('uploadBackPressure', 'takes no more from the source than the server reads', async (bench) => {
    const limit = 48 * 1024 * 1024;
    const server = await bench.raw([steps.stopReading, steps.stall]);
    const { source, pulled } = endless();
    const abort = new AbortController();
    const sending = bench
      .call('POST', server.url, { data: source }, { signal: abort.signal })
      .catch((error: unknown) => error);
    await server.waitForConnection();
    await untilStill(pulled, limit);
    expect(pulled()).toBeLessThan(limit);
    abort.abort('enough');
    expect(await sending).toBe('enough');
  }),
];
