// The libraries of a user's program may have no `Symbol.asyncDispose`, which our declarations name.
/// <reference lib="esnext.disposable" preserve="true" />
import type { PreparedRequest } from './prepared-request.ts';
import type { Response } from './response.ts';
import type { Timeout } from './timeout.ts';

/** Proxy URL per `scheme://host`, `scheme`, `all://host` or `all`, tried in this order; null or "" means direct. `no_proxy` lists exceptions. */
export type Proxies = Readonly<Record<string, string | null>>;

/** Whom to trust: true for the default roots, a PEM file or directory, PEM text or bytes, 'system' for the OS store; false trusts anybody. */
export type Verify = boolean | string | Uint8Array;

/** A client certificate: one PEM file with certificate and key, `[cert, key]`, or with the passphrase of an encrypted key. */
export type Cert =
  | string
  | readonly [cert: string, key: string]
  | { readonly cert: string; readonly key?: string; readonly passphrase?: string };

/** The settings of one exchange. An absent option leaves the decision to the adapter. */
export interface SendOptions {
  /** True resolves when the head has arrived and leaves the body on the wire; the default reads it first. */
  readonly stream?: boolean | undefined;
  /** In seconds, not milliseconds: one number, `[connect, read]`, or limits by name. Null or absent: no limit. */
  readonly timeout?: Timeout | undefined;
  /** Whom to trust: true for the default roots, a CA file or its content, 'system'. Only false turns verification off. */
  readonly verify?: Verify | undefined;
  /** The client certificate: one PEM file, `[cert, key]`, or by name. */
  readonly cert?: Cert | null | undefined;
  /** Proxy URL by scheme, such as `{ https: 'http://proxy.example:3128' }`; null means direct. */
  readonly proxies?: Proxies | undefined;
  /** Aborts in every phase, the body included; the promise rejects with `signal.reason` untouched and the connection is freed. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Carries one prepared request to a server and brings its answer back.
 *
 * An adapter performs **one exchange**: it follows no redirects, keeps no cookies, retries nothing on its own account and does not reject
 * for a status. It sends `request` as it stands, header order and spelling included, and never changes it.
 *
 *     class Canned extends BaseAdapter {
 *       async send(request: PreparedRequest): Promise<Response> {
 *         return new Response({ request, statusCode: 200, headers: { 'Content-Type': 'text/plain' }, body: 'hello' });
 *       }
 *     }
 *     session.mount('canned://', new Canned());
 *
 * The suite `describeAdapter` of `@requests-ts/testing` checks an adapter against this contract.
 */
export abstract class BaseAdapter {
  /**
   * Resolves when the head has arrived and, unless `options.stream`, the body too.
   *
   * Rejects with an error of our tree (`ConnectionError`, `ReadTimeout`, ...) that carries `request`, and once the head has arrived `response`:
   * a redirect whose body is broken is followed all the same. Rejects with `options.signal.reason` when aborted, and with an error of the caller's
   * own body source as it was thrown. Once it rejected, the connection is free or gone.
   */
  abstract send(request: PreparedRequest, options: SendOptions): Promise<Response>;

  /** Lets running bodies finish, then releases what the adapter holds. Safe to call twice; a later `send` starts anew. */
  async close(): Promise<void> {}

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * An adapter around another one: retry, digest, cookies, a cache.
 *
 * Policies nest, so that the order of a chain is visible where it is built: `new RetryAdapter(new HTTPAdapter())`. A wrapper owns the adapter
 * it was given and closes it.
 */
export abstract class WrapperAdapter extends BaseAdapter {
  readonly inner: BaseAdapter;

  /** @throws TypeError for what is no adapter. */
  constructor(inner: BaseAdapter) {
    super();
    this.inner = checkAdapter(inner);
  }

  override close(): Promise<void> {
    return this.inner.close();
  }
}

/** The adapter, by its shape: it may be of another installed copy. @throws TypeError */
export function checkAdapter(adapter: BaseAdapter): BaseAdapter {
  if (typeof adapter?.send !== 'function') throw new TypeError('An adapter must have send()');
  return adapter;
}
