/** The one table from undici's errors to ours: by the state of the exchange first, by code second, since one code means several things. */
import {
  ChunkedEncodingError,
  ConnectionError,
  InvalidHeader,
  InvalidURL,
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
import type { Exchange } from './exchange.ts';
import { FrameFlood } from './frame-watch.ts';
import type { Route } from './route.ts';

type Made = (error: Error, exchange: Exchange) => RequestException;

const aborted: Made = (error, { outgoing: { request } }) =>
  new ConnectionError(`Connection aborted: ${errorText(error)}: ${describeRequest(request)}`, {
    request,
    cause: cleanCause(error),
  });

const closed: Made = (error, { outgoing: { request } }) =>
  new ConnectionError(`The connection was closed with its adapter: ${describeRequest(request)}`, {
    request,
    cause: cleanCause(error),
  });

const incomplete: Made = (error, { outgoing: { request }, received, framing }) => {
  const of = framing?.length === null || framing === null ? '' : ` of ${framing.length}`;
  return new ChunkedEncodingError(
    `The response ended early, after ${received}${of} bytes (${errorText(error)}): ${describeRequest(request)}`,
    {
      request,
      cause: cleanCause(error),
    },
  );
};

const malformed: Made = (error, { outgoing: { request } }) =>
  protocolError(`is not HTTP/1.1 (${errorText(error)})`, request, cleanCause(error));

const badArgument: Made = (error, { outgoing: { request } }) => {
  const context = { request, cause: cleanCause(error) };
  return /path|URL/.test(error.message)
    ? new InvalidURL(`The URL cannot be sent: ${errorText(error)}`, context)
    : new InvalidHeader(`The request cannot be sent: ${errorText(error)}`, context);
};

const lengthDiffers: Made = (error, { outgoing: { request } }) =>
  new InvalidHeader(`The body is not as long as its Content-Length says: ${describeRequest(request)}`, {
    request,
    cause: cleanCause(error),
  });

const overflow: Made = (error, { outgoing: { request } }) =>
  withCode(
    new ConnectionError(`The response's headers are too large (maxHeaderSize): ${describeRequest(request)}`, {
      request,
      cause: cleanCause(error),
    }),
    'ERR_HEADERS_TOO_LARGE',
  );

/** Before the final head has arrived; what is not listed is `Connection aborted`. */
const BEFORE_HEAD: ReadonlyMap<string, Made> = new Map<string, Made>([
  ['UND_ERR_HEADERS_OVERFLOW', overflow],
  ['UND_ERR_INVALID_ARG', badArgument],
  ['UND_ERR_NOT_SUPPORTED', badArgument],
  ['UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', lengthDiffers],
  [
    'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
    (error, exchange) =>
      exchange.contradictory
        ? new InvalidHeader(
            `The response's Content-Length is contradictory: ${describeRequest(exchange.outgoing.request)}`,
            { request: exchange.outgoing.request, cause: cleanCause(error) },
          )
        : malformed(error, exchange),
  ],
  ['UND_ERR_DESTROYED', closed],
  ['UND_ERR_CLOSED', closed],
]);

/** Every error class of undici has its row here, by name; a test enumerates them. `network` follows the state, the rest cannot reach us. */
export const UNDICI_ERRORS: Readonly<Record<string, 'network' | 'request' | 'closed' | 'unused'>> = {
  UndiciError: 'network',
  SocketError: 'network',
  HTTPParserError: 'network',
  HeadersOverflowError: 'network',
  ResponseContentLengthMismatchError: 'network',
  InformationalError: 'network',
  AbortError: 'network',
  RequestAbortedError: 'network',
  WebAssemblyNotSupportedError: 'network',
  InvalidArgumentError: 'request',
  InvalidReturnValueError: 'request',
  NotSupportedError: 'request',
  RequestContentLengthMismatchError: 'request',
  ClientDestroyedError: 'closed',
  ClientClosedError: 'closed',
  // Switched off, or of parts of undici that are not used: timers, pools, proxies, redirects, retries, limits, WebSocket.
  ConnectTimeoutError: 'unused',
  HeadersTimeoutError: 'unused',
  BodyTimeoutError: 'unused',
  ResponseExceededMaxSizeError: 'unused',
  BalancedPoolMissingUpstreamError: 'unused',
  RequestRetryError: 'unused',
  ResponseError: 'unused',
  SecureProxyConnectionError: 'unused',
  ProxyConnectionError: 'unused',
  MaxRedirectsError: 'unused',
  MaxOriginsReachedError: 'unused',
  Socks5ProxyError: 'unused',
  MessageSizeExceededError: 'unused',
};

/** What the caller gets for whatever ended an exchange. Errors of the caller's own body source, and abort reasons, are as they were. */
export function exchangeError(error: unknown, exchange: Exchange, route: Route): unknown {
  const { request, upload } = exchange.outgoing;
  if (exchange.isOwnFailure(error)) return error;
  if (upload instanceof UploadStream && upload.failure?.error === error) return ownError(error, exchange) ?? error;
  if (error instanceof ConnectFailure) return ownError(error.cause, exchange) ?? connectError(error, request);
  const own = ownError(error, exchange);
  if (own) return own;
  if (!(error instanceof Error)) return error;
  return networkError(error, exchange, route);
}

function ownError(error: unknown, { outgoing: { request } }: Exchange): RequestException | undefined {
  if (!(error instanceof RequestException)) return undefined;
  error.request ??= request;
  return error;
}

function networkError(error: Error, exchange: Exchange, route: Route): RequestException {
  const { request } = exchange.outgoing;
  // The first error of the socket tells more: a refusal of our client certificate comes after the handshake.
  const first = exchange.socketError ?? error;
  if (isTlsErrorCode(errorCode(first))) return sslError(first, request);
  if (first instanceof FrameFlood) return protocolError(first.message, request);
  const code = errorCode(error) ?? '';
  if (exchange.framing !== null && !BEFORE_HEAD.get(code)?.name.startsWith('closed')) {
    return error.name === 'HTTPParserError' || !code.startsWith('UND_ERR_REQ')
      ? incomplete(first, exchange)
      : lengthDiffers(error, exchange);
  }
  const made =
    error.name === 'HTTPParserError'
      ? malformed(error, exchange)
      : (BEFORE_HEAD.get(code) ?? aborted)(BEFORE_HEAD.has(code) ? error : first, exchange);
  // A forward proxy that hangs up before it answers is the proxy's failure, whatever the target would have said.
  if (route.mode === 'forward' && made.code === 'ERR_CONNECTION' && !BEFORE_HEAD.has(code)) {
    return new ProxyError(`Cannot use proxy ${route.proxy!.display}: ${made.message}`, { request, cause: made });
  }
  return made;
}
