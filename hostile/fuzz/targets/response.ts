import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { type BaseAdapter, Request, Timeout } from '@requests-ts/core';
import { HTTPAdapter } from '@requests-ts/http';
import { AgentAdapter } from '@requests-ts/http-proxy';
import fc from 'fast-check';
import { bytes, choice, chosen, cuts, sentence } from '../grammar.ts';
import { readStrictly } from '../strict-response.ts';
import { expectOurs, type Target, toText } from '../target.ts';
import { hasHead, startWire, type WireServer } from '../wire.ts';

interface Input {
  /** Everything that the server sends before it closes. */
  readonly answer: string;
  readonly cuts: number[];
  readonly method: number;
  readonly transport: number;
}

const METHODS = ['GET', 'HEAD', 'POST'];
const tokens: readonly string[] = [
  ...[
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 204 No Content\r\n',
    'HTTP/1.0 200 OK\r\n',
    'HTTP/1.1 304 \r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\n',
    'HTTP/1.1 999 x\r\n',
    'HTTP/2.0 200 OK\r\n',
  ],
  ...[
    'Content-Length: 5\r\n',
    'Content-Length: 0\r\n',
    'Content-Length: +5\r\n',
    'Content-Length: 5, 5\r\n',
    'Content-Length : 5\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: gzip, chunked\r\n',
    'transfer-encoding:\tchunked\r\n',
    'Connection: close\r\n',
    'Connection: keep-alive\r\n',
    'Content-Encoding: gzip\r\n',
    'Content-Type: text/plain\r\n',
    'Set-Cookie: a=b\r\n',
    'Location: /x\r\n',
    'X: y\r\n',
    ' folded\r\n',
    'Upgrade: h2c\r\n',
    'Trailer: X\r\n',
  ],
  ...[
    '5\r\nhello\r\n',
    '0\r\n\r\n',
    '0\r\nX: t\r\n\r\n',
    '5;ext=1\r\nhello\r\n',
    'ffffffffffffffff\r\n',
    '-1\r\n',
    '05\r\n',
    'hello',
    '\x1f\x8b\x08\0\0\0\0\0\0\x03',
  ],
  ...['\r\n', '\r\n\r\n', '\n', '\r', '\0', ' ', '\t', ':', ';', ',', '\x80', '\xff', '\x7f', 'x', '='],
];
const name = fc.constantFrom('X-A', 'Set-Cookie', 'Content-Type', 'x-b', 'Server', 'X-A');
const value = fc.oneof(
  fc.constantFrom('', 'a', 'a, b', '\x80', 'é', 'text/plain; charset=utf-8'),
  sentence(['a', ' ', '\t', ';', '"', '\xff'], 4),
);
const reason = fc.constantFrom('OK', '', 'Not  Found', 'x:y');

/** A response by the book, as pieces of text. */
const proper = fc
  .record({
    informational: fc.array(
      fc.constantFrom('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'),
      { maxLength: 2 },
    ),
    status: fc.constantFrom(200, 201, 206, 301, 400, 404, 500, 204, 304),
    reason,
    fields: fc.array(
      fc.tuple(name, value).map(([key, text]) => `${key}: ${text}\r\n`),
      { maxLength: 4 },
    ),
    body: bytes(20),
    framing: fc.nat(2),
    chunk: fc.integer({ min: 1, max: 7 }),
  })
  .map((part) => {
    const head = `${part.informational.join('')}HTTP/1.1 ${part.status} ${part.reason}\r\n${part.fields.join('')}`;
    if (part.status === 204 || part.status === 304) return `${head}\r\n`;
    if (part.framing === 0) return `${head}\r\n${part.body}`;
    if (part.framing === 1) return `${head}Content-Length: ${part.body.length}\r\n\r\n${part.body}`;
    const chunks = part.body.match(new RegExp(`[sS]{1,${part.chunk}}`, 'g')) ?? [];
    return `${head}Transfer-Encoding: chunked\r\n\r\n${chunks.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`).join('')}0\r\n\r\n`;
  });

let server: WireServer;
let transports: readonly BaseAdapter[] = [];

interface Outcome {
  readonly failed: boolean;
  readonly seen: unknown;
}

async function exchange(
  adapter: BaseAdapter,
  method: string,
  answer: string,
  offsets: readonly number[],
): Promise<Outcome> {
  server.play = { cuts: offsets, answer: (received) => (hasHead(received) ? answer : null) };
  try {
    // The server closes after its answer: a deadline that passes means something did not settle.
    const response = await adapter.send(new Request(method, `http://127.0.0.1:${server.port}/`).prepare(), {
      timeout: { total: 60 },
    });
    const { statusCode, reason: text, content, headers } = response;
    assert.match(text, /^[^\0-\x1f\x7f]*$/);
    return { failed: false, seen: [statusCode, text, toText(content), [...headers.lines()]] };
  } catch (error) {
    const ours = expectOurs(error);
    assert.ok(!(ours instanceof Timeout), 'never settles');
    return { failed: true, seen: ours.name };
  }
}

export const responseTarget: Target<Input> = {
  name: 'response',
  holds:
    '[E02] [E03] [E04] [E06] [E07] [F10] [J03] settles alike however the bytes are cut, and reads what a strict parser reads',
  tokens,
  runs: 250,
  inputs: fc.record({
    answer: fc.oneof(
      { weight: 2, arbitrary: proper },
      { weight: 1, arbitrary: sentence(tokens, 14) },
      { weight: 1, arbitrary: sentence(tokens, 8).map((rest) => `HTTP/1.1 200 OK\r\n${rest}`) },
    ),
    cuts,
    method: choice(METHODS),
    transport: fc.nat(1),
  }),
  async start() {
    server = await startWire();
    // Their parsers differ: undici's and that of node:http.
    transports = [new HTTPAdapter({ keepAlive: false }), new AgentAdapter({ httpAgent: new Agent() })];
    return async () => {
      for (const adapter of transports) await adapter.close();
      await server.close();
    };
  },
  async run({ answer, cuts: offsets, method, transport }) {
    const adapter = chosen(transports, transport ?? 0);
    const verb = chosen(METHODS, method);
    const text = answer.replace(/[^\0-\xff]/g, '?');
    const whole = await exchange(adapter, verb, text, []);
    const cut = await exchange(adapter, verb, text, offsets);
    // Which part of a broken answer is broken first may depend on the pieces; that it is broken may not.
    assert.deepEqual(cut.failed ? 'failed' : cut.seen, whole.failed ? 'failed' : whole.seen);
    const strict = verb === 'HEAD' ? null : readStrictly(text);
    if (!strict) return;
    const seen = [strict.status, strict.reason, strict.body];
    assert.deepEqual(whole.failed ? whole.seen : (whole.seen as unknown[]).slice(0, 3), seen);
    const lines = (whole.seen as unknown[])[3] as [string, string][];
    // The parser of undici leaves tabs at the end of a value, as Python's does.
    const trimmed = lines.map(([key, line]) => [key, line.replace(/[ \t]+$/, '')]);
    assert.deepEqual(trimmed.toSorted(), strict.fields.toSorted());
  },
};
