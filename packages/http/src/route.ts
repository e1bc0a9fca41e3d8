import { createHash } from 'node:crypto';
import { InvalidSchema, InvalidURL, type SplitUrl } from '@requests-ts/core';
import { DEFAULT_PORTS, percentDecode } from '@requests-ts/core/authors';
import type { ProxyUrl, TlsSettings } from '@requests-ts/node-transport';
import type { ConnectorEntry } from './connector.ts';

/** The way to a target: everything that connections of one pool have in common. */
export interface Route {
  /**
   * `direct`: to the target, or a local socket. `forward`: to an HTTP proxy that is given absolute URLs. `tunnel`: through CONNECT.
   * `connector`: by whatever a connector does.
   */
  readonly mode: 'direct' | 'forward' | 'tunnel' | 'connector';
  /** The target's; IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** TLS with the target, or null for plain HTTP. */
  readonly tls: TlsSettings | null;
  readonly proxy: ProxyUrl | null;
  /** TLS with the proxy, or null. */
  readonly proxyTls: TlsSettings | null;
  /** For the proxy alone: name, value, name, value... */
  readonly proxyHeaders: readonly string[];
  readonly connector: ConnectorEntry | null;
  /** A local socket instead of host and port. */
  readonly socketPath: string | undefined;
}

/** The end of a URL that a connection goes to. */
export interface Target {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** From `http+unix://%2Frun%2Fapp.sock/path`. */
  readonly socketPath: string | undefined;
}

/** @throws InvalidSchema, InvalidURL */
export function targetOf({ scheme, host, port }: SplitUrl): Target {
  const secure = scheme.startsWith('https');
  switch (scheme) {
    case 'http':
    case 'https':
      return {
        secure,
        hostname: host.startsWith('[') ? host.slice(1, -1) : host,
        port: port ?? DEFAULT_PORTS[scheme]!,
        socketPath: undefined,
      };
    case 'http+unix':
    case 'https+unix': {
      const socketPath = percentDecode(host);
      if (socketPath === '' || socketPath.includes('\0'))
        throw new InvalidURL(`Invalid ${scheme} URL: no socket path, as in ${scheme}://%2Frun%2Fapp.sock/`);
      return { secure, hostname: 'localhost', port: secure ? 443 : 80, socketPath };
    }
    default:
      throw new InvalidSchema(`HTTPAdapter sends to http, https and http+unix URLs, not to '${scheme}:'`);
  }
}

/**
 * One name per set of connections that may stand in for each other. Unambiguous, exact, and made of hashes where there are secrets.
 *
 * A forward proxy takes requests for any target on one connection; everything else belongs to one target.
 */
export function routeKey(route: Route): string {
  const { mode, hostname, port, tls, proxy, proxyTls, proxyHeaders, socketPath } = route;
  const target = mode === 'forward' ? null : [hostname, port, tls?.key ?? null, socketPath ?? null];
  const identity = proxy && [
    proxy.display,
    hash([proxy.username ?? null, proxy.password ?? null, ...proxyHeaders]),
    proxyTls?.key ?? null,
  ];
  return JSON.stringify([mode, target, identity]);
}

function hash(parts: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** The packages that bring a connector for a scheme, for the error that asks for one. */
const PACKAGES: ReadonlyMap<string, string> = new Map([
  ['socks', '@requests-ts/socks'],
  ['socks4', '@requests-ts/socks'],
  ['socks4a', '@requests-ts/socks'],
  ['socks5', '@requests-ts/socks'],
  ['socks5h', '@requests-ts/socks'],
]);

/** @returns The error for a proxy that this adapter cannot use; it never goes around one in silence. */
export function unsupportedProxy(scheme: string): InvalidSchema {
  const name = PACKAGES.get(scheme);
  const install = name && `npm install ${name}, then write: new HTTPAdapter({ connectors: socksConnectors })`;
  return new InvalidSchema(
    `Missing dependencies or unsupported scheme for ${scheme} proxies: ${install ?? 'use http, https, a SOCKS scheme such as socks5h, or a connector of your own'}`,
  );
}
