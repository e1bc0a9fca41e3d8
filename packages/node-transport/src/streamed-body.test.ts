import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { ContentDecodingError } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import { BodyQueue } from './body-queue.ts';
import { type Coding, parseContentCodings } from './codings.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { StreamedBody } from './streamed-body.ts';

function makeBody(
  pieces: readonly (string | Uint8Array)[],
  codings: readonly Coding[] | (() => readonly Coding[]) = [],
  ends = true,
): { body: StreamedBody; dropped: () => number } {
  let drops = 0;
  const queue = new BodyQueue({ resume: () => {}, drop: () => drops++ });
  for (const piece of pieces) queue.push(Buffer.from(piece as string));
  const body = new StreamedBody(queue, typeof codings === 'function' ? codings : () => codings, DEFAULT_LIMITS);
  if (ends) setImmediate(() => queue.end());
  return { body, dropped: () => drops };
}

const toText = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  let text = '';
  for await (const piece of body) text += Buffer.from(piece).toString();
  return text;
};

describe('StreamedBody', () => {
  it('decodes what is iterated, and gives raw bytes undecoded', async () => {
    const bytes = gzipSync('hello');
    expect(await toText(makeBody([bytes], ['gzip']).body)).toBe('hello');
    expect(Buffer.from(await makeBody([bytes], ['gzip']).body.raw.read())).toEqual(bytes);
  });

  it('B-RESP-19 reads raw bytes by count, fewer at the end, none after it', async () => {
    const { raw } = makeBody(['abc', 'def', 'g']).body;
    const reads: string[] = [];
    for (const size of [2, 3, 100, 1]) reads.push(Buffer.from(await raw.read(size)).toString());
    expect(reads).toEqual(['ab', 'cde', 'fg', '']);
  });

  it('goes on by iteration where raw reads stopped', async () => {
    const { body } = makeBody(['abcdef']);
    await body.raw.read(2);
    expect(await toText(body)).toBe('cdef');
  });

  it('drops the connection when it is closed or left before its end', async () => {
    const closed = makeBody(['abc'], [], false);
    closed.body.close();
    expect(closed.dropped()).toBe(1);
    const left = makeBody([gzipSync('abc'.repeat(10_000))], ['gzip'], false);
    for await (const _ of left.body) break;
    expect(left.dropped()).toBe(1);
  });

  it('[F02] reports too many codings to the reader and drops the connection', async () => {
    const { body, dropped } = makeBody(['x'], () => parseContentCodings(['gzip,gzip,gzip,gzip,gzip,gzip']));
    await expect(toText(body)).rejects.toThrow(ContentDecodingError);
    expect(dropped()).toBe(1);
  });

  it('[F03] drops the connection when decoding fails', async () => {
    let drops = 0;
    const queue = new BodyQueue({ resume: () => {}, drop: () => drops++ });
    queue.push(Buffer.from('never gzip'));
    const body = new StreamedBody(queue, () => ['gzip'], DEFAULT_LIMITS);
    await expect(toText(body)).rejects.toThrow(ContentDecodingError);
    expect(drops).toBe(1);
  });

  it('[F11] is forgotten when it broke, though the error knows the response, and so the body', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const readToItsError = async (): Promise<WeakRef<StreamedBody>> => {
      const queue = new BodyQueue({ resume: () => {}, drop: () => {} });
      const body = new StreamedBody(queue, () => [], DEFAULT_LIMITS);
      queue.fail(Object.assign(new Error('reset'), { response: body }));
      expect(await toText(body).catch((error: Error) => error.message)).toBe('reset');
      return new WeakRef(body);
    };
    const body = await readToItsError();
    for (let i = 0; i < 20 && body.deref(); i++) {
      await new Promise((resolve) => setImmediate(resolve));
      collectGarbage();
    }
    expect(body.deref()).toBeUndefined();
  });
});
