import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  ChunkedEncodingError,
  ConnectionError,
  InvalidHeader,
  InvalidSchema,
  InvalidURL,
  type PreparedRequest,
  type SendOptions,
  Session,
} from '@requests-ts/core';
import { HTTPAdapter } from '@requests-ts/http';
import {
  crlf,
  everySplit,
  type RawHandler,
  type RawServer,
  startHttpbin,
  startRawServer,
  steps,
} from '@requests-ts/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failure, get, makeAdapter, opened, prepare, sleep } from './support.ts';

const OK = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');

const answering = async (...lines: string[]): Promise<RawServer> => opened(await startRawServer(crlf(...lines)));

describe('request line', () => {
  it('M219 sends path and query as they were prepared', async () => {
    const server = await answering('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');
    const adapter = makeAdapter();
    for (const path of [
      '/',
      '//evil.example/x',
      '/a%2Fb',
      '/%7Euser',
      "/it's(a)*test!",
      '/?',
      '/?a=b&a=c',
      '/;p',
      '/@:&=+$,',
    ])
      await get(adapter, server.url + path);
    expect(server.requests.map(({ target }) => target)).toEqual([
      '/',
      '//evil.example/x',
      '/a%2Fb',
      '/~user',
      "/it's(a)*test!",
      '/',
      '/?a=b&a=c',
      '/;p',
      '/@:&=+$,',
    ]);
  });

  it('[D02] sends any token as method, in upper case as prepared; HEAD never hangs', async () => {
    const server = await answering('HTTP/1.1 200 OK', 'Content-Length: 0', '', '');
    const adapter = makeAdapter();
    for (const method of ['get', 'head', 'Patch', 'PROPFIND', 'M-SEARCH', 'QUERY', "A!#$%&'*+-.^_`|~1"])
      await adapter.send(prepare(method, server.url), { timeout: 2 });
    expect(server.requests.map(({ method }) => method)).toEqual([
      'GET',
      'HEAD',
      'PATCH',
      'PROPFIND',
      'M-SEARCH',
      'QUERY',
      "A!#$%&'*+-.^_`|~1",
    ]);
  });

  it.each(['CONNECT', 'A B', 'A\r\nX: y', '', 'GÉT', 'A'.repeat(33), 'GET\0'])(
    '[D02 CVE-2020-26116] refuses the method %j',
    async (method) => {
      const server = await answering('HTTP/1.1 200 OK', 'Content-Length: 0', '', '');
      const request = prepare('GET', server.url);
      request.method = method;
      expect(await failure(makeAdapter().send(request, {}))).toBeInstanceOf(TypeError);
      expect(server.connections).toBe(0);
    },
  );

  it('[D02 CVE-2019-9740, CVE-2018-12116] lets nothing out of the request line, whatever a hook makes of the URL', async () => {
    const server = await answering('HTTP/1.1 200 OK', 'Content-Length: 0', '', '');
    const adapter = makeAdapter();
    for (const char of ['\r', '\n', '\0', ' ', '\t', '\x7f', '\u0120', '\u010d\u010a', '"', '<']) {
      const request = prepare('GET', server.url);
      request.url = `${server.url}/a${char}b?c${char}d`;
      await adapter.send(request, {});
    }
    for (const { head, target } of server.requests) {
      expect(target).toMatch(/^\/a[\x21-\x7e]+b\?c[\x21-\x7e]+d$/);
      expect(head.split('\r\n')[0]).toBe(`GET ${target} HTTP/1.1`);
    }
  });

  it('refuses schemes that are not its own', async () => {
    const request = prepare('GET', 'http://h/');
    request.url = 'httpx://h/';
    expect(await failure(makeAdapter().send(request, {}))).toBeInstanceOf(InvalidSchema);
    request.url = 'mailto:a@b';
    expect(await failure(makeAdapter().send(request, {}))).toBeInstanceOf(InvalidURL);
  });
});

