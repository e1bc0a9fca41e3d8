import { BaseAdapter, type PreparedRequest, type Response, type SendOptions } from '@requests-ts/core';
import { hostWithPort, resolveTimeout, selectProxy } from '@requests-ts/core/authors';
import { parseProxyUrl, proxyAuthorization, type WireHeaders, wireHeaders } from '@requests-ts/node-transport';
import { type HTTPAdapterOptions, readAdapterOptions } from './adapter-options.ts';
import { Call, type CallInit } from './call.ts';
import { PoolManager } from './pool-manager.ts';
import type { Route } from './route.ts';

/**
 * Sends over HTTP and HTTPS, with kept connections, TLS, timeouts and HTTP proxies (Requests: "Transport Adapters", `HTTPAdapter`).
 *
 *     session.mount('https://api.example/', new HTTPAdapter({ poolMaxsize: 4, maxRetries: 3 }));
 *
 * A subclass changes how connections are made in three lines:
 *
 *     class Tls12Adapter extends HTTPAdapter {
 *       override initPoolManager(options: HTTPAdapterOptions) {
 *         return super.initPoolManager({ ...options, tls: { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } });
 *       }
 *     }
 */
export class HTTPAdapter extends BaseAdapter {
  readonly #options: HTTPAdapterOptions;
  #poolManager: PoolManager | null = null;

  /** Opens nothing yet. @throws TypeError or RangeError for an option that is unknown or out of range. */
  constructor(options: HTTPAdapterOptions = {}) {
    super();
    readAdapterOptions(options);
    this.#options = { ...options };
  }

  /** Made when it is first needed, by `initPoolManager`. */
  get poolManager(): PoolManager {
    this.#poolManager ??= this.initPoolManager(this.#options);
    return this.#poolManager;
  }

  /** Makes the pools from the options; override it to change them. */
  initPoolManager(options: HTTPAdapterOptions): PoolManager {
    return new PoolManager(options);
  }

  /** For subclasses: writes headers onto a request before it is sent. Does nothing. */
  addHeaders(_request: PreparedRequest, _options: SendOptions): void {}

  /**
   * What is sent to this HTTP proxy, and to nobody else: `Proxy-Authorization` from user and password in its URL. Override it to add to it.
   */
  proxyHeaders(proxyUrl: string): Record<string, string> {
    const authorization = proxyAuthorization(parseProxyUrl(proxyUrl));
    return authorization === undefined ? {} : { 'Proxy-Authorization': authorization };
  }

  override send(request: PreparedRequest, options: SendOptions = {}): Promise<Response> {
    // A throw in here rejects: before anything is connected, misuse and bad files included.
    return new Promise((resolve, reject) => new Call(this.#prepare(request, options), resolve, reject).start());
  }

  #prepare(request: PreparedRequest, options: SendOptions): CallInit {
    const signal = own(options, 'signal');
    const verify = own(options, 'verify');
    const cert = own(options, 'cert');
    signal?.throwIfAborted();
    const limits = resolveTimeout(own(options, 'timeout'));
    this.addHeaders(request, options);
    const { split } = request;
    const wire = wireHeaders(request);
    const proxy = selectProxy(split, own(options, 'proxies'));
    const { poolManager } = this;
    const proxyHeaders = (proxyUrl: string): Record<string, string> => this.proxyHeaders(proxyUrl);
    const { isolation } = poolManager.settings;
    const pool = poolManager.poolFor({
      split,
      verify,
      cert,
      proxy,
      proxyHeaders,
      isolation: isolation === null ? undefined : String(isolation(request)),
      proxyAuthorization: wire.proxyAuthorization,
    });
    const { route } = pool.context;
    return {
      request,
      pool,
      settings: poolManager.settings,
      target: requestTarget(request, route),
      wire,
      fields: routeFields(wire, route),
      stream: own(options, 'stream') === true,
      limits,
      signal,
    };
  }

  /** Closes idle connections; requests that are running end as usual, their connections with them. The adapter may be used again. */
  override async close(): Promise<void> {
    this.#poolManager?.close();
  }
}

/** What somebody put on `Object.prototype` is no option of ours. */
function own<K extends keyof SendOptions>(options: SendOptions, key: K): SendOptions[K] | undefined {
  return Object.hasOwn(options, key) ? options[key] : undefined;
}

/** An absolute URL for a forward proxy (RFC 9112 §3.2.2), else path and query as they are in the URL. */
function requestTarget(request: PreparedRequest, { mode }: Route): string {
  const { split, pathUrl } = request;
  return mode === 'forward' ? `${split.scheme}://${hostWithPort(split)}${pathUrl}` : pathUrl;
}

/** A `Proxy-Authorization` goes to the one it is meant for: never into a tunnel. That of the proxy's URL beats the caller's. */
function routeFields(
  { fields, proxyAuthorization: byHand }: WireHeaders,
  { mode, proxyHeaders }: Route,
): readonly string[] {
  if (mode !== 'direct' && mode !== 'forward') return fields;
  const forProxy = mode === 'forward' ? proxyHeaders : [];
  if (forProxy.length === 0 && byHand === undefined) return fields;
  const has = forProxy.some((name, i) => i % 2 === 0 && name.toLowerCase() === 'proxy-authorization');
  return byHand === undefined || has
    ? [...fields, ...forProxy]
    : [...fields, ...forProxy, 'Proxy-Authorization', byHand];
}
