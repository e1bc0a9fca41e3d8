import { ConnectionError } from '@requests-ts/core';
import {
  checkHead,
  errorCode,
  protocolError,
  type ResponseFraming,
  type ResponseHead,
  UploadStream,
  withCode,
} from '@requests-ts/node-transport';
import type { Dispatcher } from 'undici';
import type { AdapterSettings } from './adapter-options.ts';
import type { HostPool } from './host-pool.ts';
import { dispatchOptions, type Outgoing } from './outgoing.ts';
import { toFlat } from './raw-fields.ts';
import type { Slot } from './slot.ts';
import type { StreamOwner, StreamWatch, WatchedStream } from './stream-watch.ts';
import { ThroughputWatch } from './throughput.ts';
import { slowError, timeoutError } from './timeouts.ts';

/** Why an exchange ended before its time. */
export interface Failure {
  readonly error: unknown;
}

/** Who wants the answer. */
export interface Receiver {
  /** The final head. A throw ends the exchange with that error. */
  onHead(head: ResponseHead & { readonly reason: string }, framing: ResponseFraming): void;
  /** False pauses the connection until `resume`. A throw ends the exchange with that error. */
  onData(chunk: Buffer): boolean;
  /** Called exactly once, last. `failure` is null for a complete body; what went wrong may be any value, an abort's reason say. */
  onDone(failure: Failure | null, trailers: readonly string[]): void;
}

type State = 'queued' | 'connecting' | 'sending' | 'head' | 'body' | 'done';

/** What Node says when a stream is asked of a session that has ended. */
const GONE: ReadonlySet<string> = new Set(['ERR_HTTP2_INVALID_SESSION']);
const NO_TRAILERS: readonly string[] = [];
/**
 * What undici hears of a request that was given up. The reason itself is the caller's alone: over HTTP/2 undici would give it to requests that wait
 * for the same connection too, unless it has this code.
 */
const GIVEN_UP: Error = Object.assign(new Error('The request was given up'), { code: 'UND_ERR_INFO' });

/** One request and its answer on one connection: the handler that undici calls, the read timer, and what state it is in. */
export class Exchange implements Dispatcher.DispatchHandler, StreamOwner {
  readonly outgoing: Outgoing;
  readonly connectMs: number | null;
  readonly #readMs: number | null;
  readonly #settings: AdapterSettings;
  readonly #receiver: Receiver;
  #pool: HostPool | null = null;
  #slot: Slot | null = null;
  /** Only for HTTP/2. */
  #streams: StreamWatch | null = null;
  #stream: WatchedStream | null = null;
  #control: Dispatcher.DispatchController | null = null;
  #failure: Failure | null = null;
  #timer: NodeJS.Timeout | null = null;
  #throughput: ThroughputWatch | null = null;
  #framing: ResponseFraming | null = null;
  #wanted = true;
  state: State = 'queued';
  /** Its neighbours while it waits for a connection. */
  before: Exchange | null = null;
  after: Exchange | null = null;
  /** On a connection that was used before. */
  reused: boolean = false;
  /** Connections that were opened for it. */
  connects: number = 0;
  /** A byte of the answer has arrived. */
  responded: boolean = false;
  /** Nothing was written yet when it ended. */
  unsent: boolean = false;
  /** Over HTTP/2: the server says that it has processed nothing of it. */
  refused: boolean = false;
  /** The head that could not be read announces its body in two ways. */
  contradictory: boolean = false;
  #informational = 0;
  /** Bytes of the body so far. */
  received: number = 0;
  /** The first error of the socket, known once the exchange is over. */
  socketError: Error | null = null;

  constructor(
    outgoing: Outgoing,
    receiver: Receiver,
    settings: AdapterSettings,
    connectMs: number | null,
    readMs: number | null,
  ) {
    this.outgoing = outgoing;
    this.#receiver = receiver;
    this.#settings = settings;
    this.connectMs = connectMs;
    this.#readMs = readMs;
  }

