import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Body, StreamBody } from '@requests-ts/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyLength, openUpload, UploadStream } from './upload.ts';

let directory: string;
let file: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'upload-'));
  file = join(directory, 'data.bin');
  await writeFile(file, '0123456789');
});
afterAll(() => rm(directory, { recursive: true }));

async function send(body: Body, maxSize = Infinity): Promise<string> {
  const upload = openUpload(body, maxSize);
  if (!(upload instanceof UploadStream)) return Buffer.from(upload ?? []).toString();
  let text = '';
  for await (const piece of upload) text += Buffer.from(piece).toString();
  return text;
}

const stuck = (closed: () => void): AsyncIterable<string> => ({
  [Symbol.asyncIterator]: () => ({
    next: () => new Promise<never>(() => {}),
    return: async () => {
      closed();
      return { done: true, value: undefined };
    },
  }),
});

describe('openUpload', () => {
  it.each<[string, () => Body]>([
    ['text', () => 'äbc'],
    ['bytes', () => Buffer.from('äbc')],
    ['a view', () => Buffer.from('xäbcx').subarray(1, 5)],
    ['a Blob', () => new Blob(['äb', 'c'])],
    ['a ReadableStream', () => new Blob(['äbc']).stream()],
    ['a Readable', () => Readable.from([Buffer.from('äb'), Buffer.from('c')])],
    ['a generator', () => ['ä', '', 'bc'].values()],
    ['a function', () => () => ['ä', 'bc'].values()],
    ['a sized stream', () => ({ stream: ['äbc'].values(), length: 4 })],
  ])('B-DIFF-06 sends %s as bytes', async (_title, body) => {
    expect(await send(body())).toBe('äbc');
  });

  it('cuts a large body into slices, so that its progress is seen', async () => {
    const upload = openUpload(new Uint8Array(3 * 1024 * 1024), Infinity);
    const sizes = new Set<number>();
    for await (const piece of upload as UploadStream) sizes.add(piece.length);
    expect([...sizes]).toEqual([65_536]);
  });

  it('[D04] takes the size of bytes when they are sent, and refuses pieces of other kinds', async () => {
    await expect(send([1, 2].values() as unknown as Body)).rejects.toThrow('must be a string or bytes, not number');
    await expect(send([null].values() as unknown as Body)).rejects.toThrow('must be a string or bytes, not null');
  });

  it('[F07] stops at maxRequestSize, whatever the kind of body', async () => {
    for (const body of ['abcdef', Buffer.from('abcdef')]) expect(() => openUpload(body, 5)).toThrow('maxRequestSize');
    for (const body of [new Blob(['abcdef']), ['abc', 'def'].values(), Readable.from(['abcdef'])]) {
      await expect(send(body, 5)).rejects.toMatchObject({ name: 'InvalidHeader', code: 'ERR_TOO_LARGE' });
      expect(await send('abcde', 5)).toBe('abcde');
    }
  });
});

describe('UploadStream', () => {
  it('closes a source that is stuck, and its own reader is not', async () => {
    let closed = 0;
    const upload = new UploadStream(
      stuck(() => closed++),
      Infinity,
    );
    const next = upload.next();
    await Promise.resolve();
    upload.cancel(undefined);
    upload.cancel(undefined);
    expect(await next).toEqual({ done: true, value: undefined });
    expect(closed).toBe(1);
  });

  it('closes a file, a web stream and an iterator that were never read', async () => {
    const stream = createReadStream(file);
    new UploadStream(stream, Infinity).cancel(undefined);
    expect(stream.destroyed).toBe(true);
    let cancelled: unknown;
    const web = new ReadableStream({
      cancel: (reason) => {
        cancelled = reason;
      },
    });
    new UploadStream(web, Infinity).cancel('why');
    expect(cancelled).toBe('why');
  });

  it('leaves a source that can be opened again unopened', () => {
    let opened = 0;
    const upload = new UploadStream(() => {
      opened++;
      return ['x'].values();
    }, Infinity);
    upload.cancel(undefined);
    expect([opened, upload.started]).toEqual([0, false]);
  });

  it('keeps the very error of its source', async () => {
    const error = new Error('mine');
    const upload = new UploadStream(
      (async function* () {
        yield 'a';
        throw error;
      })(),
      Infinity,
    );
    await upload.next();
    await expect(upload.next()).rejects.toBe(error);
    expect(upload.failure).toEqual({ error });
  });
});

