import type { Cert, Verify } from '@requests-ts/core';
import { readOptions } from '@requests-ts/core/authors';
import { readTlsOptions, type TlsOptions } from '@requests-ts/node-transport';
import { AGENT_KEYS, type AgentAdapterOptions } from './agent-options.ts';
import type { OnProxyAuth } from './proxy-auth.ts';

/** Headers for the proxy alone, or a function that makes them for each connection. */
export type ProxyHeaders = Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);

/** TLS with an `https://` proxy, apart from TLS with the target. */
export interface ProxyTls extends TlsOptions {
  readonly verify?: Verify;
  readonly cert?: Cert | null;
}

/** Settings of an `HTTPProxyAdapter`. */
export interface HTTPProxyAdapterOptions extends Omit<AgentAdapterOptions, 'httpAgent' | 'httpsAgent'> {
  /** Sent to the proxy, never to the target. */
  readonly proxyHeaders?: ProxyHeaders | undefined;
  /** Negotiate (Kerberos, RFC 4559) with the proxy; needs the package `kerberos`, which you install. False. */
  readonly negotiate?: boolean | undefined;
  /** Answers a 407, once per request; takes the place of user and password in the URL. */
  readonly onProxyAuth?: OnProxyAuth | undefined;
  readonly proxyTls?: ProxyTls | undefined;
  /** Connections kept per target. 10. */
  readonly maxFreeSockets?: number | undefined;
}

/** The settings of the proxy, and those of the transport. */
export interface ProxySettings {
  readonly proxyHeaders: ProxyHeaders;
  readonly negotiate: boolean;
  readonly onProxyAuth: OnProxyAuth | undefined;
  readonly verify: Verify;
  readonly cert: Cert | null;
  readonly tls: TlsOptions;
  readonly maxFreeSockets: number;
  readonly transport: AgentAdapterOptions;
}

const PROXY_KEYS = ['proxyHeaders', 'negotiate', 'onProxyAuth', 'proxyTls', 'maxFreeSockets'] as const;
const TRANSPORT_KEYS = AGENT_KEYS.filter(
  (key) => key !== 'httpAgent' && key !== 'httpsAgent',
) as readonly (keyof HTTPProxyAdapterOptions)[];

/** @throws TypeError for an unknown option. */
export function readProxyOptions(options: HTTPProxyAdapterOptions): ProxySettings {
  const read = readOptions(options, [...PROXY_KEYS, ...TRANSPORT_KEYS], 'HTTPProxyAdapter');
  const { proxyHeaders = {}, negotiate = false, onProxyAuth, proxyTls, maxFreeSockets = 10 } = read;
  if (typeof proxyHeaders !== 'function' && (typeof proxyHeaders !== 'object' || proxyHeaders === null))
    throw new TypeError('HTTPProxyAdapter: proxyHeaders must be an object or a function');
  if (typeof negotiate !== 'boolean') throw new TypeError('HTTPProxyAdapter: negotiate must be true or false');
  if (onProxyAuth !== undefined && typeof onProxyAuth !== 'function')
    throw new TypeError('HTTPProxyAdapter: onProxyAuth must be a function');
  if (negotiate && onProxyAuth)
    throw new TypeError('HTTPProxyAdapter: negotiate and onProxyAuth answer the same question; give one of them');
  if (!Number.isInteger(maxFreeSockets) || maxFreeSockets < 1)
    throw new RangeError(`HTTPProxyAdapter: maxFreeSockets must be a whole number from 1, got ${maxFreeSockets}`);
  const { verify = true, cert = null, ...tls } = { ...proxyTls };
  const transport = Object.fromEntries(
    TRANSPORT_KEYS.filter((key) => read[key] !== undefined).map((key) => [key, read[key]]),
  );
  return { proxyHeaders, negotiate, onProxyAuth, verify, cert, tls: readTlsOptions(tls), maxFreeSockets, transport };
}
