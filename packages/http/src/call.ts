import {
  ConnectionError,
  Headers,
  isReplayable,
  type PreparedRequest,
  RequestException,
  type ResolvedTimeout,
  Response,
} from '@requests-ts/core';
import {
  BodyCollector,
  BodyQueue,
  ConnectFailure,
  decodeBody,
  errorCode,
  openUpload,
  parseContentCodings,
  type ResponseFraming,
  type ResponseHead,
  StreamedBody,
  type Upload,
  UploadStream,
  type WireHeaders,
} from '@requests-ts/node-transport';
import type { AdapterSettings } from './adapter-options.ts';
import { exchangeError } from './errors.ts';
import { publishError, publishRequest, publishResponse } from './events.ts';
import { Exchange, type Outgoing, type Receiver, timeoutError } from './exchange.ts';
import type { HostPool } from './host-pool.ts';
import { loadedUndici, loadUndici } from './undici.ts';

/** One `send`, ready to go. */
export interface CallInit {
  readonly request: PreparedRequest;
  readonly pool: HostPool;
  readonly settings: AdapterSettings;
  readonly target: string;
  readonly wire: WireHeaders;
  /** `wire.fields`, and what the route adds. */
  readonly fields: readonly string[];
  readonly stream: boolean;
  readonly limits: ResolvedTimeout;
  readonly signal: AbortSignal | undefined;
}

/** May be repeated when a kept connection turns out to be dead (RFC 9110 §9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'QUERY']);
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

/** One `send` from the first attempt to the last byte of the body: its promise, its total deadline, its signal. */
export class Call implements Receiver {
  readonly #init: CallInit;
  readonly #resolve: (response: Response) => void;
  readonly #reject: (error: unknown) => void;
  readonly #startedAt: number = performance.now();
  #exchange: Exchange | null = null;
  #upload: Upload;
  #deadline: NodeJS.Timeout | null = null;
  #attempts = 0;
  #replaced = false;
  #settled = false;
  #aborted = false;
  #head: (ResponseHead & { readonly reason: string }) | null = null;
  #framing: ResponseFraming | null = null;
  #elapsed = 0;
  #collector: BodyCollector | null = null;
  #queue: BodyQueue | null = null;
  #trailers: readonly string[] | null = null;

  /** @throws What `openUpload` throws. */
  constructor(init: CallInit, resolve: (response: Response) => void, reject: (error: unknown) => void) {
    this.#init = init;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#upload = openUpload(init.request.body, init.settings.maxRequestSize, init.wire.contentLength);
  }

  start(): void {
    const { limits, signal } = this.#init;
    const { totalMs } = limits;
    if (totalMs !== null) {
      this.#deadline = setTimeout(() => this.#exchange?.fail(timeoutError(this.#exchange, totalMs, 'total')), totalMs);
    }
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#attempt(false);
  }

  #attempt(fresh: boolean): void {
    const { request, target, wire, fields, settings, limits, pool } = this.#init;
    this.#attempts++;
    const outgoing: Outgoing = { request, target, wire, fields, upload: this.#upload };
    const exchange = new Exchange(outgoing, this, settings, limits.connectMs, limits.readMs);
    this.#exchange = exchange;
    publishRequest(request, this.#attempts);
    if (loadedUndici()) pool.acquire(exchange, fresh);
    else {
      loadUndici().then(
        () => exchange.state === 'queued' && pool.acquire(exchange, fresh),
        (error: unknown) => exchange.fail(error),
      );
    }
  }

  readonly #onAbort = (): void => {
    this.#aborted = true;
    this.#exchange?.fail(this.#init.signal!.reason);
  };

