import type { Agent } from 'node:http';
import {
  checkHeader,
  InvalidProxyURL,
  isReplayable,
  type PreparedRequest,
  type Response,
  type SendOptions,
} from '@requests-ts/core';
import { type ProxyUrl, parseProxyUrl, TlsStore, tlsConnectOptions } from '@requests-ts/node-transport';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { AgentAdapter, type AgentRoute, retire } from './agent-adapter.ts';
import { ForwardAgent } from './forward-agent.ts';
import { type HTTPProxyAdapterOptions, type ProxySettings, readProxyOptions } from './proxy-options.ts';

/**
 * Sends everything on its prefix through one HTTP proxy, for proxies that need more than `HTTPAdapter` does: Negotiate, headers of their own, TLS
 * settings of their own.
 *
 *     session.mount('https://', new HTTPProxyAdapter('http://proxy.corp.example:3128', { negotiate: true }));
 *
 * http targets are sent in absolute form, https targets through CONNECT; credentials go to the proxy alone.
 */
export class HTTPProxyAdapter extends AgentAdapter {
  readonly #proxy: ProxyUrl;
  readonly #settings: ProxySettings;
  #agents: { readonly forward: ForwardAgent; readonly tunnel: HttpsProxyAgent<string> } | null = null;

  /** @throws InvalidProxyURL when the URL is not one of an http or https proxy; TypeError for bad options; what loading certificates throws. */
  constructor(proxyUrl: string, options: HTTPProxyAdapterOptions = {}) {
    const settings = readProxyOptions(options);
    super(settings.transport);
    const proxy = parseProxyUrl(proxyUrl);
    if (proxy.scheme !== 'http' && proxy.scheme !== 'https') {
      throw new InvalidProxyURL(
        `HTTPProxyAdapter: ${proxy.display} is no HTTP proxy; for SOCKS use SOCKSAdapter of @requests-ts/socks`,
      );
    }
    this.#proxy = proxy;
    this.#settings = settings;
    this.#agents = createAgents(proxy, settings);
  }

  protected override route(secure: boolean): AgentRoute {
    this.#agents ??= createAgents(this.#proxy, this.#settings);
    const { forward, tunnel } = this.#agents;
    const agent: Agent = secure ? tunnel : forward;
    return { agent, proxy: this.#proxy.display, proxyAuthorization: !secure };
  }

  /** A 407 of a forward proxy is an answer; with `onProxyAuth` or `negotiate` it is answered once, where the body can be sent again. */
  override async send(request: PreparedRequest, options: SendOptions = {}): Promise<Response> {
    const response = await super.send(request, options);
    const answer = this.#agents?.forward.onProxyAuth;
    if (response.statusCode !== 407 || !answer || request.split.scheme !== 'http' || !isReplayable(request.body))
      return response;
    const challenges = response.headers.getAll('proxy-authenticate');
    const scheme = challenges[0]?.split(/\s/, 1)[0] ?? '';
    const { headers } = await answer({
      response: { statusCode: 407, headers: { 'proxy-authenticate': challenges } } as never,
      scheme,
    });
    await response.close();
    const again = request.copy();
    for (const [name, value] of Object.entries(headers)) again.headers.set(name, checkHeader(name, value));
    const second = await super.send(again, options);
    second.request = request;
    return second;
  }

  override async close(): Promise<void> {
    const agents = this.#agents;
    this.#agents = null;
    if (agents) for (const agent of Object.values(agents)) retire(agent);
    await super.close();
  }
}

function createAgents(
  proxy: ProxyUrl,
  settings: ProxySettings,
): { forward: ForwardAgent; tunnel: HttpsProxyAgent<string> } {
  const { proxyHeaders, negotiate, onProxyAuth, maxFreeSockets } = settings;
  const url = new URL(
    `${proxy.scheme}://${proxy.hostname.includes(':') ? `[${proxy.hostname}]` : proxy.hostname}:${proxy.port}`,
  );
  // What answers a 407 must not be overridden by user and password in the URL, which the agents would send instead.
  if (!negotiate && !onProxyAuth) {
    url.username = encodeURIComponent(proxy.username ?? '');
    url.password = encodeURIComponent(proxy.password ?? '');
  }
  const options = {
    keepAlive: true,
    maxFreeSockets,
    headers: proxyHeaders as Record<string, string>,
    ...(negotiate && { negotiate }),
    ...(onProxyAuth && { onProxyAuth: onProxyAuth as never }),
    ...(proxy.scheme === 'https' && proxyConnectOptions(proxy, settings)),
  };
  return { forward: new ForwardAgent(url, options as never), tunnel: new HttpsProxyAgent(url, options as never) };
}

function proxyConnectOptions(proxy: ProxyUrl, { verify, cert, tls }: ProxySettings): object {
  const {
    host: _host,
    path: _path,
    lookup: _lookup,
    ...options
  } = tlsConnectOptions(new TlsStore(tls).resolve(verify, cert), proxy.hostname, ['http/1.1']);
  return options;
}
