import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type PreparedRequest, Request } from '@requests-ts/core';
import { HTTPAdapter } from '@requests-ts/http';
import fc from 'fast-check';
import { sentence } from '../grammar.ts';
import { attempt, expectOurs, type Target, toText } from '../target.ts';

interface Input {
  readonly method: string;
  readonly path: string;
  readonly fields: { readonly name: string; readonly value: string }[];
  readonly body: string;
  /** 1 writes method and URL into the prepared request, past the checks of preparing. */
  readonly past: number;
}

const tokens: readonly string[] = [
  ...[
    'GET',
    'post',
    'PUT',
    'M-SEARCH',
    'CONNECT',
    'G T',
    '/',
    '/a',
    '?q=1',
    '#f',
    '..',
    '%0d%0a',
    '//evil.example',
    ' HTTP/1.1',
    '@',
    '*',
  ],
  ...[
    '\r\n',
    '\n',
    '\r',
    '\0',
    ' ',
    '\t',
    ':',
    ',',
    ';',
    '"',
    '\x7f',
    '\x80',
    '\xff',
    'é',
    '\u010d\u010a',
    '\u2028',
    '\ud800',
    '\r\nX: y',
    '\r\n\r\nGET / HTTP/1.1\r\n',
  ],
  ...[
    'X-A',
    'Host',
    'Content-Length',
    'content-length',
    'Transfer-Encoding',
    'chunked',
    'Connection',
    'close',
    'keep-alive',
    'TE',
    'trailers',
    'Trailer',
    'Upgrade',
    'Expect',
    '100-continue',
    'Cookie',
    'h.example',
    'h.example:80',
    '0',
    '4',
    '5',
    'v',
  ],
];
const name = fc.oneof(
  fc.constantFrom(
    'X-A',
    'x-a',
    'X-B',
    'Accept',
    'Host',
    'Connection',
    'TE',
    'Cookie',
    'Content-Length',
    'Transfer-Encoding',
  ),
  sentence(tokens, 2, fc.string({ unit: 'binary', maxLength: 1 })),
);
const value = fc.oneof(
  fc.constantFrom('v', '', 'a b', '\xe9', 'close', 'h.example', '4'),
  sentence(tokens, 4, fc.string({ unit: 'binary', maxLength: 1 })),
);

/** The transport writes them itself, or they mean nothing end to end. */
const OWN = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'proxy-connection',
  'keep-alive',
  'trailer',
  'te',
  'upgrade',
  'expect',
  'proxy-authorization',
]);

let received = '';
let port = 0;
let adapter: HTTPAdapter;

/** The one request on the wire, by the letter of RFC 9112. */
function parse(text: string): { method: string; target: string; fields: [string, string][]; body: string } {
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const start = /^([!#$%&'*+\-.^_`|~0-9A-Z]+) (\/[\x21-\x7e]*) HTTP\/1\.1$/.exec(first);
  assert.ok(start, `request line ${JSON.stringify(first)}`);
  const fields = lines.map((line): [string, string] => {
    const field = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ?([\t\x20-\x7e\x80-\xff]*)$/.exec(line);
    assert.ok(field, `field line ${JSON.stringify(line)}`);
    return [field[1]!, field[2]!.replace(/^[ \t]+|[ \t]+$/g, '')];
  });
  return { method: start[1]!, target: start[2]!, fields, body: text.slice(end + 4) };
}

function expected(request: PreparedRequest): [string, string][] {
  return [...request.headers.lines()]
    .filter(
      ([key, text]) =>
        !OWN.has(key.toLowerCase()) || (key.toLowerCase() === 'te' && text.trim().toLowerCase() === 'trailers'),
    )
    .map(([key, text]) => [key, text.replace(/^[ \t]+|[ \t]+$/g, '')]);
}

/** Everything of a request has come: its length is always said, since bodies here are text. */
function complete(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  return end >= 0 && text.length - end - 4 >= Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
}

export const requestTarget: Target<Input> = {
  name: 'request',
  holds: '[D01] [D02] [D03] [D04] [D05] [E01] sends what a strict server reads exactly as given, or not a byte',
  tokens,
  runs: 400,
  inputs: fc.record({
    method: fc.oneof(fc.constantFrom('GET', 'post', 'PUT', 'DELETE', 'HEAD'), sentence(tokens, 2)),
    path: sentence(tokens, 5, fc.string({ unit: 'binary', maxLength: 1 })).map((text) => `/${text}`),
    fields: fc.array(fc.record({ name, value }), { maxLength: 4 }),
    body: fc.constantFrom('', '', 'body', 'GET / HTTP/1.1\r\n\r\n'),
    past: fc.nat(1),
  }),
  parsers: {
    'Request.prepare': (text) => new Request(text, `http://h/${text}`, { headers: { Host: text, A: text } }).prepare(),
  },
  async start() {
    const server = createServer((socket) => {
      let text = '';
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        text += toText(chunk as Buffer);
        received = text;
        if (!complete(text)) return;
        text = '';
        socket.write('HTTP/1.1 204 No Content\r\n\r\n');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    adapter = new HTTPAdapter();
    return async () => {
      await adapter.close();
      await new Promise((resolve) => server.close(resolve));
    };
  },
  async run({ method, path, fields, body, past }) {
    received = '';
    const url = `http://127.0.0.1:${port}`;
    const headers = fields.map(({ name: key, value: text }) => [key, text] as const);
    const request = attempt(
      () =>
        new Request(past === 1 ? 'GET' : method, past === 1 ? `${url}/` : url + path, {
          headers,
          data: body || null,
        }).prepare(),
      TypeError,
    );
    if (!request) return;
    if (past === 1) {
      request.method = method;
      request.url = url + path;
    }
    try {
      await adapter.send(request, { timeout: { total: 60 } });
    } catch (error) {
      expectOurs(error, TypeError);
      assert.equal(received, '', 'bytes of a refused request were sent');
      return;
    }
    const sent = parse(received);
    assert.equal(sent.method, request.method.toUpperCase());
    assert.equal(sent.target, request.pathUrl);
    assert.equal(sent.body, toText(Buffer.from(body)));
    assert.deepEqual(
      sent.fields.filter(([key]) => !OWN.has(key.toLowerCase()) || key.toLowerCase() === 'te'),
      expected(request),
    );
    const count = (key: string): number => sent.fields.filter(([other]) => other.toLowerCase() === key).length;
    assert.equal(count('host'), 1);
    assert.ok(count('content-length') + count('transfer-encoding') <= 1);
  },
};
