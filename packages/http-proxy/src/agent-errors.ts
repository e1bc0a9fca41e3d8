/** The one table from node:http's errors, and those of agents, to ours: by the state of the call first, by code second. */
import {
  ChunkedEncodingError,
  ConnectionError,
  describeRequest,
  InvalidHeader,
  InvalidURL,
  type PreparedRequest,
  ProxyError,
  RequestException,
} from '@requests-ts/core';
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

/** The body is not as long as its Content-Length. */
export class LengthMismatch extends Error {}

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

/** What the caller gets. Errors of its own body source are as they were. */
export function agentError(error: unknown, call: AgentCall): unknown {
  const { request, route } = call.init;
  if (call.upload instanceof UploadStream && call.upload.failure?.error === error) return error;
  if (error instanceof ConnectFailure) return connectError(error, request);
  if (error instanceof RequestException) {
    error.request ??= request;
    return error;
  }
  if (!(error instanceof Error)) return error;
  const code = errorCode(error) ?? '';
  const context = { request, cause: cleanCause(error) };
  const what = describeRequest(request);
  if (error instanceof LengthMismatch)
    return new InvalidHeader(`The body is not as long as its Content-Length says: ${what}`, { request });
  switch (call.state) {
    case 'dns':
    case 'tcp':
    case 'proxy':
    case 'tls':
      return connecting(error, call);
    case 'body':
      if (isTlsErrorCode(code)) return sslError(error, request);
      return new ChunkedEncodingError(
        `The response ended early, after ${call.received} bytes (${errorText(error)}): ${what}`,
        context,
      );
    default:
      return beforeHead(error, code, call);
  }
  function beforeHead(failed: Error, failedCode: string, { init }: AgentCall): RequestException {
    if (isTlsErrorCode(failedCode)) return sslError(failed, request);
    if (failedCode === 'HPE_HEADER_OVERFLOW') {
      return withCode(
        new ConnectionError(`The response's headers are too large (maxHeaderSize): ${what}`, context),
        'ERR_HEADERS_TOO_LARGE',
      );
    }
    if (failedCode.startsWith('HPE_'))
      return protocolError(`is not HTTP/1.1 (${errorText(failed)}): ${what}`, request, context.cause);
    const aborted = new ConnectionError(`Connection aborted: ${errorText(failed)}: ${what}`, context);
    // A forward proxy that hangs up before it answers is the proxy's failure, whatever the target would have said.
    return route.proxy !== undefined && !init.tls
      ? new ProxyError(`Cannot use proxy ${route.proxy}: ${aborted.message}`, { request, cause: aborted })
      : aborted;
  }
}

function connecting(error: Error, call: AgentCall): RequestException {
  const { request, route } = call.init;
  const { state } = call;
  const refused = /^Proxy authentication failed with status (\d+)/.exec(error.message)?.[1];
  if (refused)
    return new ProxyError(`Cannot connect through proxy ${route.proxy ?? ''}: Tunnel connection failed: ${refused}`, {
      request,
    });
  const lookup = (error as NodeJS.ErrnoException).syscall === 'getaddrinfo';
  const phase = state === 'tls' ? 'tls' : isTlsErrorCode(errorCode(error)) ? 'tls' : lookup ? 'dns' : 'tcp';
  // Until the agent has told of its proxy's answer, the proxy is what is being reached.
  return connectError(
    new ConnectFailure({ phase, proxy: state === 'tls' ? undefined : route.proxy, cause: error }),
    request,
  );
}
