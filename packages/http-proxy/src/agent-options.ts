import type { Agent } from 'node:http';
import type { Cert, Verify } from '@requests-ts/core';
import { readOptions } from '@requests-ts/core/authors';
import { type BodyLimits, DEFAULT_LIMITS, readTlsOptions, type TlsOptions } from '@requests-ts/node-transport';

/** Settings of an `AgentAdapter`; each is read once. */
export interface AgentAdapterOptions {
  /** For http URLs; one with keep-alive of its own when absent. It stays yours: `close()` does not touch it. */
  readonly httpAgent?: Agent | undefined;
  /** For https URLs, likewise. */
  readonly httpsAgent?: Agent | undefined;
  /** Accepts answers that break the grammar of HTTP (line folding, bare LF, length beside chunked). False. */
  readonly insecureHTTPParser?: boolean | undefined;
  /** What a request that says nothing about `verify` gets. True. */
  readonly verify?: Verify | undefined;
  /** What a request that says nothing about `cert` gets. */
  readonly cert?: Cert | null | undefined;
  readonly tls?: TlsOptions | undefined;
  /** Bytes of a response's head. 65536. */
  readonly maxHeaderSize?: number | undefined;
  /** Header fields of a response. 256. */
  readonly maxHeaderCount?: number | undefined;
  /** Bytes of a response's body on the wire. No limit. */
  readonly maxBodySize?: number | undefined;
  /** Bytes of a response's body after decoding. No limit. */
  readonly maxDecodedSize?: number | undefined;
  /** Decoded bytes per byte on the wire, looked at after 64 MiB. 200. */
  readonly maxRatio?: number | undefined;
  /** Bytes of a request's body. No limit. */
  readonly maxRequestSize?: number | undefined;
  /** 1xx responses before the final one. 16. */
  readonly maxInformational?: number | undefined;
}

/** The same with every default filled in. */
export interface AgentSettings extends BodyLimits {
  readonly httpAgent: Agent | undefined;
  readonly httpsAgent: Agent | undefined;
  readonly insecureHTTPParser: boolean;
  readonly verify: Verify;
  readonly cert: Cert | null;
  readonly tls: TlsOptions;
  readonly maxHeaderSize: number;
  readonly maxHeaderCount: number;
  readonly maxRequestSize: number;
  readonly maxInformational: number;
}

export const AGENT_KEYS: readonly (keyof AgentAdapterOptions)[] = [
  'httpAgent',
  'httpsAgent',
  'insecureHTTPParser',
  'verify',
  'cert',
  'tls',
  'maxHeaderSize',
  'maxHeaderCount',
  'maxBodySize',
  'maxDecodedSize',
  'maxRatio',
  'maxRequestSize',
  'maxInformational',
];

/** @throws TypeError for an unknown option or one of the wrong type, RangeError for a number out of range. */
export function readAgentOptions(options: AgentAdapterOptions): AgentSettings {
  const read = readOptions(options, AGENT_KEYS, 'AgentAdapter');
  const limit = (name: keyof AgentAdapterOptions, fallback: number): number => {
    const value = read[name];
    if (value === undefined) return fallback;
    if (typeof value !== 'number') throw new TypeError(`AgentAdapter: ${name} must be a number, not ${typeof value}`);
    if (!(value >= 0)) throw new RangeError(`AgentAdapter: ${name} must be at least 0, got ${value}`);
    return value;
  };
  return {
    httpAgent: agent(read.httpAgent, 'httpAgent'),
    httpsAgent: agent(read.httpsAgent, 'httpsAgent'),
    insecureHTTPParser: read.insecureHTTPParser === true,
    verify: read.verify ?? true,
    cert: read.cert ?? null,
    tls: readTlsOptions(read.tls),
    maxHeaderSize: limit('maxHeaderSize', 65_536),
    maxHeaderCount: limit('maxHeaderCount', 256),
    maxBodySize: limit('maxBodySize', DEFAULT_LIMITS.maxBodySize),
    maxDecodedSize: limit('maxDecodedSize', DEFAULT_LIMITS.maxDecodedSize),
    maxRatio: limit('maxRatio', DEFAULT_LIMITS.maxRatio) || Number.POSITIVE_INFINITY,
    maxRequestSize: limit('maxRequestSize', Number.POSITIVE_INFINITY),
    maxInformational: limit('maxInformational', 16),
  };
}

function agent(value: Agent | undefined, name: string): Agent | undefined {
  if (value === undefined) return undefined;
  if (typeof (value as { addRequest?: unknown }).addRequest !== 'function') {
    throw new TypeError(`AgentAdapter: ${name} must be an http.Agent`);
  }
  return value;
}
