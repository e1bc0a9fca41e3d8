/**
 * The errors of Requests, name for name (`requests.exceptions`):
 *
 *     RequestException                        everything below
 *     ├─ HTTPError                            raiseForStatus() on a 4xx or 5xx
 *     ├─ ConnectionError                      the network: DNS, refused, reset, closed
 *     │  ├─ ProxyError                        the proxy could not be reached or refused
 *     │  ├─ SSLError                          certificate or handshake
 *     │  └─ ConnectTimeout                    also a Timeout
 *     ├─ Timeout
 *     │  ├─ ConnectTimeout                    no connection in time; safe to retry
 *     │  └─ ReadTimeout                       connected, but silent for too long
 *     ├─ InvalidJSONError                     `json:` cannot be serialised
 *     │  └─ JSONDecodeError                   also a SyntaxError
 *     ├─ URLRequired · TooManyRedirects · RetryError · UnrewindableBodyError
 *     ├─ ChunkedEncodingError · ContentDecodingError
 *     ├─ StreamConsumedError                  also a TypeError
 *     └─ MissingSchema · InvalidSchema · InvalidHeader · InvalidURL ─ InvalidProxyURL     also TypeErrors
 *
 * `instanceof` is answered by name through `Symbol.for`, not by prototype: that gives a class two parents, as in Python,
 * and lets two installed copies of this package recognise each other's errors. A subclass of yours is matched as usual.
 */
import { hide } from './inspect.ts';
import { own } from './options.ts';
import type { PreparedRequest } from './prepared-request.ts';
import type { Response } from './response.ts';

/** What an error was about. */
export interface ErrorContext {
  /** Taken from `response` when only that is given. */
  readonly request?: PreparedRequest | null | undefined;
  readonly response?: Response | null | undefined;
  readonly cause?: unknown;
}

const KINDS: unique symbol = Symbol.for('@requests-ts/core:kinds');

interface Kinded {
  readonly [KINDS]?: readonly string[];
}

function isKind(type: { prototype: object }, value: unknown): boolean {
  const own = Object.hasOwn(type.prototype, KINDS) ? (type.prototype as Kinded)[KINDS]?.[0] : undefined;
  if (own === undefined) return Function.prototype[Symbol.hasInstance].call(type, value);
  return typeof value === 'object' && value !== null && ((value as Kinded)[KINDS]?.includes(own) ?? false);
}

/** Names a class: what `instanceof`, `name` and `code` say of its instances. */
function define(type: { prototype: object }, name: string, code: string, ...parents: { prototype: object }[]): void {
  const inherited = (Object.getPrototypeOf(type.prototype) as Kinded)[KINDS] ?? [];
  const kinds = new Set([
    name,
    ...inherited,
    ...parents.flatMap((parent) => (parent.prototype as Kinded)[KINDS] ?? []),
  ]);
  const values = { name, code, [KINDS]: [...kinds] };
  for (const key of Reflect.ownKeys(values) as (keyof typeof values)[]) {
    hide(type.prototype, key, values[key]);
  }
}

/** Not enumerable, so that printing an error prints neither the request's headers nor the response's. */
function attach(error: object, context: ErrorContext): void {
  const { response, request } = own(context);
  hide(error, 'response', response ?? null);
  hide(error, 'request', request ?? response?.request ?? null);
}

function errorOptions(context: ErrorContext): ErrorOptions | undefined {
  return Object.hasOwn(context, 'cause') && context.cause !== undefined ? { cause: context.cause } : undefined;
}

/** The base of every error of a request. `code` is stable and meant for programs; the message is for people. */
export class RequestException extends Error {
  /** For example `ERR_CONNECT_TIMEOUT`; one per class. */
  declare readonly code: string;
  /** The request that failed, or null when none was prepared yet. */
  declare request: PreparedRequest | null;
  /** The response received, or null when there was none. */
  declare response: Response | null;

  constructor(message = '', context: ErrorContext = {}) {
    super(message, errorOptions(context));
    attach(this, context);
  }

  static {
    define(this, 'RequestException', 'ERR_REQUEST');
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isKind(this, value);
  }

  /** The same question as `instanceof`, as a function. */
  static is<T>(this: abstract new (...args: never[]) => T, value: unknown): value is T {
    return value instanceof this;
  }

  /** What loggers see: no header, body, query or userinfo (the objects themselves are `request` and `response`). */
  toJSON(): { name: string; code: string; message: string } {
    return { name: this.name, code: this.code, message: this.message };
  }
}

/** RequestException with another built-in class as its real prototype, so that `instanceof` holds for both. */
function requestExceptionOver(Base: ErrorConstructor): typeof RequestException {
  class Mixed extends Base {
    constructor(message = '', context: ErrorContext = {}) {
      super(message, errorOptions(context));
      attach(this, context);
    }
    static override [Symbol.hasInstance](value: unknown): boolean {
      return isKind(this, value);
    }
    static readonly is: typeof RequestException.is = RequestException.is;
  }
  hide(Mixed.prototype, 'toJSON', RequestException.prototype.toJSON);
  define(Mixed, 'RequestException', 'ERR_REQUEST');
  return Mixed as unknown as typeof RequestException;
}

const RequestTypeError: typeof RequestException = requestExceptionOver(TypeError);
const RequestSyntaxError: typeof RequestException = requestExceptionOver(SyntaxError);

/** A 4xx or 5xx status, raised by `raiseForStatus()` only. */
export class HTTPError extends RequestException {
  static {
    define(this, 'HTTPError', 'ERR_HTTP_STATUS');
  }
}

