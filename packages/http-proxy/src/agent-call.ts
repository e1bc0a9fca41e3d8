import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { ConnectionError, type ProxyError, type Response } from '@requests-ts/core';
import { isReplayable } from '@requests-ts/core/authors';
import {
  type ConnectPhase,
  checkHead,
  Incoming,
  openUpload,
  protocolError,
  type Upload,
  UploadStream,
  withCode,
} from '@requests-ts/node-transport';
import type { AgentCallInit } from './agent-call-init.ts';
import { agentError, argumentError } from './agent-errors.ts';
import { BodyWriter } from './body-writer.ts';
import { watchConnection } from './connection-watch.ts';
import { connectionIdentity, isResumable, nodeOptions } from './node-options.ts';
import { ABANDONED, PHASE } from './proxy-connection.ts';
import { refusalOf } from './refusal.ts';
import { isRepeatable } from './repeat.ts';
import { checkSecure } from './secure-check.ts';
import { expiryError, totalError } from './timeout-errors.ts';

/** What the call is doing; errors mean different things in each. */
export type CallState = ConnectPhase | 'sending' | 'head' | 'body' | 'done';

const CONNECTING: ReadonlySet<CallState> = new Set(['dns', 'tcp', 'proxy', 'tls']);

/** One request over `node:http`, from the first attempt to the last byte of its answer. */
export class AgentCall {
  readonly init: AgentCallInit;
  state: CallState = 'dns';
  /** Bytes of the body so far. */
  received: number = 0;
  /** The proxy has opened the way: what fails now is the target's. */
  throughProxy: boolean = false;
  #upload: Upload;
  #incoming!: Incoming;
  #client: ClientRequest | null = null;
  #writer: BodyWriter | null = null;
  /** What an agent told of its proxy's refusal; it does not reject for it. */
  #refusal: ProxyError | null = null;
  /** Ended from our side: this is why. */
  #failure: { readonly reason: unknown } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #deadline: NodeJS.Timeout | null = null;
  #message: IncomingMessage | null = null;
  #paused: IncomingMessage | null = null;
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

  get connecting(): boolean {
    return CONNECTING.has(this.state);
  }

  /** The peer takes no more of what is written. */
  get stalled(): boolean {
    return this.#client?.writableNeedDrain === true;
  }

