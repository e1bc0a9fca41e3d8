import { RequestException, UnrewindableBodyError } from '@requests-ts/core';
import { isReplayable, openBody, superLen } from '@requests-ts/core/authors';
import { MultipartEncoder } from '@requests-ts/multipart';
import { cpuMs } from '@requests-ts/testing';
import { describe, expect, it, vi } from 'vitest';
import type { EncoderFields } from './fields.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function collect(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return text(Buffer.concat(chunks));
}

async function* pieces(...chunks: string[]): AsyncGenerator<string> {
  yield* chunks;
}

const encoder = (fields: EncoderFields): MultipartEncoder => new MultipartEncoder(fields, { boundary: 'B' });

describe('MultipartEncoder', () => {
  it('B-TB-01 M104 writes plain values without a file name, and lists with one', async () => {
    const fields: EncoderFields = {
      title: 'x',
      bytes: new Uint8Array([0x79]),
      file: ['n.txt', 'z', 'text/plain', { 'X-A': '1' }],
      plain: [null, 'w'],
      stream: pieces('s'),
    };
    expect(await collect(encoder(fields))).toBe(
      '--B\r\nContent-Disposition: form-data; name="title"\r\n\r\nx\r\n' +
        '--B\r\nContent-Disposition: form-data; name="bytes"\r\n\r\ny\r\n' +
        '--B\r\nContent-Disposition: form-data; name="file"; filename="n.txt"\r\nContent-Type: text/plain\r\nX-A: 1\r\n\r\nz\r\n' +
        '--B\r\nContent-Disposition: form-data; name="plain"\r\n\r\nw\r\n' +
        '--B\r\nContent-Disposition: form-data; name="stream"\r\n\r\ns\r\n' +
        '--B--\r\n',
    );
  });

  it('B-TB-01 takes pairs, a Map and FormData', async () => {
    const pair = '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n';
    expect(
      await collect(
        encoder([
          ['a', '1'],
          ['a', '2'],
        ]),
      ),
    ).toBe(`${pair}1\r\n${pair}2\r\n--B--\r\n`);
    expect(await collect(encoder(new Map([['a', '1']])))).toBe(`${pair}1\r\n--B--\r\n`);
    const form = new FormData();
    form.append('a', '1');
    expect(await collect(encoder(form))).toBe(`${pair}1\r\n--B--\r\n`);
    expect(await collect(encoder({}))).toBe('--B--\r\n');
  });

  it('names a File after itself', async () => {
    expect(await collect(encoder({ f: new File(['x'], 'n.txt', { type: 'text/plain' }) }))).toBe(
      '--B\r\nContent-Disposition: form-data; name="f"; filename="n.txt"\r\nContent-Type: text/plain\r\n\r\nx\r\n--B--\r\n',
    );
  });

  it.each([1, true, null, undefined, {}, 10n])('B-TB-01 [J04] refuses %s as a value', (value) => {
    expect(() => encoder({ f: value } as never)).toThrow(TypeError);
    expect(() => encoder({ f: ['n', value] } as never)).toThrow(TypeError);
  });

  it('B-TB-01 [K01] takes a boundary of RFC 2046, and chooses a random one', () => {
    expect(new MultipartEncoder({}, { boundary: 'a b' }).contentType).toBe('multipart/form-data; boundary="a b"');
    expect(() => new MultipartEncoder({}, { boundary: 'a"' })).toThrow(RangeError);
    const { contentType, boundaryValue } = new MultipartEncoder({});
    expect(boundaryValue).toMatch(/^[0-9a-f]{32}$/);
    expect(contentType).toBe(`multipart/form-data; boundary=${boundaryValue}`);
    expect(() => new MultipartEncoder({}, { boundry: 'x' } as never)).toThrow(TypeError);
  });

  it.each([
    ['nothing', {}],
    ['text', { a: 'ñ' }],
    ['a Blob', { a: 'x', f: new Blob(['ñ☃']) }],
    ['a stream with a length', { f: { stream: ['a', 'bc'], length: 3 } }],
    ['an encoder', { f: new MultipartEncoder({ a: 'b' }) }],
    ['200 kB', { a: 'x'.repeat(100_000), b: ['n', 'y'.repeat(100_000)] }],
  ])('B-TB-02 M104 knows its length with %s', async (_what, fields) => {
    const body = encoder(fields as EncoderFields);
    expect(superLen(body)).toBe(body.length);
    expect(Buffer.byteLength(await collect(body))).toBe(body.length);
  });

  it('B-TB-02 does not know it with another stream', () => {
    const body = encoder({ a: 'x', f: pieces('y') });
    expect(body.length).toBeNull();
    expect(superLen(body)).toBe(0);
  });

  it('B-TB-02 reads by size, and everything that is left', async () => {
    const whole = await collect(encoder({ a: 'x', f: ['n', pieces('y', 'z')] }));
    const body = encoder({ a: 'x', f: ['n', pieces('y', 'z')] });
    expect(body.finished).toBe(false);
    expect((await body.read(0)).length).toBe(0);
    let got = '';
    for (let size = 1; size < 12; size++) {
      const bytes = await body.read(size);
      expect(bytes.byteLength).toBe(size);
      expect(bytes.buffer.byteLength).toBe(size);
      got += text(bytes);
    }
    expect(body.finished).toBe(false);
    got += text(await body.read());
    expect(got).toBe(whole);
    expect(body.finished).toBe(true);
    expect((await body.read()).length).toBe(0);
    expect((await body.read(5)).length).toBe(0);
  });

  it('B-DIFF-23 is replayable with text, bytes, Blobs and functions', async () => {
    const body = encoder({ a: 'x', b: new Blob(['y']), c: () => pieces('z'), d: { stream: ['1'], length: 1 } });
    expect(isReplayable(body)).toBe(true);
    const first = await collect(openBody(body));
    expect(await collect(openBody(body))).toBe(first);
    expect(text(await body.read())).toBe(first);
  });

  it('B-DIFF-23 is not replayable with a stream, and says so when it is read again', async () => {
    const body = encoder({ a: 'x', b: pieces('y') });
    expect(isReplayable(body)).toBe(false);
    await collect(body);
    await expect(collect(body)).rejects.toThrow(UnrewindableBodyError);
    await expect(body.read()).rejects.toThrow(UnrewindableBodyError);
  });

  it('B-TB-03 sends a body with a position from there', async () => {
    const file = {
      size: 5,
      length: 5,
      tell: () => 2,
      async *[Symbol.asyncIterator]() {
        yield 'cde';
      },
    };
    const body = encoder({ f: file });
    expect(Buffer.byteLength(await collect(body))).toBe(body.length);
  });

  it.each([
    ['fewer', ['ab'], 3, /^Part 'f' gave 2 bytes instead of the 3 announced/],
    ['more', ['ab', 'cd'], 3, /^Part 'f' gave more bytes instead of the 3 announced/],
  ])('B-TB-03 fails when a stream gives %s bytes than it announced', async (_what, stream, length, message) => {
    const failure = await collect(encoder({ f: { stream, length } })).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RequestException);
    expect((failure as Error).message).toMatch(message);
  });

  it('[J04] fails when bytes shrink or are transferred away before they are sent', async () => {
    const buffer = new ArrayBuffer(8, { maxByteLength: 8 });
    const resizable = encoder({ f: new Uint8Array(buffer) });
    const bytes = new Uint8Array(4);
    const transferred = encoder({ f: bytes });
    buffer.resize(4);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    await expect(collect(resizable)).rejects.toThrow(RequestException);
    await expect(collect(transferred)).rejects.toThrow(RequestException);
  });

  it('passes an error of a source on, and closes the streams that were still to come', async () => {
    const boom = new Error('boom');
    const cancel = vi.fn();
    const ended = vi.fn();
    async function* failing(): AsyncGenerator<string> {
      yield 'a';
      throw boom;
    }
    const later = Object.assign(pieces('x'), { return: ended });
    const body = encoder({ a: failing(), b: new ReadableStream({ cancel }), c: later, d: 'text' });
    await expect(collect(body)).rejects.toBe(boom);
    expect(cancel).toHaveBeenCalledOnce();
    expect(ended).toHaveBeenCalledOnce();
  });

  it.each([0, 1, 2, 3])('closes every stream when reading stops after %i pieces', async (count) => {
    const cancels = [vi.fn(), vi.fn()];
    const stream = (cancel: () => void) =>
      new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array(1)),
        cancel,
      });
    const iterator = encoder({ a: stream(cancels[0]!), b: stream(cancels[1]!) })[Symbol.asyncIterator]();
    for (let at = 0; at < count; at++) await iterator.next();
    await iterator.return();
    for (const cancel of cancels) expect(cancel).toHaveBeenCalledTimes(count === 0 ? 0 : 1);
  });

  it('sends framing and small parts together', async () => {
    const fields = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`f${index}`, 'x'.repeat(100)]));
    const sizes: number[] = [];
    for await (const piece of encoder(fields)) sizes.push(piece.length);
    expect(sizes.length).toBeLessThan(5);
  });

  it('[C05] writes 100,000 parts in linear time', async () => {
    const fields = Array.from({ length: 100_000 }, (_, index): [string, string] => [`f${index}`, 'x']);
    const start = cpuMs();
    const body = new MultipartEncoder(fields);
    expect((await body.read()).length).toBe(body.length);
    expect(cpuMs() - start).toBeLessThan(5_000);
  });
});
