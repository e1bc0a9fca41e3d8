import { type Cert, Headers, type SplitUrl, type Verify } from '@requests-ts/core';
import { emitWarning } from '@requests-ts/core/authors';
import { type ProxyUrl, parseProxyUrl, type TlsSettings, TlsStore } from '@requests-ts/node-transport';
import { type AdapterSettings, type HTTPAdapterOptions, readAdapterOptions } from './adapter-options.ts';
import { askByName } from './guard.ts';
import { HostPool } from './host-pool.ts';
import { type Route, routeKey, targetOf, unsupportedProxy } from './route.ts';

/** What of a request decides on its connection. */
export interface PoolRequest {
  readonly split: SplitUrl;
  readonly verify: Verify | null | undefined;
  readonly cert: Cert | null | undefined;
  /** The proxy's URL, or undefined for a direct connection. */
  readonly proxy: string | undefined;
  /** Headers for the proxy alone; asked for HTTP proxies only. */
  readonly proxyHeaders: (proxyUrl: string) => Readonly<Record<string, string>>;
  /** What the user's `isolation` says; undefined when there is none. */
  readonly isolation: string | undefined;
  /** The caller's own `Proxy-Authorization`. */
  readonly proxyAuthorization: string | undefined;
}

/**
 * The pools of an adapter: one per route, the least recently used one dropped when there are more than `poolConnections`.
 *
 * Whatever changes whom a connection trusts, who it says we are, or where it goes, makes another route.
 */
export class PoolManager {
  readonly #settings: AdapterSettings;
  readonly #tls: TlsStore;
  /** Least recently used first. */
  readonly #pools: Map<string, HostPool> = new Map();
  #latest: HostPool | null = null;
  /** The direct way that was asked for last: mostly it is asked for again. */
  #known: { readonly split: SplitUrl; readonly tls: TlsSettings | null; readonly pool: HostPool } | null = null;
  readonly #proxies: Map<string, ProxyUrl> = new Map();
  readonly #warned: Set<string> = new Set();

  constructor(options: HTTPAdapterOptions) {
    this.#settings = readAdapterOptions(options);
    this.#tls = new TlsStore(this.#settings.tls);
  }

  /** With the defaults filled in. Printing the manager does not print them: passphrases are among them. */
  get settings(): AdapterSettings {
    return this.#settings;
  }

  /** @throws What is wrong with verify, cert or the proxy, before anything is connected. */
  poolFor(request: PoolRequest): HostPool {
    const { split } = request;
    const verify =
      request.verify === true || request.verify === undefined || request.verify === null
        ? this.settings.verify
        : request.verify;
    const cert = request.cert ?? this.settings.cert;
    const secure = split.scheme.startsWith('https');
    if (secure && verify === false) this.#warnInsecure(split.host);
    // Loaded for http as well when there is a client certificate: a missing file is an error there too.
    const tls = secure || cert ? this.#tls.resolve(secure ? verify : true, cert) : null;
    if (request.proxy !== undefined) {
      const route = this.#proxied(request, request.proxy, tls, verify, cert);
      return this.#find(isolated(routeKey(route), request.isolation), () => route);
    }
    const known = this.#known;
    const again = known && known.tls === tls && isSameOrigin(known.split, split) && request.isolation === undefined;
    if (again && known.pool === this.#latest) return known.pool;
    // One look-up: no route is made.
    const base = `${split.scheme}://${split.host}:${split.port ?? ''}`;
    const key = secure ? `${base} ${tls!.key}` : base;
    const pool = this.#find(isolated(key, request.isolation), () => this.#direct(split, tls));
    if (request.isolation === undefined) this.#known = { split, tls, pool };
    return pool;
  }

  #find(key: string, route: () => Route): HostPool {
    let pool = this.#pools.get(key);
    if (pool && pool === this.#latest) return pool;
    if (pool) this.#pools.delete(key);
    else pool = new HostPool(route(), this.settings);
    this.#pools.set(key, pool);
    this.#latest = pool;
    if (this.#pools.size > this.settings.poolConnections) this.#evict();
    return pool;
  }

  #evict(): void {
    const [key, oldest] = this.#pools.entries().next().value!;
    this.#pools.delete(key);
    oldest.close();
  }

  #direct(split: SplitUrl, tls: TlsSettings | null): Route {
    const { secure, hostname, port, socketPath = this.settings.socketPath } = targetOf(split);
    return {
      mode: 'direct',
      hostname,
      port,
      tls: secure ? tls : null,
      proxy: null,
      proxyTls: null,
      proxyHeaders: [],
      connector: null,
      socketPath,
    };
  }

  #proxied(
    { split, proxyHeaders, proxyAuthorization: byHand }: PoolRequest,
    proxyText: string,
    tls: TlsSettings | null,
    verify: Verify,
    cert: Cert | null,
  ): Route {
    const direct = this.#direct(split, tls);
    // A local socket is not on the network that a proxy leads to.
    if (direct.socketPath !== undefined) return direct;
    // The proxy will resolve it; and a forward proxy takes any target on one connection, so every request is judged.
    const { guard } = this.settings;
    if (guard) askByName(guard, { hostname: direct.hostname, port: direct.port, role: 'target' });
    const proxy = this.#proxy(proxyText);
    if (proxy.scheme !== 'http' && proxy.scheme !== 'https') {
      const connector = this.settings.connectors.get(proxy.scheme);
      if (!connector) throw unsupportedProxy(proxy.scheme);
      return { ...direct, mode: 'connector', proxy, connector };
    }
    const proxyTls = proxy.scheme === 'https' ? this.#tls.resolve(verify, cert) : null;
    const headers = new Headers(proxyHeaders(proxyText));
    if (!direct.tls) return { ...direct, mode: 'forward', proxy, proxyTls, proxyHeaders: [...headers.lines()].flat() };
    if (byHand !== undefined && !headers.has('Proxy-Authorization')) headers.set('Proxy-Authorization', byHand);
    return { ...direct, mode: 'tunnel', proxy, proxyTls, proxyHeaders: [...headers.lines()].flat() };
  }

  #proxy(text: string): ProxyUrl {
    let proxy = this.#proxies.get(text);
    if (!proxy) {
      proxy = parseProxyUrl(text);
      if (this.#proxies.size >= 100) this.#proxies.clear();
      this.#proxies.set(text, proxy);
    }
    return proxy;
  }

  /** Once per host: the program was told. */
  #warnInsecure(host: string): void {
    if (this.#warned.has(host) || this.#warned.size > 1000) return;
    this.#warned.add(host);
    emitWarning(
      `Unverified HTTPS request is being made to host '${host}'. Adding certificate verification is strongly advised: verify: '<CA file>'`,
      'InsecureRequestWarning',
    );
  }

  /** Closes idle connections now and busy ones after their answer; later requests open new ones. */
  close(): void {
    for (const pool of this.#pools.values()) pool.close();
    this.#pools.clear();
    this.#latest = null;
    this.#known = null;
  }
}

function isSameOrigin(a: SplitUrl, b: SplitUrl): boolean {
  return a.host === b.host && a.port === b.port && a.scheme === b.scheme;
}

/** No other key of a pool begins with a quotation mark. */
function isolated(key: string, isolation: string | undefined): string {
  return isolation === undefined ? key : `${JSON.stringify(isolation)} ${key}`;
}
