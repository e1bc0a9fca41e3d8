import type { PreparedRequest, Response, SendOptions } from '@requests-ts/core';
import { InvalidProxyURL, RequestException } from '@requests-ts/core';
import { isReplayable, resolveTimeout } from '@requests-ts/core/authors';
import { type ProxyUrl, parseProxyUrl, TlsStore } from '@requests-ts/node-transport';
import { AgentAdapter, retire } from './agent-adapter.ts';
import type { AgentRoute } from './agent-route.ts';
import { ForwardAgent } from './forward-agent.ts';
import { createNegotiate, isConnectionBound, type OnProxyAuth, toChallenge } from './proxy-auth.ts';
import type { ProxyPeer } from './proxy-connection.ts';
import { proxyFields, replaced } from './proxy-headers.ts';
import { type HTTPProxyAdapterOptions, type ProxySettings, readProxyOptions } from './proxy-options.ts';
import { TunnelAgent } from './tunnel-agent.ts';

/**
 * Sends everything on its prefix through one HTTP proxy, for proxies that need more than `HTTPAdapter` does: Negotiate, headers of their own, TLS
 * settings of their own.
 *
 *     session.mount('https://', new HTTPProxyAdapter('http://proxy.corp.example:3128', { negotiate: true }));
 *
 * http targets are sent in absolute form, https targets through CONNECT; credentials go to the proxy alone. `proxies` have no say.
 */
export class HTTPProxyAdapter extends AgentAdapter {
  readonly #proxy: ProxyUrl;
  readonly #settings: ProxySettings;
  readonly #peer: ProxyPeer;
  readonly #onProxyAuth: OnProxyAuth | undefined;
  #agents: { readonly forward: ForwardAgent; readonly tunnel: TunnelAgent } | null = null;

  /**
   * @throws InvalidProxyURL when the URL is not one of an http or https proxy; TypeError and RangeError for bad options; InvalidHeader for
   *   headers or credentials that cannot be sent; what loading certificates for the proxy throws.
   */
  constructor(proxyUrl: string, options: HTTPProxyAdapterOptions = {}) {
    const settings = readProxyOptions(options);
    super(settings.transport);
    const proxy = parseProxyUrl(proxyUrl);
    if (proxy.scheme !== 'http' && proxy.scheme !== 'https') {
      throw new InvalidProxyURL(
        `HTTPProxyAdapter: ${proxy.display} is no HTTP proxy; for SOCKS use SOCKSAdapter of @requests-ts/socks`,
      );
    }
    const { verify, cert, tls, onProxyAuth, negotiate, proxyHeaders } = settings;
    this.#proxy = proxy;
    this.#settings = settings;
    this.#peer = { url: proxy, tls: proxy.scheme === 'https' ? new TlsStore(tls).resolve(verify, cert) : null };
    this.#onProxyAuth = negotiate ? createNegotiate(proxy.hostname) : onProxyAuth;
    // What is wrong is told here rather than by the first request; a function is asked when it is time.
    if (typeof proxyHeaders !== 'function') this.#fields();
  }

  /** User and password of the URL are not sent where a 407 is answered otherwise. */
  #fields(): ReadonlyMap<string, string> {
    return proxyFields(this.#proxy, this.#settings.proxyHeaders, this.#onProxyAuth === undefined);
  }

  protected override route(secure: boolean): AgentRoute {
    const init = {
      peer: this.#peer,
      fields: () => this.#fields(),
      onProxyAuth: this.#onProxyAuth,
      maxFreeSockets: this.#settings.maxFreeSockets,
    };
    this.#agents ??= { forward: new ForwardAgent(init), tunnel: new TunnelAgent(init) };
    const { forward, tunnel } = this.#agents;
    const proxy = this.#proxy.display;
    return secure ? { agent: tunnel, mode: 'tunnel', proxy } : { agent: forward, mode: 'forward', proxy };
  }

  /** A 407 of a forward proxy is an answer; with `onProxyAuth` or `negotiate` it is answered once, where the body can be sent again. */
  override async send(request: PreparedRequest, options: SendOptions = {}): Promise<Response> {
    const startedAt = performance.now();
    const response = await super.send(request, options);
    const answer = this.#onProxyAuth;
    if (response.statusCode !== 407 || !answer || request.split.scheme !== 'http' || !isReplayable(request.body))
      return response;
    const challenge = toChallenge({ 'proxy-authenticate': response.headers.getAll('proxy-authenticate') });
    await response.close();
    const { headers } = await untilAborted(answer(challenge), options.signal);
    const again = request.copy();
    for (const [name, value] of replaced(new Map(), headers)) again.headers.set(name, value);
    // A connection that was authenticated belongs to the request that did it (RFC 4559 §6).
    if (isConnectionBound(challenge)) again.headers.set('Connection', 'close');
    try {
      const second = await super.send(again, { ...options, timeout: leftOf(options, startedAt) });
      second.request = request;
      return second;
    } catch (error) {
      if (error instanceof RequestException && error.request === again) error.request = request;
      throw error;
    }
  }

  override async close(): Promise<void> {
    const agents = this.#agents;
    this.#agents = null;
    if (agents) for (const agent of Object.values(agents)) retire(agent);
    await super.close();
  }
}

/** The limits of the second sending; the total goes on from the first. */
function leftOf({ timeout }: SendOptions, startedAt: number): SendOptions['timeout'] {
  const { connectMs, readMs, totalMs } = resolveTimeout(timeout);
  if (totalMs === null) return timeout;
  const leftMs = Math.max(1, totalMs - (performance.now() - startedAt));
  return { connect: seconds(connectMs), read: seconds(readMs), total: leftMs / 1000 };
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

/** A callback has no signal; at an abort nobody waits for it any more. */
async function untilAborted<T>(value: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return value;
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (signal.aborted) onAbort();
    return await Promise.race([promise, value]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