  onHead(head: ResponseHead & { readonly reason: string }, framing: ResponseFraming): void {
    const { request, stream } = this.#init;
    this.#head = head;
    this.#framing = framing;
    const elapsedMs = performance.now() - this.#startedAt;
    this.#elapsed = elapsedMs / 1000;
    publishResponse(request, {
      statusCode: head.statusCode,
      httpVersion: head.httpVersion,
      reused: this.#exchange!.reused,
      durationMs: elapsedMs,
    });
    if (!stream) {
      this.#collector = new BodyCollector();
      return;
    }
    const exchange = this.#exchange!;
    this.#queue = new BodyQueue({ resume: () => exchange.resume(), drop: () => exchange.fail(DROPPED) });
    this.#settled = true;
    const body = new StreamedBody(this.#queue, () => parseContentCodings(framing.codings), this.#init.settings);
    this.#resolve(this.#response(body, body.raw, () => toTrailers(this.#trailers ?? [])));
  }

  onData(chunk: Buffer): boolean {
    if (this.#queue) return this.#queue.push(chunk);
    this.#collector!.push(chunk);
    return true;
  }

  onDone(error: unknown, trailers: readonly string[]): void {
    const exchange = this.#exchange!;
    if (error !== null && this.#mayRepeat(error, exchange)) {
      this.#attempt(exchange.reused);
      return;
    }
    this.#release();
    this.#trailers = trailers;
    if (error === null) this.#complete(trailers);
    else this.#fail(exchangeError(error, exchange, this.#init.pool.context.route));
  }

  #complete(trailers: readonly string[]): void {
    if (this.#queue) {
      this.#queue.end();
      return;
    }
    try {
      const decoded = decodeBody(
        this.#collector!.take(),
        parseContentCodings(this.#framing!.codings),
        this.#init.settings,
      );
      const finish = (content: Uint8Array): void =>
        this.#resolve(this.#response(content, undefined, trailers.length > 0 ? toTrailers(trailers) : undefined));
      if (decoded instanceof Promise) decoded.then(finish, (error: unknown) => this.#fail(this.#about(error)));
      else finish(decoded);
    } catch (error) {
      this.#fail(this.#about(error));
    }
  }

  #fail(error: unknown): void {
    if (error === DROPPED) {
      this.#queue?.end();
      return;
    }
    publishError(this.#init.request, error);
    if (!this.#settled) this.#reject(error);
    else this.#queue?.fail(error, this.#aborted ? 'once' : 'end');
    this.#settled = true;
  }

  #about(error: unknown): unknown {
    if (error instanceof Error && 'request' in error) error.request ??= this.#init.request;
    return error;
  }

  #response(
    body: Uint8Array | StreamedBody,
    raw: StreamedBody['raw'] | undefined,
    trailers: Headers | (() => Headers) | undefined,
  ): Response {
    const { statusCode, reason, headers, httpVersion } = this.#head!;
    const { request } = this.#init;
    return new Response({
      request,
      statusCode,
      reason,
      headers: Headers.received(headers),
      url: request.url,
      body,
      elapsed: this.#elapsed,
      httpVersion,
      ...(raw && { raw }),
      ...(trailers && { trailers }),
    });
  }

  /** Two cases only: a kept connection that was dead, once, and connections that could not be made, `maxRetries` times. */
  #mayRepeat(error: unknown, exchange: Exchange): boolean {
    if (this.#settled || exchange.isOwnFailure(error) || !this.#mayResend()) return false;
    if (error instanceof ConnectFailure)
      return this.#attempts <= this.#init.settings.maxRetries + (this.#replaced ? 1 : 0) && isRetryable(error);
    const { request } = this.#init;
    if (
      this.#replaced ||
      !exchange.reused ||
      exchange.responded ||
      !IDEMPOTENT.has(request.method) ||
      !isDeadSocket(error)
    )
      return false;
    this.#replaced = true;
    return true;
  }

  /** A source that was asked for its first piece can be sent again only when it can be opened again. */
  #mayResend(): boolean {
    if (!(this.#upload instanceof UploadStream) || !this.#upload.started) return true;
    if (this.#upload.failure || !isReplayable(this.#init.request.body)) return false;
    this.#upload.cancel(undefined);
    const { request, settings, wire } = this.#init;
    this.#upload = openUpload(request.body, settings.maxRequestSize, wire.contentLength);
    return true;
  }

  #release(): void {
    if (this.#deadline) clearTimeout(this.#deadline);
    this.#deadline = null;
    this.#init.signal?.removeEventListener('abort', this.#onAbort);
    if (this.#upload instanceof UploadStream) this.#upload.cancel(undefined);
  }
}

/** The reason of an exchange whose body nobody wants. */
const DROPPED: Error = new Error('The response was closed before its body was read');

/** DNS, TCP, the way to a proxy: nothing was sent. Not TLS, whose failure is no accident, and nothing that has an error of ours already. */
function isRetryable(failure: ConnectFailure): boolean {
  return !failure.isTls && !(failure.cause instanceof RequestException);
}

function isDeadSocket(error: unknown): boolean {
  if (error instanceof ConnectionError) return false;
  const code = errorCode(error);
  return (
    code === 'UND_ERR_SOCKET' ||
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    code === 'ECONNABORTED' ||
    code === 'ETIMEDOUT'
  );
}

function toTrailers(flat: readonly string[]): Headers {
  const kept: string[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2)
    if (!NOT_IN_TRAILERS.has(flat[i]!.toLowerCase())) kept.push(flat[i]!, flat[i + 1]!);
  return Headers.received(kept);
}
