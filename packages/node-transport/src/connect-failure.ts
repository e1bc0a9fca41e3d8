import {
  ConnectionError,
  ConnectTimeout,
  type PreparedRequest,
  ProxyError,
  type RequestException,
} from '@requests-ts/core';
import { describeRequest } from '@requests-ts/core/authors';
import { cleanCause, errorCode, errorText, formatMs } from './messages.ts';
import { isTlsErrorCode, sslError } from './tls-errors.ts';

/** How far the making of a connection has come. */
export type ConnectPhase = 'dns' | 'tcp' | 'proxy' | 'tls';

/** Where a connection was going when it failed. */
export interface ConnectContext {
  readonly phase: ConnectPhase;
  /** Scheme, host and port of the proxy while that was being reached; undefined for the target itself. */
  readonly proxy?: string | undefined;
  /** The deadline that passed, in milliseconds, when that is why. */
  readonly timeoutMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * A connection that could not be made, before it is known for which request. It has no `code`, so no library takes it for an error of the
 * socket that it may try again.
 */
export class ConnectFailure extends Error {
  readonly phase: ConnectPhase;
  readonly proxy: string | undefined;
  readonly timeoutMs: number | undefined;

  constructor(context: ConnectContext) {
    super(errorText(context.cause ?? 'connect timed out'), context.cause === undefined ? {} : { cause: context.cause });
    this.name = 'ConnectFailure';
    this.phase = context.phase;
    this.proxy = context.proxy;
    this.timeoutMs = context.timeoutMs;
  }

  /** TLS itself failed. A peer that hangs up in the handshake breaks TLS; a plain reset is the network's doing. */
  get isTls(): boolean {
    if (this.timeoutMs !== undefined) return false;
    const code = errorCode(this.cause);
    if (this.phase === 'tls') return !(code === 'ECONNRESET' && errorText(this.cause).startsWith('read ECONNRESET'));
    return isTlsErrorCode(code);
  }
}

const PHASES: Readonly<Record<ConnectPhase, string>> = {
  dns: 'resolving the host name',
  tcp: 'opening the connection',
  proxy: 'waiting for the proxy',
  tls: 'in the TLS handshake',
};

/** The error of our tree for a failed connection. */
export function connectError(failure: ConnectFailure, request: PreparedRequest): RequestException {
  const direct = targetError(failure, request);
  if (failure.proxy === undefined) return direct;
  if (failure.cause instanceof ProxyError) {
    failure.cause.request = request;
    return failure.cause;
  }
  return new ProxyError(`Cannot connect to proxy ${failure.proxy}: ${direct.message}`, { request, cause: direct });
}

function targetError(failure: ConnectFailure, request: PreparedRequest): RequestException {
  const { phase, timeoutMs, cause, proxy } = failure;
  const what = describeRequest(request);
  if (timeoutMs !== undefined) {
    return new ConnectTimeout(`Connect timed out after ${formatMs(timeoutMs)} ${PHASES[phase]}: ${what}`, { request });
  }
  if (failure.isTls) return sslError(cause, request, proxy ? ' for the proxy' : '');
  const how = phase === 'dns' ? 'Failed to resolve the host name' : 'Failed to establish a new connection';
  return new ConnectionError(`${how}: ${errorText(cause)}: ${what}`, { request, cause: cleanCause(cause) });
}