describe('request framing', () => {
  let directory: string | undefined;
  async function file(text: string): Promise<string> {
    directory ??= await mkdtemp(join(tmpdir(), 'wire-'));
    onTestFinished(async () => {
      if (directory) await rm(directory, { recursive: true, force: true });
      directory = undefined;
    });
    const path = join(directory, 'data');
    await writeFile(path, text);
    return path;
  }

  const framing = ({ getAll }: RawServer['requests'][number]): [string[], string[]] => [
    getAll('content-length'),
    getAll('transfer-encoding'),
  ];

  it('B-DIFF-24 [E01] writes exactly one framing header, for any body and method', async () => {
    const server = opened(await startRawServer(OK));
    const adapter = makeAdapter();
    const path = await file('0123456789');
    const bodies: [() => unknown, string[], string[]][] = [
      [() => 'abc', ['3'], []],
      [() => new Blob(['abc']), ['3'], []],
      [() => Buffer.from('abc'), ['3'], []],
      [() => ['a', 'bc'].values(), [], ['chunked']],
      [() => Readable.from(['abc']), [], ['chunked']],
      [() => ({ stream: ['abc'].values(), length: 3 }), ['3'], []],
      [() => createReadStream(path, { start: 2, end: 5 }), ['4'], []],
      [() => createReadStream(path), ['10'], []],
      [() => Buffer.alloc(2_000_000), ['2000000'], []],
    ];
    for (const method of ['POST', 'GET', 'DELETE', 'OPTIONS', 'CUSTOM']) {
      for (const [data, length, transfer] of bodies) {
        await adapter.send(prepare(method, server.url, { data: data() as never }), {});
        expect([method, ...framing(server.requests.at(-1)!)]).toEqual([method, length, transfer]);
      }
    }
    expect(server.connections).toBe(1);
  });

  it('B-DIFF-24 leaves the headers of the prepared request as they are', async () => {
    const server = opened(await startRawServer(OK));
    const request = prepare('POST', server.url, { data: ['abc'].values(), headers: { 'Keep-Alive': 'timeout=5' } });
    const before = [...request.headers];
    await makeAdapter().send(request, {});
    expect([...request.headers]).toEqual(before);
    expect(request.headers.get('Transfer-Encoding')).toBe('chunked');
  });

  it('[E01] holds a body of unknown length to the length that the caller declared', async () => {
    const server = opened(await startRawServer(OK));
    const adapter = makeAdapter();
    const send = (pieces: string[]): Promise<unknown> =>
      adapter.send(prepare('POST', server.url, { data: pieces.values(), headers: { 'Content-Length': '4' } }), {
        timeout: 1,
      });
    await send(['ab', 'cd']);
    for (const pieces of [['abc'], ['abc', 'de'], ['abcdef']])
      expect(await failure(send(pieces))).toBeInstanceOf(InvalidHeader);
    expect(server.requests.map(({ body }) => body.toString())).toEqual(['abcd']);
    await server.waitForOpenConnections(0);
  });

  it('[D04 CVE-2026-15157] writes no header that a body asks for', async () => {
    const server = opened(await startRawServer(OK));
    const evil = Object.assign(new Blob(['abc']), {});
    Object.defineProperty(evil, 'type', { get: () => 'x\r\nX-Injected: y' });
    await makeAdapter().send(prepare('POST', server.url, { data: evil }), {});
    expect(server.requests[0]!.head).not.toContain('Injected');
    expect(server.requests[0]!.getAll('content-type')).toEqual([]);
  });

  it('sends trailing pieces of an upload as they come, and no empty one', async () => {
    const server = opened(await startRawServer(OK));
    await makeAdapter().send(prepare('POST', server.url, { data: ['', 'a', '', 'b'].values() }), {});
    expect(server.requests[0]!.rawBody.toString()).toBe('1\r\na\r\n1\r\nb\r\n0\r\n\r\n');
  });
});

