import type { Agent } from 'node:http';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { BaseAdapter, InvalidSchema, type PreparedRequest, type Response, type SendOptions } from '@requests-ts/core';
import { DEFAULT_PORTS, emitWarning, resolveTimeout } from '@requests-ts/core/authors';
import { identityCheck, TlsStore, wireHeaders } from '@requests-ts/node-transport';
import { AgentCall } from './agent-call.ts';
import { type AgentAdapterOptions, type AgentSettings, readAgentOptions } from './agent-options.ts';
import type { AgentRoute } from './agent-route.ts';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Sends through `node:http` and any `http.Agent`: agentkeepalive, a PAC agent, your company's own.
 *
 *     session.mount('https://intranet.example/', new AgentAdapter({ httpsAgent: new PacProxyAgent('pac+https://...') }));
 *
 * The agent decides where connections go and how they are kept, so `proxies` have no say. Options, timeouts, TLS, decoding and errors are those
 * of `HTTPAdapter`, at about twice its cost per request; what it can do besides is `Expect: 100-continue` and lenient parsing.
 */
export class AgentAdapter extends BaseAdapter {
  readonly #settings: AgentSettings;
  readonly #tls: TlsStore;
  readonly #warned: Set<string> = new Set();
  #own: { readonly http: HttpAgent; readonly https: HttpsAgent } | null = null;

  /** @throws TypeError or RangeError for a bad option. */
  constructor(options: AgentAdapterOptions = {}) {
    super();
    this.#settings = readAgentOptions(options);
    this.#tls = new TlsStore(this.#settings.tls);
  }

  override async send(request: PreparedRequest, options: SendOptions = {}): Promise<Response> {
    const { signal, timeout, verify, cert, stream } = options;
    signal?.throwIfAborted();
    // Node would make '' a GET, and an answer to CONNECT is no response.
    if (!TOKEN.test(request.method) || request.method.toUpperCase() === 'CONNECT')
      throw new TypeError('The method of a request must be a token (RFC 9110 §9.1), and not CONNECT');
    const limits = resolveTimeout(timeout);
    const { scheme, host, port } = request.split;
    const secure = scheme === 'https';
    if (!secure && scheme !== 'http')
      throw new InvalidSchema(`AgentAdapter sends to http and https URLs, not to '${scheme}:'`);
    const settings = this.#settings;
    // True means the default of whoever is asked: here this adapter's own.
    const trust = verify === undefined || verify === true ? settings.verify : verify;
    if (secure && trust === false) this.#warnInsecure(host);
    return new AgentCall({
      request,
      wire: wireHeaders(request, { expect: true }),
      route: this.route(secure),
      settings,
      limits,
      hostname: host.startsWith('[') ? host.slice(1, -1) : host,
      port: port ?? DEFAULT_PORTS[scheme]!,
      tls: secure ? this.#tls.resolve(trust, cert ?? settings.cert) : null,
      stream: stream === true,
      signal,
    }).start();
  }

  /** The way of a request; the seam for adapters that bring agents of their own. */
  protected route(secure: boolean): AgentRoute {
    const { httpAgent, httpsAgent } = this.#settings;
    const given = secure ? httpsAgent : httpAgent;
    if (given) return { agent: given, mode: 'given' };
    this.#own ??= {
      http: new HttpAgent({ keepAlive: true }),
      // As an option of the agent, since Node keeps no connection that was made with a check of a request's own.
      https: new HttpsAgent({ keepAlive: true, checkServerIdentity: identityCheck(this.#settings.tls) }),
    };
    return { agent: secure ? this.#own.https : this.#own.http, mode: 'own' };
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

  /** Closes idle connections of its own agents; running requests end first. Agents that were given to it stay as they are. */
  override async close(): Promise<void> {
    const own = this.#own;
    this.#own = null;
    if (own) for (const agent of Object.values(own)) retire(agent);
  }
}

/** Closes what idles now, and every other connection when it falls idle. */
export function retire(agent: Agent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}
