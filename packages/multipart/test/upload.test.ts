import { once } from 'node:events';
import { createReadStream, mkdtempSync, openAsBlob, promises, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  BaseAdapter,
  type PreparedRequest,
  Response,
  Session,
  type StreamBody,
  UnrewindableBodyError,
} from '@requests-ts/core';
import { isReplayable, isStreamBody, openBody } from '@requests-ts/core/authors';
import {
  createEncodeFiles,
  encodeFiles,
  FileFromURLWrapper,
  FileNotSupportedError,
  MultipartAdapter,
  MultipartDecoder,
  MultipartEncoder,
  MultipartEncoderMonitor,
  StreamingIterator,
} from '@requests-ts/multipart';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseStrictly } from './strict-parser.ts';

interface Sent {
  readonly request: PreparedRequest;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Reads the body as a transport does, and answers from the list, then 200. */
class Recorder extends BaseAdapter {
  readonly sent: Sent[] = [];
  answers: (() => Response)[] = [];

  async send(request: PreparedRequest): Promise<Response> {
    const { body } = request;
    const chunks: Uint8Array[] = [];
    if (body !== null && isStreamBody(body)) for await (const chunk of openBody(body)) chunks.push(chunk);
    else if (body !== null) chunks.push(Buffer.from(body as Uint8Array));
    this.sent.push({ request, headers: Object.fromEntries(request.headers), body: Buffer.concat(chunks) });
    const answer = this.answers.shift()?.() ?? new Response({ statusCode: 200 });
    answer.request ??= request;
    answer.url ||= request.url;
    return answer;
  }
}

function open(wrap: (recorder: Recorder) => BaseAdapter = (recorder) => recorder, encode = true) {
  const recorder = new Recorder();
  const adapter = wrap(recorder);
  const session = new Session({
    adapters: { 'https://': adapter, 'http://': adapter },
    encodeFiles: encode ? encodeFiles : null,
  });
  return { session, recorder, sent: recorder.sent };
}

const URL = 'https://upload.example/';
const parse = ({ body, headers }: Sent) => parseStrictly(body, headers['Content-Type'] ?? '');

async function* pieces(...chunks: string[]): AsyncGenerator<string> {
  yield* chunks;
}

function file(name: string, content: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'requests-ts-multipart-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, name), content);
  return join(directory, name);
}

describe('Session with encodeFiles', () => {
  it('M100 M102 B-FILES-13 B-FILES-14 sends files with type and length', async () => {
    const { session, sent } = open();
    await session.post(URL, {
      data: { a: '1' },
      files: [
        ['images', ['foo.png', 'x', 'image/png']],
        ['images', ['bar.png', new Blob(['y']), 'image/png']],
      ],
    });
    expect(parse(sent[0]!).map(({ headers, content }) => [headers[0]![1], content.toString()])).toEqual([
      ['form-data; name="a"', '1'],
      ['form-data; name="images"; filename="foo.png"', 'x'],
      ['form-data; name="images"; filename="bar.png"', 'y'],
    ]);
    expect(sent[0]!.headers['Content-Length']).toBe(String(sent[0]!.body.length));
    expect(sent[0]!.headers).not.toHaveProperty('Transfer-Encoding');
  });

  it('B-FILES-14 leaves a content type of the caller alone', async () => {
    const { session, sent } = open();
    await session.post(URL, { files: { f: 'x' }, headers: { 'Content-Type': 'multipart/form-data' } });
    expect(sent[0]!.headers['Content-Type']).toBe('multipart/form-data');
  });

  it('sends a stream of unknown length in chunks, and one with a length whole', async () => {
    const { session, sent } = open();
    await session.post(URL, { files: { f: pieces('x', 'y') } });
    await session.post(URL, { files: { f: { stream: pieces('x', 'y'), length: 2 } as never } });
    expect(sent.map(({ headers }) => [headers['Transfer-Encoding'], headers['Content-Length']])).toEqual([
      ['chunked', undefined],
      [undefined, String(sent[1]!.body.length)],
    ]);
    for (const one of sent) expect(parse(one)[0]!.content.toString()).toBe('xy');
  });

  it('B-BODY-18 refuses other data beside files', async () => {
    const { session, sent } = open();
    for (const data of ['text', new Uint8Array(1), pieces('x'), new Blob(['x']), new MultipartEncoder({})]) {
      await expect(session.post(URL, { data, files: { f: 'x' } })).rejects.toThrow(
        /exclusive|must not be a string or bytes/,
      );
    }
    expect(sent).toEqual([]);
  });

  it('B-BODY-10 files win over json', async () => {
    const { session, sent } = open();
    await session.post(URL, { json: { a: 1 }, files: { f: 'x' } });
    expect(parse(sent[0]!)).toHaveLength(1);
  });

  it('B-DIFF-11 sends FormData', async () => {
    const { session, sent } = open();
    const data = new FormData();
    data.append('a', '1');
    data.append('f', new Blob(['x'], { type: 'text/plain' }), 'n.txt');
    await session.post(URL, { data });
    expect(parse(sent[0]!).map(({ headers }) => headers)).toEqual([
      [['content-disposition', 'form-data; name="a"']],
      [
        ['content-disposition', 'form-data; name="f"; filename="n.txt"'],
        ['content-type', 'text/plain'],
      ],
    ]);
  });

  it.each([
    ['bytes', () => ({ f: 'x' }), true],
    ['a Blob', () => ({ f: new Blob(['x']) }), true],
    ['a function', () => ({ f: () => pieces('x') }), true],
    ['a stream', () => ({ f: pieces('x') }), false],
  ])('B-DIFF-23 B-FILES-13 sends %s again after a 307, if it can', async (_what, files, replayable) => {
    const { session, recorder, sent } = open();
    recorder.answers = [() => new Response({ statusCode: 307, headers: { Location: '/next' } })];
    const call = session.post(URL, { files: files() as never });
    if (!replayable) await expect(call).rejects.toThrow(UnrewindableBodyError);
    else {
      await call;
      expect(sent[1]!.body).toEqual(sent[0]!.body);
      expect(sent[1]!.headers['Content-Type']).toBe(sent[0]!.headers['Content-Type']);
    }
  });

  it('[K02] a byte sweep in name and file name gives exactly the parts that were given, or InvalidHeader', async () => {
    const { session, sent } = open();
    const chars = [
      ...Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code)),
      '\x85',
      '\u2028',
      '\ud800',
      '\udc00',
      '\u010a',
    ];
    for (const char of chars) {
      sent.length = 0;
      const name = `a${char}b`;
      const control = /[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\x85]/.test(char);
      const call = session.post(URL, {
        files: [
          ['first', 'x'],
          [name, [name, 'y', 'text/plain']],
          ['last', 'z'],
        ],
      });
      if (control) await expect(call).rejects.toMatchObject({ code: 'ERR_INVALID_HEADER' });
      else {
        await call;
        const escaped = name.replace('"', '%22').replace('\r', '%0D').replace('\n', '%0A').toWellFormed();
        expect(
          parse(sent[0]!).map(({ headers, content }) => [headers.length, headers[0]![1], content.toString()]),
        ).toEqual([
          [1, 'form-data; name="first"; filename="first"', 'x'],
          [2, `form-data; name="${escaped}"; filename="${escaped}"`, 'y'],
          [1, 'form-data; name="last"; filename="last"', 'z'],
        ]);
      }
    }
  });

