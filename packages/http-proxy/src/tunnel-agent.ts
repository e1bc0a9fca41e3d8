import type { ClientRequest } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ProxyError } from '@requests-ts/core';
import { ConnectFailure, type TlsSettings, tlsConnectOptions } from '@requests-ts/node-transport';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { requestTunnel } from './connect-request.ts';
import { CallbackError, isConnectionBound, type OnProxyAuth, type ProxyChallenge, toChallenge } from './proxy-auth.ts';
import { connectProxy, type ProxyConnection, type ProxyPeer } from './proxy-connection.ts';
import { replaced } from './proxy-headers.ts';
import { type TunnelAnswer, tunnelRefused } from './refusal.ts';

/** Key among the options of a request: what its tunnel needs to know. */
export const TUNNEL: unique symbol = Symbol('tunnel');

/** What a request tells its tunnel. */
export interface TunnelOptions {
  /** TLS with the target. */
  readonly tls: TlsSettings;
  /** The caller's own `Proxy-Authorization`, for proxies whose URL has no credentials. */
  readonly proxyAuthorization: string | undefined;
}

/** What every tunnel of an agent shares. */
export interface TunnelAgentInit {
  readonly peer: ProxyPeer;
  /** Sent with each CONNECT. */
  readonly fields: () => ReadonlyMap<string, string>;
  readonly onProxyAuth: OnProxyAuth | undefined;
  readonly maxFreeSockets: number;
}

/** What the agent is told of a connection that it is to make. */
interface ConnectOptions {
  readonly host?: string;
  readonly port: number;
  readonly [TUNNEL]?: TunnelOptions;
}

/**
 * The agent for https targets.
 *
 * The pooling is the library's. The opening of the tunnel is not: there the library leaves its socket open when the request is given up,
 * reads an answer of any size, drops bytes that come too early, and hands out a replay of refusals.
 */
export class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #init: TunnelAgentInit;
  /** Sockets that were authenticated themselves. */
  readonly #bound: WeakSet<object> = new WeakSet();

  constructor(init: TunnelAgentInit) {
    // The library's own view of the proxy is not used; it shows in debug output, hence without credentials.
    super(init.peer.url.display, { keepAlive: true, maxFreeSockets: init.maxFreeSockets });
    this.#init = init;
  }

  override async connect(request: ClientRequest, options: never): Promise<Socket> {
    const { host = '', port, [TUNNEL]: tunnel } = options as ConnectOptions;
    const { fields, onProxyAuth } = this.#init;
    if (!tunnel) throw new TypeError('TunnelAgent serves requests of HTTPProxyAdapter only');
    const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
    let asked = fields();
    if (tunnel.proxyAuthorization !== undefined && !hasAuthorization(asked))
      asked = replaced(asked, { 'Proxy-Authorization': tunnel.proxyAuthorization });
    let { connection, answer } = await this.#ask(request, authority, asked);
    let challenge: ProxyChallenge | null = null;
    if (answer.statusCode === 407 && onProxyAuth) {
      connection.destroy();
      challenge = toChallenge(byName(answer.fields));
      const { headers } = await called(onProxyAuth, challenge);
      // Given up in the meantime: nobody would destroy another connection.
      if (request.destroyed) throw new Error('the request was given up');
      ({ connection, answer } = await this.#ask(request, authority, replaced(asked, headers)));
    }
    const error = this.#judge(answer);
    if (error) {
      connection.destroy();
      throw error;
    }
    request.emit('proxyConnect', { statusCode: 200 });
    const secured = secure(connection.release(), tunnel.tls, host);
    if (challenge && isConnectionBound(challenge)) this.#bound.add(secured);
    return secured;
  }

  /** A connection that was authenticated belongs to the request that did it (RFC 4559 §6). */
  override keepSocketAlive(socket: Socket): boolean {
    if (this.#bound.has(socket)) return false;
    return (super.keepSocketAlive as unknown as (socket: Socket) => boolean).call(this, socket);
  }

  async #ask(
    request: ClientRequest,
    authority: string,
    fields: ReadonlyMap<string, string>,
  ): Promise<{ connection: ProxyConnection; answer: TunnelAnswer }> {
    const connection = await connectProxy(this.#init.peer, request);
    try {
      return { connection, answer: await requestTunnel(connection.socket, authority, fields) };
    } catch (cause) {
      connection.destroy();
      throw new ConnectFailure({ phase: 'proxy', proxy: this.#init.peer.url.display, cause });
    }
  }

  /** Only 200 opens a tunnel, and only when nothing follows: bytes that came early would be taken for the target's. */
  #judge(answer: TunnelAnswer): ProxyError | null {
    const proxy = this.#init.peer.url.display;
    if (answer.statusCode !== 200) return tunnelRefused(answer, proxy);
    if (answer.body.length === 0) return null;
    return new ProxyError(`Proxy ${proxy}: Tunnel connection failed: bytes came before the target could send any`);
  }
}

/** TLS with the target, begun; whoever gets the socket waits for it. */
function secure(raw: Socket, tls: TlsSettings, host: string): Socket {
  const options = tlsConnectOptions(tls, host, ['http/1.1']);
  options.socket = raw;
  return connectTls(options).on('error', () => {});
}

async function called(
  answer: OnProxyAuth,
  challenge: ProxyChallenge,
): Promise<{ readonly headers: Readonly<Record<string, string>> }> {
  try {
    return await answer(challenge);
  } catch (error) {
    throw error instanceof ProxyError ? error : new CallbackError(error);
  }
}

function hasAuthorization(fields: ReadonlyMap<string, string>): boolean {
  return [...fields.keys()].some((name) => name.toLowerCase() === 'proxy-authorization');
}

function byName(fields: readonly string[]): Record<string, string | string[]> {
  const record: Record<string, string | string[]> = Object.create(null);
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fields[i]!.toLowerCase();
    record[name] = name in record ? [record[name]!, fields[i + 1]!].flat() : fields[i + 1]!;
  }
  return record;
}
