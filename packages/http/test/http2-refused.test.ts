import { createReadStream, statSync } from 'node:fs';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { setTimeout } from 'node:timers/promises';
import type { RequestOptions } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import { answerWithSize, certificates, type H2Server, startH2 } from './http2-server.ts';
import { failure, get, makeAdapter, prepare } from './support.ts';

type Refuse = (stream: ServerHttp2Stream) => void;

/** Answers with the number of bytes that came; refuses so many streams from the second on, and counts them. */
async function startRefusing(refuse: Refuse, times = 1): Promise<H2Server & { refused: number }> {
  let streams = 0;
  const server = await startH2((stream) => {
    if (++streams === 1 || counted.refused === times) answerWithSize(stream);
    else {
      counted.refused++;
      refuse(stream);
    }
  });
  const counted = Object.assign(server, { refused: 0 });
  return counted;
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
