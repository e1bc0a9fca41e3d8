import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import {
  ConnectionError,
  ConnectTimeout,
  describeRequest,
  isReplayable,
  type PreparedRequest,
  ProxyError,
  ReadTimeout,
  type ResolvedTimeout,
  type Response,
} from '@requests-ts/core';
import {
  ConnectFailure,
  type ConnectPhase,
  checkHead,
  errorCode,
  fingerprintError,
  formatMs,
  Incoming,
  openUpload,
  protocolError,
  type TlsSettings,
  type Upload,
  UploadStream,
  type WireHeaders,
  withCode,
} from '@requests-ts/node-transport';
import type { AgentRoute } from './agent-adapter.ts';
import { agentError, argumentError, LengthMismatch } from './agent-errors.ts';
import type { AgentSettings } from './agent-options.ts';
import { nodeOptions } from './node-options.ts';

/** One `send`, ready to go. */
export interface AgentCallInit {
  readonly request: PreparedRequest;
  readonly wire: WireHeaders;
  readonly route: AgentRoute;
  readonly settings: AgentSettings;
  readonly limits: ResolvedTimeout;
  /** IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
  readonly tls: TlsSettings | null;
  readonly stream: boolean;
  readonly signal: AbortSignal | undefined;
}

/** May be repeated when a kept connection turns out to be dead (RFC 9110 §9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'QUERY']);
/** How long a body waits for `100 Continue` (RFC 9110 §10.1.1 lets a client go on without it). */
const CONTINUE_MS = 1000;

/** What the call is doing; errors mean different things in each. */
export type CallState = ConnectPhase | 'sending' | 'head' | 'body' | 'done';

/** One request over `node:http`, from the first attempt to the last byte of its answer. */
export class AgentCall {
  readonly init: AgentCallInit;
  state: CallState = 'dns';
  /** Bytes of the body so far. */
  received: number = 0;
  /** The proxy's answer to CONNECT, while it is not 200. */
  refusal: { readonly statusCode: number; readonly statusText: string } | null = null;
  incoming!: Incoming;
  #resolve!: (response: Response) => void;
  #reject!: (error: unknown) => void;
  #client: ClientRequest | null = null;
  #upload: Upload;
  /** Ended from our side: this is why. */
  #failure: { readonly reason: unknown } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #deadline: NodeJS.Timeout | null = null;
  #continueTimer: NodeJS.Timeout | null = null;
  #informational = 0;
  #replaced = false;
  #aborted = false;

  /** @throws InvalidHeader for a body that is larger than allowed. */
  constructor(init: AgentCallInit) {
    this.init = init;
    this.#upload = openUpload(init.request.body, init.settings.maxRequestSize);
  }

  get upload(): Upload {
    return this.#upload;
  }

  start(): Promise<Response> {
    const { limits, signal } = this.init;
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      if (limits.totalMs !== null)
        this.#deadline = setTimeout(() => this.#fail(this.#totalError(limits.totalMs!)), limits.totalMs);
      signal?.addEventListener('abort', this.#onAbort, { once: true });
      this.#attempt();
    });
  }

