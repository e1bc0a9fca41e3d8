import {
  type BaseAdapter,
  type PreparedRequest,
  RequestException,
  type RequestInit,
  type Response,
  type SendOptions,
} from '@requests-ts/core';
import { type Httpbin, type HttpbinOptions, startHttpbin } from '../httpbin/httpbin.ts';
import { prepare } from '../prepared.ts';
import {
  type RawHandler,
  type RawServer,
  type RawServerOptions,
  type RawStep,
  startRawServer,
} from '../raw/raw-server.ts';
import { createCanaries, expectNoSecret } from '../secrets.ts';

/** The adapter does not what it must; other failures are those of `expect`. */
export class ContractViolation extends Error {
  override readonly name: string = 'ContractViolation';
}

/** What a check works with: the adapter, servers that end with the check, and no patience for what hangs. */
export class Bench {
  readonly adapter: BaseAdapter;
  readonly #patienceMs: number;
  readonly #cleanups: (() => unknown)[] = [];

  constructor(adapter: BaseAdapter, patienceMs: number) {
    this.adapter = adapter;
    this.#patienceMs = patienceMs;
  }

  /** Something to undo when the check is over; the latest first. */
  defer(undo: () => unknown): void {
    this.#cleanups.push(undo);
  }

  async raw(
    play: string | Uint8Array | readonly RawStep[] | RawHandler,
    options?: RawServerOptions,
  ): Promise<RawServer> {
    const server = await startRawServer(play, options);
    this.defer(() => server.close());
    return server;
  }

  async httpbin(options?: HttpbinOptions): Promise<Httpbin> {
    const server = await startHttpbin(options);
    this.defer(() => server.close());
    return server;
  }

  /** Waits, but not for ever. @throws ContractViolation when it takes too long. */
  settle<T>(promise: Promise<T>, what: string): Promise<T> {
    return handled(this.#settle(handled(promise), what));
  }

  async #settle<T>(promise: Promise<T>, what: string): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const violation = new ContractViolation(`${what}: not settled after ${this.#patienceMs} ms`);
    const timer = setTimeout(reject, this.#patienceMs, violation);
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  send(request: PreparedRequest, options: SendOptions = {}): Promise<Response> {
    return this.settle(this.adapter.send(request, options), 'send');
  }

  /** Prepares a request without a session and sends it. */
  call(method: string, url: string, init: RequestInit = {}, options: SendOptions = {}): Promise<Response> {
    return this.send(prepare(method, url, init), options);
  }

  get(url: string, options: SendOptions = {}): Promise<Response> {
    return this.call('GET', url, {}, options);
  }

  /** Sends, and reads the body when it is streamed. */
  async exchange(request: PreparedRequest, options: SendOptions = {}): Promise<Response> {
    const response = await this.send(request, options);
    if (options.stream) await this.settle(response.read(), 'reading the body');
    return response;
  }

  /** What the promise rejects with. @throws ContractViolation when it resolves. */
  failure(promise: Promise<unknown>, what = 'a call that must fail'): Promise<unknown> {
    const settled = this.settle(promise, what);
    const swapped = settled.then(
      (value) => {
        throw new ContractViolation(`${what} was fulfilled with ${String(value)}`);
      },
      (error: unknown) => {
        if (error instanceof ContractViolation) throw error;
        return error;
      },
    );
    return handled(swapped);
  }

  /**
   * The error of our tree that a request fails with, whether at once or while its body is read. It must name the request, and show none of
   * the secrets that are put into its headers.
   */
  async requestFailure(request: PreparedRequest, options: SendOptions = {}): Promise<RequestException> {
    const { authorization, cookie } = createCanaries();
    if (!request.headers.has('Authorization')) request.headers.set('Authorization', `Bearer ${authorization}`);
    if (!request.headers.has('Cookie')) request.headers.set('Cookie', `id=${cookie}`);
    const error = await this.failure(
      this.exchange(request, options),
      `${request.method} with options ${Object.keys(options)}`,
    );
    if (!(error instanceof RequestException)) {
      throw new ContractViolation(`Not an error of @requests-ts/core: ${String(error)}`);
    }
    if (error.request !== request) throw new ContractViolation(`${error.name} does not carry its request`);
    expectNoSecret(error, [authorization, cookie]);
    return error;
  }

  async close(): Promise<void> {
    this.defer(() => this.settle(this.adapter.close(), 'adapter.close()'));
    for (const undo of this.#cleanups.reverse()) await undo();
  }
}

/** A check that has failed elsewhere does not look at all its promises any more. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
