import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Httpbin, startHttpbin } from '@requests-ts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import requests, { Session, StreamConsumedError } from '../src/index.ts';

let server: Httpbin;
beforeAll(async () => {
  server = await startHttpbin();
});
afterAll(() => server.close());

const at = (path: string): string => server.url + path;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('streaming', () => {
  it('M56 M58 raw gives undecoded bytes', async () => {
    await using response = await requests.get(at('/gzip'), { stream: true });
    expect([...(await response.raw.read(3))]).toEqual([0x1f, 0x8b, 0x08]);
  });

  it('M57 M59 iterContent gives exact chunks to write to a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'requests-ts-'));
    try {
      await using file = await open(join(folder, 'out'), 'w');
      const response = await requests.get(at('/bytes/1000?seed=1'), { stream: true });
      const sizes: number[] = [];
      for await (const chunk of response.iterContent(128)) {
        sizes.push(chunk.length);
        await file.write(chunk);
      }
      expect(sizes).toEqual([...Array<number>(7).fill(128), 104]);
      const whole = await requests.get(at('/bytes/1000?seed=1'));
      expect(new Uint8Array(await readFile(join(folder, 'out')))).toEqual(whole.content);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('M60 M99 null gives pieces as they arrive', async () => {
    const response = await requests.get(at('/stream/3'), { stream: true });
    let pieces = 0;
    for await (const piece of response.iterContent(null)) pieces += piece.length > 0 ? 1 : 0;
    expect(pieces).toBeGreaterThan(0);
  });

  it('M173 M174 the body is left on the wire until it is read', async () => {
    const response = await requests.get(at('/get'), { stream: true });
    expect(() => response.text).toThrow(/read\(\)/);
    await response.read();
    expect(response.json()).toHaveProperty('url');
  });

  it('M175 M177 M178 decides by the headers, and closing frees the connection', async () => {
    await using session = new Session();
    const response = await session.get(at('/bytes/5000000'), { stream: true });
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(100_000);
    await response.close();
    expect((await session.get(at('/get'))).ok).toBe(true);
  });

  it('M176 closes at the end of its block', async () => {
    const held = await (async () => {
      await using response = await requests.get(at('/bytes/100000'), { stream: true });
      return response;
    })();
    expect(() => held.content).toThrow(/close/);
  });

  it('M179 M180 iterLines gives a line at a time', async () => {
    const response = await requests.get(at('/stream/4'), { stream: true });
    const ids: unknown[] = [];
    for await (const line of response.iterLines()) if (line.length) ids.push(JSON.parse(text(line)).id);
    expect(ids).toEqual([0, 1, 2, 3]);
  });

  it('M181 M182 decodeUnicode gives text, in a fallback encoding where none is named', async () => {
    const response = await requests.get(at('/stream/2'), { stream: true });
    response.encoding ??= 'utf-8';
    const lines: string[] = [];
    for await (const line of response.iterLines({ decodeUnicode: true })) lines.push(line);
    expect(lines.map((line) => JSON.parse(line).id)).toEqual([0, 1]);
  });

  it('M183 M184 one iterator serves all lines; a second one throws at once', async () => {
    const response = await requests.get(at('/stream/3'), { stream: true });
    const lines = response.iterLines();
    const first = await lines.next();
    expect(JSON.parse(text(first.value as Uint8Array)).id).toBe(0);
    expect(() => response.iterLines()).toThrow(StreamConsumedError);
    const rest: number[] = [];
    for await (const line of lines) rest.push(JSON.parse(text(line)).id);
    expect(rest).toEqual([1, 2]);
  });

  it('M185 many requests run side by side', async () => {
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, i) => requests.get(at('/anything'), { params: { i } })),
    );
    expect(responses.map((response) => response.json<{ args: { i: string } }>().args.i)).toEqual(
      Array.from({ length: 20 }, (_, i) => String(i)),
    );
  });
});
