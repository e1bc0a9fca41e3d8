import type { BaseAdapter } from './adapter.ts';
import { printable } from './ascii.ts';
import { iterSlices } from './bytes.ts';
import type { CookieJar, CookieStore } from './cookies.ts';
import { createDecoder, decodeText, getEncodingFromHeaders } from './encoding.ts';
import { HTTPError, RequestException } from './exceptions.ts';
import { Headers, type HeadersInit } from './headers.ts';
import { hide, printAs } from './inspect.ts';
import { asSchema, decodeJsonBytes, parseJson, type Reviver, type StandardSchema, validateJson } from './json.ts';
import { BYTES, split, TEXT } from './lines.ts';
import { type Link, linksByRel } from './links.ts';
import { missingPackage } from './missing-package.ts';
import { own } from './options.ts';
import type { PreparedRequest } from './prepared-request.ts';
import { type RawBody, ResponseBody } from './response-body.ts';
import type { IterLinesOptions, IterOptions, ResponseInit, ResponseSeams } from './response-options.ts';
import { isRedirectStatus } from './status.ts';
import type { Seconds } from './timeout.ts';
import { redactUrl } from './url.ts';

/** Every key, so that none is looked for on a prototype. */
const NOTHING_GIVEN = {
  statusCode: undefined,
  reason: undefined,
  headers: undefined,
  request: undefined,
  url: undefined,
  body: undefined,
  raw: undefined,
  elapsed: undefined,
  httpVersion: undefined,
  trailers: undefined,
} satisfies Record<keyof ResponseInit, undefined>;
const NO_SEAMS: ResponseSeams = { cookies: null, detectEncoding: null, defaultEncoding: 'ISO-8859-1' };
const BRAND: unique symbol = Symbol.for('@requests-ts/core:Response');

/**
 * The server's answer (Requests: "Response Content").
 *
 * Unless it was streamed, the body is in memory and `content`, `text` and `json()` answer at once. A streamed one is read by
 * `await response.read()` or by one iterator, and its connection is free after the last byte or `close()`.
 */
export class Response {
  statusCode: number;
  reason: string;
  url: string;
  request: PreparedRequest | null;
  /** Earlier responses, oldest first: redirects, and challenges of an auth. */
  history: Response[] = [];
  /** From sending the request to the arrival of the head. */
  elapsed: Seconds;
  readonly httpVersion: string | undefined;
  #headers: HeadersInit;
  #trailers: Headers | (() => Headers) | undefined;
  #body: ResponseBody;
  #raw: RawBody | null;
  #seams: ResponseSeams = NO_SEAMS;
  #encoding: string | null | undefined;
  #text: string | null = null;
  #cookies: CookieStore | null = null;
  #links: Readonly<Record<string, Link>> | null = null;
  #context: Record<string, unknown> | null = null;
  #next: (() => PreparedRequest | null) | null = null;
  #connection: BaseAdapter | null = null;

