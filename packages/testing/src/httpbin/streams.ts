/** Bodies of a given size or pace. */
import { promises as timers } from 'node:timers';
import { describe } from './echo.ts';
import type { Exchange } from './exchange.ts';
import { any, get, type Route } from './router.ts';

const MAX_BYTES = 256 * 1024 * 1024;
const OCTETS = { 'Content-Type': 'application/octet-stream' };

/** Bytes that are the same for the same seed and position, so that a test can check what it received. */
export function randomBytes(length: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state & 0xff;
  }
  return bytes;
}

function* slices(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function bytes(exchange: Exchange): Promise<void> {
  const length = exchange.number(exchange.params.n, 0, MAX_BYTES);
  return exchange.reply(200, OCTETS, randomBytes(length, exchange.number(exchange.query.get('seed'), 0)));
}

function streamBytes(exchange: Exchange): Promise<void> {
  const length = exchange.number(exchange.params.n, 0, MAX_BYTES);
  const content = randomBytes(length, exchange.number(exchange.query.get('seed'), 0));
  return exchange.reply(
    200,
    OCTETS,
    slices(content, exchange.number(exchange.query.get('chunk_size'), 10_240, MAX_BYTES, 1)),
  );
}

/** JSON lines in chunks, each what `/get` says and its number. */
function lines(exchange: Exchange, contentType: string): Promise<void> {
  const count = exchange.number(exchange.params.n, 1, 10_000);
  const document = describe(exchange);
  const texts = Array.from({ length: count }, (_, id) => `${JSON.stringify({ ...document, id })}\n`);
  return exchange.reply(200, { 'Content-Type': contentType }, texts);
}

/** `abcd...` of a length, whole or the range asked for (RFC 9110 §14). */
function range(exchange: Exchange): Promise<void> {
  const length = exchange.number(exchange.params.n, 0, 1024 * 1024);
  const headers = { ...OCTETS, ETag: `"range${length}"`, 'Accept-Ranges': 'bytes' };
  const whole = Buffer.from(Uint8Array.from({ length }, (_, i) => 97 + (i % 26)));
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(exchange.request.headers.range ?? '') ?? [];
  if (from === undefined || (from === '' && to === '')) return exchange.reply(200, headers, whole);
  const first = from === '' ? Math.max(0, length - Number(to)) : Number(from);
  const last = from === '' || to === '' ? length - 1 : Math.min(length - 1, Number(to));
  if (first > last) return exchange.reply(416, { ...headers, 'Content-Range': `bytes */${length}` });
  return exchange.reply(
    206,
    { ...headers, 'Content-Range': `bytes ${first}-${last}/${length}` },
    whole.subarray(first, last + 1),
  );
}

async function* paced(
  count: number,
  seconds: number,
  delaySeconds: number,
  signal: AbortSignal,
  make: (i: number) => string,
): AsyncGenerator<string> {
  if (delaySeconds > 0) await timers.setTimeout(delaySeconds * 1000, undefined, { signal });
  for (let i = 0; i < count; i++) {
    yield make(i);
    if (seconds > 0 && i < count - 1) await timers.setTimeout((seconds * 1000) / count, undefined, { signal });
  }
}

/** `numbytes` stars over `duration` seconds, after `delay` seconds; the head comes at once. */
function drip(exchange: Exchange): Promise<void> {
  const { query } = exchange;
  const count = exchange.number(query.get('numbytes'), 10, MAX_BYTES);
  const status = exchange.number(query.get('code'), 200, 599, 200);
  const body = paced(
    count,
    exchange.number(query.get('duration'), 2, 60),
    exchange.number(query.get('delay'), 0, 60),
    exchange.signal,
    () => '*',
  );
  return exchange.reply(status, { ...OCTETS, 'Content-Length': `${count}` }, body);
}

async function delay(exchange: Exchange): Promise<void> {
  await timers.setTimeout(exchange.number(exchange.params.seconds, 0, 10) * 1000, undefined, {
    signal: exchange.signal,
  });
  return exchange.json(describe(exchange));
}

/** `?count=` events over `?duration=` seconds, numbered, and a comment first (WHATWG HTML §9.2). */
function events(exchange: Exchange): Promise<void> {
  const count = exchange.number(exchange.query.get('count'), 3, 10_000);
  const seconds = exchange.number(exchange.query.get('duration'), 0, 60);
  const event = (i: number): string =>
    `${i === 0 ? ': hello\n\n' : ''}id: ${i}\nevent: tick\ndata: ${JSON.stringify({ id: i })}\n\n`;
  return exchange.reply(
    200,
    { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' },
    paced(count, seconds, 0, exchange.signal, event),
  );
}

export const streamRoutes: readonly Route[] = [
  get('/bytes/:n', bytes),
  get('/stream-bytes/:n', streamBytes),
  get('/stream/:n', (exchange) => lines(exchange, 'application/json')),
  get('/ndjson/:n', (exchange) => lines(exchange, 'application/x-ndjson')),
  get('/range/:n', range),
  get('/drip', drip),
  any('/delay/:seconds', delay),
  get('/sse', events),
];
