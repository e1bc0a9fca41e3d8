import type { ClientRequest } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import { HttpProxyAgent } from 'http-proxy-agent';
import { connectProxy, type ProxyPeer } from './proxy-connection.ts';

/** What every connection of an agent shares. */
export interface ForwardAgentInit {
  readonly peer: ProxyPeer;
  /** Added to each request. */
  readonly fields: () => ReadonlyMap<string, string>;
  readonly maxFreeSockets: number;
}

/** What the agent is told of a request. */
interface TargetOptions {
  readonly host?: string;
  readonly port?: number | string;
}

/**
 * The agent for plain http targets.
 *
 * The library makes the request target by resolving the path against the `Host` header: a path of `//evil.example/` would go there, and so
 * would every request whose `Host` was overridden. Here it is made of the connection's own host and port (RFC 9112 §3.2.2), and the path
 * stays as it was prepared.
 */
export class ForwardAgent extends HttpProxyAgent<string> {
  readonly #init: ForwardAgentInit;

  constructor(init: ForwardAgentInit) {
    super(init.peer.url.display, { keepAlive: true, maxFreeSockets: init.maxFreeSockets });
    this.#init = init;
  }

  override setRequestProps(request: never, options: never): void {
    const outgoing = request as ClientRequest & { path: string };
    const { host = '', port } = options as TargetOptions;
    const authority = `${isIPv6(host) ? `[${host}]` : host}${Number(port) === 80 ? '' : `:${port}`}`;
    outgoing.path = `http://${authority}${outgoing.path}`;
    for (const [name, value] of this.#init.fields()) outgoing.setHeader(name, value);
  }

  /** The request was given its target when it was added; only its connection is missing. */
  override async connect(request: never): Promise<Socket> {
    const connection = await connectProxy(this.#init.peer, request as ClientRequest);
    return connection.release();
  }
}