  readonly #onAbort = (): void => {
    this.#aborted = true;
    this.#fail(this.init.signal!.reason);
  };

  #attempt(): void {
    const { init } = this;
    const { request, stream, settings, limits } = init;
    this.state = 'dns';
    this.refusal = null;
    this.incoming = new Incoming({
      request,
      stream,
      limits: settings,
      resume: () => this.#resume(),
      drop: () => this.#client?.destroy(DROPPED),
      resolve: this.#resolve,
      reject: this.#reject,
    });
    this.#arm(limits.connectMs);
    let client: ClientRequest;
    try {
      client = (init.tls ? httpsRequest : httpRequest)(nodeOptions(init, this.#upload));
    } catch (error) {
      // Nothing was opened: node refuses the method or a header.
      this.#fail(argumentError(error, request));
      return;
    }
    this.#client = client;
    client.on('socket', (socket: Socket) => this.#onSocket(client, socket));
    client.on('proxyConnect' as 'connect', (answer: unknown) => this.#onProxyConnect(answer));
    client.on('information', () => this.#onInformation());
    client.on('response', (message: IncomingMessage) => this.#onResponse(message));
    client.on('error', (error: Error) => this.#settle(error));
    client.on('close', () => this.#settle(withCode(new Error('socket hang up'), 'ECONNRESET')));
    client.on('finish', () => this.#sent());
    this.#write(client);
  }

  /** The agent has a connection: a kept one, or one that may still be on its way. */
  #onSocket(client: ClientRequest, socket: Socket): void {
    const { tls } = this.init;
    const connected = (): void => {
      if (this.state === 'done') return;
      const error = tls && 'getPeerCertificate' in socket ? fingerprintError(socket as never, tls.options) : null;
      if (error) client.destroy(error);
      else this.#connected(client);
    };
    const { connecting, secureConnecting } = socket as Socket & { secureConnecting?: boolean };
    if (client.reusedSocket) this.#connected(client);
    else if (secureConnecting) {
      this.state = connecting ? 'tcp' : 'tls';
      socket.once('connect', () => {
        if (this.state === 'tcp') this.state = 'tls';
      });
      socket.once('secureConnect', connected);
    } else if (connecting) {
      this.state = 'tcp';
      socket.once('connect', connected);
    } else connected();
  }

  #onProxyConnect(answer: unknown): void {
    const { statusCode, statusText = '' } = (answer ?? {}) as { statusCode?: number; statusText?: string };
    if (statusCode !== undefined && statusCode !== 200) this.refusal = { statusCode, statusText };
    else {
      this.refusal = null;
      if (this.init.tls && this.state === 'dns') this.state = 'tls';
    }
  }

  #connected(client: ClientRequest): void {
    if (this.state !== 'dns' && this.state !== 'tcp' && this.state !== 'tls' && this.state !== 'proxy') return;
    this.#disarm();
    this.state = client.writableFinished ? 'head' : 'sending';
    this.#arm(this.init.limits.readMs);
  }

  #onInformation(): void {
    this.#informational++;
    if (this.#informational > this.init.settings.maxInformational) {
      this.#fail(
        protocolError(
          `is more than ${this.init.settings.maxInformational} informational ones (maxInformational)`,
          this.init.request,
        ),
      );
    }
  }

  #onResponse(message: IncomingMessage): void {
    const { request, settings } = this.init;
    if (this.refusal) {
      message.resume();
      this.#fail(this.#refusalError());
      return;
    }
    const { statusCode = 0, statusMessage = '', rawHeaders, httpVersion } = message;
    const head = { statusCode, reason: statusMessage, headers: rawHeaders, httpVersion };
    this.state = 'body';
    this.#arm(this.init.limits.readMs);
    message.on('error', (error: Error) => this.#settle(error));
    try {
      this.incoming.head(head, checkHead(head, request, settings.maxHeaderCount, settings));
    } catch (error) {
      this.#fail(error);
      return;
    }
    message.on('data', (piece: Buffer) => this.#onData(message, piece));
    message.on('end', () => this.#settle(null, message.rawTrailers));
    message.on('close', () => {
      if (!message.complete) this.#settle(new Error('the connection was closed'));
    });
  }

  #onData(message: IncomingMessage, piece: Buffer): void {
    const { maxBodySize } = this.init.settings;
    this.received += piece.length;
    if (this.received > maxBodySize) {
      this.#fail(
        withCode(
          new ConnectionError(`Response too large: the body exceeds maxBodySize (${maxBodySize} bytes)`, {
            request: this.init.request,
          }),
          'ERR_TOO_LARGE',
        ),
      );
    } else if (this.incoming.data(piece)) this.#arm(this.init.limits.readMs);
    else {
      this.#paused = message;
      message.pause();
      this.#disarm();
    }
  }

  #paused: IncomingMessage | null = null;

  #resume(): void {
    const message = this.#paused;
    this.#paused = null;
    if (!message || this.state !== 'body') return;
    this.#arm(this.init.limits.readMs);
    message.resume();
  }

  #write(client: ClientRequest): void {
    const upload = this.#upload;
    if (!this.init.wire.expectContinue || upload === null) {
      this.#writeBody(client, upload);
      return;
    }
    client.flushHeaders();
    const go = (): void => {
      if (!this.#continueTimer) return;
      clearTimeout(this.#continueTimer);
      this.#continueTimer = null;
      this.#writeBody(client, upload);
    };
    this.#continueTimer = setTimeout(go, CONTINUE_MS);
    client.once('continue', go);
  }

  #writeBody(client: ClientRequest, upload: Upload): void {
    if (upload instanceof UploadStream) void this.#pump(client, upload);
    else if (upload) client.end(upload);
    else client.end();
  }

  /** Pieces as fast as the socket takes them; a failing source ends the request with its own error. */
  async #pump(client: ClientRequest, upload: UploadStream): Promise<void> {
    const { contentLength } = this.init.wire;
    let sent = 0;
    try {
      for await (const piece of upload) {
        sent += piece.length;
        if (contentLength !== null && sent > contentLength) throw new LengthMismatch();
        if (this.state === 'done') return;
        const writable = client.write(piece, () => this.state === 'sending' && this.#arm(this.init.limits.readMs));
        if (!writable) await drained(client);
        if (client.destroyed) return;
      }
      if (contentLength !== null && sent < contentLength) throw new LengthMismatch();
      client.end();
    } catch (error) {
      this.#settle(error);
      client.destroy();
    }
  }

  #sent(): void {
    if (this.state !== 'sending') return;
    this.state = 'head';
    this.#arm(this.init.limits.readMs);
  }

  /** Ends the call for a reason of ours; the caller gets exactly this reason. */
  #fail(reason: unknown): void {
    if (this.state === 'done' || this.#failure) return;
    this.#failure = { reason };
    this.#settle(reason);
    this.#client?.destroy();
  }

  #settle(error: unknown, trailers: readonly string[] = []): void {
    if (this.state === 'done') return;
    if (error !== null && this.#mayRepeat(error)) {
      this.#disarm();
      this.#attempt();
      return;
    }
    const failure =
      error === null
        ? null
        : this.#failure || error === DROPPED
          ? { reason: error }
          : { reason: agentError(error, this) };
    this.state = 'done';
    this.#release();
    // An answer that came before the body was sent leaves a connection on which nobody knows what comes next.
    if (!this.#client?.writableFinished) this.#client?.destroy();
    if (!failure) this.incoming.end(trailers);
    else if (error === DROPPED) this.incoming.dropped();
    else this.incoming.fail(failure.reason, this.#aborted ? 'once' : 'end');
  }

  /** A kept connection that was dead before a byte of the answer, once, where sending again changes nothing. */
  #mayRepeat(error: unknown): boolean {
    const { request } = this.init;
    const fresh = this.#failure === null && !this.#replaced && this.state !== 'body';
    if (!fresh || !this.#client?.reusedSocket || !IDEMPOTENT.has(request.method) || !isDeadSocket(error)) return false;
    if (this.#upload instanceof UploadStream) {
      if (this.#upload.failure || !isReplayable(request.body)) return false;
      this.#upload.cancel(undefined);
      this.#upload = openUpload(request.body, this.init.settings.maxRequestSize);
    }
    this.#replaced = true;
    return true;
  }

  #arm(ms: number | null): void {
    if (ms === null) return;
    if (this.#timer) this.#timer.refresh();
    else this.#timer = setTimeout(() => this.#expired(ms), ms);
  }

  #disarm(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #expired(ms: number): void {
    this.#timer = null;
    const { request, route } = this.init;
    const what = describeRequest(request);
    switch (this.state) {
      case 'sending':
        // A slow producer of the body is nobody's stall; a peer that takes no more bytes is.
        if (this.#upload instanceof UploadStream && !this.#client?.writableNeedDrain) this.#arm(ms);
        else
          this.#fail(
            new ConnectionError(
              `Write timed out after ${formatMs(ms)}, the server takes no more of the body: ${what}`,
              { request },
            ),
          );
        break;
      case 'head':
        this.#fail(new ReadTimeout(`Read timed out after ${formatMs(ms)} without an answer: ${what}`, { request }));
        break;
      case 'body': {
        const cause = new ReadTimeout(`Read timed out after ${formatMs(ms)} without a byte of the body: ${what}`, {
          request,
        });
        this.#fail(new ConnectionError(cause.message, { request, cause }));
        break;
      }
      case 'done':
        break;
      default: {
        const phase: ConnectPhase = this.state;
        const failure = new ConnectFailure({ phase, proxy: phase === 'tls' ? undefined : route.proxy, timeoutMs: ms });
        this.#fail(agentError(failure, this));
      }
    }
  }

  #totalError(ms: number): Error {
    const { request } = this.init;
    const message = `Timed out: the whole request took longer than ${formatMs(ms)} (total): ${describeRequest(request)}`;
    const connecting = this.state === 'dns' || this.state === 'tcp' || this.state === 'tls' || this.state === 'proxy';
    return connecting ? new ConnectTimeout(message, { request }) : new ReadTimeout(message, { request });
  }

  #refusalError(): ProxyError {
    const { request, route } = this.init;
    const { statusCode, statusText } = this.refusal!;
    return new ProxyError(
      `Cannot connect through proxy ${route.proxy ?? ''}: Tunnel connection failed: ${statusCode} ${statusText}`.trim(),
      { request },
    );
  }

  #release(): void {
    this.#disarm();
    if (this.#deadline) clearTimeout(this.#deadline);
    if (this.#continueTimer) clearTimeout(this.#continueTimer);
    this.#continueTimer = null;
    this.init.signal?.removeEventListener('abort', this.#onAbort);
    if (this.#upload instanceof UploadStream) this.#upload.cancel(undefined);
  }
}

/** The reason of an answer whose body nobody wants. */
const DROPPED: Error = new Error('The response was closed before its body was read');

function isDeadSocket(error: unknown): boolean {
  return error instanceof Error && ['ECONNRESET', 'EPIPE', 'ECONNABORTED'].includes(errorCode(error) ?? '');
}

function drained(client: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      client.off('drain', done).off('close', done);
      resolve();
    };
    client.on('drain', done).on('close', done);
  });
}
