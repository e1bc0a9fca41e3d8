import { brotliCompressSync, createGzip, gzipSync, zstdCompressSync } from 'node:zlib';
import { ChunkedEncodingError, ConnectionError, ContentDecodingError } from '@requests-ts/core';
import { crlf, type RawConnection, type RawServer, startRawServer, steps } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { failure, get, makeAdapter, opened, prepare } from './support.ts';

const KIB = 1024;

/** Sends `piece` again and again until the client goes away; resolves with the bytes that it took. */
async function flood(connection: RawConnection, piece: string): Promise<number> {
  let sent = 0;
  const chunk = Buffer.from(piece, 'latin1');
  while (!connection.ended) {
    await connection.send(chunk);
    sent += chunk.length;
    // The client reads in turns of its own.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return sent;
}

/** Answers with this head and then floods. */
async function flooding(head: string, piece: string): Promise<{ server: RawServer; sent: Promise<number> }> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = opened(
    await startRawServer(async (connection) => {
      await connection.nextRequest();
      await connection.send(head);
      resolve(await flood(connection, piece));
    }),
  );
  return { server, sent: promise };
}

describe('limits of the head', () => {
  it.each([
    ['endless headers', 'HTTP/1.1 200 OK\r\n', `X-Header: ${'x'.repeat(1000)}\r\n`],
    ['an endless header', 'HTTP/1.1 200 OK\r\nX: ', 'x'.repeat(1000)],
    ['an endless name', 'HTTP/1.1 200 OK\r\n', 'x'.repeat(1000)],
    ['an endless reason', 'HTTP/1.1 200 ', 'x'.repeat(1000)],
    ['tiny headers', 'HTTP/1.1 200 OK\r\n', 'a:\r\n'.repeat(250)],
    ['an endless informational head', 'HTTP/1.1 103 Early Hints\r\n', `X-Header: ${'x'.repeat(1000)}\r\n`],
  ])('[F04 CVE-2023-38039] ends %s before twice maxHeaderSize has come', async (_title, head, piece) => {
    const { server, sent } = await flooding(head, piece);
    const error = await failure(get(makeAdapter(), server.url));
    expect(error).toMatchObject({ name: 'ConnectionError', code: 'ERR_HEADERS_TOO_LARGE' });
    // What the system had taken into its buffers counts as sent.
    expect(await sent).toBeLessThan(700 * KIB);
  });

  it('[F04] counts a head in single bytes, too', async () => {
    const server = opened(
      await startRawServer(crlf('HTTP/1.1 200 OK', `X: ${'x'.repeat(3000)}`, 'Content-Length: 0', '', ''), {
        split: 'bytes',
      }),
    );
    expect(await failure(get(makeAdapter({ maxHeaderSize: 2048 }), server.url))).toMatchObject({
      code: 'ERR_HEADERS_TOO_LARGE',
    });
    expect((await get(makeAdapter({ maxHeaderSize: 4096 }), server.url)).statusCode).toBe(200);
  });

  it('[F04] counts fields: maxHeaderCount, 256 by default', async () => {
    const answer = (count: number): string =>
      crlf('HTTP/1.1 200 OK', 'Content-Length: 0', ...Array.from({ length: count - 1 }, (_, i) => `X-${i}: 1`), '', '');
    expect((await get(makeAdapter(), opened(await startRawServer(answer(256))).url)).headers.size).toBe(256);
    const server = opened(await startRawServer(answer(257)));
    expect(await failure(get(makeAdapter(), server.url))).toMatchObject({
      name: 'ConnectionError',
      code: 'ERR_HEADERS_TOO_LARGE',
      message: expect.stringContaining('maxHeaderCount'),
    });
    await server.waitForOpenConnections(0);
    expect((await get(makeAdapter({ maxHeaderCount: 300 }), server.url)).statusCode).toBe(200);
  });

  it('[F04 CVE-2026-22815] ends endless trailers', async () => {
    const { server } = await flooding(
      crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '0', ''),
      `X-Header: ${'x'.repeat(1000)}\r\n`,
    );
    expect(await failure(get(makeAdapter(), server.url))).toBeInstanceOf(Error);
  });
});