  start(): Promise<Response> {
    const { request, stream, settings, limits, signal } = this.init;
    return new Promise((resolve, reject) => {
      this.#incoming = new Incoming({
        request,
        stream,
        limits: settings,
        producer: { resume: () => this.#resume(), drop: () => this.#fail(DROPPED) },
        resolve,
        reject,
      });
      const { totalMs } = limits;
      if (totalMs !== null) this.#deadline = setTimeout(() => this.#fail(totalError(this, totalMs)), totalMs);
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
    this.state = 'dns';
    this.#refusal = null;
    this.throughProxy = false;
    this.#arm(init.limits.connectMs);
    let client: ClientRequest;
    try {
      client = (init.tls ? httpsRequest : httpRequest)(nodeOptions(init, this.#upload));
    } catch (error) {
      // Nothing was opened: node refuses the method or a header.
      this.#fail(argumentError(error, init.request));
      return;
    }
    this.#client = client;
    // The size of the head is limited; Node would drop fields beyond 2000 in silence.
    client.maxHeadersCount = 0;
    // Node goes by the answer alone, and keeps a connection that it announced to close.
    if (init.wire.close) client.shouldKeepAlive = false;
    // An earlier attempt goes on telling of its end.
    const listen = (event: string | symbol, handle: (value: never) => void): void => {
      client.on(
        event as 'close',
        ((value: never) => {
          if (this.#client === client) handle(value);
        }) as () => void,
      );
    };
    listen(PHASE, (phase: ConnectPhase) => (this.state = phase));
    listen('proxyConnect', (answer: unknown) => this.#onProxyConnect(answer));
    listen('socket', (socket: Socket) => this.#onSocket(client, socket));
    listen('information', () => this.#onInformation());
    listen('response', (message: IncomingMessage) => this.#onResponse(message));
    listen('error', (error: Error) => this.#lost(error));
    listen('close', () => this.#lost(withCode(new Error('socket hang up'), 'ECONNRESET')));
    listen('finish', () => this.#sent());
    this.#writer = new BodyWriter(client, this.#upload, init.wire, {
      progress: () => this.state === 'sending' && this.#arm(init.limits.readMs),
      failed: (error) => {
        if (this.#client !== client) return;
        this.#settle(error);
        client.destroy();
      },
    });
    this.#writer.start();
  }

  /** The agent has a connection: a kept one, or one that may still be on its way. */
  #onSocket(client: ClientRequest, socket: Socket): void {
    if (this.#refusal) {
      // What the agent hands out now is no connection to the target: it replays the refusal.
      this.#refusal.request = this.init.request;
      this.#fail(this.#refusal);
      return;
    }
    const ready = (): void => this.#connected(client, socket);
    if (client.reusedSocket) ready();
    else
      watchConnection(socket, {
        ready,
        phase: (phase) => {
          if (this.connecting) this.state = phase;
        },
      });
  }

  /** Runs in the very turn in which TLS is ready, so that nothing is sent to whom it must not be sent. */
  #connected(client: ClientRequest, socket: Socket): void {
    if (!this.connecting || this.#client !== client) return;
    const { tls, hostname, limits } = this.init;
    if (tls) {
      const error = checkSecure(socket, {
        tls,
        hostname,
        identity: connectionIdentity(this.init)!,
        reused: client.reusedSocket,
        resumable: isResumable(this.init),
      });
      if (error) {
        this.state = 'tls';
        client.destroy(error);
        return;
      }
    }
    this.#disarm();
    this.state = client.writableFinished ? 'head' : 'sending';
    this.#arm(limits.readMs);
  }

  /** What http-proxy-agent and https-proxy-agent tell of their proxy's answer. */
  #onProxyConnect(answer: unknown): void {
    this.#refusal = refusalOf(answer, this.init.route.proxy);
    this.throughProxy = this.#refusal === null;
    if (this.throughProxy && this.init.tls && this.connecting) this.state = 'tls';
  }

  #onInformation(): void {
    const { settings, request } = this.init;
    this.#informational++;
    if (this.#informational > settings.maxInformational)
      this.#fail(
        protocolError(`is more than ${settings.maxInformational} informational ones (maxInformational)`, request),
      );
  }

  #onResponse(message: IncomingMessage): void {
    const { request, settings, limits } = this.init;
    const { statusCode = 0, statusMessage = '', rawHeaders, httpVersion } = message;
    // A tab may stand there; controls would only serve to deceive whoever reads a log.
    const reason = statusMessage.replace(/[\x00-\x1f\x7f-\x9f]/g, '');
    const head = { statusCode, reason, headers: rawHeaders, httpVersion };
    this.state = 'body';
    this.#message = message;
    this.#arm(limits.readMs);
    message.on('error', (error: Error) => this.#settle(error));
    try {
      this.#incoming.head(head, checkHead(head, request, settings.maxHeaderCount, settings));
    } catch (error) {
      this.#fail(error);
      return;
    }
    message.on('data', (piece: Buffer) => this.#onData(message, piece));
    message.on('end', () => this.#settle(null, message.rawTrailers));
    message.on('close', () => this.#settle(new Error('the connection was closed')));
  }

  /** The connection is no more. An answer that had come as a whole does not suffer from what came behind it: its end is told next. */
  #lost(error: Error): void {
    if (!this.#message?.complete) this.#settle(error);
  }

  #onData(message: IncomingMessage, piece: Buffer): void {
    // What node has read before it heard of the end still comes, and would arm the timer of a call that is over.
    if (this.state === 'done') return;
    const { settings, request, limits } = this.init;
    this.received += piece.length;
    if (this.received > settings.maxBodySize) {
      const text = `Response too large: the body exceeds maxBodySize (${settings.maxBodySize} bytes)`;
      this.#fail(withCode(new ConnectionError(text, { request }), 'ERR_TOO_LARGE'));
    } else if (this.#incoming.data(piece)) this.#arm(limits.readMs);
    else {
      this.#paused = message;
      message.pause();
      this.#disarm();
    }
  }

  #resume(): void {
    const message = this.#paused;
    this.#paused = null;
    if (!message || this.state !== 'body') return;
    this.#arm(this.init.limits.readMs);
    message.resume();
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
    const client = this.#client;
    this.#settle(reason);
    // An agent of ours that is still connecting hears of it here; others find out when they are done.
    client?.emit(ABANDONED);
    client?.destroy();
  }

  #settle(error: unknown, trailers: readonly string[] = []): void {
    if (this.state === 'done') return;
    if (error !== null && this.#mayRepeat(error)) {
      this.#disarm();
      this.#writer?.stop();
      this.#attempt();
      return;
    }
    const reason = error === null || this.#failure ? error : agentError(error, this);
    this.state = 'done';
    this.#release();
    // An answer that came before the body was sent leaves a connection on which nobody knows what comes next.
    if (!this.#client?.writableFinished) this.#client?.destroy();
    if (error === null) this.#incoming.end(trailers);
    else if (error === DROPPED) this.#incoming.dropped();
    else this.#incoming.fail(reason, this.#aborted ? 'once' : 'end');
  }

  /** A kept connection that was dead before a byte of the answer, once, where sending again changes nothing. */
  #mayRepeat(error: unknown): boolean {
    const { request, settings } = this.init;
    const unanswered = this.#failure === null && !this.#replaced && this.state !== 'body' && this.#informational === 0;
    if (!unanswered || !this.#client?.reusedSocket || !isRepeatable(error, request)) return false;
    if (this.#upload instanceof UploadStream && this.#upload.started) {
      if (this.#upload.failure || !isReplayable(request.body)) return false;
      this.#upload.cancel(undefined);
      this.#upload = openUpload(request.body, settings.maxRequestSize);
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
    const error = expiryError(this, ms);
    if (error) this.#fail(error);
    else this.#arm(ms);
  }

  #release(): void {
    this.#disarm();
    if (this.#deadline) clearTimeout(this.#deadline);
    this.#writer?.stop();
    this.init.signal?.removeEventListener('abort', this.#onAbort);
    if (this.#upload instanceof UploadStream) this.#upload.cancel(undefined);
  }
}

/** The reason of an answer whose body nobody wants. */
const DROPPED: Error = new Error('The response was closed before its body was read');
