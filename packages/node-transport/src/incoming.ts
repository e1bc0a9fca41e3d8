import { type BodyStream, Headers, type PreparedRequest, RequestException, Response } from '@requests-ts/core';
import { BodyCollector } from './body-collector.ts';
import { type BodyProducer, BodyQueue } from './body-queue.ts';
import { parseContentCodings } from './codings.ts';
import { decodeBody } from './decoding.ts';
import type { BodyLimits } from './limits.ts';
import type { ResponseFraming, ResponseHead } from './response-head.ts';
import { StreamedBody } from './streamed-body.ts';

/** What a transport tells about the answer it is receiving. */
export interface IncomingInit {
  readonly request: PreparedRequest;
  /** True resolves with the head and leaves the body to its reader. */
  readonly stream: boolean;
  readonly limits: BodyLimits;
  /** The connection that a streamed body comes from. */
  readonly producer: BodyProducer;
  resolve(response: Response): void;
  reject(error: unknown): void;
}

/** Never taken from a trailer (RFC 9110 §6.5.1): framing, routing, credentials, cookies. */
const NOT_IN_TRAILERS: ReadonlySet<string> = new Set([
  'content-length',
  'transfer-encoding',
  'host',
  'trailer',
  'set-cookie',
  'authorization',
  'proxy-authorization',
  'cookie',
  'content-encoding',
]);

/** Makes one `Response` of what a connection delivers: the head, the pieces of the body, its end or what went wrong. */
export class Incoming {
  readonly #request: PreparedRequest;
  readonly #stream: boolean;
  readonly #limits: BodyLimits;
  readonly #producer: BodyProducer;
  #resolve: (response: Response) => void;
  #reject: (error: unknown) => void;
  readonly #startedAt: number = performance.now();
  #head: (ResponseHead & { readonly reason: string }) | null = null;
  #framing: ResponseFraming | null = null;
  #elapsedMs = 0;
  #collector: BodyCollector | null = null;
  #queue: BodyQueue | null = null;
  #trailers: readonly string[] = [];
  #settled = false;

  constructor({ request, stream, limits, producer, resolve, reject }: IncomingInit) {
    this.#request = request;
    this.#stream = stream;
    this.#limits = limits;
    this.#producer = producer;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** From the beginning to the head, in milliseconds; 0 before it. */
  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  get framing(): ResponseFraming | null {
    return this.#framing;
  }

  /** True once the caller has a response, or an error. */
  get settled(): boolean {
    return this.#settled;
  }

  head(head: ResponseHead & { readonly reason: string }, framing: ResponseFraming): void {
    this.#head = head;
    this.#framing = framing;
    this.#elapsedMs = performance.now() - this.#startedAt;
    if (!this.#stream) {
      this.#collector = new BodyCollector();
      return;
    }
    this.#queue = new BodyQueue(this.#producer);
    this.#producer.demand?.(false);
    const body = new StreamedBody(this.#queue, () => parseContentCodings(framing.codings), this.#limits);
    this.#settle(this.#response(body, body.raw, () => toTrailers(this.#trailers)));
  }

  /** False asks the connection to pause until `resume`. */
  data(piece: Uint8Array): boolean {
    if (this.#queue) return this.#queue.push(piece);
    this.#collector!.push(piece);
    return true;
  }

  /** The body is complete. */
  end(trailers: readonly string[]): void {
    this.#trailers = trailers;
    if (this.#queue) this.#queue.end();
    else this.#decode(trailers);
  }

  /** @param at `once` drops what waits to be read, for an abort; otherwise it is read first. */
  fail(error: unknown, at: 'once' | 'end' = 'end'): void {
    if (this.#queue) this.#queue.fail(error, at);
    else if (!this.#settled) {
      // The head has come: the error says what it was, so that a redirect whose body is broken can be followed all the same.
      if (this.#head && error instanceof RequestException)
        error.response ??= this.#response(broken(error), undefined, undefined);
      this.#reject(error);
    }
    this.#settled = true;
  }

  /** The body was dropped by its reader: nobody is told. */
  dropped(): void {
    this.#queue?.end();
  }

  #decode(trailers: readonly string[]): void {
    try {
      const decoded = decodeBody(this.#collector!.take(), parseContentCodings(this.#framing!.codings), this.#limits);
      const finish = (content: Uint8Array): void =>
        this.#settle(this.#response(content, undefined, trailers.length > 0 ? toTrailers(trailers) : undefined));
      if (decoded instanceof Promise) decoded.then(finish, (error: unknown) => this.fail(this.#about(error)));
      else finish(decoded);
    } catch (error) {
      this.fail(this.#about(error));
    }
  }

  #about(error: unknown): unknown {
    if (error instanceof Error && 'request' in error) error.request ??= this.#request;
    return error;
  }

  #settle(response: Response): void {
    const resolve = this.#resolve;
    this.#settled = true;
    // A promise knows what it was resolved with: kept here, it would keep a forgotten response, whose collection is to free its connection.
    this.#resolve = ignore;
    this.#reject = ignore;
    resolve(response);
  }

  #response(
    body: Uint8Array | BodyStream,
    raw: StreamedBody['raw'] | undefined,
    trailers: Headers | (() => Headers) | undefined,
  ): Response {
    const { statusCode, reason, headers, httpVersion } = this.#head!;
    const request = this.#request;
    return new Response({
      request,
      statusCode,
      reason,
      headers: Headers.received(headers),
      url: request.url,
      body,
      elapsed: this.#elapsedMs / 1000,
      httpVersion,
      ...(raw && { raw }),
      ...(trailers && { trailers }),
    });
  }
}

const ignore = (): void => {};

function toTrailers(flat: readonly string[]): Headers {
  const kept: string[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    if (!NOT_IN_TRAILERS.has(flat[i]!.toLowerCase())) kept.push(flat[i]!, flat[i + 1]!);
  }
  return Headers.received(kept);
}

/** A body that nobody gets, not even in part. */
function broken(error: unknown): BodyStream {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) };
}