  it('[K02] a byte sweep in type, header name and header value gives exactly two or three header lines, or InvalidHeader', async () => {
    const { session, sent } = open();
    const chars = [
      ...Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code)),
      '\u2028',
      '\ud800',
      '\u010a',
      '\u560d',
    ];
    let passed = 0;
    for (const char of chars) {
      for (const value of [
        ['n', 'y', `text/${char}plain`],
        ['n', 'y', 'a/b', { [`X${char}A`]: '1' }],
        ['n', 'y', 'a/b', { 'X-A': `1${char}2` }],
      ]) {
        sent.length = 0;
        try {
          await session.post(URL, { files: { f: value as never } });
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_INVALID_HEADER' });
          continue;
        }
        passed++;
        const [only, ...others] = parse(sent[0]!);
        expect(others).toEqual([]);
        expect(only!.headers.length).toBe(value.length - 1);
      }
    }
    expect(passed).toBeGreaterThan(300);
  });
});

describe('Node streams', () => {
  it('B-FILES-02 B-DIFF-06 names a file stream after its file', async () => {
    const { session, sent } = open();
    await session.post(URL, { files: { f: createReadStream(file('report.csv', 'a,b')) } });
    expect(parse(sent[0]!)).toEqual([
      { headers: [['content-disposition', 'form-data; name="f"; filename="report.csv"']], content: Buffer.from('a,b') },
    ]);
  });

  it('B-DIFF-06 sends a file stream with its length where sizeOf knows it', async () => {
    const { session, sent } = open();
    const path = file('report.csv', 'a,b');
    session.encodeFiles = createEncodeFiles({
      sizeOf: (stream) => ('path' in stream ? statSync(String(stream.path)).size : undefined),
    });
    await session.post(URL, { files: { f: createReadStream(path) } });
    expect(sent[0]!.headers['Content-Length']).toBe(String(sent[0]!.body.length));
  });

  it('M100 sends openAsBlob, an open file handle and a web stream', async () => {
    const { session, sent } = open();
    const path = file('report.csv', 'a,b');
    const handle = await promises.open(path);
    await session.post(URL, {
      files: { f: await openAsBlob(path), g: handle, h: Readable.toWeb(createReadStream(path)) },
    });
    await handle.close();
    expect(parse(sent[0]!).map(({ content }) => content.toString())).toEqual(['a,b', 'a,b', 'a,b']);
  });

  it('B-FILES-13 reads an open file handle from where it stands', async () => {
    const { session, sent } = open();
    const handle = await promises.open(file('report.csv', 'abcdef'));
    await handle.read(Buffer.alloc(2), 0, 2, null);
    await session.post(URL, { files: { f: handle } });
    await handle.close();
    expect(parse(sent[0]!)[0]!.content.toString()).toBe('cdef');
  });

  it('a file that cannot be opened fails the request, however late its turn comes, and never the process', async () => {
    const { session } = open();
    const missing = createReadStream(join(tmpdir(), 'requests-ts-no-such-directory', 'file'));
    const opened = once(missing, 'close').catch(() => {});
    const slow = (async function* () {
      yield 'x';
      await opened;
      yield 'y';
    })();
    await expect(session.post(URL, { files: { slow, missing } })).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('closes the files that were still to come when one fails', async () => {
    const { session } = open();
    const later = createReadStream(file('later', 'x'));
    const failing = (async function* () {
      yield 'x';
      throw new Error('boom');
    })();
    await expect(session.post(URL, { files: { failing, later } })).rejects.toThrow('boom');
    expect(later.destroyed).toBe(true);
  });
});

describe('MultipartAdapter', () => {
  const wrap = (recorder: Recorder): BaseAdapter => new MultipartAdapter(recorder);

  it("B-TB-02 M104 sets the content type of an encoder, and of a monitor, and leaves the caller's request alone", async () => {
    const { session, sent } = open(wrap);
    const encoder = new MultipartEncoder({ f: ['n', new Blob(['x'])] });
    const monitor = MultipartEncoderMonitor.fromFields({ a: '1' });
    const response = await session.post(URL, { data: encoder });
    await session.post(URL, { data: monitor });
    expect(sent.map(({ headers }) => [headers['Content-Type'], headers['Content-Length']])).toEqual([
      [encoder.contentType, String(encoder.length)],
      [monitor.contentType, String(monitor.length)],
    ]);
    expect(parse(sent[0]!)).toHaveLength(1);
    expect(response.request?.headers.get('Content-Type')).toBe(encoder.contentType);
    const prepared = session.prepareRequest({ ...request('POST'), data: encoder } as never);
    await session.send(prepared);
    expect(prepared.headers.has('Content-Type')).toBe(false);
  });

  it('leaves a content type of the caller, and every other request, alone', async () => {
    const { session, sent } = open(wrap);
    await session.post(URL, { data: new MultipartEncoder({}), headers: { 'content-type': 'x/y' } });
    await session.post(URL, { data: 'text' });
    await session.post(URL, { data: pieces('x') });
    await session.get(URL);
    expect(sent.map(({ headers }) => headers['content-type'] ?? headers['Content-Type'])).toEqual([
      'x/y',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('B-DIFF-11 encodes FormData that was assigned to a prepared request', async () => {
    const { session, sent } = open(wrap, false);
    const form = new FormData();
    form.append('a', '1');
    const prepared = session.prepareRequest(request('POST') as never);
    prepared.body = form as unknown as StreamBody;
    await session.send(prepared);
    expect(parse(sent[0]!)[0]!.content.toString()).toBe('1');
    expect(sent[0]!.headers['Content-Length']).toBe(String(sent[0]!.body.length));
    expect(sent[0]!.headers).not.toHaveProperty('Transfer-Encoding');
    expect(prepared.body).toBe(form);
  });

  it('[J01] takes nothing from Object.prototype', async () => {
    const { session, sent } = open(wrap);
    for (const name of ['contentType', 'boundaryValue'])
      Object.defineProperty(Object.prototype, name, { value: 'x/canary', configurable: true });
    try {
      await session.post(URL, { data: pieces('x') });
    } finally {
      for (const name of ['contentType', 'boundaryValue']) delete (Object.prototype as Record<string, unknown>)[name];
    }
    expect(sent[0]!.headers['Content-Type']).toBeUndefined();
  });

  it('closes the adapter inside', async () => {
    const { session, recorder } = open(wrap);
    const close = vi.spyOn(recorder, 'close');
    await session.close();
    expect(close).toHaveBeenCalled();
  });
});

describe('StreamingIterator', () => {
  it('B-TB-07 gives a stream a length', async () => {
    const { session, sent } = open();
    await session.post(URL, { data: new StreamingIterator(3, pieces('a', 'bc')) });
    expect(sent[0]!.headers['Content-Length']).toBe('3');
    expect(sent[0]!.body.toString()).toBe('abc');
    expect(isReplayable(new StreamingIterator(3, pieces('abc')))).toBe(false);
    expect(isReplayable(new StreamingIterator(3, () => pieces('abc')))).toBe(true);
    await session.post(URL, { files: { f: new StreamingIterator(3, pieces('abc')) } });
    expect(sent[1]!.headers['Content-Length']).toBe(String(sent[1]!.body.length));
  });

  it.each([-1, 1.5, Number.NaN])('B-TB-07 refuses the size %d', (size) => {
    expect(() => new StreamingIterator(size, [])).toThrow(RangeError);
  });
});

describe('FileFromURLWrapper', () => {
  const download = (headers: Record<string, string>, statusCode = 200) => {
    const closed = vi.fn();
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('abc');
      yield Buffer.from('def');
    }
    const { session, recorder, sent } = open();
    recorder.answers = [() => new Response({ statusCode, headers, body: Object.assign(body(), { close: closed }) })];
    return { session, sent, closed };
  };

  it('B-TB-05 sends a download on while it arrives, with its length', async () => {
    const { session, sent, closed } = download({ 'Content-Length': '6' });
    const film = await FileFromURLWrapper.open('https://films.example/1.mp4', session);
    expect(film.length).toBe(6);
    expect(sent[0]!.headers['Accept-Encoding']).toBe('identity');
    const encoder = new MultipartEncoder({ file: ['1.mp4', film] });
    expect(encoder.replayable).toBe(false);
    await session.post(URL, { data: encoder, headers: { 'Content-Type': encoder.contentType } });
    expect(parse(sent[1]!)[0]!.content.toString()).toBe('abcdef');
    expect(sent[1]!.headers['Content-Length']).toBe(String(sent[1]!.body.length));
    expect(closed).not.toHaveBeenCalled();
  });

  it.each([{}, { 'Content-Length': 'many' }, { 'Content-Length': '' }])(
    'B-TB-05 refuses an answer with %j, and drops it',
    async (headers) => {
      const { session, closed } = download(headers);
      const failure = await FileFromURLWrapper.open('https://u:s3cret@films.example/1.mp4?s3cret', session).catch(
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(FileNotSupportedError);
      expect((failure as Error).message).toContain('https://films.example/1.mp4');
      expect((failure as Error).message).not.toContain('s3cret');
      expect(closed).toHaveBeenCalledOnce();
    },
  );

  it('does not send an error page on', async () => {
    const { session, closed } = download({ 'Content-Length': '6' }, 404);
    await expect(FileFromURLWrapper.open('https://films.example/1.mp4', session)).rejects.toMatchObject({
      code: 'ERR_HTTP_STATUS',
    });
    expect(closed).toHaveBeenCalledOnce();
  });

  it('drops the download when the upload fails before its turn', async () => {
    const { session, closed } = download({ 'Content-Length': '6' });
    const film = await FileFromURLWrapper.open('https://films.example/1.mp4', session);
    const failing = (async function* () {
      yield 'x';
      throw new Error('boom');
    })();
    await expect(session.post(URL, { files: { failing, film: ['1.mp4', film] } })).rejects.toThrow('boom');
    expect(closed).toHaveBeenCalledOnce();
  });
});

function request(method: string): object {
  return {
    method,
    url: URL,
    headers: {},
    files: [],
    data: [],
    params: {},
    auth: null,
    cookies: null,
    hooks: { response: [] },
    json: null,
  };
}

describe('over node:http', () => {
  async function echo(): Promise<{ url: string; received: { headers: IncomingHttpHeaders; body: Buffer }[] }> {
    const received: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
    const server: Server = createServer(async (incoming, outgoing) => {
      const body = Buffer.concat(await incoming.toArray());
      received.push({ headers: incoming.headers, body });
      outgoing.setHeader('Content-Type', incoming.headers['content-type'] ?? '');
      outgoing.end(body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received };
  }

  it("B-FILES-12 what we write is read by the platform's own parser, and the other way round", async () => {
    const { url, received } = await echo();
    const { body, contentType } = encodeFiles(
      { a: ['1', 'ñ'] },
      { f: ['☃".txt', new Uint8Array([0, 255]), 'application/octet-stream'] },
    );
    const answer = await fetch(url, {
      method: 'POST',
      body: body as Uint8Array<ArrayBuffer>,
      headers: { 'Content-Type': contentType },
    });
    const form = await answer.formData();
    expect(form.getAll('a')).toEqual(['1', 'ñ']);
    const sent = form.get('f') as File;
    expect([sent.name, sent.type, new Uint8Array(await sent.arrayBuffer())]).toEqual([
      '☃".txt',
      'application/octet-stream',
      new Uint8Array([0, 255]),
    ]);

    const theirs = new FormData();
    theirs.append('a', '1');
    theirs.append('f', new File(['x'], '☃.txt', { type: 'text/plain' }));
    await fetch(url, { method: 'POST', body: theirs }).then((response) => response.arrayBuffer());
    const { headers, body: bytes } = received[1]!;
    const parts = new MultipartDecoder(bytes, headers['content-type'] ?? '').parts;
    expect(parts.map((part) => [part.headers.get('Content-Disposition'), part.text])).toEqual([
      ['form-data; name="a"', '1'],
      ['form-data; name="f"; filename="☃.txt"', 'x'],
    ]);
  });
});
