import { describe, expect, it } from 'vitest';
import { FRAMES, frame, head, startFrameServer } from './frame-server.ts';
import { failure, get, makeAdapter, opened } from './support.ts';

const many = (bytes: Buffer): Buffer => Buffer.concat(new Array<Buffer>(1000).fill(bytes));
const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');
const nothing = Buffer.alloc(0);

/** What is sent first, and what is sent again and again, on the stream of the request. */
type Flood = (stream: number) => readonly [first: Buffer, again: Buffer];

/** Floods that Node's HTTP/2 ends by itself. */
const ENDED: [string, string, Flood][] = [
  ['PING', 'CVE-2019-9512', () => [nothing, many(frame('ping', 0, 0, new Uint8Array(8)))]],
  [
    'SETTINGS with 2,000 entries',
    'CVE-2020-11080',
    () => [nothing, frame('settings', 0, 0, Buffer.alloc(12_000, text('\xf0\0\0\0\0\x01')))],
  ],
  ['empty DATA', 'CVE-2019-9518', (stream) => [head(stream), many(frame('data', 0, stream))]],
  ['empty header blocks', 'CVE-2019-9516', (stream) => [nothing, many(head(stream, 4, new Uint8Array()))]],
  ['empty CONTINUATION', 'CVE-2023-45288', (stream) => [head(stream, 0), many(frame('continuation', 0, stream))]],
  [
    'large CONTINUATION',
    'RUSTSEC-2024-0332',
    (stream) => [
      head(stream, 0),
      frame('continuation', 0, stream, Buffer.concat([text('\0\x01a\x7f\xe1\x7b'), Buffer.alloc(16_000, 'a')])),
    ],
  ],
  [
    'PRIORITY of a stream on itself',
    'CVE-2019-9513',
    (stream) => [nothing, many(frame('priority', 0, stream, Uint8Array.of(0, 0, 0, stream, 0)))],
  ],
  ['WINDOW_UPDATE of nothing', 'CVE-2019-9517', () => [nothing, many(frame('windowUpdate', 0, 0, new Uint8Array(4)))]],
  ['103 Early Hints', 'CVE-2026-56846', (stream) => [nothing, many(head(stream, 4, text('\x48\x03103')))]],
  [
    'pushed streams',
    'CVE-2024-2398',
    (stream) => [nothing, many(frame('push', 4, stream, Uint8Array.of(0, 0, 0, 2, 0x82, 0x84, 0x87)))],
  ],
  ['GOAWAY', 'CVE-2025-23085', () => [nothing, many(frame('goaway', 0, 0, new Uint8Array(8)))]],
];

/** Floods that it bears for ever; here they end. */
const BORNE: [string, string, Flood][] = [
  ['empty SETTINGS', 'CVE-2019-9515', () => [nothing, many(frame('settings', 0, 0))]],
  [
    'DATA that is padding',
    'CVE-2019-9511',
    (stream) => [head(stream), many(frame('data', 8, stream, Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0, 0)))],
  ],
  [
    'WINDOW_UPDATE by one byte',
    'CVE-2019-9514',
    (stream) => [nothing, many(frame('windowUpdate', 0, stream, Uint8Array.of(0, 0, 0, 1)))],
  ],
  ['ORIGIN', 'CVE-2026-48619', () => [nothing, many(frame('origin', 0, 0, text('\0\x14https://abc.example1')))]],
  ['ALTSVC', 'CVE-2019-9511', () => [nothing, many(frame('altsvc', 0, 0, text('\0\x05abcdeh2=":1"')))]],
];

describe('floods over HTTP/2', () => {
  it.each(ENDED)('[M01] of %s end with an error and their connection [%s]', async (_what, _id, flood) => {
    const server = opened(
      await startFrameServer(async (send, stream) => {
        const [first, again] = flood(stream);
        if (first.length > 0) await send(first);
        while (await send(again));
      }),
    );
    const adapter = makeAdapter({ verify: server.ca, http2: true });
    const error = await failure(get(adapter, server.url, { timeout: { total: 12 } }));
    expect(error.name).toMatch(/^(?:ConnectionError|ChunkedEncodingError)$/);
    await server.waitForOpenConnections(0);
  });

  it.each(BORNE)(
    '[M01] of %s end with an error and their connection, and leave other servers alone [%s]',
    async (_what, _id, flood) => {
      const server = opened(
        await startFrameServer(async (send, stream) => {
          const [first, again] = flood(stream);
          if (first.length > 0) await send(first);
          while (await send(again));
        }),
      );
      const calm = opened(
        await startFrameServer(async (send, stream) => {
          await send(head(stream, 4));
          await send(frame('data', 1, stream, text('calm')));
        }),
      );
      const adapter = makeAdapter({ verify: server.ca, http2: true });
      const flooded = failure(get(adapter, server.url));
      expect((await get(adapter, calm.url)).text).toBe('calm');
      // Node ends SETTINGS, too, when so many of its answers pile up that the server does not take.
      expect(await flooded).toMatchObject({
        name: expect.stringMatching(/^(?:ConnectionError|ChunkedEncodingError)$/),
        message: expect.stringMatching(/without content|Flooding was detected/),
      });
      await server.waitForOpenConnections(0);
    },
  );

  it('[M01 CVE-2023-44487] gives a stream that is reset again and again up', async () => {
    const server = opened(
      await startFrameServer(async (send) => {
        for (let stream = 1; await send(frame('reset', 0, stream, Uint8Array.of(0, 0, 0, 8))); stream += 2);
      }),
    );
    const error = await failure(
      get(makeAdapter({ verify: server.ca, http2: true }), server.url, { timeout: { total: 12 } }),
    );
    expect(error.name).toBe('ConnectionError');
    expect(server.connections).toBe(1);
  });

  it('[M03 CVE-2026-27141] passes over frames of unknown types', async () => {
    const server = opened(
      await startFrameServer(async (send, stream) => {
        for (let type = 0x20; type < 0x40; type++) {
          const unknown = frame('unknown', 0xff, 0, text('what'));
          unknown[3] = type;
          await send(unknown);
        }
        await send(frame('unknown', 0, stream));
        await send(head(stream, 4));
        await send(frame('data', 1, stream, text('fine')));
      }),
    );
    const response = await get(makeAdapter({ verify: server.ca, http2: true }), server.url, { timeout: { total: 12 } });
    expect(response.text).toBe('fine');
    expect(Object.values(FRAMES)).not.toContain(0x20);
  });

  it('[M01] takes an honest body in the smallest of frames for what it is', async () => {
    const count = 100_000;
    const server = opened(
      await startFrameServer(async (send, stream) => {
        await send(head(stream, 4));
        const piece = Buffer.concat(new Array<Buffer>(1000).fill(frame('data', 0, stream, text('0123456789'))));
        for (let i = 0; i < count / 1000; i++) await send(piece);
        await send(frame('data', 1, stream));
      }),
    );
    const response = await get(makeAdapter({ verify: server.ca, http2: true }), server.url, { timeout: { read: 12 } });
    expect(response.content.length).toBe(count * 10);
  });
});