describe('limits of the transfer', () => {
  it.each([
    ['an endless extension', '1;', 'x'.repeat(1000)],
    ['one-byte chunks with long extensions', '', `1;${'x'.repeat(500)}\r\na\r\n`],
  ])('[F05 CVE-2023-39326] ends %s', async (_title, first, piece) => {
    const { server, sent } = await flooding(crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', first), piece);
    expect(await failure(get(makeAdapter(), server.url))).toMatchObject({
      code: 'ERR_PROTOCOL',
      message: expect.stringContaining('overhead'),
    });
    expect(await sent).toBeLessThan(700 * KIB);
  });

  it('[F05 CVE-2025-69229] reads many one-byte chunks in little time and memory', async () => {
    const count = 300_000;
    const server = opened(
      await startRawServer(async (connection) => {
        await connection.nextRequest();
        await connection.send(crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', ''));
        const piece = Buffer.from('1\r\na\r\n'.repeat(10_000));
        for (let i = 0; i < count / 10_000; i++) await connection.send(piece);
        await connection.send('0\r\n\r\n');
      }),
    );
    expect((await get(makeAdapter(), server.url)).content.length).toBe(count);
    const streamed = await get(makeAdapter(), server.url, { stream: true });
    let size = 0;
    for await (const piece of streamed.iterContent(null)) size += piece.length;
    expect(size).toBe(count);
  });

  it.each([
    ['a length', crlf('HTTP/1.1 200 OK', 'Content-Length: 100000000', '', ''), 'x'.repeat(16 * KIB)],
    ['chunks', crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', ''), `4000\r\n${'x'.repeat(16 * KIB)}\r\n`],
    ['the close', crlf('HTTP/1.1 200 OK', '', ''), 'x'.repeat(16 * KIB)],
  ])(
    '[F06 CVE-2019-10742, CVE-2026-42036] maxBodySize ends a body that is delimited by %s, streamed or not',
    async (_title, head, piece) => {
      for (const stream of [false, true]) {
        const { server, sent } = await flooding(head, piece);
        const error = await failure(
          get(makeAdapter({ maxBodySize: 100_000 }), server.url, { stream }).then((response) => response.read()),
        );
        expect(error).toMatchObject({ name: 'ConnectionError', code: 'ERR_TOO_LARGE' });
        await server.waitForOpenConnections(0);
        expect(await sent).toBeLessThan(100_000 + 1024 * KIB);
      }
    },
  );

  it('[F06] maxBodySize holds for raw reads, and lets a body of just that size through', async () => {
    const server = opened(
      await startRawServer(crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '5', 'abcde', '0', '', '')),
    );
    expect((await get(makeAdapter({ maxBodySize: 5 }), server.url)).text).toBe('abcde');
    const response = await get(makeAdapter({ maxBodySize: 4 }), server.url, { stream: true }).catch(
      (error: Error) => error,
    );
    const error = response instanceof Error ? response : await failure(response.raw.read());
    expect(error).toMatchObject({ code: 'ERR_TOO_LARGE' });
  });
});

describe('limits of decoding', () => {
  const bombs = (size: number): [string, Buffer][] => [
    ['gzip', gzipSync(Buffer.alloc(size))],
    ['br', brotliCompressSync(Buffer.alloc(size), { params: { 1: 3 } })],
    ['zstd', zstdCompressSync(Buffer.alloc(size))],
  ];

  it('[F01 CVE-2026-84890, CVE-2024-22025] maxDecodedSize ends a bomb, whatever the status, streamed or not', async () => {
    for (const [coding, bytes] of bombs(20_000_000)) {
      for (const status of ['200 OK', '401 Unauthorized', '500 Error']) {
        const server = opened(
          await startRawServer(async (connection) => {
            await connection.nextRequest();
            await connection.send(
              crlf(`HTTP/1.1 ${status}`, `Content-Encoding: ${coding}`, `Content-Length: ${bytes.length}`, '', ''),
            );
            await connection.send(bytes);
          }),
        );
        for (const stream of [false, true]) {
          const error = await failure(
            get(makeAdapter({ maxDecodedSize: 1_000_000 }), server.url, { stream }).then((response) => response.read()),
          );
          expect(error).toBeInstanceOf(ContentDecodingError);
          expect(error).toMatchObject({ code: 'ERR_TOO_LARGE', request: { method: 'GET' } });
        }
      }
    }
  });

  it('[F01] maxRatio ends a bomb by default, and can be switched off', async () => {
    const bytes = gzipSync(Buffer.alloc(90_000_000));
    const server = opened(
      await startRawServer(async (connection) => {
        await connection.nextRequest();
        await connection.send(
          crlf('HTTP/1.1 200 OK', 'Content-Encoding: gzip', `Content-Length: ${bytes.length}`, '', ''),
        );
        await connection.send(bytes);
      }),
    );
    expect(await failure(get(makeAdapter(), server.url))).toMatchObject({ code: 'ERR_TOO_LARGE' });
    expect((await get(makeAdapter({ maxRatio: 0 }), server.url)).content.length).toBe(90_000_000);
  });

  it('[F01] decodes a stream no faster than it is read, and drops the connection of one that is left', async () => {
    const server = opened(
      await startRawServer(async (connection) => {
        await connection.nextRequest();
        await connection.send(crlf('HTTP/1.1 200 OK', 'Content-Encoding: gzip', 'Transfer-Encoding: chunked', '', ''));
        const gzip = createGzip({ level: 0 });
        gzip.on('data', (chunk: Buffer) =>
          connection.socket.write(
            Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
          ),
        );
        while (!connection.ended) await new Promise((resolve) => gzip.write(Buffer.alloc(65_536, 97), resolve));
      }),
    );
    const response = await get(makeAdapter(), server.url, { stream: true });
    let size = 0;
    for await (const piece of response.iterContent(65_536)) {
      size += piece.length;
      if (size > 1_000_000) break;
    }
    await response.close();
    await server.waitForOpenConnections(0);
  });

  it('[F02] refuses six codings, streamed or not, naming the request', async () => {
    const server = opened(
      await startRawServer(
        crlf('HTTP/1.1 200 OK', 'Content-Encoding: gzip, gzip, gzip, gzip, gzip, gzip', 'Content-Length: 2', '', 'ok'),
      ),
    );
    for (const stream of [false, true]) {
      const error = await failure(get(makeAdapter(), server.url, { stream }).then((response) => response.read()));
      expect(error).toMatchObject({ name: 'ContentDecodingError', request: { method: 'GET' } });
    }
  });

  it('B-RESP-17 leaves a coding that it does not know alone', async () => {
    const server = opened(
      await startRawServer(crlf('HTTP/1.1 200 OK', 'Content-Encoding: compress', 'Content-Length: 2', '', 'ok')),
    );
    for (const stream of [false, true])
      expect(Buffer.from(await (await get(makeAdapter(), server.url, { stream })).read()).toString()).toBe('ok');
  });

  it('B-RESP-18 [F03] raises ContentDecodingError once for what is no gzip, and sends again afterwards', async () => {
    const server = opened(
      await startRawServer([
        steps.request,
        crlf('HTTP/1.1 200 OK', 'Content-Encoding: gzip', 'Content-Length: 5', '', 'plain'),
      ]),
    );
    const adapter = makeAdapter();
    for (const stream of [false, true]) {
      const one = opened(
        await startRawServer(crlf('HTTP/1.1 200 OK', 'Content-Encoding: gzip', 'Content-Length: 5', '', 'plain')),
      );
      const error = await failure(get(adapter, one.url, { stream }).then((response) => response.read()));
      expect(error).toBeInstanceOf(ContentDecodingError);
      expect(error).not.toBeInstanceOf(ChunkedEncodingError);
    }
    expect(server.connections).toBe(0);
    expect(await failure(adapter.send(prepare('GET', 'http://127.0.0.1:1'), {}))).toBeInstanceOf(ConnectionError);
  });
});
