/** Answers made to order: statuses, headers, caching. */
import { describe, flatten } from './echo.ts';
import type { Exchange } from './exchange.ts';
import { any, get, type Route } from './router.ts';

const TEAPOT =
  '\n    -=[ teapot ]=-\n\n       _...._\n     .\'  _ _ `.\n    | ."` ^ `". _,\n    \\_;`"---"`|//\n      |       ;/\n      \\_     _/\n        `"""`\n';

/** The headers that belong to a status. */
const EXTRAS = new Map<number, Record<string, string>>([
  ...[301, 302, 303, 305, 307, 308].map((code): [number, Record<string, string>] => [
    code,
    { Location: '/redirect/1' },
  ]),
  [401, { 'WWW-Authenticate': 'Basic realm="Fake Realm"' }],
  [407, { 'Proxy-Authenticate': 'Basic realm="Fake Realm"' }],
]);

/**
 * `/status/503,503,200` gives its codes in turn, from the first again after the last. (httpbin draws lots; a test wants to know.)
 * Weights as in `500:0.1` are accepted and ignored.
 */
function status(exchange: Exchange): Promise<void> {
  const codes = exchange.params.codes!.split(',').map((item) => Number(item.split(':')[0]));
  if (codes.some((code) => !Number.isInteger(code) || code < 200 || code > 999))
    return exchange.reply(400, {}, 'Invalid status code');
  const turn = exchange.memory.turns.get(exchange.path) ?? 0;
  exchange.memory.turns.set(exchange.path, turn + 1);
  const code = codes[turn % codes.length]!;
  const type = { 'Content-Type': 'text/html; charset=utf-8' };
  if (code === 418)
    return exchange.reply(418, { ...type, 'X-More-Info': 'https://www.rfc-editor.org/rfc/rfc2324' }, TEAPOT);
  return exchange.reply(code, { ...type, ...EXTRAS.get(code) });
}

/** Sends the query as headers, and says which. */
function responseHeaders(exchange: Exchange): Promise<void> {
  const lines = flatten(exchange.query);
  return exchange.json({ 'Content-Type': 'application/json', ...lines }, 200, lines);
}

/** `/cache`: 304 for any conditional request, else `/get` with both validators. */
function cache(exchange: Exchange): Promise<void> {
  const { headers } = exchange.request;
  if (headers['if-modified-since'] || headers['if-none-match']) return exchange.reply(304, {});
  return exchange.json(describe(exchange), 200, {
    'Last-Modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
    ETag: '"of-the-cache"',
  });
}

function cacheFor(exchange: Exchange): Promise<void> {
  return exchange.json(describe(exchange), 200, {
    'Cache-Control': `public, max-age=${exchange.number(exchange.params.seconds, 0)}`,
  });
}

/** `/etag/:etag` obeys `If-None-Match` and `If-Match` (RFC 9110 §13.1). */
function etag(exchange: Exchange): Promise<void> {
  const { 'if-none-match': none, 'if-match': match } = exchange.request.headers;
  const ETag = `"${exchange.params.etag}"`;
  const holds = (header: string): boolean =>
    header.split(',').some((item) => ['*', ETag, `W/${ETag}`, exchange.params.etag].includes(item.trim()));
  if (none !== undefined && holds(none)) return exchange.reply(304, { ETag });
  if (match !== undefined && !holds(match)) return exchange.reply(412, {});
  return exchange.json(describe(exchange), 200, { ETag });
}

export const statusRoutes: readonly Route[] = [
  any('/status/:codes', status),
  { methods: ['GET', 'POST'], path: '/response-headers', handle: responseHeaders },
  get('/cache', cache),
  get('/cache/:seconds', cacheFor),
  get('/etag/:etag', etag),
];