describe('uploads', () => {
  const early = (...after: RawHandler[]): Promise<RawServer> =>
    startRawServer([steps.head, crlf('HTTP/1.1 413 Too Large', 'Content-Length: 3', '', 'big'), ...after]);

  it.each([
    ['keeps the connection', []],
    ['closes it', [steps.close]],
    ['resets it', [steps.wait(30), steps.reset]],
  ] as const)(
    '[pitfall 24] [E05] delivers an answer that comes before the body is sent, when the server %s, and ends the source',
    async (_title, after) => {
      const server = opened(await early(...after));
      const adapter = makeAdapter();
      let ended = false;
      async function* source(): AsyncGenerator<Uint8Array> {
        try {
          for (;;) {
            yield new Uint8Array(1000);
            await sleep(5);
          }
        } finally {
          ended = true;
        }
      }
      const response = await adapter.send(prepare('POST', server.url, { data: source() }), { timeout: 3 });
      expect([response.statusCode, response.text]).toEqual([413, 'big']);
      await sleep(20);
      expect(ended).toBe(true);
      await server.waitForOpenConnections(0);
    },
  );

  it('ends a source that is stuck, too', async () => {
    const server = opened(await early());
    let cancelled = false;
    const data = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: () => {
        cancelled = true;
      },
    });
    expect((await makeAdapter().send(prepare('POST', server.url, { data }), { timeout: 3 })).statusCode).toBe(413);
    expect(cancelled).toBe(true);
  });

  it('closes the source when it cannot connect, and when it is aborted', async () => {
    for (const [url, options] of [
      ['http://127.0.0.1:1', {}],
      [opened(await startRawServer([steps.stall])).url, { timeout: { total: 0.1 } }],
    ] as [string, SendOptions][]) {
      const data = new Readable({ read() {} });
      await failure(makeAdapter().send(prepare('POST', url, { data }), options));
      expect(data.destroyed).toBe(true);
    }
  });

  it('[F07] ends an upload at maxRequestSize', async () => {
    const server = opened(await startRawServer([steps.stall]));
    const endless = (function* () {
      for (;;) yield new Uint8Array(65_536);
    })();
    const error = await failure(
      makeAdapter({ maxRequestSize: 1_000_000 }).send(prepare('POST', server.url, { data: endless }), {}),
    );
    expect(error).toMatchObject({ code: 'ERR_TOO_LARGE' });
    await server.waitForOpenConnections(0);
    expect(server.accepted[0]!.received.length).toBeLessThan(1_100_000);
  });
});

describe('informational responses', () => {
  it.each(['whole', 'bytes', [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55]] as const)(
    '[pitfall 9] [E06] passes over 100, 102 and 103, sent in pieces: %s',
    async (split) => {
      for (const parts of [
        ['100 Continue'],
        ['103 Early Hints'],
        ['100 Continue', '103 Early Hints', '102 Processing', '100 Continue'],
      ]) {
        const answer =
          parts.map((part) => crlf(`HTTP/1.1 ${part}`, 'Link: </x>', 'Set-Cookie: early=1', '', '')).join('') + OK;
        const server = opened(await startRawServer(answer, { split }));
        const adapter = makeAdapter();
        for (let i = 0; i < 2; i++) {
          const response = await get(adapter, server.url);
          expect([response.statusCode, response.text, [...response.headers]]).toEqual([
            200,
            'ok',
            [['Content-Length', '2']],
          ]);
        }
        expect(server.connections).toBe(1);
      }
    },
  );

  it('[E06 CVE-2021-3737] bears maxInformational of them, 16 by default', async () => {
    const early = (count: number): string => 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(count) + OK;
    expect((await get(makeAdapter(), opened(await startRawServer(early(16))).url)).text).toBe('ok');
    const server = opened(await startRawServer(early(17)));
    expect(await failure(get(makeAdapter(), server.url))).toMatchObject({
      name: 'ConnectionError',
      code: 'ERR_PROTOCOL',
      message: expect.stringContaining('maxInformational'),
    });
    expect((await get(makeAdapter({ maxInformational: 20 }), server.url)).text).toBe('ok');
  });

  it('[E06] refuses 101 that nobody asked for, and a body of one', async () => {
    for (const head of [
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      'HTTP/1.1 101 Switching Protocols\r\n\r\n',
      'HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n',
      'HTTP/1.1 100 Continue\r\ntransfer-encoding: chunked\r\n\r\n',
    ]) {
      const server = opened(await startRawServer(head + OK));
      expect(await failure(get(makeAdapter(), server.url))).toMatchObject({
        name: 'ConnectionError',
        code: 'ERR_PROTOCOL',
      });
      await server.waitForOpenConnections(0);
    }
  });
});

