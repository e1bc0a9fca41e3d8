import { once } from 'node:events';
import { createReadStream, openAsBlob } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Httpbin, startHttpbin } from '@requests-ts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import requests, { MultipartEncoder, type Response } from '../src/index.ts';

let server: Httpbin;
let folder: string;
let file: string;
const CONTENT = 'col1,col2\n1,2\n';

beforeAll(async () => {
  server = await startHttpbin();
  folder = await mkdtemp(join(tmpdir(), 'requests-ts-'));
  file = join(folder, 'report.csv');
  await writeFile(file, CONTENT);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

interface Echo {
  readonly form: Record<string, unknown>;
  readonly files: Record<string, unknown>;
  readonly data: string;
  readonly json: unknown;
}

const post = (options: Parameters<typeof requests.post>[1]): Promise<Response> =>
  requests.post(`${server.url}/post`, options);
const sent = (name: string): string | undefined => {
  const { rawHeaders } = server.requests.at(-1)!;
  const at = rawHeaders.findIndex((header, index) => index % 2 === 0 && header.toLowerCase() === name);
  return at < 0 ? undefined : rawHeaders[at + 1];
};

describe('data', () => {
  it.each([
    ['M88', { key: 'value' }, { key: 'value' }],
    ['M89', [['key', 'value']] as const, { key: 'value' }],
    [
      'M90',
      [
        ['k', '1'],
        ['k', '2'],
      ] as const,
      { k: ['1', '2'] },
    ],
    ['M90', { k: ['1', '2'] }, { k: ['1', '2'] }],
    ['M95', { name: 'john', age: 12 }, { name: 'john', age: '12' }],
    ['B-DIFF-11', new URLSearchParams('a=1&b=2'), { a: '1', b: '2' }],
  ] as const)('%s sends %j as a form', async (_, data, form) => {
    expect((await post({ data })).json<Echo>().form).toEqual(form);
    expect(sent('content-type')).toBe('application/x-www-form-urlencoded');
  });

  it('M91 sends bytes as they are', async () => {
    expect((await post({ data: new Uint8Array([104, 105]) })).json<Echo>().data).toBe('hi');
    expect(sent('content-type')).toBeUndefined();
  });

  it('M93 sends text as it is and adds no Content-Type', async () => {
    const response = await post({ data: JSON.stringify({ a: 1 }) });
    expect(response.json<Echo>()).toMatchObject({ data: '{"a":1}', json: { a: 1 } });
    expect(response.request?.headers.has('content-type')).toBe(false);
  });

  it('M94 sends json with its Content-Type', async () => {
    expect((await post({ json: { a: ['é', null] } })).json<Echo>().json).toEqual({ a: ['é', null] });
    expect(sent('content-type')).toBe('application/json');
  });

  it('S7 ignores json when there is data', async () => {
    expect((await post({ json: { a: 1 }, data: 'x' })).json<Echo>().data).toBe('x');
  });

  it.each([
    ['M92 a Blob of a file', () => openAsBlob(file)],
    ['M92 M96 a read stream', async () => createReadStream(file)],
    ['a sized stream', async () => ({ stream: [CONTENT], length: CONTENT.length })],
  ])('%s goes out with its length', async (_, body) => {
    expect((await post({ data: await body() })).json<Echo>().data).toBe(CONTENT);
    expect(sent('content-length')).toBe(String(CONTENT.length));
    expect(sent('transfer-encoding')).toBeUndefined();
  });

  it('M92 an open file handle is read to its end', async () => {
    await using handle = await open(file);
    expect((await post({ data: handle })).json<Echo>().data).toBe(CONTENT);
  });

  it('M97 B-LEN-03 a file stream with an encoding is sent all the same, and warned about', async () => {
    const warned = once(process, 'warning');
    expect((await post({ data: createReadStream(file, 'utf8') })).json<Echo>().data).toBe(CONTENT);
    expect(sent('transfer-encoding')).toBe('chunked');
    expect((await warned)[0]).toMatchObject({ name: 'FileModeWarning' });
  });

  it('M97 the length counts bytes', async () => {
    await post({ data: 'é€' });
    expect(sent('content-length')).toBe('5');
  });

  it.each([
    [
      'a generator',
      () =>
        (function* () {
          yield 'hi';
          yield 'there';
        })(),
    ],
    [
      'an async generator',
      () =>
        (async function* () {
          yield 'hi';
          yield new TextEncoder().encode('there');
        })(),
    ],
  ])('M98 %s is sent chunked', async (_, body) => {
    expect((await post({ data: body() })).json<Echo>().data).toBe('hithere');
    expect(sent('transfer-encoding')).toBe('chunked');
    expect(sent('content-length')).toBeUndefined();
  });
});

describe('files', () => {
  it('M100 sends a file', async () => {
    expect((await post({ files: { file: await openAsBlob(file) } })).json<Echo>().files).toEqual({ file: CONTENT });
    expect((await post({ files: { file: createReadStream(file) } })).json<Echo>().files).toEqual({ file: CONTENT });
    expect(sent('transfer-encoding')).toBeUndefined();
  });

  it('M101 takes name, type and extra headers', async () => {
    const response = await post({ files: { file: ['report.xls', 'x', 'application/vnd.ms-excel', { Expires: '0' }] } });
    const body = new TextDecoder().decode(response.request?.body as Uint8Array);
    expect(body).toContain(
      'Content-Disposition: form-data; name="file"; filename="report.xls"\r\nContent-Type: application/vnd.ms-excel\r\nExpires: 0\r\n',
    );
    expect(response.json<Echo>().files).toEqual({ file: 'x' });
  });

  it('M102 sends several files under one field', async () => {
    const response = await post({
      files: [
        ['images', ['foo.png', 'a', 'image/png']],
        ['images', ['bar.png', 'b', 'image/png']],
      ],
    });
    expect(response.json<Echo>().files).toEqual({ images: ['a', 'b'] });
  });

  it('M103 shows the boundary in Content-Type', async () => {
    const response = await post({ files: { f: 'x' } });
    expect(response.request?.headers.get('content-type')).toMatch(/^multipart\/form-data; boundary=[0-9a-f]{32}$/);
  });

  it('M104 streams with MultipartEncoder', async () => {
    const encoder = new MultipartEncoder({ field: 'value', file: ['a.txt', await openAsBlob(file), 'text/plain'] });
    const response = await post({ data: encoder, headers: { 'Content-Type': encoder.contentType } });
    expect(response.json<Echo>()).toMatchObject({ form: { field: 'value' }, files: { file: CONTENT } });
    expect(sent('content-length')).toBe(String(encoder.length));
  });

  it('S8 takes text and bytes as files', async () => {
    expect(
      (await post({ files: { file: ['report.csv', 'a,b\n'], other: new Uint8Array([65]) } })).json<Echo>().files,
    ).toEqual({ file: 'a,b\n', other: 'A' });
  });

  it('sends FormData', async () => {
    const form = new FormData();
    form.append('a', '1');
    form.append('f', new File(['hello'], 'h.txt'));
    expect((await post({ data: form })).json<Echo>()).toMatchObject({ form: { a: '1' }, files: { f: 'hello' } });
  });
});

describe('headers', () => {
  const wire = (): string[] => server.requests.at(-1)!.rawHeaders.filter((_, index) => index % 2 === 0);

  it('M79 M80 sends custom headers, the User-Agent among them', async () => {
    await requests.get(`${server.url}/get`, {
      headers: { Accept: 'application/vnd.github.v3.text-match+json', 'user-agent': 'app/0.0.1' },
    });
    expect(sent('accept')).toBe('application/vnd.github.v3.text-match+json');
    expect(sent('user-agent')).toBe('app/0.0.1');
    expect(wire()).toContain('user-agent');
  });

  it('M84 replaces a Content-Length that is not the length', async () => {
    await post({ data: 'four', headers: { 'Content-Length': '10' } });
    expect(sent('content-length')).toBe('4');
  });

  it('M85 M86 keeps the order of the session, then of the call', async () => {
    await using session = new requests.Session();
    session.headers = [
      ['B', '1'],
      ['A', '2'],
    ];
    await session.get(`${server.url}/get`, {
      headers: [
        ['Z', '3'],
        ['A', '4'],
        ['Y', '5'],
      ],
    });
    expect(wire().filter((name) => /^[A-Z]$/.test(name))).toEqual(['B', 'A', 'Z', 'Y']);
    expect(sent('a')).toBe('4');
  });

  it('B-HDR-10 sends nothing for a header that was removed', async () => {
    await requests.get(`${server.url}/get`, { headers: { 'User-Agent': null, 'Accept-Encoding': null } });
    expect(sent('user-agent')).toBeUndefined();
    expect(sent('accept-encoding')).toBeUndefined();
  });
});
