import {
  ConnectionError,
  type PreparedRequest,
  RequestException,
  type ResolvedTimeout,
  type Response,
} from '@requests-ts/core';
import { isReplayable } from '@requests-ts/core/authors';
import {
  type BodyProducer,
  ConnectFailure,
  errorCode,
  Incoming,
  openUpload,
  type ResponseFraming,
  type ResponseHead,
  type Upload,
  UploadStream,
  type WireHeaders,
} from '@requests-ts/node-transport';
import type { AdapterSettings } from './adapter-options.ts';
import { exchangeError } from './errors.ts';
import { publishError, publishRequest, publishResponse } from './events.ts';
import { Exchange, type Failure, type Receiver } from './exchange.ts';
import type { HostPool } from './host-pool.ts';
import type { Outgoing } from './outgoing.ts';
import { timeoutError } from './timeouts.ts';
import { loadClient, loadedClient } from './undici.ts';

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
/** One `send` from the first attempt to the last byte of the body: its promise, its total deadline, its signal. */
export class Call implements Receiver, BodyProducer {
  readonly #init: CallInit;
  readonly #incoming: Incoming;
  #exchange: Exchange | null = null;
  #upload: Upload;
  #deadline: NodeJS.Timeout | null = null;
  #attempts = 0;
  #replaced = false;
  #aborted = false;

  /** @throws What `openUpload` throws. */
  constructor(init: CallInit, resolve: (response: Response) => void, reject: (error: unknown) => void) {
    const { request, stream, settings, wire } = init;
    this.#init = init;
    this.#upload = openUpload(request.body, settings.maxRequestSize, wire.contentLength);
    this.#incoming = new Incoming({
      request,
      stream,
      limits: settings,
      producer: this,
      resolve,
      reject,
    });
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
    if (loadedClient()) pool.acquire(exchange, fresh);
    else {
      loadClient().then(
        () => exchange.state === 'queued' && pool.acquire(exchange, fresh),
        (error: unknown) => exchange.fail(error),
      );
    }
  }

  resume(): void {
    this.#exchange?.resume();
  }

  demand(wanted: boolean): void {
    this.#exchange?.demand(wanted);
  }

  drop(): void {
    this.#exchange?.fail(DROPPED);
  }

  readonly #onAbort = (): void => {
    this.#aborted = true;
    this.#exchange?.fail(this.#init.signal!.reason);
  };

  onHead(head: ResponseHead & { readonly reason: string }, framing: ResponseFraming): void {
    this.#incoming.head(head, framing);
    publishResponse(this.#init.request, head, this.#exchange!.reused, this.#incoming.elapsedMs);
  }

  onData(chunk: Buffer): boolean {
    return this.#incoming.data(chunk);
  }

  onDone(failure: Failure | null, trailers: readonly string[]): void {
    const exchange = this.#exchange!;
    if (failure && this.#mayRepeat(failure.error, exchange)) {
      this.#attempt(exchange.reused);
      return;
    }
    this.#release();
    if (!failure) this.#incoming.end(trailers);
    else if (failure.error === DROPPED) this.#incoming.dropped();
    else {
      const error = exchangeError(failure.error, exchange, this.#init.pool.context.route);
      publishError(this.#init.request, error);
      this.#incoming.fail(error, this.#aborted ? 'once' : 'end');
    }
  }

  /**
   * Three cases only: once, a kept connection that was dead and a stream that the server refused (RFC 9113 §8.7); `maxRetries` times, connections
   * that could not be made.
   */
  #mayRepeat(error: unknown, exchange: Exchange): boolean {
    if (this.#incoming.framing || exchange.isOwnFailure(error)) return false;
    const { request, settings } = this.#init;
    if (error instanceof ConnectFailure) {
      const allowed = settings.maxRetries + (this.#replaced ? 1 : 0);
      return this.#attempts <= allowed && isRetryable(error) && this.#mayResend(exchange);
    }
    const { unsent } = exchange;
    const stale = exchange.reused && !exchange.responded && (unsent || isDeadSocket(error));
    const repeatable = unsent || IDEMPOTENT.has(request.method);
    // undici sends again by itself what is no stream.
    const refused = exchange.refused && this.#upload instanceof UploadStream;
    if (this.#replaced || !(refused || (stale && repeatable)) || !this.#mayResend(exchange)) return false;
    this.#replaced = true;
    return true;
  }

  /** A source that was asked for its first piece can be sent again when it can be opened again, or when nobody has used what it gave. */
  #mayResend({ refused }: Exchange): boolean {
    const upload = this.#upload;
    if (!(upload instanceof UploadStream) || !upload.started) return true;
    const { request, settings, wire } = this.#init;
    if (!upload.failure && isReplayable(request.body)) {
      upload.cancel(undefined);
      this.#upload = openUpload(request.body, settings.maxRequestSize, wire.contentLength);
      return true;
    }
    const again = refused ? upload.again() : null;
    if (again) this.#upload = again;
    return again !== null;
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
    // HTTP/2 only: the connection has ended, and its streams with it.
    code === 'UND_ERR_INFO' ||
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    code === 'ECONNABORTED' ||
    code === 'ETIMEDOUT'
  );
}