describe('responses', () => {
  it.each([
    ['HTTP/1.1 200 OK', 'OK'],
    ['HTTP/1.1 200 Très bien', 'Très bien'],
    ['HTTP/1.1 200 \xc3\xa9t\xc3\xa9', 'été'],
    ['HTTP/1.1 200', ''],
    ['HTTP/1.1 200 ', ''],
    ['HTTP/1.0 200 Old', 'Old'],
    [`HTTP/1.1 200 ${'x'.repeat(1000)}`, 'x'.repeat(256)],
    ['HTTP/1.1 200 a\tb\x1b[31m', 'ab[31m'],
  ])('B-RESP-03 [E04] reads the reason of %j, however it is cut', async (line, reason) => {
    for (const split of ['whole', 'bytes'] as const) {
      const server = opened(await startRawServer(crlf(line, 'Content-Length: 0', '', ''), { split }));
      expect((await get(makeAdapter(), server.url)).reason).toBe(reason);
    }
  });

  it('B-RESP-06 keeps order and spelling of headers, and reads them as ISO-8859-1', async () => {
    const server = await answering(
      'HTTP/1.1 200 OK',
      'X-b: 1',
      'x-A: \xe9',
      'X-B: 2',
      'Set-Cookie: a=1',
      'Set-Cookie: b=2',
      'Content-Length: 0',
      '',
      '',
    );
    const { headers } = await get(makeAdapter(), server.url);
    expect([...headers]).toEqual([
      ['X-b', '1, 2'],
      ['x-A', 'é'],
      ['Set-Cookie', 'a=1, b=2'],
      ['Content-Length', '0'],
    ]);
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('[J02 CVE-2026-21710] has no trouble with names of the prototype', async () => {
    const server = await answering(
      'HTTP/1.1 200 OK',
      '__proto__: x',
      'constructor: y',
      'then: z',
      'Content-Length: 0',
      '',
      '',
    );
    const { headers } = await get(makeAdapter(), server.url);
    expect([headers.get('__proto__'), headers.get('constructor'), headers.get('then')]).toEqual(['x', 'y', 'z']);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('reads HTTP/1.0, with a length and until the close, and says so', async () => {
    const sized = opened(
      await startRawServer([steps.request, crlf('HTTP/1.0 200 OK', 'Content-Length: 3', '', 'abc'), steps.close]),
    );
    const open = opened(await startRawServer([steps.request, crlf('HTTP/1.0 200 OK', '', 'abc'), steps.close]));
    for (const { url } of [sized, open])
      expect(await get(makeAdapter(), url)).toMatchObject({ text: 'abc', httpVersion: '1.0' });
  });

  it('B-RESP-15 gives HEAD, 204 and 304 empty bodies, whatever their headers say', async () => {
    for (const [method, status] of [
      ['HEAD', '200 OK'],
      ['HEAD', '404 Not Found'],
      ['GET', '204 No Content'],
      ['GET', '304 Not Modified'],
    ] as const) {
      for (const framing of [['Content-Length: 5'], ['Transfer-Encoding: chunked'], []]) {
        const server = opened(
          await startRawServer([
            steps.request,
            crlf(`HTTP/1.1 ${status}`, ...framing, 'Content-Encoding: gzip', '', ''),
          ]),
        );
        for (const stream of [false, true]) {
          const one = opened(
            await startRawServer([
              steps.request,
              crlf(`HTTP/1.1 ${status}`, ...framing, 'Content-Encoding: gzip', '', ''),
            ]),
          );
          const response = await makeAdapter().send(prepare(method, one.url), { stream, timeout: 2 });
          expect((await response.read()).length).toBe(0);
        }
        expect(server.connections).toBe(0);
      }
    }
  });

  it('[pitfall 10] keeps the connection of HEAD, and of GET and DELETE with a body', async () => {
    const server = opened(await startHttpbin());
    const adapter = makeAdapter();
    for (const method of ['HEAD', 'HEAD', 'GET', 'DELETE', 'HEAD'])
      await adapter.send(prepare(method, `${server.url}/anything`, method === 'HEAD' ? {} : { data: 'x' }), {});
    expect(new Set(server.requests.map(({ connectionId }) => connectionId)).size).toBe(1);
  });

  it('reads trailers, without those that may not be there', async () => {
    const server = await answering(
      'HTTP/1.1 200 OK',
      'Transfer-Encoding: chunked',
      'Trailer: X-Sum',
      '',
      '2',
      'ok',
      '0',
      'X-Sum: 1',
      'Set-Cookie: a=b',
      'Authorization: x',
      '',
      '',
    );
    for (const stream of [false, true]) {
      const response = await get(makeAdapter(), server.url, { stream });
      await response.read();
      expect([...response.trailers]).toEqual([['X-Sum', '1']]);
      expect(response.headers.has('x-sum')).toBe(false);
    }
  });

  it('[pitfall 8] [E07] takes a reset inside a body that the close ends for what it is', async () => {
    for (const stream of [false, true]) {
      const server = opened(
        await startRawServer([steps.request, crlf('HTTP/1.1 200 OK', '', 'part'), steps.wait(20), steps.reset]),
      );
      const error = await failure(get(makeAdapter(), server.url, { stream }).then((response) => response.read()));
      expect(error).toBeInstanceOf(ChunkedEncodingError);
      expect(error.message).toContain('after 4 bytes');
    }
  });

  it('B-RESP-20 [E07] counts what is missing, for every cut of the body', async () => {
    const body = 'x'.repeat(160);
    for (let part = 0; part < 160; part += 10) {
      for (const end of [steps.close, steps.reset]) {
        const server = opened(
          await startRawServer([
            steps.request,
            crlf('HTTP/1.1 200 OK', 'Content-Length: 160', '', body.slice(0, part)),
            steps.wait(2),
            end,
          ]),
        );
        const error = await failure(get(makeAdapter(), server.url));
        expect(error).toBeInstanceOf(ChunkedEncodingError);
        expect(error.message).toContain(`after ${part} of 160 bytes`);
      }
    }
  });

  it.each([
    ['no version', 'OK 200\r\n\r\n'],
    ['HTTP/2.0', 'HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['HTTP/1.2', 'HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['lower case', 'http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a leading blank line', '\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a status below 100', 'HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a folded header', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'],
    ['a blank before the colon', 'HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: 0\r\n\r\n'],
    ['CR CR LF', 'HTTP/1.1 200 OK\r\nX: a\r\r\nContent-Length: 0\r\n\r\n'],
    ['a bare CR in a value', 'HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 0\r\n\r\n'],
    ['a bare LF', 'HTTP/1.1 200 OK\r\nX: a\nContent-Length: 0\r\n\r\n'],
    ['NUL in a value', 'HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n'],
    ['an empty header name', 'HTTP/1.1 200 OK\r\n: a\r\nContent-Length: 0\r\n\r\n'],
    ['CRLF CR X at the end of the head', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\rX'],
    ['a body of HTML', '<html>400 Bad Request</html>'],
  ])(
    '[E04 CVE-2025-23167, CVE-2019-16276] refuses %s, whole and in pieces, and does not use the connection again',
    async (_title, answer) => {
      for (const split of ['whole', 'bytes'] as const) {
        const server = opened(
          await startRawServer(
            async (connection) => {
              await connection.nextRequest();
              await connection.send(connection.id === 1 ? answer : OK);
              if (connection.id === 1) connection.halfClose();
            },
            { split },
          ),
        );
        const adapter = makeAdapter();
        const error = await failure(get(adapter, server.url, { timeout: 3 }));
        expect(error).toBeInstanceOf(ConnectionError);
        expect(error.message).not.toMatch(/[\0-\x1f]/);
        expect((await get(adapter, server.url)).text).toBe('ok');
      }
    },
  );

  it.each([
    ['LF only', '2\nok\n0\n\n'],
    ['a hex prefix', '0x2\r\nok\r\n0\r\n\r\n'],
    ['a blank in the size', '2 2\r\nok\r\n0\r\n\r\n'],
    ['a negative size', '-2\r\nok\r\n0\r\n\r\n'],
    ['17 digits', '10000000000000002\r\nok\r\n0\r\n\r\n'],
    ['LF in an extension', '2;a\nb\r\nok\r\n0\r\n\r\n'],
    ['no CRLF after the data', '2\r\nokX\r\n0\r\n\r\n'],
    ['no size', '\r\nok\r\n0\r\n\r\n'],
  ])('[E03 CVE-2025-22871, CVE-2024-52304] refuses a chunk with %s', async (_title, body) => {
    const server = opened(
      await startRawServer([
        steps.request,
        crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', body),
        steps.wait(20),
        steps.close,
      ]),
    );
    expect(await failure(get(makeAdapter(), server.url, { timeout: 3 }))).toBeInstanceOf(ChunkedEncodingError);
  });

  it('[E03] reads a chunked answer alike however it is cut', async () => {
    const answer = crlf(
      'HTTP/1.1 200 OK',
      'Transfer-Encoding: chunked',
      '',
      '3;ext=1',
      'abc',
      'A',
      '0123456789',
      '0',
      'X-T: 1',
      '',
      '',
    );
    for (const { split } of everySplit(answer)) {
      const server = opened(await startRawServer(answer, { split }));
      const response = await get(makeAdapter(), server.url);
      expect([response.text, response.trailers.get('x-t')]).toEqual(['abc0123456789', '1']);
    }
  });

  it.each([
    ['both lengths', 'Content-Length: 2\r\nContent-Length: 3'],
    ['a length that is no number', 'Content-Length: 2x'],
    ['a length with a sign', 'Content-Length: +2'],
  ])('B-RESP-21 B-DIFF-29 refuses %s', async (_title, headers) => {
    const server = opened(await startRawServer([steps.request, `HTTP/1.1 200 OK\r\n${headers}\r\n\r\nok`]));
    const error = await failure(get(makeAdapter(), server.url, { timeout: 2 }));
    expect(error instanceof InvalidHeader || error instanceof ConnectionError).toBe(true);
  });

  it('[E05 CVE-2026-6733] never takes bytes that come while a connection is idle for an answer', async () => {
    const server = opened(
      await startRawServer(async (connection) => {
        const { target } = await connection.nextRequest();
        await connection.send(crlf('HTTP/1.1 200 OK', `Content-Length: ${target.length}`, '', target));
        await sleep(5);
        await connection.send(crlf('HTTP/1.1 200 OK', 'Content-Length: 8', '', 'poisoned'));
      }),
    );
    const adapter = makeAdapter();
    for (let i = 0; i < 5; i++) {
      expect((await get(adapter, `${server.url}/${i}`)).text).toBe(`/${i}`);
      await sleep(20);
    }
    expect(server.connections).toBe(5);
  });
});

describe('through a Session', () => {
  it('M218 M219 M220 works when it is mounted, longest prefix first', async () => {
    const server = opened(await startHttpbin());
    await using session = new Session({ adapters: { 'http://': new HTTPAdapter() } });
    class Marked extends HTTPAdapter {
      override addHeaders(request: PreparedRequest): void {
        request.headers.set('X-Marked', 'yes');
      }
    }
    session.mount(`${server.url}/anything/`, new Marked());
    const marked = await session.get(`${server.url}/anything/x`);
    expect(marked.json<{ headers: Record<string, string> }>().headers['X-Marked']).toBe('yes');
    const plain = await session.get(`${server.url}/anything`);
    expect(plain.json<{ headers: Record<string, string> }>().headers['X-Marked']).toBeUndefined();
    expect(plain.elapsed).toBeGreaterThan(0);
  });

  it('B-ITER-04 gives the chunks of a chunked answer as they come', async () => {
    const server = opened(
      await startRawServer(async (connection) => {
        await connection.nextRequest();
        await connection.send(crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', ''));
        for (const piece of ['one', 'three', 'seven']) {
          await connection.send(crlf(piece.length.toString(16), piece, ''));
          await sleep(15);
        }
        await connection.send('0\r\n\r\n');
      }),
    );
    const response = await get(makeAdapter(), server.url, { stream: true });
    const pieces: string[] = [];
    for await (const piece of response.iterContent(null)) pieces.push(Buffer.from(piece).toString());
    expect(pieces).toEqual(['one', 'three', 'seven']);
  });
});
