import assert from 'node:assert/strict';
import { Request, RequestException, Timeout } from '@requests-ts/core';
import { HTTPAdapter } from '@requests-ts/http';
import { socksConnector } from '@requests-ts/socks';
import fc from 'fast-check';
import { bytes, choice, chosen, cuts, sentence } from '../grammar.ts';
import { type Target, toBytes } from '../target.ts';
import { hasHead, startWire, type WireServer } from '../wire.ts';

interface Input {
  readonly kind: number;
  /** What the proxy sends at each step of the handshake. */
  readonly replies: string[];
  readonly cuts: number[];
}

/** How a proxy of each kind is asked, and the answers by which it opens the tunnel. */
const KINDS = [
  { scheme: 'http', good: ['HTTP/1.1 200 Connection established\r\n\r\n'] },
  { scheme: 'socks5h', good: ['\x05\x00', '\x05\x00\x00\x01\0\0\0\0\0\0'] },
  { scheme: 'socks4a', good: ['\0\x5a\0\0\0\0\0\0'] },
  { scheme: 'socks5h', good: ['\x05\x02', '\x01\0', '\x05\x00\x00\x03\x01a\0\0'], user: 'user:pr0xysecret@' },
] as const;
const SECRET = 's3cret';
const tokens: readonly string[] = [
  ...KINDS.flatMap(({ good }) => good),
  ...[
    'HTTP/1.1 407 Proxy Authentication Required\r\n',
    'HTTP/1.0 200\r\n',
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 101 x\r\n\r\n',
    'HTTP/1.1 302 Found\r\nLocation: /x\r\n',
    'Content-Length: 5\r\n',
    'Transfer-Encoding: chunked\r\n',
    '\r\n',
    '\r\n\r\n',
    'hello',
    'x',
  ],
  ...[
    '\x05',
    '\x04',
    '\0',
    '\x01',
    '\x02',
    '\x03',
    '\x5a',
    '\x5b',
    '\xff',
    '\x05\xff',
    '\x05\x02',
    '\x05\x01\0\x01',
    '\x16\x03\x01',
    ' ',
    '\n',
    '\x80',
  ],
];

let server: WireServer;
let adapter: HTTPAdapter;

interface Outcome {
  readonly error: string;
  /** The bytes after the handshake, where it was opened. */
  readonly tunnelled: boolean;
}

async function exchange({ kind, replies }: Input, offsets: readonly number[]): Promise<Outcome> {
  const { scheme, good, user = '' } = chosen<{ scheme: string; good: readonly string[]; user?: string }>(KINDS, kind);
  let seen = 0;
  const texts =
    scheme === 'http'
      ? [replies.join('')]
      : [...replies.slice(0, good.length - 1), replies.slice(good.length - 1).join('')];
  server.received = Buffer.alloc(0);
  server.play = {
    cuts: offsets,
    steps: Math.max(1, texts.length),
    answer: (received, step) => {
      if (scheme === 'http' && !hasHead(received)) return null;
      if (received.length === seen) return null;
      seen = received.length;
      return toBytes(texts[step] ?? '');
    },
  };
  const proxy = `${scheme}://${user}127.0.0.1:${server.port}`;
  const request = new Request('GET', `https://target.example/p?${SECRET}`, {
    headers: { Authorization: `Basic ${SECRET}`, 'X-Key': SECRET },
  }).prepare();
  let error: unknown;
  try {
    await adapter.send(request, { proxies: { https: proxy }, timeout: { total: 60 } });
    throw new Error('A proxy that speaks no TLS can give no answer');
  } catch (thrown) {
    error = thrown;
  }
  await server.idle();
  if (!(error instanceof RequestException)) throw error;
  assert.ok(!(error instanceof Timeout), 'never settles');
  assert.doesNotMatch(error.message, /[\0-\x08\x0a-\x1f\x7f]|s3cret|pr0xysecret/);
  const { received } = server;
  assert.ok(!received.includes(SECRET), 'plain bytes of the request reached the proxy');
  const text = received.toString('latin1');
  const hello = text.search(/\x16\x03[\0-\x04][\s\S][\s\S]\x01/);
  if (scheme === 'http')
    assert.match(
      hello < 0 ? text : text.slice(0, hello),
      /^CONNECT target\.example:443 HTTP\/1\.1\r\nHost: target\.example:443\r\n(?:[\w-]+: [^\r\n]*\r\n)*\r\n$/,
    );
  if (hello >= 0 && offsets.length === 0) {
    // A tunnel is open only after answers that open one, and nothing else.
    const given = texts.join('');
    const opens =
      scheme === 'http'
        ? /^(?:HTTP\/1\.[01] 1(?!01)[\s\S]*?\r\n\r\n)*HTTP\/1\.[01] 200(?: [^\r\n]*)?\r\n(?:[\s\S]*?\r\n)?\r\n/
        : scheme === 'socks4a'
          ? /^\0\x5a/
          : /^\x05[\0\x02][\s\S]*\x05\0/;
    assert.match(given, opens);
  }
  return { error: error.name, tunnelled: hello >= 0 && good.length > 0 };
}

export const tunnelTarget: Target<Input> = {
  name: 'tunnel',
  holds:
    '[A04] [E08] [G05] [H04] settles whatever a CONNECT or SOCKS proxy answers, and shows it no byte of the request in plain',
  tokens,
  runs: 200,
  inputs: fc.oneof(
    fc.record({
      kind: choice(KINDS),
      replies: fc.array(fc.oneof(sentence(tokens, 6), bytes(12)), { minLength: 1, maxLength: 3 }),
      cuts,
    }),
    fc
      .record({ kind: choice(KINDS), replies: fc.constant<string[]>([]), cuts, end: bytes(6) })
      .map(({ kind, cuts: offsets, end }) => ({
        kind,
        replies: chosen<{ good: readonly string[] }>(KINDS, kind).good.map((text, i, all) =>
          i === all.length - 1 ? text + end : text,
        ),
        cuts: offsets,
      })),
  ),
  async start() {
    server = await startWire();
    adapter = new HTTPAdapter({ keepAlive: false, connectors: { socks5h: socksConnector, socks4a: socksConnector } });
    return async () => {
      await adapter.close();
      await server.close();
    };
  },
  async run(input) {
    const replies = input.replies.map((text) => text.replace(/[^\0-\xff]/g, '?'));
    await exchange({ ...input, replies }, []);
    await exchange({ ...input, replies }, input.cuts);
  },
};
