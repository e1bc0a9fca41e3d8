/** The one table from node:http's errors, and those of agents, to ours: by the state of the call first, by code second. */
import {
  ChunkedEncodingError,
  ConnectionError,
  InvalidHeader,
  InvalidURL,
  type PreparedRequest,
  ProxyError,
  RequestException,
} from '@requests-ts/core';
import { describeRequest } from '@requests-ts/core/authors';
import {
  ConnectFailure,
  cleanCause,
  connectError,
  errorCode,
  errorText,
  isTlsErrorCode,
  protocolError,
  sslError,
  UploadStream,
  withCode,
} from '@requests-ts/node-transport';
import type { AgentCall } from './agent-call.ts';
import { LengthMismatch } from './body-writer.ts';
import { CallbackError } from './proxy-auth.ts';

/** What node refuses before it opens anything: a TypeError of ours for headers, its own for what is no method. */
export function argumentError(error: unknown, request: PreparedRequest): unknown {
  const code = errorCode(error) ?? '';
  const context = { request, cause: cleanCause(error) };
  if (code === 'ERR_UNESCAPED_CHARACTERS')
    return new InvalidURL(`The URL cannot be sent: ${errorText(error)}`, context);
  if (code === 'ERR_INVALID_HTTP_TOKEN' && /^Method/.test(errorText(error))) return error;
  if (['ERR_INVALID_CHAR', 'ERR_HTTP_INVALID_HEADER_VALUE', 'ERR_INVALID_HTTP_TOKEN'].includes(code)) {
    return new InvalidHeader(`The request cannot be sent: ${errorText(error)}`, context);
  }
  return error;
}

/** What the caller gets. Errors of its own body source and callbacks are as they were. */
export function agentError(error: unknown, call: AgentCall): unknown {
  const { request } = call.init;
  if (call.upload instanceof UploadStream && call.upload.failure?.error === error) return error;
  if (error instanceof CallbackError) return error.cause;
  if (error instanceof ConnectFailure) return connectError(error, request);
  if (error instanceof RequestException) {
    error.request ??= request;
    return error;
  }
  if (!(error instanceof Error)) return error;
  const what = describeRequest(request);
  if (error instanceof LengthMismatch)
    return new InvalidHeader(`The body is not as long as its Content-Length says: ${what}`, { request });
  if (call.connecting) return connecting(error, call);
  if (isTlsErrorCode(errorCode(error))) return sslError(error, request);
  if (call.state !== 'body') return beforeHead(error, call);
  return new ChunkedEncodingError(
    `The response ended early, after ${call.received} bytes (${errorText(error)}): ${what}`,
    { request, cause: cleanCause(error) },
  );
}

function beforeHead(error: Error, { init: { request, route } }: AgentCall): RequestException {
  const code = errorCode(error) ?? '';
  const what = describeRequest(request);
  const context = { request, cause: cleanCause(error) };
  if (code === 'HPE_HEADER_OVERFLOW') {
    const text = `The response's headers are too large (maxHeaderSize): ${what}`;
    return withCode(new ConnectionError(text, context), 'ERR_HEADERS_TOO_LARGE');
  }
  if (code.startsWith('HPE_')) return protocolError(`is not HTTP/1.1 (${errorText(error)})`, request, context.cause);
  const aborted = new ConnectionError(`Connection aborted: ${errorText(error)}: ${what}`, context);
  // A forward proxy that hangs up before it answers is the proxy's failure, whatever the target would have said.
  return route.mode === 'forward'
    ? new ProxyError(`Cannot use proxy ${route.proxy}: ${aborted.message}`, { request, cause: aborted })
    : aborted;
}

function connecting(error: Error, { state, throughProxy, init: { request, route } }: AgentCall): RequestException {
  // https-proxy-agent, when its `onProxyAuth` did not help.
  const refused = /^Proxy authentication failed with status (\d+)/.exec(error.message)?.[1];
  if (refused !== undefined) return new ProxyError(`Tunnel connection failed: ${refused}`, { request });
  const lookup = (error as NodeJS.ErrnoException).syscall === 'getaddrinfo';
  const tls = state === 'tls' || isTlsErrorCode(errorCode(error));
  const phase = tls ? 'tls' : lookup ? 'dns' : 'tcp';
  return connectError(
    new ConnectFailure({ phase, proxy: throughProxy ? undefined : route.proxy, cause: error }),
    request,
  );
}
