/** The endpoints that say what they received. */
import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Exchange } from './exchange.ts';
import { parseMultipart } from './multipart.ts';
import { any, get, type Route } from './router.ts';

type Flat = Record<string, string | string[]>;

/** Name to value, or to a list where a name came more than once. */
export function flatten(entries: Iterable<readonly [string, string]>): Flat {
  const flat: Flat = Object.create(null);
  for (const [name, value] of entries) {
    const before = flat[name];
    flat[name] = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  }
  return flat;
}

/** The headers as received, in their order and spelling; lines of one name are joined by a comma. */
export function headersOf({ record: { rawHeaders } }: Exchange): Record<string, string> {
  const spelling = new Map<string, string>();
  const headers: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const lower = rawHeaders[i]!.toLowerCase();
    const name = spelling.get(lower) ?? rawHeaders[i]!;
    spelling.set(lower, name);
    headers[name] = name in headers ? `${headers[name]},${rawHeaders[i + 1]}` : rawHeaders[i + 1]!;
  }
  return headers;
}

/** Who asked: what a proxy says in `X-Forwarded-For`, else the peer's address. */
export function clientOf({ request }: Exchange): string {
  const forwarded = request.headers['x-forwarded-for'];
  return (typeof forwarded === 'string' ? forwarded : undefined) ?? request.socket.remoteAddress ?? '';
}

/** The URL as the client wrote it, undecoded. */
export function urlOf({ origin, record: { url } }: Exchange): string {
  return url.startsWith('/') ? origin + url : url;
}

/** What `/get` says. */
export function describe(exchange: Exchange): Record<string, unknown> {
  return {
    args: flatten(exchange.query),
    headers: headersOf(exchange),
    origin: clientOf(exchange),
    url: urlOf(exchange),
  };
}

/** What `/post` says: the body as text, fields, files and JSON, whichever it is. */
async function describeBody(exchange: Exchange): Promise<Record<string, unknown>> {
  const bytes = await exchange.body();
  const type = exchange.request.headers['content-type'] ?? '';
  let form: Flat = {};
  let files: Flat = {};
  let data = text(bytes, 'application/octet-stream');
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    form = flatten(new URLSearchParams(bytes.toString('utf8')));
    data = '';
  } else if (/^multipart\/form-data\b/i.test(type)) {
    const parts = parseMultipart(bytes, type);
    const asText = (part: (typeof parts)[number]): [string, string] => [
      part.name,
      text(part.content, part.contentType ?? 'application/octet-stream'),
    ];
    form = flatten(parts.filter(({ filename }) => filename === undefined).map(asText));
    files = flatten(parts.filter(({ filename }) => filename !== undefined).map(asText));
    data = '';
  }
  return { ...describe(exchange), data, form, files, json: parseJson(data) };
}

/** UTF-8, or a data URL for what is none. */
function text(bytes: Buffer, contentType: string): string {
  const decoded = bytes.toString('utf8');
  return Buffer.from(decoded, 'utf8').equals(bytes)
    ? decoded
    : `data:${contentType};base64,${bytes.toString('base64')}`;
}

function parseJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

const echo = async (exchange: Exchange): Promise<void> => exchange.json(await describeBody(exchange));
const echoAnything = async (exchange: Exchange): Promise<void> =>
  exchange.json({ ...(await describeBody(exchange)), method: exchange.method });

/** Hashes the body while it arrives, so that it may be larger than the memory. */
async function upload(exchange: Exchange): Promise<void> {
  const hash = createHash('sha256');
  for await (const piece of exchange.pieces()) hash.update(piece);
  return exchange.json({
    length: exchange.record.bodyLength,
    sha256: hash.digest('hex'),
    headers: headersOf(exchange),
  });
}

/** What the TLS layer of this connection agreed on; all null on plain HTTP. */
function tls(exchange: Exchange): Promise<void> {
  const socket = exchange.request.socket as TLSSocket;
  const certificate = exchange.secure ? socket.getPeerCertificate() : undefined;
  return exchange.json({
    connection: exchange.record.connectionId,
    protocol: exchange.secure ? socket.getProtocol() : null,
    servername: (exchange.secure && (socket as TLSSocket & { servername?: string | false }).servername) || null,
    alpn: (exchange.secure && socket.alpnProtocol) || null,
    sessionReused: exchange.secure ? socket.isSessionReused() : null,
    clientSubject: certificate?.subject?.CN ?? null,
  });
}

export const echoRoutes: readonly Route[] = [
  get('/get', (exchange) => exchange.json(describe(exchange))),
  ...['post', 'put', 'patch', 'delete'].map(
    (verb): Route => ({ methods: [verb.toUpperCase()], path: `/${verb}`, handle: echo }),
  ),
  { methods: null, path: '/anything', handle: echoAnything },
  { methods: null, path: '/anything/*', handle: echoAnything },
  { ...any('/upload', upload), streams: true },
  get('/headers', (exchange) => exchange.json({ headers: headersOf(exchange) })),
  get('/raw-headers', (exchange) => exchange.json(exchange.record.rawHeaders)),
  get('/ip', (exchange) => exchange.json({ origin: clientOf(exchange) })),
  get('/user-agent', (exchange) => exchange.json({ 'user-agent': exchange.request.headers['user-agent'] ?? null })),
  get('/tls', tls),
];
