import type { LookupFunction } from 'node:net';
import type { Cert, PreparedRequest, Seconds, Verify } from '@requests-ts/core';
import { readOptions } from '@requests-ts/core/authors';
import { type BodyLimits, readTlsOptions, type TlsOptions } from '@requests-ts/node-transport';
import type { ConnectorEntry, Connectors, SocketOptions } from './connector.ts';
import type { AddressGuard } from './guard.ts';
import type { Throughput } from './throughput.ts';

/** Settings of an `HTTPAdapter`; each is read once. */
export interface HTTPAdapterOptions {
  /** Hosts whose connections are kept; the least recently used one is dropped. 10. */
  readonly poolConnections?: number | undefined;
  /** Idle connections kept per host; with `poolBlock`, connections altogether. 10. */
  readonly poolMaxsize?: number | undefined;
  /** True makes a request wait for one of `poolMaxsize` connections; false opens more and closes them after use. False. */
  readonly poolBlock?: boolean | undefined;
  /** Further attempts after a failure to connect, for any method: nothing was sent then. 0. */
  readonly maxRetries?: number | undefined;
  /** How long an idle connection is kept when the server does not say, in seconds. 30. */
  readonly keepAliveTimeout?: Seconds | undefined;
  /** True offers HTTP/2 to https servers. False. */
  readonly http2?: boolean | undefined;
  /** What a request that says nothing about `verify` gets. True. */
  readonly verify?: Verify | undefined;
  /** What a request that says nothing about `cert` gets. */
  readonly cert?: Cert | null | undefined;
  readonly tls?: TlsOptions | undefined;
  /** Ways to reach a target through other kinds of proxies, by URL scheme. */
  readonly connectors?: Connectors | undefined;
  /** A Unix domain socket, or a Windows pipe, that every connection goes to instead of the URL's host. */
  readonly socketPath?: string | undefined;
  /** Local address to connect from. */
  readonly localAddress?: string | undefined;
  /** Address family: 4, 6, or 0 for either. 0. */
  readonly family?: 0 | 4 | 6 | undefined;
  /** Tries IPv4 and IPv6 side by side (RFC 8305). True. */
  readonly autoSelectFamily?: boolean | undefined;
  /** Replaces `dns.lookup`. */
  readonly lookup?: LookupFunction | undefined;
  /** TCP keep-alive probes after that many idle seconds; false for none. 60. */
  readonly tcpKeepAlive?: Seconds | false | undefined;
  /** False lets the kernel gather small writes (Nagle). True. */
  readonly noDelay?: boolean | undefined;
  /** Bytes of a response's status line and headers, and of its trailers. 65536. */
  readonly maxHeaderSize?: number | undefined;
  /** Header fields of a response. 256. */
  readonly maxHeaderCount?: number | undefined;
  /** Bytes of a response's body on the wire. No limit. */
  readonly maxBodySize?: number | undefined;
  /** Bytes of a response's body after decoding. No limit. */
  readonly maxDecodedSize?: number | undefined;
  /** Decoded bytes per byte on the wire, looked at after 64 MiB; 0 switches it off. 200. */
  readonly maxRatio?: number | undefined;
  /** Bytes of a request's body. No limit. */
  readonly maxRequestSize?: number | undefined;
  /** 1xx responses before the final one. 16. */
  readonly maxInformational?: number | undefined;
  /** False opens a new connection for every request: for gateways that mix tenants. True. */
  readonly keepAlive?: boolean | undefined;
  /** The least that a response's body must bring in each so many seconds of waiting for it. No limit. */
  readonly minThroughput?: { readonly bytes: number; readonly seconds: Seconds } | undefined;
  /** Looks at each address before anything is connected to it, and throws to refuse it: `publicAddressesOnly`, or your own. */
  readonly guard?: AddressGuard | undefined;
  /** Requests with different keys never share a connection: for gateways that mix tenants. All have one key. */
  readonly isolation?: ((request: PreparedRequest) => string) | undefined;
}

/** The same with every default filled in. */
export interface AdapterSettings extends BodyLimits {
  readonly poolConnections: number;
  readonly poolMaxsize: number;
  readonly poolBlock: boolean;
  readonly maxRetries: number;
  readonly keepAliveMs: number;
  readonly keepAlive: boolean;
  readonly http2: boolean;
  readonly verify: Verify;
  readonly cert: Cert | null;
  readonly tls: TlsOptions;
  readonly connectors: ReadonlyMap<string, ConnectorEntry>;
  readonly socketPath: string | undefined;
  readonly socket: SocketOptions;
  readonly autoSelectFamily: boolean;
  /** Milliseconds; null for none. */
  readonly tcpKeepAliveMs: number | null;
  readonly noDelay: boolean;
  readonly maxHeaderSize: number;
  readonly maxHeaderCount: number;
  readonly maxRequestSize: number;
  readonly maxInformational: number;
  readonly minThroughput: Throughput | null;
  readonly guard: AddressGuard | null;
  readonly isolation: ((request: PreparedRequest) => string) | null;
}

const KEYS = [
  'poolConnections',
  'poolMaxsize',
  'poolBlock',
  'maxRetries',
  'keepAliveTimeout',
  'keepAlive',
  'http2',
  'verify',
  'cert',
  'tls',
  'connectors',
  'socketPath',
  'localAddress',
  'family',
  'autoSelectFamily',
  'lookup',
  'tcpKeepAlive',
  'noDelay',
  'maxHeaderSize',
  'maxHeaderCount',
  'maxBodySize',
  'maxDecodedSize',
  'maxRatio',
  'maxRequestSize',
  'maxInformational',
  'minThroughput',
  'guard',
  'isolation',
] as const;

