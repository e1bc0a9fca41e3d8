import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable, promises as streams } from 'node:stream';
import type { TLSSocket } from 'node:tls';

/** One request as the server saw it. `bodyLength` grows while the body arrives. */
export interface RecordedRequest {
  readonly method: string;
  /** The request target as received: a path with its query, or an absolute URL when a proxy was meant. */
  readonly url: string;
  /** Name, value, name, value... with the spelling and order of the wire. */
  readonly rawHeaders: readonly string[];
  /** Bytes received, after the chunked framing was taken off. */
  bodyLength: number;
  /** Counts accepted connections from 1: two requests with the same number shared a socket. */
  readonly connectionId: number;
}

/** What a server remembers between requests; made new for every server. */
export interface ServerMemory {
  /** Digest nonces handed out, with the counts that were used and how many more uses they have. */
  readonly nonces: Map<string, { readonly seen: Set<string>; left: number }>;
  /** How often each `/status/` list was asked for. */
  readonly turns: Map<string, number>;
}

/** Text or bytes, or a source of them that is sent piece by piece. */
export type ReplyBody = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** A request being answered. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly record: RecordedRequest;
  readonly memory: ServerMemory;
  /** The path, undecoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Named parts of the path, percent-decoded. */
  params: Readonly<Record<string, string>> = {};
  #body: Promise<Buffer> | undefined;
  readonly #gone: AbortController = new AbortController();

  constructor(request: IncomingMessage, response: ServerResponse, record: RecordedRequest, memory: ServerMemory) {
    this.request = request;
    this.response = response;
    this.record = record;
    this.memory = memory;
    const target = record.url.replace(/^https?:\/\/[^/?]*/i, '') || '/';
    const mark = target.indexOf('?');
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
    response.on('close', () => this.#gone.abort());
  }

  get method(): string {
    return this.record.method;
  }

  /** Aborted when the connection is gone or the answer complete. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  get secure(): boolean {
    return (this.request.socket as TLSSocket).encrypted === true;
  }

  /** `http://host:port` as the client named it. */
  get origin(): string {
    return `${this.secure ? 'https' : 'http'}://${this.request.headers.host ?? ''}`;
  }

  /** A number from the path or the query; `fallback` when it is absent or no number, and never below `min` or above `max`. */
  number(text: string | null | undefined, fallback: number, max: number = Number.POSITIVE_INFINITY, min = 0): number {
    const value = text === null || text === undefined || text === '' ? Number.NaN : Number(text);
    return Math.min(max, Math.max(min, Number.isNaN(value) ? fallback : value));
  }

  /** The whole request body, read once. */
  body(): Promise<Buffer> {
    this.#body ??= this.#collect();
    return this.#body;
  }

  async #collect(): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.pieces()) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** The request body as it arrives, counted in the record. */
  async *pieces(): AsyncGenerator<Buffer, void, undefined> {
    for await (const piece of this.request as AsyncIterable<Buffer>) {
      this.record.bodyLength += piece.length;
      yield piece;
    }
  }

  /** Answers. A body of unknown length is sent chunked and as fast as the client reads it. */
  async reply(
    status: number,
    headers: Readonly<Record<string, string | readonly string[]>>,
    body: ReplyBody = '',
  ): Promise<void> {
    const { response } = this;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value as string | string[]);
    response.statusCode = status;
    if (typeof body === 'string' || body instanceof Uint8Array) {
      // A body of GET is counted for HEAD too; 204 and 304 have none (RFC 9110 section 8.6).
      if (status >= 200 && status !== 204 && status !== 304)
        response.setHeader('Content-Length', Buffer.byteLength(body));
      // As bytes: Node would encode the head together with a text, and headers are ISO-8859-1.
      response.end(Buffer.from(body));
      return;
    }
    if (this.method === 'HEAD') {
      response.end();
      return;
    }
    response.flushHeaders();
    await streams.pipeline(Readable.from(body, { objectMode: true }), response);
  }

  /** Answers with indented JSON, as httpbin does. */
  json(
    value: unknown,
    status = 200,
    headers: Readonly<Record<string, string | readonly string[]>> = {},
  ): Promise<void> {
    return this.reply(
      status,
      { 'Content-Type': 'application/json', ...headers },
      `${JSON.stringify(value, null, 2)}\n`,
    );
  }

  html(text: string, status = 200, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    return this.reply(status, { 'Content-Type': 'text/html; charset=utf-8', ...headers }, text);
  }

  redirect(
    location: string,
    status = 302,
    headers: Readonly<Record<string, string | readonly string[]>> = {},
  ): Promise<void> {
    const page = '<!doctype html>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n';
    return this.reply(status, { 'Content-Type': 'text/html; charset=utf-8', Location: location, ...headers }, page);
  }
}
