import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2Stream } from 'node:http2';
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { contentOf } from '../content.ts';
import { faults } from './faults.ts';

/** One request as the origin sees it: `/<what>/<id>/<size>/<rest>?how=...`. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Null over HTTP/1.1. */
  readonly stream: Http2Stream | null;
  readonly what: string;
  readonly id: number;
  readonly size: number;
  readonly rest: string;
  readonly query: URLSearchParams;
}

type Answer = (visit: Visit) => void | Promise<void>;

const FAST_BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
const CODINGS: Readonly<Record<string, (content: Buffer) => Buffer>> = {
  gzip: (content) => gzipSync(content, { level: 1 }),
  deflate: (content) => deflateSync(content, { level: 1 }),
  br: (content) => brotliCompressSync(content, FAST_BROTLI),
  zstd: (content) => zstdCompressSync(content),
};
const REDIRECTS = [301, 302, 303, 307, 308];

/** How often a request of `/flaky` was seen; forgotten with its success. */
const attempts = new Map<number, number>();
let authorized = 0;

const answers: Readonly<Record<string, Answer>> = {
  ok: (visit) => reply(visit, 200, {}),

  /** Closes the connection right after an answer that promised to keep it. */
  last(visit) {
    const { socket } = visit.request;
    visit.response.on('finish', () => socket.end());
    return reply(visit, 200, {});
  },

  status: (visit) => reply(visit, Number(visit.rest), {}),

  /** `rest` hops, each with a body of its own. */
  hop(visit) {
    const left = Number(visit.rest);
    if (left === 0) return reply(visit, 200, {});
    const to = visit.query.get('to') ?? '';
    const path = `/hop/${visit.id}/${visit.size}/${left - 1}`;
    return reply(visit, REDIRECTS[(visit.id + left) % REDIRECTS.length]!, { Location: `${to}${path}` });
  },

  cookie: (visit) => reply(visit, 200, { 'Set-Cookie': `soak=${visit.id}; Path=/; HttpOnly` }),

  digest(visit) {
    const { authorization } = visit.request.headers;
    const stale = authorization !== undefined && ++authorized % 50 === 0;
    if (authorization?.startsWith('Digest username="soak"') && !stale) return reply(visit, 200, {});
    const challenge = `Digest realm="soak", nonce="${visit.id}", qop="auth", algorithm=SHA-256${stale ? ', stale=true' : ''}`;
    return reply(visit, 401, { 'WWW-Authenticate': challenge });
  },

  /** Fails `rest` times before it answers: 503, or a reset with `?by=reset`. */
  flaky(visit) {
    const seen = (attempts.get(visit.id) ?? 0) + 1;
    if (seen > Number(visit.rest)) {
      attempts.delete(visit.id);
      return reply(visit, 200, { 'X-Attempts': String(seen) });
    }
    attempts.set(visit.id, seen);
    return visit.query.get('by') === 'reset' ? faults.reset!(visit) : reply(visit, 503, {});
  },

  /** Answers before it has read the body, and closes. */
  early({ response, id }) {
    response.writeHead(413, { 'X-Id': String(id), Connection: 'close', 'Content-Length': '0' }).end();
  },

  ...faults,
};

/** Answers one request; what the client breaks off is no error here. */
export function serve(request: IncomingMessage, response: ServerResponse): void {
  request.on('error', () => {});
  response.on('error', () => {});
  const [path = '', search = ''] = (request.url ?? '').split('?');
  const [, what = '', id = '', size = '0', rest = ''] = path.split('/');
  const answer = Object.hasOwn(answers, what) ? answers[what] : undefined;
  if (!answer) return void response.writeHead(404).end();
  const stream = request.httpVersionMajor === 2 ? (response as unknown as { stream: Http2Stream }).stream : null;
  const query = new URLSearchParams(search);
  const visit = { request, response, stream, what, id: Number(id), size: Number(size), rest, query };
  Promise.resolve(answer(visit)).catch(() => request.socket.destroy());
}

/** The whole answer, once the request is complete. */
async function reply(visit: Visit, status: number, fields: Record<string, string>): Promise<void> {
  const { request, response, id, size, query, stream } = visit;
  const received = await bodyOf(request);
  const how = query.get('how') ?? 'length';
  const content = contentOf(id, size);
  const coded = CODINGS[how]?.(content) ?? content;
  const headers: Record<string, string> = {
    'X-Id': String(id),
    'Content-Type': 'text/plain; charset=utf-8',
    ...fields,
  };
  if (received !== null) {
    headers['X-Received'] = String(received.length);
    headers['X-Same'] = String(received.equals(contentOf(id, received.length)));
    headers['X-Inside'] = String(received.includes(contentOf(id, Number(query.get('inside') ?? '0'))));
  }
  if (CODINGS[how]) headers['Content-Encoding'] = how;
  if (how === 'close' && !stream) headers.Connection = 'close';
  if (how !== 'chunked') headers['Content-Length'] = String(coded.length);
  response.writeHead(status, headers);
  if (request.method === 'HEAD') response.end();
  else if (how === 'chunked' && coded.length > 1) {
    response.write(coded.subarray(0, coded.length >> 1));
    response.end(coded.subarray(coded.length >> 1));
  } else response.end(coded);
}

/** Null when the request has none. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const { headers, method } = request;
  const has = headers['content-length'] ?? headers['transfer-encoding'];
  if (has === undefined && (request.httpVersionMajor === 1 || method === 'GET' || method === 'HEAD')) {
    // Node's HTTP/2 server resets a stream whose request nobody reads, at times before it has sent the end of the answer.
    request.resume();
    return null;
  }
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