/** @throws TypeError for an unknown option or a value of the wrong type, RangeError for a number out of range; all at construction. */
export function readAdapterOptions(options: HTTPAdapterOptions | undefined): AdapterSettings {
  const read = readOptions(options, KEYS, 'HTTPAdapter');
  const tcpKeepAlive = read.tcpKeepAlive === false ? null : count(read.tcpKeepAlive, 60, 'tcpKeepAlive', 0.001) * 1000;
  if (read.lookup !== undefined && typeof read.lookup !== 'function')
    throw new TypeError('HTTPAdapter: lookup must be a function like dns.lookup');
  if (read.family !== undefined && ![0, 4, 6].includes(read.family))
    throw new RangeError('HTTPAdapter: family must be 0, 4 or 6');
  return {
    poolConnections: whole(read.poolConnections, 10, 'poolConnections', 1),
    poolMaxsize: whole(read.poolMaxsize, 10, 'poolMaxsize', 1),
    poolBlock: flag(read.poolBlock, false, 'poolBlock'),
    maxRetries: retries(read.maxRetries),
    keepAliveMs: count(read.keepAliveTimeout, 30, 'keepAliveTimeout', 0.001) * 1000,
    keepAlive: flag(read.keepAlive, true, 'keepAlive'),
    http2: flag(read.http2, false, 'http2'),
    verify: read.verify ?? true,
    cert: read.cert ?? null,
    tls: readTlsOptions(read.tls),
    connectors: readConnectors(read.connectors),
    socketPath: text(read.socketPath, 'socketPath'),
    socket: { lookup: read.lookup, family: read.family, localAddress: text(read.localAddress, 'localAddress') },
    autoSelectFamily: flag(read.autoSelectFamily, true, 'autoSelectFamily'),
    tcpKeepAliveMs: tcpKeepAlive,
    noDelay: flag(read.noDelay, true, 'noDelay'),
    maxHeaderSize: whole(read.maxHeaderSize, 65_536, 'maxHeaderSize', 1),
    maxHeaderCount: whole(read.maxHeaderCount, 256, 'maxHeaderCount', 1),
    maxBodySize: count(read.maxBodySize, Infinity, 'maxBodySize', 0),
    maxDecodedSize: count(read.maxDecodedSize, Infinity, 'maxDecodedSize', 0),
    maxRatio: count(read.maxRatio, 200, 'maxRatio', 0) || Infinity,
    maxRequestSize: count(read.maxRequestSize, Infinity, 'maxRequestSize', 0),
    maxInformational: whole(read.maxInformational, 16, 'maxInformational', 0),
    minThroughput: throughput(read.minThroughput),
    guard: callback(read.guard, 'guard'),
    isolation: callback(read.isolation, 'isolation'),
  };
}

function count(value: unknown, fallback: number, name: string, least: number): number {
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'number') throw new TypeError(`HTTPAdapter: ${name} must be a number, not ${typeof value}`);
  if (!(value >= least)) throw new RangeError(`HTTPAdapter: ${name} must be at least ${least}, got ${value}`);
  return value;
}

function whole(value: unknown, fallback: number, name: string, least: number): number {
  const read = count(value, fallback, name, least);
  if (!Number.isInteger(read)) throw new RangeError(`HTTPAdapter: ${name} must be a whole number, got ${read}`);
  return read;
}

function retries(value: unknown): number {
  if (typeof value === 'object' && value !== null) {
    throw new TypeError(
      'HTTPAdapter: maxRetries is a number of connection attempts; for a policy wrap the adapter: new RetryAdapter(new HTTPAdapter(), { ... })',
    );
  }
  return whole(value, 0, 'maxRetries', 0);
}

function throughput(value: HTTPAdapterOptions['minThroughput'] | null): Throughput | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object') throw new TypeError(`HTTPAdapter: minThroughput must be { bytes, seconds }`);
  const { bytes, seconds } = readOptions(value, ['bytes', 'seconds'], 'minThroughput');
  if (bytes === undefined || seconds === undefined)
    throw new TypeError('HTTPAdapter: minThroughput needs both bytes and seconds');
  return {
    bytes: count(bytes, 0, 'minThroughput.bytes', 0),
    windowMs: count(seconds, 0, 'minThroughput.seconds', 0.001) * 1000,
  };
}

function callback<F extends (...args: never[]) => unknown>(value: F | null | undefined, name: string): F | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'function') throw new TypeError(`HTTPAdapter: ${name} must be a function, not ${typeof value}`);
  return value;
}

function flag(value: unknown, fallback: boolean, name: string): boolean {
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'boolean')
    throw new TypeError(`HTTPAdapter: ${name} must be true or false, not ${typeof value}`);
  return value;
}

function text(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value === '')
    throw new TypeError(`HTTPAdapter: ${name} must be a string that is not empty`);
  return value;
}

function readConnectors(connectors: Connectors | undefined): ReadonlyMap<string, ConnectorEntry> {
  const entries = new Map<string, ConnectorEntry>();
  for (const [scheme, entry] of Object.entries(connectors ?? {})) {
    if (typeof entry !== 'function' && typeof entry?.connect !== 'function') {
      throw new TypeError(`HTTPAdapter: connectors.${scheme} must be a Connector or a function that loads one`);
    }
    entries.set(scheme.toLowerCase(), entry);
  }
  return entries;
}
