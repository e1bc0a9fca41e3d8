import {
  ChunkedEncodingError,
  ConnectionError,
  ConnectTimeout,
  ProxyError,
  SSLError,
  Timeout,
} from '@requests-ts/core';
import { printable } from '@requests-ts/core/authors';

/** The retries were used up. Found as `cause` of the error that a request rejects with. */
export class MaxRetryError extends Error {
  /** What was being requested, as given to `increment`. */
  declare readonly url: string | null;
  /** What went wrong last. */
  declare readonly reason: Error;

  constructor(url: string | null, reason: Error) {
    super(`Max retries exceeded (caused by ${reason.name}: ${printable(reason.message)})`, { cause: reason });
    this.name = 'MaxRetryError';
    // A URL may hold secrets: printing the error does not print it.
    Object.defineProperties(this, { url: { value: url }, reason: { value: reason } });
  }
}

/** Which counter of `Retry` an error counts against. */
export type ErrorKind = 'connect' | 'read' | 'other';

/** System calls and codes of a connection that was never made. */
const CONNECT_CALLS: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo', 'queryA', 'queryAaaa']);
const CONNECT_CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EAI_NONAME',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
]);

/**
 * What kind of failure it was, or undefined when repeating cannot help: errors of the caller, and whatever is not about the network.
 *
 * `connect`: the request was not sent, as an error in the chain of causes proves. `read`: the server may have seen it. `other`: TLS and proxies.
 */
export function errorKind(error: unknown): ErrorKind | undefined {
  const network = error instanceof ConnectionError || error instanceof Timeout || error instanceof ChunkedEncodingError;
  if (!network) return undefined;
  if (isConnectFailure(error)) return 'connect';
  return error instanceof SSLError || error instanceof ProxyError ? 'other' : 'read';
}

function isConnectFailure(error: unknown): boolean {
  for (let cause = error, depth = 0; typeof cause === 'object' && cause !== null && depth < 8; depth++) {
    if (cause instanceof ConnectTimeout) return true;
    const { code, syscall, cause: next } = cause as { code?: unknown; syscall?: unknown; cause?: unknown };
    if (CONNECT_CODES.has(code) || CONNECT_CALLS.has(syscall)) return true;
    cause = next;
  }
  return false;
}
