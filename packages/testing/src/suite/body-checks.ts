/** Response bodies. */
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect } from 'vitest';
import { crlf, steps } from '../raw/raw-server.ts';
import { type Check, check, checkBothWays, type Feature } from './check.ts';
import { untilStill } from './upload-checks.ts';

const TEXT = 'decoded, and decoded again. '.repeat(200);

const CODINGS: readonly [Feature, string, (text: string) => Uint8Array][] = [
  ['gzip', 'gzip', gzipSync],
  ['deflate', 'deflate', deflateSync],
  ['brotli', 'br', brotliCompressSync],
  ['zstd', 'zstd', (text) => zstdCompressSync(text)],
];

function coded(coding: string, bytes: Uint8Array, status = 200): Uint8Array {
  const head = crlf(`HTTP/1.1 ${status} X`, `Content-Encoding: ${coding}`, `Content-Length: ${bytes.length}`, '', '');
  return Buffer.concat([Buffer.from(head), bytes]);
}

export const bodyChecks: readonly Check[] = [
  ...checkBothWays(
    'bodiless',
    'B-RESP-15 gives HEAD, 204 and 304 an empty body whatever their headers say',
    async (bench, stream) => {
      for (const [method, answer] of [
        ['HEAD', crlf('HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Encoding: gzip', '', '')],
        ['HEAD', crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '')],
        ['GET', crlf('HTTP/1.1 204 No Content', '', '')],
        ['GET', crlf('HTTP/1.1 304 Not Modified', 'Content-Length: 5', 'ETag: "e"', '', '')],
        ['GET', crlf('HTTP/1.1 200 OK', 'Content-Length: 0', '', '')],
      ] as const) {
        const server = await bench.raw(answer);
        const response = await bench.call(method, server.url, {}, { stream });
        expect(await bench.settle(response.read(), 'reading nothing')).toHaveLength(0);
      }
    },
  ),

  ...CODINGS.flatMap(([feature, coding, compress]) =>
    checkBothWays(
      feature,
      `B-RESP-17/19 decodes ${coding}, for errors too and however it is cut`,
      async (bench, stream) => {
        const bytes = compress(TEXT);
        for (const [status, split] of [
          [200, 'whole'],
          [500, 'bytes'],
        ] as const) {
          const server = await bench.raw(coded(coding, bytes, status), { split });
          const response = await bench.get(server.url, { stream });
          await bench.settle(response.read(), 'reading');
          expect([response.statusCode, response.text]).toEqual([status, TEXT]);
          // The headers stay those of the wire.
          expect(response.headers.get('content-encoding')).toBe(coding);
        }
      },
    ),
  ),

  check('gzip', 'gives an empty body that claims to be compressed as empty', async (bench) => {
    const server = await bench.raw(coded('gzip', new Uint8Array(0)));
    expect((await bench.get(server.url)).content).toHaveLength(0);
  }),

  check('raw', 'B-RESP-19 gives the undecoded bytes of a streamed response', async (bench) => {
    const bytes = gzipSync(TEXT);
    const server = await bench.raw(coded('gzip', bytes));
    const response = await bench.get(server.url, { stream: true });
    const first = await bench.settle(response.raw.read(10), 'reading 10 raw bytes');
    const rest = await bench.settle(response.raw.read(), 'reading the raw rest');
    expect(first).toHaveLength(10);
    expect(Buffer.concat([first, rest]).equals(bytes)).toBe(true);
  }),

  check('streaming', 'B-RESP-08 has the whole body in memory when it resolves without stream', async (bench) => {
    const { promise: headSent, resolve } = Promise.withResolvers<void>();
    const server = await bench.raw([
      steps.request,
      crlf('HTTP/1.1 200 OK', 'Content-Length: 10', '', 'first'),
      () => resolve(),
      steps.wait(50),
      'after',
    ]);
    const sending = bench.get(server.url);
    await headSent;
    const response = await sending;
    expect([response.loaded, response.text]).toEqual([true, 'firstafter']);
  }),

  check(
    'streaming',
    'B-RESP-09 resolves with the head and gives out pieces before the body has ended',
    async (bench) => {
      const next = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const server = await bench.raw([
        steps.request,
        crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', ''),
        () => next[0]!.promise,
        crlf('5', 'first', ''),
        () => next[1]!.promise,
        crlf('6', 'second', '0', '', ''),
      ]);
      const response = await bench.get(server.url, { stream: true });
      expect(response.loaded).toBe(false);
      const pieces = response.iterContent(null, { decodeUnicode: false });
      next[0]!.resolve();
      expect(Buffer.from((await bench.settle(pieces.next(), 'the first piece')).value!).toString()).toBe('first');
      next[1]!.resolve();
      const rest: string[] = [];
      for await (const piece of pieces) rest.push(Buffer.from(piece).toString());
      expect(rest.join('')).toBe('second');
    },
  ),

  check('streaming', 'cuts exact pieces from a body of known length', async (bench) => {
    const server = await bench.raw(crlf('HTTP/1.1 200 OK', 'Content-Length: 25', '', 'abcdefghijklmnopqrstuvwxy'), {
      split: [45, 50, 52],
    });
    const response = await bench.get(server.url, { stream: true });
    const sizes: number[] = [];
    for await (const piece of response.iterContent(10)) sizes.push(piece.length);
    expect(sizes).toEqual([10, 10, 5]);
  }),

  ...checkBothWays('streaming', 'reads a body that ends with the connection', async (bench, stream) => {
    const server = await bench.raw([steps.request, crlf('HTTP/1.1 200 OK', '', 'until '), 'the end', steps.halfClose]);
    const response = await bench.get(server.url, { stream });
    expect(Buffer.from(await bench.settle(response.read(), 'reading')).toString()).toBe('until the end');
  }),

  ...checkBothWays('streaming', 'reads a large body whole', async (bench, stream) => {
    const httpbin = await bench.httpbin();
    const [sized, chunked] = await Promise.all([
      bench.get(`${httpbin.url}/bytes/3000000?seed=1`, { stream }),
      bench.get(`${httpbin.url}/stream-bytes/3000000?seed=1&chunk_size=70000`, { stream }),
    ]);
    const [a, b] = await bench.settle(Promise.all([sized.read(), chunked.read()]), 'reading');
    expect([a.length, Buffer.from(a).equals(Buffer.from(b))]).toEqual([3_000_000, true]);
  }),

  check('backPressure', 'takes no more from the server than the caller reads, and then all of it', async (bench) => {
    const total = 48 * 1024 * 1024;
    const piece = Buffer.alloc(256 * 1024, 'x');
    let sent = 0;
    const server = await bench.raw(async (connection) => {
      await connection.nextRequest();
      await connection.send(crlf('HTTP/1.1 200 OK', `Content-Length: ${total}`, '', ''));
      while (sent < total && !connection.ended) {
        await connection.send(piece);
        sent += piece.length;
      }
    });
    const response = await bench.get(server.url, { stream: true });
    await untilStill(() => sent, total);
    expect(sent).toBeLessThan(total);
    let received = 0;
    for await (const bytes of response.iterContent(1 << 20)) received += bytes.length;
    expect(received).toBe(total);
  }),
];
