import { createHash } from 'node:crypto';
import {
  BaseAdapter,
  type PreparedRequest,
  Response,
  type ResponseInit,
  type SendOptions,
  type StreamBody,
} from '@requests-ts/core';
import { openBody } from '@requests-ts/core/authors';

/** What the server knows, independent of the code under test. */
export interface DigestServerOptions {
  readonly username?: string;
  readonly password?: string;
  readonly realm?: string;
  readonly algorithm?: string;
  readonly qop?: string;
  /** Parameters of the challenge as they are. */
  readonly more?: string;
  readonly status?: number;
  /** The next nonce; by default n1, n2... */
  readonly nonce?: () => string;
  /** Accepts only these counts of a nonce, or any. */
  readonly replays?: boolean;
  /** Nonces live for so many uses. */
  readonly uses?: number;
  /** Header lines of every 200. */
  readonly headers?: (seen: Seen) => Record<string, string>;
  /** Header lines of every challenge. */
  readonly challengeHeaders?: Record<string, string>;
  /** Runs instead when it answers. */
  readonly before?: (request: PreparedRequest, options: SendOptions) => Partial<ResponseInit> | undefined;
}

/** A request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly cookie: string | undefined;
}

const HASHES: Record<string, string> = {
  MD5: 'md5',
  SHA: 'sha1',
  'SHA-256': 'sha256',
  'SHA-512': 'sha512',
  'SHA-512-256': 'sha512-256',
};

export function hex(algorithm: string, text: string | Uint8Array): string {
  return createHash(HASHES[algorithm.replace(/-sess$/i, '').toUpperCase()]!)
    .update(text)
    .digest('hex');
}

export function parseCredentials(header: string | undefined): Record<string, string> {
  const pairs = (header ?? '').replace(/^Digest /, '').matchAll(/([\w*]+)=(?:"((?:[^"\\]|\\.)*)"|([^,]*))/g);
  return Object.fromEntries(Array.from(pairs, ([, name, quoted, bare]) => [name, quoted ?? bare]));
}

/** A server behind digest authentication as an adapter: it checks credentials with its own arithmetic. */
export class DigestServer extends BaseAdapter {
  readonly seen: Seen[] = [];
  readonly options: SendOptions[] = [];
  closed = 0;
  readonly #counts = new Map<string, Set<string>>();
  readonly #settings: DigestServerOptions;
  #nonces = 0;

  constructor(settings: DigestServerOptions = {}) {
    super();
    this.#settings = settings;
  }

  get authorizations(): (string | undefined)[] {
    return this.seen.map(({ authorization }) => authorization);
  }

  override async send(request: PreparedRequest, options: SendOptions): Promise<Response> {
    this.options.push(options);
    const authorization = request.headers.get('Authorization');
    const seen: Seen = {
      method: request.method,
      url: request.url,
      authorization,
      fields: parseCredentials(authorization),
      body: await bodyBytes(request),
      cookie: request.headers.get('Cookie'),
    };
    this.seen.push(seen);
    const given = this.#settings.before?.(request, options);
    if (given) return new Response({ request, statusCode: 200, ...given });
    const verdict = this.#judge(seen);
    if (verdict === 'accepted') {
      return new Response({ request, statusCode: 200, body: 'secret', headers: this.#settings.headers?.(seen) ?? {} });
    }
    return this.#challenge(request, verdict === 'stale');
  }

  override async close(): Promise<void> {
    this.closed++;
  }

  #challenge(request: PreparedRequest, stale: boolean): Response {
    const { realm = 'realm', algorithm, qop = 'auth', more, status = 401, challengeHeaders = {} } = this.#settings;
    const nonce = this.#settings.nonce?.() ?? `n${++this.#nonces}`;
    if (!this.#counts.has(nonce)) this.#counts.set(nonce, new Set());
    const fields = [`realm="${realm}"`, `nonce="${nonce}"`];
    if (qop !== '') fields.push(`qop="${qop}"`);
    if (algorithm) fields.push(`algorithm=${algorithm}`);
    if (stale) fields.push('stale=true');
    if (more) fields.push(more);
    const headers = { 'WWW-Authenticate': `Digest ${fields.join(', ')}`, ...challengeHeaders };
    return new Response({ request, statusCode: status, headers, body: 'who are you?' });
  }

  #judge({ fields, method, body }: Seen): 'accepted' | 'refused' | 'stale' {
    const { username = 'user', password = 'pass', realm = 'realm', algorithm = 'MD5', qop = 'auth' } = this.#settings;
    const { nonce = '', nc = '', cnonce = '', uri = '', response } = fields;
    if (response === undefined) return 'refused';
    const h = (text: string) => hex(algorithm, text);
    let ha1 = h(`${username}:${realm}:${password}`);
    if (/-sess$/i.test(algorithm)) ha1 = h(`${ha1}:${nonce}:${cnonce}`);
    const ha2 = h(fields.qop === 'auth-int' ? `${method}:${uri}:${hex(algorithm, body)}` : `${method}:${uri}`);
    const middle = qop === '' ? '' : `${nc}:${cnonce}:${fields.qop}:`;
    if (response !== h(`${ha1}:${nonce}:${middle}${ha2}`)) return 'refused';
    const counts = this.#counts.get(nonce);
    if (!counts) return 'stale';
    if (counts.size >= (this.#settings.uses ?? Number.POSITIVE_INFINITY)) return 'stale';
    if (qop !== '' && counts.has(nc) && !this.#settings.replays)
      throw new Error(`nonce ${nonce} was used twice with ${nc}`);
    counts.add(nc);
    return 'accepted';
  }
}

async function bodyBytes({ body }: PreparedRequest): Promise<Buffer> {
  if (body === null || typeof body === 'string') return Buffer.from(body ?? '');
  const chunks: Uint8Array[] = [];
  if (body instanceof Uint8Array) chunks.push(body);
  else for await (const chunk of openBody(body as StreamBody)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
