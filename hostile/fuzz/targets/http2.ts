import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { Request, Timeout } from '@requests-ts/core';
import { HTTPAdapter } from '@requests-ts/http';
import { createCertificates } from '@requests-ts/testing';
import fc from 'fast-check';
import { bytes, choice, chosen, cuts, piecesOf } from '../grammar.ts';
import { expectOurs, type Target, toBytes, toText } from '../target.ts';

interface Input {
  readonly frames: Frame[];
  readonly cuts: number[];
}

interface Frame {
  readonly type: number;
  readonly flags: number;
  /** 0 is the connection, 1 the request. */
  readonly stream: number;
  readonly payload: string;
  readonly fields: { readonly name: string; readonly value: string }[];
  readonly repeat: number;
}

const DATA = 0;
const HEADERS = 1;
const TYPES = [DATA, HEADERS, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255];
const FLAGS = [0, 1, 4, 5, 8, 0x20, 0xff];
const STREAMS = [1, 0, 3, 2, 5];
const REPEATS = [1, 1, 2, 50];
/** A connection that floods is left; this much was read by then, at most. */
const MAX_FLOOD = 64 * 1024;
const PREFACE = 24;

/** HPACK (RFC 7541 §6.2.2): a literal without an index, with a new name. */
function literal(text: string): string {
  const data = toBytes(text.slice(0, 120));
  return String.fromCharCode(data.length) + toText(data);
}

function encode({ type, flags, stream, payload, fields, repeat }: Frame): Buffer {
  const kind = chosen(TYPES, type);
  const block =
    kind === HEADERS
      ? fields.map(({ name, value }) => `\0${literal(name)}${literal(value)}`).join('') + payload
      : payload;
  const data = toBytes(block);
  const head = Buffer.alloc(9);
  head.writeUIntBE(data.length, 0, 3);
  head[3] = kind;
  head[4] = chosen(FLAGS, flags);
  head.writeUInt32BE(chosen(STREAMS, stream), 5);
  const frame = Buffer.concat([head, data]);
  return Buffer.concat(
    Array.from({ length: Math.min(chosen(REPEATS, repeat), Math.ceil(MAX_FLOOD / frame.length)) }, () => frame),
  );
}

/** True for what says that the response is complete. */
function endsStream({ type, flags, stream }: Frame): boolean {
  return (
    [DATA, HEADERS].includes(chosen(TYPES, type)) && (chosen(FLAGS, flags) & 1) === 1 && chosen(STREAMS, stream) === 1
  );
}

const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

let play: Input = { frames: [], cuts: [] };
let port = 0;
let adapter: HTTPAdapter;
const certificates = createCertificates();

/** Settings, then the frames once a request has come, then the end. */
async function serve(socket: TLSSocket): Promise<void> {
  socket.on('error', () => {});
  const { frames, cuts: offsets } = play;
  let received = 0;
  let answered = false;
  socket.write(SETTINGS);
  socket.on('data', (chunk) => {
    received += (chunk as Buffer).length;
    // Preface, settings and the head of a GET are there.
    if (answered || received < PREFACE + 9 + 9 + 9) return;
    answered = true;
    void (async () => {
      for (const piece of piecesOf(toText(Buffer.concat(frames.slice(0, 8).map(encode))), offsets)) {
        if (socket.destroyed) return;
        socket.write(piece, 'latin1');
        await new Promise((resolve) => setImmediate(resolve));
      }
      socket.end();
    })();
  });
}

const field = fc.record({
  name: fc.constantFrom(
    ':status',
    'content-length',
    'x-a',
    'X-A',
    ':path',
    'connection',
    'transfer-encoding',
    '',
    'a\0',
    'set-cookie',
    'content-encoding',
  ),
  value: fc.constantFrom('200', '204', '5', 'hello', '', 'a\r\nb', '\0', '100', '103', 'abc', 'gzip', '-1'),
});
const frame: fc.Arbitrary<Frame> = fc.record({
  type: choice(TYPES),
  flags: choice(FLAGS),
  stream: choice(STREAMS),
  payload: fc.oneof(
    fc.constantFrom(
      '',
      'hello',
      '\0\0\0\0',
      '\0\0\0\x08',
      '\0\0\0\0\0\0\0\0',
      '\x82',
      '\xff\xff\xff\xff\x0f',
      '\x3f\xe1\xff\x03',
      '\0\x03\0\0\0\0',
      '\0\x04\xff\xff\xff\xff',
    ),
    bytes(12),
  ),
  fields: fc.array(field, { maxLength: 3 }),
  repeat: choice(REPEATS),
});
const head: Frame = {
  type: TYPES.indexOf(HEADERS),
  flags: FLAGS.indexOf(4),
  stream: 0,
  payload: '',
  fields: [{ name: ':status', value: '200' }],
  repeat: 0,
};
const body = fc.constantFrom<Frame>(
  { ...head, type: TYPES.indexOf(DATA), flags: FLAGS.indexOf(1), payload: 'hello', fields: [] },
  { ...head, type: TYPES.indexOf(DATA), flags: 0, payload: 'hello', fields: [] },
);

export const http2Target: Target<Input> = {
  name: 'http2',
  holds:
    '[E07] [M01] [M02] [M03] settles whatever frames a server sends, and takes for a response only what the server has ended',
  tokens: [
    '\0',
    '\x01',
    '\x04',
    '\x82',
    '\x88',
    '\xff',
    '\xff\xff\xff\xff',
    '\0\0\0\x08',
    'hello',
    ':status',
    '200',
    'x-a',
    '\r\n',
  ],
  runs: 120,
  inputs: fc.record({
    frames: fc.oneof(
      fc.array(frame, { minLength: 1, maxLength: 6 }),
      fc
        .tuple(fc.array(frame, { maxLength: 2 }), fc.constant(head), fc.array(frame, { maxLength: 2 }), body)
        .map(([before, first, between, last]) => [...before, first, ...between, last]),
    ),
    cuts,
  }),
  async start() {
    const sockets = new Set<TLSSocket>();
    const server = createServer({ ...certificates.good, ALPNProtocols: ['h2'] }, (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      void serve(socket);
    });
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    return async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    };
  },
  async run(input) {
    play = input;
    // A connection of HTTP/2 is shared; each input gets its own.
    adapter = new HTTPAdapter({ http2: true, verify: certificates.ca });
    const sent = input.frames.slice(0, 8).reduce((sum, one) => sum + encode(one).length, 0);
    try {
      const response = await adapter.send(new Request('GET', `https://localhost:${port}/`).prepare(), {
        timeout: { total: 60 },
      });
      assert.equal(response.httpVersion, '2');
      assert.ok(response.statusCode >= 200 && response.statusCode <= 599, `status ${response.statusCode}`);
      assert.ok(response.content.length <= sent);
      assert.ok(input.frames.some(endsStream), 'a response that the server did not end');
      for (const [name, value] of response.headers.lines()) assert.doesNotMatch(name + value, /[\0\r\n]/);
    } catch (error) {
      const ours = expectOurs(error);
      assert.ok(!(ours instanceof Timeout), 'never settles');
    } finally {
      await adapter.close();
    }
  },
};