/** The connection could not be made, or broke before the answer began. */
export class ConnectionError extends RequestException {
  static {
    define(this, 'ConnectionError', 'ERR_CONNECTION');
  }
}

/** The proxy could not be reached, or refused. */
export class ProxyError extends ConnectionError {
  static {
    define(this, 'ProxyError', 'ERR_PROXY');
  }
}

/** The TLS handshake or the certificate check failed. */
export class SSLError extends ConnectionError {
  static {
    define(this, 'SSLError', 'ERR_SSL');
  }
}

/** A deadline passed: catches both `ConnectTimeout` and `ReadTimeout`. */
export class Timeout extends RequestException {
  static {
    define(this, 'Timeout', 'ERR_TIMEOUT');
  }
}

/** No connection in time. Both a `ConnectionError` and a `Timeout`; nothing was sent, so a retry is safe. */
export class ConnectTimeout extends ConnectionError {
  static {
    define(this, 'ConnectTimeout', 'ERR_CONNECT_TIMEOUT', Timeout);
  }
}

/** The server was silent for longer than the read timeout, or the total deadline passed. */
export class ReadTimeout extends Timeout {
  static {
    define(this, 'ReadTimeout', 'ERR_READ_TIMEOUT');
  }
}

/** Exists for parity with Requests; nothing raises it today. */
export class URLRequired extends RequestException {
  static {
    define(this, 'URLRequired', 'ERR_URL_REQUIRED');
  }
}

/** More redirects than `session.maxRedirects`; `response` is the last one, its `history` the ones before. */
export class TooManyRedirects extends RequestException {
  static {
    define(this, 'TooManyRedirects', 'ERR_TOO_MANY_REDIRECTS');
  }
}

/** The URL has no scheme. */
export class MissingSchema extends RequestTypeError {
  static {
    define(this, 'MissingSchema', 'ERR_MISSING_SCHEMA');
  }
}

/** No adapter is mounted for the URL, or a redirect may not go there. */
export class InvalidSchema extends RequestTypeError {
  static {
    define(this, 'InvalidSchema', 'ERR_INVALID_SCHEMA');
  }
}

/** The URL cannot be requested. */
export class InvalidURL extends RequestTypeError {
  static {
    define(this, 'InvalidURL', 'ERR_INVALID_URL');
  }
}

/** The proxy's URL cannot be used. */
export class InvalidProxyURL extends InvalidURL {
  static {
    define(this, 'InvalidProxyURL', 'ERR_INVALID_PROXY_URL');
  }
}

/** A header, ours or the server's, breaks the rules of RFC 9110 §5. */
export class InvalidHeader extends RequestTypeError {
  static {
    define(this, 'InvalidHeader', 'ERR_INVALID_HEADER');
  }
}

/** `json:` holds what JSON cannot say: NaN, Infinity, a cycle, a BigInt. */
export class InvalidJSONError extends RequestException {
  static {
    define(this, 'InvalidJSONError', 'ERR_INVALID_JSON');
  }
}

/** The body ended early, or its transfer coding is broken. */
export class ChunkedEncodingError extends RequestException {
  static {
    define(this, 'ChunkedEncodingError', 'ERR_CHUNKED_ENCODING');
  }
}

/** The body's `Content-Encoding` could not be undone. */
export class ContentDecodingError extends RequestException {
  static {
    define(this, 'ContentDecodingError', 'ERR_CONTENT_DECODING');
  }
}

/** The body was already read by another iterator. Also a `TypeError`. */
export class StreamConsumedError extends RequestTypeError {
  static {
    define(this, 'StreamConsumedError', 'ERR_STREAM_CONSUMED');
  }
}

/** The retries of a status were used up. */
export class RetryError extends RequestException {
  static {
    define(this, 'RetryError', 'ERR_RETRY');
  }
}

/** The body must be sent again (redirect, challenge, retry) but can be read only once. */
export class UnrewindableBodyError extends RequestException {
  static {
    define(this, 'UnrewindableBodyError', 'ERR_UNREWINDABLE_BODY');
  }
}

/** Where a JSON text went wrong. */
export interface JSONErrorContext extends ErrorContext {
  /** The whole text. */
  readonly doc?: string;
  /** Index of the first character that does not fit, in UTF-16 units. */
  readonly pos?: number;
}

/** The body is not JSON. An `InvalidJSONError` and a `SyntaxError`; the message never holds the body. */
export class JSONDecodeError extends RequestSyntaxError {
  /** The reason without the position. */
  declare readonly msg: string;
  /** Index into `doc`, in UTF-16 units, from 0. */
  declare readonly pos: number;
  /** Line of `pos`, from 1. */
  declare readonly lineno: number;
  /** Column of `pos`, from 1. */
  declare readonly colno: number;
  readonly #doc: string;

  constructor(msg = '', context: JSONErrorContext = {}) {
    const { doc = '', pos = 0 } = own(context);
    const lines = doc.slice(0, pos).split('\n');
    const lineno = lines.length;
    const colno = lines.at(-1)!.length + 1;
    super(`${msg}: line ${lineno} column ${colno} (char ${pos})`, context);
    for (const [key, value] of Object.entries({ msg, pos, lineno, colno })) hide(this, key, value);
    this.#doc = doc;
  }

  /** The whole text; printing the error never prints it. */
  get doc(): string {
    return this.#doc;
  }

  static {
    define(this, 'JSONDecodeError', 'ERR_JSON_DECODE', InvalidJSONError);
  }
}