  /** Ended from our side: a deadline, the caller, a limit. */
  get failed(): boolean {
    return this.#failure !== null;
  }

  get framing(): ResponseFraming | null {
    return this.#framing;
  }

  /** True when `error` is the reason given to `fail`, and not what the connection made of it. */
  isOwnFailure(error: unknown): boolean {
    return this.#failure !== null && this.#failure.error === error;
  }

  /** Waits in this pool until it is given a connection. */
  queue(pool: HostPool): void {
    this.#pool = pool;
  }

  run(slot: Slot): void {
    this.#pool = null;
    this.#slot = slot;
    this.state = 'connecting';
    this.reused = slot.uses > 0;
    slot.run(this, dispatchOptions(this.outgoing, this.#settings.keepAlive, slot.offersHttp2));
  }

  /** Ends the exchange in whatever state it is; `onDone` gets exactly this reason. */
  fail(reason: unknown): void {
    if (this.#failure || this.state === 'done') return;
    this.#failure = { error: reason };
    if (this.state === 'queued') {
      this.#pool?.cancel(this);
      this.#settle(null, this.#failure, NO_TRAILERS);
    } else if (this.#control) this.#control.abort(GIVEN_UP);
    // It waits for a stream of its own, which may take long; undici finds out when it comes to it.
    else if (this.#slot?.multiplexed) this.#settle(this.#slot, this.#failure, NO_TRAILERS);
    // Otherwise it is noticed when the request is about to be written, in this turn of the loop or the next.
    else this.#slot?.cancelConnect();
  }

  /**
   * Whether somebody waits for the next piece of a streamed body. While nobody does, no silence is counted, and the connection does not keep
   * the process alive.
   */
  demand(wanted: boolean): void {
    if (this.state !== 'body') return;
    this.#wanted = wanted;
    const socket = this.#slot?.socket;
    if (wanted) {
      this.#arm();
      if (!this.#slot?.multiplexed) socket?.ref();
    } else {
      this.#disarm();
      if (!this.#slot?.multiplexed) socket?.unref();
    }
  }

  /** The consumer caught up. */
  resume(): void {
    if (this.state === 'body') this.#control?.resume();
  }

  onRequestStart(control: Dispatcher.DispatchController): void {
    if (this.#failure) throw this.#failure.error;
    this.#control = control;
    this.state = 'sending';
    this.#streams = this.#slot!.streams;
    this.#streams?.expect(this);
    const { upload } = this.outgoing;
    // Whatever is sent on a stream may turn out to be refused.
    if (this.#streams && upload instanceof UploadStream) upload.keep();
    this.#slot!.filter?.expect();
    this.reused = this.#slot!.uses > 0;
    this.#arm();
  }

  onStream(stream: WatchedStream): void {
    this.#stream = stream;
  }

  onBodySent(): void {
    this.#arm();
  }

  onRequestSent(): void {
    if (this.state !== 'sending') return;
    this.state = 'head';
    this.#arm();
  }

  onResponseStarted(): void {
    this.responded = true;
  }

  onResponseStart(control: Dispatcher.DispatchController, statusCode: number): void {
    // HTTP/2 only: HTTP/1 has them filtered out. They do not extend the wait for the final head.
    if (statusCode < 200) {
      this.#informational++;
      const { maxInformational } = this.#settings;
      if (this.#informational > maxInformational)
        throw protocolError(
          `has more than ${maxInformational} informational parts (maxInformational)`,
          this.outgoing.request,
        );
      return;
    }
    this.responded = true;
    const filter = this.#slot!.filter;
    const headers = this.#stream?.head ?? toFlat(control.rawHeaders);
    const head = { statusCode, headers, reason: filter?.reason ?? '', httpVersion: filter?.version ?? '2' };
    const framing = checkHead(head, this.outgoing.request, this.#settings.maxHeaderCount, this.#settings);
    this.#framing = framing;
    this.state = 'body';
    filter?.startBody(framing.chunked);
    this.#slot!.frames?.countHead();
    const least = this.#settings.minThroughput;
    if (least)
      this.#throughput = new ThroughputWatch(
        least,
        () => this.received,
        () => this.fail(slowError(this, least)),
      );
    this.#arm();
    this.#receiver.onHead(head, framing);
  }

  onResponseData(control: Dispatcher.DispatchController, chunk: Buffer): void {
    this.received += chunk.length;
    if (this.received > this.#settings.maxBodySize) {
      const { maxBodySize } = this.#settings;
      throw withCode(
        new ConnectionError(`Response too large: the body exceeds maxBodySize (${maxBodySize} bytes)`, {
          request: this.outgoing.request,
        }),
        'ERR_TOO_LARGE',
      );
    }
    this.#slot?.filter?.countPayload(chunk.length);
    this.#slot?.frames?.count(chunk.length);
    if (this.#receiver.onData(chunk)) this.#arm();
    else {
      control.pause();
      this.#disarm();
    }
  }

  onResponseEnd(control: Dispatcher.DispatchController): void {
    const slot = this.#slot;
    // Where only the close ends the body, a reset is a success to undici.
    const error = this.#framing!.untilClose ? slot?.socketError : this.#cutError();
    this.#settle(slot, error ? { error } : null, control.rawTrailers ? toFlat(control.rawTrailers) : NO_TRAILERS);
  }

  /** Where no length says otherwise, an HTTP/2 body is complete only when its stream came to its own end. */
  #cutError(): Error | null {
    const cut = this.#framing!.length === null && this.#stream?.endedByPeer === false;
    return cut ? new Error('the stream was cut off') : null;
  }

  onResponseError(_control: Dispatcher.DispatchController | null, error: Error): void {
    this.#settle(this.#slot, this.#failure ?? { error }, NO_TRAILERS);
  }

  #settle(slot: Slot | null, failure: Failure | null, trailers: readonly string[]): void {
    if (this.state === 'done') return;
    // The HTTP/2 session had ended, and its socket had not heard of it: nobody else may be sent there.
    const gone = failure !== null && GONE.has(errorCode(failure.error) ?? '');
    if (gone) slot?.destroy();
    this.unsent = gone || this.state === 'queued' || this.state === 'connecting';
    this.refused = failure !== null && this.#stream !== null && this.#streams!.hasRefused(this.#stream);
    this.state = 'done';
    this.#disarm();
    this.#slot = null;
    this.#control = null;
    this.#stream = null;
    if (slot) {
      // undici keeps count of this by itself, and goes on from where we found it.
      if (!this.#wanted && !slot.multiplexed) slot.socket?.ref();
      this.socketError = slot.socketError;
      // What the filter has seen before the request was written belongs to the one before.
      if (!this.unsent) this.responded ||= slot.filter?.touched ?? false;
      if (failure && !this.#framing) this.contradictory = slot.filter?.contradictory ?? false;
      slot.filter?.end();
      slot.finish(this);
    }
    this.#receiver.onDone(failure, trailers);
  }

  /** Starts the read timer, or starts it anew. */
  #arm(): void {
    if (!this.#wanted) return;
    this.#throughput?.start();
    if (this.#readMs === null) return;
    if (this.#timer) this.#timer.refresh();
    else this.#timer = setTimeout(expired, this.#readMs, this);
  }

  #disarm(): void {
    this.#throughput?.stop();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** @internal Called by the read timer. */
  expire(): void {
    this.#timer = null;
    // A slow producer of the body is nobody's stall; a peer that takes no more bytes is, be it its socket or, in HTTP/2, its window.
    if (this.state === 'sending' && this.outgoing.upload instanceof UploadStream && this.outgoing.upload.pending)
      this.#arm();
    else this.fail(timeoutError(this, this.#readMs!, 'read'));
  }
}

function expired(exchange: Exchange): void {
  exchange.expire();
}
