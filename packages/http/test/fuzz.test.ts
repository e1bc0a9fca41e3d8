import { RequestException } from '@requests-ts/core';
import { crlf, type RawServer, startRawServer } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { get, makeAdapter, opened } from './support.ts';

/** The same numbers for every run (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const ANSWERS = [
  crlf('HTTP/1.1 200 OK', 'Content-Length: 5', 'X-A: b', '', 'hello'),
  crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '5;ext=1', 'hello', '3', 'abc', '0', 'X-T: 1', '', ''),
  crlf('HTTP/1.0 404 Not Found', 'Content-Type: text/plain', '', 'until the close'),
  crlf('HTTP/1.1 103 Early Hints', 'Link: </x>', '', 'HTTP/1.1 100 Continue', '', 'HTTP/1.1 204 No Content', '', ''),
  crlf('HTTP/1.1 302 Found', 'Location: /next', 'Content-Length: 0', 'Set-Cookie: a=b', 'Set-Cookie: c=d', '', ''),
];
const TOKENS = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  ':',
  ';',
  ',',
  '0',
  '5',
  'ffffffff',
  '-1',
  'chunked',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  '\x80',
  '\xff',
  'x'.repeat(300),
];

/** An answer with one to three things done to it: bytes changed, taken out, put in, doubled, cut off. */
function mutate(answer: string, random: () => number): string {
  let text = answer;
  for (let left = 1 + Math.floor(random() * 3); left > 0; left--) {
    const at = Math.floor(random() * text.length);
    const length = 1 + Math.floor(random() * 6);
    const token = TOKENS[Math.floor(random() * TOKENS.length)]!;
    const changes = [
      () => text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + 1),
      () => text.slice(0, at) + text.slice(at + length),
      () => text.slice(0, at) + token + text.slice(at),
      () => text.slice(0, at) + text.slice(at, at + length) + text.slice(at),
      () => text.slice(0, at),
    ];
    text = changes[Math.floor(random() * changes.length)]!();
  }
  return text;
}

/** Answers the n-th connection with the n-th text, and closes it. */
async function serve(answers: readonly string[], split: 'whole' | 'bytes'): Promise<RawServer> {
  return opened(
    await startRawServer(
      async (connection) => {
        const { target } = await connection.nextRequest();
        await connection.send(answers[Number(target.slice(1))]!);
        connection.halfClose();
      },
      { split },
    ),
  );
}

describe('answers that were tampered with', () => {
  it.each([1, 2, 3, 4])(
    '[E04] [F10] [J03] settle, alike however they are cut, and with errors of our tree only (seed %i)',
    async (seed) => {
      const random = randomOf(seed);
      const answers = Array.from({ length: 120 }, (_, i) => mutate(ANSWERS[i % ANSWERS.length]!, random));
      const outcomes: unknown[][] = [];
      for (const split of ['whole', 'bytes'] as const) {
        const server = await serve(answers, split);
        const adapter = makeAdapter({ keepAlive: false });
        const outcome = async (i: number): Promise<unknown> => {
          try {
            const response = await get(adapter, `${server.url}/${i}`, { timeout: { total: 5 } });
            return [response.statusCode, response.reason, response.text, [...response.headers]];
          } catch (error) {
            expect(error, JSON.stringify(answers[i])).toBeInstanceOf(RequestException);
            expect((error as Error).message).not.toMatch(/[\0-\x1f\x7f]/);
            return 'failed';
          }
        };
        const results: unknown[] = [];
        for (let from = 0; from < answers.length; from += 20) {
          results.push(...(await Promise.all(Array.from({ length: 20 }, (_, i) => outcome(from + i)))));
        }
        outcomes.push(results);
      }
      for (const [i, whole] of outcomes[0]!.entries())
        expect([answers[i], outcomes[1]![i]]).toEqual([answers[i], whole]);
    },
    60_000,
  );
});
