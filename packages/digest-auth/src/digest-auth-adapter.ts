import {
  type BaseAdapter,
  type PreparedRequest,
  ReadTimeout,
  type Response,
  type SendOptions,
  WrapperAdapter,
} from '@requests-ts/core';
import { describeRequest, prepareUrl, readOptions, resolveTimeout, rewindBody } from '@requests-ts/core/authors';
import { type DigestAuthOptions, HTTPDigestAuth } from './http-digest-auth.ts';
import { originOf } from './protection-space.ts';

/** What `DigestAuthAdapter` takes. */
export interface DigestAdapterOptions extends DigestAuthOptions {
  /**
   * Origins that may see the credentials, such as `https://intranet.example`. By default it is the one of the first request: an adapter cannot
   * tell a redirect from a request of yours.
   */
  readonly origins?: readonly string[];
}

/** A body that nobody asked for is read up to this size to keep its connection; a longer one is dropped with it. */
const DRAIN_BYTES = 64 * 1024;

/**
 * Digest authentication for every request that goes through it: the same flow as `HTTPDigestAuth`, below the session.
 *
 * Mount it on the prefix of the service, closed by a slash. The challenge is in `history` of the answer.
 */
export class DigestAuthAdapter extends WrapperAdapter {
  readonly auth: HTTPDigestAuth;
  #origins: ReadonlySet<string> | null;

  /** @throws as `HTTPDigestAuth`; InvalidURL for an origin that is none. */
  constructor(
    inner: BaseAdapter,
    username: string | Uint8Array,
    password: string | Uint8Array,
    options: DigestAdapterOptions = {},
  ) {
    super(inner);
    const { origins, ...rest } = readOptions<DigestAdapterOptions>(
      options,
      ['minAlgorithm', 'verifyServer', 'origins'],
      'DigestAuthAdapter',
    );
    this.auth = new HTTPDigestAuth(username, password, rest);
    this.#origins = origins ? new Set(origins.map((origin) => originOf(prepareUrl(origin)))) : null;
  }

  /** @throws UnrewindableBodyError when a body that can be read only once is challenged; else as the inner adapter. */
  override async send(request: PreparedRequest, options: SendOptions): Promise<Response> {
    const origin = originOf(request.split);
    this.#origins ??= new Set([origin]);
    if (!this.#origins.has(origin)) return this.inner.send(request, options);
    return this.#run(request, options);
  }

  async #run(request: PreparedRequest, options: SendOptions): Promise<Response> {
    const flow = this.auth.authFlow(request);
    const remaining = deadline(options);
    const challenges: Response[] = [];
    try {
      let step = await flow.next(undefined as never);
      for (;;) {
        const sent = step.value as PreparedRequest;
        const start = performance.now();
        const response = await this.inner.send(sent, challenges.length === 0 ? options : remaining(sent));
        response.elapsed ||= (performance.now() - start) / 1000;
        step = await flow.next(response);
        if (step.done) {
          response.history = [...challenges, ...response.history];
          return response;
        }
        await response.drain(DRAIN_BYTES);
        challenges.push(...response.history, response);
        const next = step.value;
        if (next.body !== null) rewindBody(next.body, next.bodyPosition);
      }
    } finally {
      await flow.return();
    }
  }
}

/** The options for a later exchange: the total timeout spans them all. */
function deadline(options: SendOptions): (request: PreparedRequest) => SendOptions {
  const { connectMs, readMs, totalMs } = resolveTimeout(options.timeout);
  const start = performance.now();
  return (request) => {
    options.signal?.throwIfAborted();
    if (totalMs === null) return options;
    const leftMs = totalMs - (performance.now() - start);
    if (leftMs <= 0) throw new ReadTimeout(`Total timeout passed: ${describeRequest(request)}`, { request });
    const [connect, read] = [connectMs, readMs].map((ms) => (ms === null ? null : ms / 1000));
    return { ...options, timeout: { connect: connect ?? null, read: read ?? null, total: leftMs / 1000 } };
  };
}