describe('UploadStream.again', () => {
  async function rest(upload: UploadStream | null): Promise<string> {
    let text = '';
    for await (const piece of upload!) text += Buffer.from(piece).toString();
    return text;
  }

  const kept = (body: Body, length: number | null = null): UploadStream => {
    const upload = new UploadStream(body as StreamBody, Infinity, length);
    upload.keep();
    return upload;
  };

  it.each([
    ['of nothing', 0],
    ['of the first piece', 1],
    ['of all pieces', 3],
    ['of the end', 4],
  ])('begins anew after the loss %s', async (_what, times) => {
    for (const length of [null, 3]) {
      const upload = kept(['a', 'b', 'c'].values(), length);
      for (let i = 0; i < times; i++) await upload.next();
      expect(await rest(upload.again() ?? upload)).toBe('abc');
      expect(await upload.next()).toEqual({ done: true, value: undefined });
    }
  });

  it('takes over the piece that the source owes', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const upload = kept(
      (async function* () {
        yield 'a';
        yield await promise;
        yield 'c';
      })(),
    );
    await upload.next();
    const owed = upload.next();
    const again = upload.again();
    expect(await owed).toEqual({ done: true, value: undefined });
    resolve('b');
    expect(await rest(again)).toBe('abc');
    expect(again!.failure).toBeNull();
  });

  it('takes over the error of the source, and its end', async () => {
    const { promise, reject } = Promise.withResolvers<string>();
    const error = new Error('mine');
    const upload = kept(
      (async function* () {
        yield await promise;
      })(),
    );
    void upload.next();
    const again = upload.again()!;
    reject(error);
    await expect(again.next()).rejects.toBe(error);
    expect([upload.failure, again.failure]).toEqual([null, { error }]);
    let closed = 0;
    const stream = kept(stuck(() => closed++));
    void stream.next();
    const other = stream.again()!;
    stream.cancel(undefined);
    expect(closed).toBe(0);
    other.cancel(undefined);
    expect(closed).toBe(1);
  });

  it('is not there without `keep`, for more than 64 KiB, and for a source that failed or was closed', async () => {
    const forgetful = new UploadStream(['a'].values(), Infinity);
    const large = kept([new Uint8Array(65_536), 'a'].values());
    const failed = kept([1 as never].values());
    const closed = kept(['a', 'b'].values());
    await forgetful.next();
    await large.next();
    await large.next();
    await expect(failed.next()).rejects.toThrow(TypeError);
    await closed.next();
    closed.cancel(undefined);
    expect([forgetful, large, failed, closed].map((upload) => upload.again())).toEqual([null, null, null, null]);
  });
});

describe('bodyLength', () => {
  it('counts bytes, not characters', () => {
    expect(
      ['äbc', Buffer.from('äbc'), new Blob(['äbc']), { stream: [].values(), length: 7 }, null].map((body) =>
        bodyLength(body as Body),
      ),
    ).toEqual([4, 4, 4, 7, 0]);
    expect(
      [['x'].values(), Readable.from(['x']), () => ['x'].values(), new ReadableStream()].map((body) =>
        bodyLength(body as Body),
      ),
    ).toEqual([null, null, null, null]);
  });

  it('B-DIFF-06 asks a file for its size, with start and end', async () => {
    const cases: [object, number | null][] = [
      [{}, 10],
      [{ start: 3 }, 7],
      [{ end: 3 }, 4],
      [{ start: 2, end: 4 }, 3],
      [{ start: 2, end: 400 }, 8],
      [{ start: 400 }, 0],
      [{ encoding: 'utf8' }, null],
    ];
    for (const [options, length] of cases) {
      const stream = createReadStream(file, options as never);
      expect(bodyLength(stream)).toBe(length);
      stream.destroy();
    }
    const handle = await open(file);
    const unknown = createReadStream('', { fd: handle.fd, autoClose: false } as never);
    const known = createReadStream('', { fd: handle.fd, start: 4, autoClose: false } as never);
    expect([bodyLength(unknown), bodyLength(known)]).toEqual([null, 6]);
    await handle.close();
  });

  it('does not guess for what is no regular file, or is not there', () => {
    const device = createReadStream('/dev/null');
    const missing = createReadStream(join(directory, 'missing')).on('error', () => {});
    expect([bodyLength(device), bodyLength(missing)]).toEqual([null, null]);
    device.destroy();
    missing.destroy();
  });
});
