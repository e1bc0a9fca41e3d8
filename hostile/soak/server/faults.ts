import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { contentOf } from '../content.ts';
import type { Visit } from './origin.ts';

const INTERNAL_ERROR = 2;
const CHUNK = 100;

/** The ways in which an origin breaks its word, by name of the path. */
export const faults: Readonly<Record<string, (visit: Visit) => void>> = {
  /** Before a byte of the answer. */
  reset: (visit) => breakOff(visit),

  /** Within the body. */
  resetbody: (visit) => start(visit, { 'Content-Length': String(visit.size) }, () => breakOff(visit)),

  /** A proper close before the announced end. */
  cut: (visit) => start(visit, { 'Content-Length': String(visit.size) }, () => hangUp(visit)),

  /** A proper close before the last chunk. */
  cutchunk: (visit) => start(visit, {}, () => hangUp(visit)),

  garbage: ({ request, id }) => void request.socket.end(`HTTP/1.1 ${id} what is this\r\n:\r\n\r\n`),

  hugehead: (visit) => void visit.response.writeHead(200, { 'X-Fill': 'f'.repeat(100_000) }).end(),

  /** Compressed data with a hole. */
  badgzip(visit) {
    const coded = gzipSync(contentOf(visit.id, visit.size));
    coded.fill(0, 10, 18);
    const headers = { 'X-Id': String(visit.id), 'Content-Encoding': 'gzip', 'Content-Length': String(coded.length) };
    visit.response.writeHead(200, headers).end(coded);
  },

  /** Nothing, ever. */
  silent: () => {},

  /** Half a body, and nothing more. */
  stall: (visit) => start(visit, { 'Content-Length': String(visit.size) }, () => {}),

  /** A byte now and then. */
  drip(visit) {
    const { response, id, size } = visit;
    response.writeHead(200, { 'X-Id': String(id), 'Content-Length': String(size) });
    const timer = setInterval(() => response.write('.'), 5);
    response.on('close', () => clearInterval(timer));
  },
};

/** Head and half of the body, then what follows once they are on their way. */
function start({ response, id, size }: Visit, headers: Record<string, string>, then: () => void): void {
  response.writeHead(200, { 'X-Id': String(id), ...headers });
  response.write(contentOf(id, Math.max(CHUNK, size >> 1)), () => setImmediate(then));
}

function breakOff({ stream, request }: Visit): void {
  if (stream) stream.close(INTERNAL_ERROR);
  else resetSocket(request.socket);
}

function hangUp({ stream, request }: Visit): void {
  if (stream) stream.close(INTERNAL_ERROR);
  else request.socket.end();
}

function resetSocket(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
