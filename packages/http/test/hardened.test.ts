import { gzipSync } from 'node:zlib';
import { ConnectionError, ReadTimeout } from '@requests-ts/core';
import { HTTPAdapter, type HTTPAdapterOptions, hardened } from '@requests-ts/http';
import { crlf, type RawHandler, startRawServer, steps } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { failure, get, makeAdapter, opened, prepare } from './support.ts';

const MIB = 1024 * 1024;
/** The preset, for servers that stand here. */
const here: HTTPAdapterOptions = { ...hardened, guard: undefined };
const head = (...fields: string[]): string => crlf('HTTP/1.1 200 OK', ...fields, '', '');
const many = (count: number, line: (i: number) => string): string[] => Array.from({ length: count }, (_, i) => line(i));
const gzipped = gzipSync(Buffer.alloc(33 * MIB));

/** Sends the head and then one byte every now and then. */
const drip: RawHandler = async (connection) => {
  await connection.nextRequest();
  await connection.send(head('Content-Length: 100000'));
  while (!connection.ended) {
    await connection.send('x');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe('hardened', () => {
  it('is accepted whole, cannot be changed, and leaves HTTP/2 off', () => {
    expect(() => new HTTPAdapter(hardened)).not.toThrow();
    expect(Object.isFrozen(hardened) && Object.isFrozen(hardened.minThroughput)).toBe(true);
    expect(hardened.http2).toBe(false);
  });

  it('[B04] connects to no address of this machine', async () => {
    const server = opened(await startRawServer(head('Content-Length: 0')));
    expect(await failure(get(makeAdapter(hardened), server.url))).toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
    expect(server.connections).toBe(0);
  });

  const limits: [string, string, string, string | Buffer | (string | Buffer)[]][] = [
    ['maxHeaderSize', 'F04', 'ERR_HEADERS_TOO_LARGE', head(`X: ${'x'.repeat(33 * 1024)}`, 'Content-Length: 0')],
    ['maxHeaderCount', 'F04', 'ERR_HEADERS_TOO_LARGE', head(...many(100, (i) => `X-${i}: 1`), 'Content-Length: 0')],
    ['maxBodySize', 'F06', 'ERR_TOO_LARGE', head(`Content-Length: ${16 * MIB + 1}`)],
    [
      'maxDecodedSize',
      'F01',
      'ERR_TOO_LARGE',
      [head('Content-Encoding: gzip', `Content-Length: ${gzipped.length}`), gzipped],
    ],
    ['maxInformational', 'E06', 'ERR_PROTOCOL', crlf('HTTP/1.1 103 Early Hints', '', '').repeat(5)],
  ];
  it.each(limits)('ends at %s [%s], and frees the connection', async (limit, _class, code, bytes) => {
    const server = opened(
      await startRawServer(async (connection) => {
        await connection.nextRequest();
        for (const part of [bytes].flat()) await connection.send(part);
        await steps.stall(connection);
      }),
    );
    const adapter = makeAdapter(here);
    for (const stream of [false, true]) {
      const reading = get(adapter, server.url, { stream }).then((response) => response.read());
      expect(await failure(reading)).toMatchObject({ code });
      // What came whole before it was found out leaves a connection that is idle; a busy one would outlive this.
      if (limit === 'maxDecodedSize') await adapter.close();
      await server.waitForOpenConnections(0);
    }
  });

  it('[F07 CVE-2026-42034 CVE-2026-67317] takes no endless request body, and frees the connection', async () => {
    const server = opened(
      await startRawServer(async (connection) => {
        await connection.nextHead();
        await steps.stall(connection);
      }),
    );
    const adapter = makeAdapter({ ...here, maxRequestSize: MIB });
    const piece = new Uint8Array(64 * 1024);
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield piece;
    }
    for (const data of [
      endless(),
      new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(piece) }),
    ]) {
      const error = await failure(adapter.send(prepare('POST', server.url, { data }), {}));
      expect(error).toMatchObject({ code: 'ERR_TOO_LARGE', message: expect.stringContaining('maxRequestSize') });
      await server.waitForOpenConnections(0);
    }
  });
});

describe('minThroughput', () => {
  const minThroughput = { bytes: 1000, seconds: 0.3 };

  it.each([false, true])(
    '[F09 CVE-2026-56853] ends a body that drips, stream: %s, and frees the connection',
    async (stream) => {
      const server = opened(await startRawServer(drip));
      // The read timeout never sees it: there is always a byte in time.
      const reading = get(makeAdapter({ minThroughput }), server.url, { stream, timeout: 10 }).then((response) =>
        response.read(),
      );
      const error = await failure(reading);
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error.cause).toBeInstanceOf(ReadTimeout);
      expect(error).toMatchObject({
        code: 'ERR_TOO_SLOW',
        message: expect.stringContaining('less than 1000 bytes in 300 ms'),
      });
      await server.waitForOpenConnections(0);
    },
  );

  it('[F09] lets a slow reader take the time that it likes', async () => {
    const server = opened(await startRawServer([steps.request, head('Content-Length: 4'), steps.stall]));
    const response = await get(makeAdapter({ minThroughput }), server.url, { stream: true });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(server.openConnections).toBe(1);
    await server.accepted[0]!.send('abcd');
    expect((await response.read()).length).toBe(4);
  });

  it('needs both numbers', () => {
    for (const value of [5, { bytes: 1 }, { seconds: 1 }, { bytes: 1, seconds: 1, per: 1 }, { bytes: '1', seconds: 1 }])
      expect(() => new HTTPAdapter({ minThroughput: value as never })).toThrow(TypeError);
    expect(() => new HTTPAdapter({ minThroughput: { bytes: 1, seconds: 0 } })).toThrow(RangeError);
  });
});
