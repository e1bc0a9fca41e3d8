import type { LookupFunction, Socket } from 'node:net';
import type { ProxyUrl } from '@requests-ts/node-transport';

/** The end point that a connector is to reach. */
export interface ConnectorTarget {
  /** Lower-case ASCII, as in the URL; IPv6 without brackets. Whether it is resolved here or by the proxy is the connector's business. */
  readonly hostname: string;
  readonly port: number;
}

/** How the adapter wants its sockets; what the user did not set is undefined. */
export interface SocketOptions {
  /** Resolves the names that are resolved on this side. */
  readonly lookup?: LookupFunction | undefined;
  /** 0 for either, 4 or 6. */
  readonly family?: 0 | 4 | 6 | undefined;
  readonly localAddress?: string | undefined;
}

/** One connection that a connector is asked for. */
export interface ConnectorRequest {
  readonly proxy: ProxyUrl;
  readonly target: ConnectorTarget;
  /** Aborts at the deadline and when the caller gives up: destroy what is open, and reject. */
  readonly signal: AbortSignal;
  /** Milliseconds left of the connect deadline, for libraries that take no signal; null for none. The adapter keeps the deadline all the same. */
  readonly timeoutMs: number | null;
  readonly socket: SocketOptions;
}

/**
 * Opens connections through a kind of proxy that the adapter does not know itself, such as SOCKS.
 *
 * It is asked once per new connection; pooling, TLS with the target, deadlines and HTTP are the adapter's. Registered by URL scheme:
 *
 *     new HTTPAdapter({ connectors: { socks5h: socksConnector } });
 *     session.proxies = { https: 'socks5h://127.0.0.1:1080' };
 */
export interface Connector {
  /**
   * Resolves with a connected plain socket whose next byte is the target's: handshake done, no byte of the target read, no listener or
   * timeout left on it. The adapter owns the socket from then on.
   *
   * Rejects with any error; it becomes the `cause` of a `ProxyError`, so its message must not hold the proxy's password. An error of our
   * own tree (`ProxyError`, `InvalidProxyURL`...) is thrown as it is.
   */
  connect(request: ConnectorRequest): Promise<Socket>;
}

/** A connector, or a function that loads it when the first proxy of its scheme is used. */
export type ConnectorEntry = Connector | (() => Promise<Connector>);

/** By scheme of the proxy URL, without the colon. */
export type Connectors = Readonly<Record<string, ConnectorEntry>>;
