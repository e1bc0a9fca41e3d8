import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import { constants, createSecureServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { RequestOptions } from '@requests-ts/core';
import { createCertificates } from '@requests-ts/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failure, get, makeAdapter, prepare } from './support.ts';

const certificates = createCertificates();

type Refuse = (stream: ServerHttp2Stream) => void;

interface RefusingServer {
  readonly url: string;
  readonly sessions: readonly ServerHttp2Session[];
  /** Streams that were refused. */
  readonly refused: number;
}

/** Answers with the number of bytes that came; refuses so many streams from the second on. */
async function startRefusing(refuse: Refuse, times = 1): Promise<RefusingServer> {
  const sessions: ServerHttp2Session[] = [];
  let streams = 0;
  let refused = 0;
  const server = createSecureServer(certificates.good);
  server.on('session', (session) => sessions.push(session.on('error', () => {})));
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    if (++streams > 1 && refused < times) {
      refused++;
      refuse(stream);
      return;
    }
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
    });
    stream.on('end', () => {
      stream.respond({ ':status': 200 });
      stream.end(String(size));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}/`,
    sessions,
    get refused() {
      return refused;
    },
  };
}

/** The last stream that it takes is the first. */
const byGoaway: Refuse = ({ session }) => session!.goaway(constants.NGHTTP2_NO_ERROR, 1);
const byReset: Refuse = (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM);

const pieces = (): string[] => ['one ', 'two ', 'three'];

async function* slowly(parts: string[]): AsyncGenerator<string> {
  for (const part of parts) {
    await setTimeout(20);
    yield part;
  }
}

/** Bodies that are streamed: some can be read again, some only once. */
const BODIES: [string, () => RequestOptions['data'], number][] = [
  ['a Blob', () => new Blob(pieces()), 13],
  ['a function', () => pieces, 13],
  ['large bytes', () => Buffer.alloc(1_100_000), 1_100_000],
  ['an iterator', () => pieces().values(), 13],
  ['a slow iterator', () => slowly(pieces()), 13],
  ['a file', () => createReadStream(import.meta.filename), statSync(import.meta.filename).size],
  ['a web stream', () => new Blob(pieces()).stream(), 13],
];

describe.each([
  ['GOAWAY', byGoaway, 2],
  ['REFUSED_STREAM', byReset, 1],
] as const)('a stream that is refused by %s', (_by, refuse, connections) => {
  it.each(BODIES)('is sent again once, whatever the method: %s', async (_what, data, size) => {
    const server = await startRefusing(refuse);
    const adapter = makeAdapter({ http2: true, verify: certificates.ca });
    await get(adapter, server.url);
    const response = await adapter.send(prepare('POST', server.url, { data: data() }), {});
    expect(response.text).toBe(String(size));
    expect(server).toMatchObject({ refused: 1, sessions: { length: connections } });
  });
});

describe('a stream that is refused', () => {
  it.each(BODIES)('is not sent a third time: %s', async (_what, data) => {
    const server = await startRefusing(byReset, 2);
    const adapter = makeAdapter({ http2: true, verify: certificates.ca });
    await get(adapter, server.url);
    const error = await failure(adapter.send(prepare('POST', server.url, { data: data() }), {}));
    expect(error).toMatchObject({ name: 'ConnectionError' });
    expect(server.refused).toBe(2);
  });
});