  constructor(init: ResponseInit) {
    const given = { ...NOTHING_GIVEN, ...init } as ResponseInit;
    const { statusCode, reason = '', headers = [], request = null, body = null, elapsed = 0, raw = null } = given;
    const { url = request?.url ?? '', httpVersion, trailers } = given;
    this.statusCode = statusCode;
    this.reason = reason;
    this.#headers = headers;
    this.request = request;
    this.url = url;
    this.elapsed = elapsed;
    this.httpVersion = httpVersion;
    this.#trailers = trailers;
    this.#raw = raw;
    this.#body = new ResponseBody(
      typeof body === 'string'
        ? new TextEncoder().encode(body)
        : (body ?? (this.#raw ? readRaw(this.#raw) : new Uint8Array(0))),
    );
  }

  /** The adapter that brought it, for hooks that send again. Not printed. */
  get connection(): BaseAdapter | null {
    return this.#connection;
  }

  set connection(adapter: BaseAdapter | null) {
    this.#connection = adapter;
  }

  /** Called by the session: the jar, the charset detector and the default charset it works with. */
  attachSeams(seams: ResponseSeams): void {
    this.#seams = seams;
  }

  /** The request that would follow, when redirects are not followed. @throws what following it would throw. */
  get next(): PreparedRequest | null {
    const next = this.#next?.() ?? null;
    if (next) this.#next = () => next;
    return next;
  }

  /** Called by the session; worked out when somebody asks. */
  setNext(next: () => PreparedRequest | null): void {
    this.#next = next;
  }

  get headers(): Headers {
    if (!(this.#headers instanceof Headers)) this.#headers = new Headers(this.#headers);
    return this.#headers as Headers;
  }

  /** Fields that came after the body (RFC 9110 §6.5); empty before its end. */
  get trailers(): Headers {
    return typeof this.#trailers === 'function' ? this.#trailers() : (this.#trailers ?? new Headers());
  }

  /** False exactly for 400 to 599: when `raiseForStatus()` would throw. So 304 is fine, unlike with `fetch`. */
  get ok(): boolean {
    return this.statusCode < 400 || this.statusCode > 599;
  }

  /** A status that redirects, and a `Location`. */
  get isRedirect(): boolean {
    return isRedirectStatus(this.statusCode) && this.headers.has('location');
  }

  /** The same for 301 and 308. */
  get isPermanentRedirect(): boolean {
    return (this.statusCode === 301 || this.statusCode === 308) && this.headers.has('location');
  }

  /** The charset that `text` uses: from the headers until it is assigned; null asks `apparentEncoding`. */
  get encoding(): string | null {
    return this.#encoding === undefined
      ? getEncodingFromHeaders(this.headers, this.#seams.defaultEncoding)
      : this.#encoding;
  }

  set encoding(encoding: string | null) {
    this.#encoding = encoding;
    this.#text = null;
  }

  /** The charset that the session's detector finds in the bytes; utf-8 without a detector. */
  get apparentEncoding(): string | null {
    return this.#seams.detectEncoding ? this.#seams.detectEncoding(this.content) : 'utf-8';
  }

  /** The decoded bytes. @throws Error while a streamed body is unread, and after it was iterated or closed. */
  get content(): Uint8Array {
    return this.#body.content;
  }

  /** True when `content` can be had at once. */
  get loaded(): boolean {
    return this.#body.loaded;
  }

  /** The body as text in `encoding`; what does not fit becomes U+FFFD. */
  get text(): string {
    return this.#textIn(this.encoding);
  }

  #textIn(encoding: string | null): string {
    const { bytes } = this.#body;
    if (bytes.length === 0) return '';
    this.#text ??= decodeText(bytes, encoding ?? this.apparentEncoding);
    return this.#text;
  }

  /**
   * The body parsed as JSON, whatever the status.
   *
   * @param reviver For `JSON.parse`.
   * @throws JSONDecodeError when it is no JSON.
   */
  json<T = unknown>(reviver?: Reviver): T;
  /**
   * The same, validated.
   *
   * @param schema A Standard Schema validator (zod, valibot, arktype...), whose output is returned.
   * @throws JSONDecodeError when it is no JSON; InvalidJSONError when the schema refuses it.
   */
  json<Output>(schema: StandardSchema<Output>): Output;
  json(schemaOrReviver?: StandardSchema | Reviver): unknown {
    const { bytes } = this.#body;
    const schema = asSchema(schemaOrReviver);
    const { encoding } = this;
    const text = (encoding ? null : decodeJsonBytes(bytes)) ?? this.#textIn(encoding);
    const value = parseJson(text, schema ? undefined : (schemaOrReviver as Reviver | undefined), { response: this });
    return schema ? validateJson(value, schema, { response: this }) : value;
  }

  /** Reads a streamed body into memory, so that `content`, `text` and `json()` work; returns the bytes. */
  async read(): Promise<Uint8Array> {
    try {
      return await this.#body.load();
    } catch (error) {
      throw about(error, this);
    }
  }

  /** Reads the rest when it is at most `limit` bytes, else closes: for a body that nobody asked for. */
  drain(limit: number): Promise<void> {
    return this.#body.drain(limit);
  }

  /** Undecoded bytes, as they came. Once the body was read there are none. */
  get raw(): RawBody {
    this.#raw ??= {
      read: async (size = Infinity) => (await this.#body.next(size, true)) ?? new Uint8Array(0),
    };
    return this.#raw;
  }

  /**
   * The decoded body in pieces; strings with `decodeUnicode`.
   *
   * @param chunkSize Bytes per piece. Exact, but for a chunked response, whose chunks are given out at once and only cut. Null gives the
   *   chunks as they arrive, and a body that is not chunked in one piece.
   * @throws TypeError at once for a size that is no integer; StreamConsumedError at once when the body has another reader.
   */
  iterContent(
    chunkSize?: number | null,
    options?: IterOptions & { decodeUnicode?: false },
  ): AsyncGenerator<Uint8Array, void, undefined>;
  iterContent(
    chunkSize: number | null,
    options: IterOptions & { decodeUnicode: true },
  ): AsyncGenerator<string, void, undefined>;
  iterContent(chunkSize: number | null, options?: IterOptions): AsyncGenerator<string | Uint8Array, void, undefined>;
  iterContent(
    chunkSize: number | null = 1,
    options: IterOptions = {},
  ): AsyncGenerator<string | Uint8Array, void, undefined> {
    checkChunkSize(chunkSize);
    const pieces = this.#pieces(chunkSize, this.headers.has('transfer-encoding'));
    return own(options).decodeUnicode ? this.#decoded(pieces) : pieces;
  }

  /** The body line by line, without line ends; on bytes LF, CR and CRLF end a line. @throws like `iterContent` */
  iterLines(options?: IterLinesOptions & { decodeUnicode?: false }): AsyncGenerator<Uint8Array, void, undefined>;
  iterLines(options: IterLinesOptions & { decodeUnicode: true }): AsyncGenerator<string, void, undefined>;
  iterLines(options?: IterLinesOptions): AsyncGenerator<string | Uint8Array, void, undefined>;
  iterLines(options: IterLinesOptions = {}): AsyncGenerator<string | Uint8Array, void, undefined> {
    const { chunkSize = 512, decodeUnicode = false, delimiter } = own(options);
    checkChunkSize(chunkSize);
    // Lines are the same however the body is cut, so they are given out as soon as they arrive.
    const pieces = this.#pieces(chunkSize, true);
    const given = delimiter?.length ? delimiter : null;
    if (!decodeUnicode || this.encoding === null)
      return split(pieces, typeof given === 'string' ? new TextEncoder().encode(given) : given, BYTES);
    if (given instanceof Uint8Array)
      throw new TypeError('iterLines: with decodeUnicode the delimiter must be a string');
    return split(this.#decoded(pieces) as AsyncGenerator<string, void, undefined>, given, TEXT);
  }

  /** Pieces of 128 bytes. */
  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    return this.iterContent(128);
  }

  #pieces(chunkSize: number | null, asTheyArrive: boolean): AsyncGenerator<Uint8Array, void, undefined> {
    const size = chunkSize === null || chunkSize <= 0 ? null : chunkSize;
    if (this.loaded) return sliced(this.content, size);
    const whole = size ?? (asTheyArrive ? null : Infinity);
    return this.#body.claim(whole, !asTheyArrive, (error) => about(error, this));
  }

  async *#decoded(
    pieces: AsyncGenerator<Uint8Array, void, undefined>,
  ): AsyncGenerator<string | Uint8Array, void, undefined> {
    const { encoding } = this;
    if (encoding === null) return yield* pieces;
    const decoder = createDecoder(encoding || 'utf-8');
    if (!decoder) throw new RangeError(`Unknown encoding '${printable(encoding)}': assign response.encoding`);
    for await (const piece of pieces) {
      const text = decoder.decode(piece, { stream: true });
      if (text !== '') yield text;
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  }

  /** The links of the `Link` header by `rel`, else by URL: `response.links.next?.url`. */
  get links(): Readonly<Record<string, Link>> {
    this.#links ??= linksByRel(this.headers.get('link'));
    return this.#links;
  }

  /** The cookies that this response set. @throws TypeError when no cookie package is set up. */
  get cookies(): CookieJar {
    if (!this.#cookies) {
      if (!this.#seams.cookies)
        throw missingPackage(
          'response.cookies',
          '@requests-ts/cookie-jar',
          'session.cookies = new RequestsCookieJar()',
        );
      this.#cookies = this.#seams.cookies.create();
      storeCookies(this.#cookies, this);
    }
    return this.#cookies as CookieJar;
  }

  /** A bag of your own, for hooks that mark a response. */
  get context(): Record<string, unknown> {
    this.#context ??= {};
    return this.#context;
  }

  /** Returns the response itself. @throws HTTPError for 400 to 599, with `response` and `request`. */
  raiseForStatus(): this {
    if (this.ok) return this;
    const side = this.statusCode < 500 ? 'Client' : 'Server';
    throw new HTTPError(`${this.statusCode} ${side} Error: ${printable(this.reason)} for url: ${redactUrl(this.url)}`, {
      response: this,
    });
  }

  /** Frees the connection; a body that was not read is dropped. Closing twice is harmless. */
  async close(): Promise<void> {
    await this.#body.close();
    await this.#raw?.close?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  toString(): string {
    return `<Response [${this.statusCode}]>`;
  }

  /** What loggers see: neither body, query nor credentials. */
  toJSON(): { statusCode: number; reason: string; url: string; headers: Record<string, string> } {
    return {
      statusCode: this.statusCode,
      reason: this.reason,
      url: redactUrl(this.url),
      headers: this.headers.toJSON(),
    };
  }

  get [Symbol.toStringTag](): string {
    return 'Response';
  }

  static {
    printAs(this);
    hide(this.prototype, BRAND, true);
  }

  /** Structural, so that a response of another installed copy of this package is recognised. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && (value as { [BRAND]?: true })[BRAND] === true;
  }
}

/** Stores what the response set. */
export function storeCookies(jar: CookieStore | null, response: Response): void {
  const { headers } = response;
  if (jar && headers.has('set-cookie'))
    jar.storeSetCookie(response.request?.cookieUrl ?? response.url, headers.getSetCookie());
}

/** The error, naming its response and request where it is one of ours. */
export function about(error: unknown, response: Response): unknown {
  if (error instanceof RequestException) {
    error.response ??= response;
    error.request ??= response.request;
  }
  return error;
}

function checkChunkSize(size: unknown): void {
  if (size !== null && !Number.isInteger(size))
    throw new TypeError(`chunkSize must be an integer or null, not ${typeof size === 'number' ? size : typeof size}`);
}

async function* readRaw(raw: RawBody): AsyncGenerator<Uint8Array, void, undefined> {
  for (let piece = await raw.read(65536); piece.length > 0; piece = await raw.read(65536)) yield piece;
}

async function* sliced(bytes: Uint8Array, size: number | null): AsyncGenerator<Uint8Array, void, undefined> {
  yield* iterSlices(bytes, size);
}
