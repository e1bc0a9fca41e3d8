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

interface Class {
  readonly prototype: object;
}

/** Those of the first parent for a class that is not defined yet. */
function kindsOf({ prototype }: Class): readonly string[] {
  return (prototype as Kinded)[KINDS] ?? [];
}

function isKind(type: Class, value: unknown): boolean {
  if (!Object.hasOwn(type.prototype, KINDS)) return Function.prototype[Symbol.hasInstance].call(type, value);
  return typeof value === 'object' && value !== null && kindsOf({ prototype: value }).includes(kindsOf(type)[0]!);
}

/**
 * Names a class: what `instanceof`, `name` and `code` say of its instances.
 *
 * @param parent The second one, of a class that has two.
 * @param code From the name: `ERR_INVALID_URL` of `InvalidURL`, `ERR_PROXY` of `ProxyError`.
 */
function define(
  type: Class,
  name: string,
  parent?: Class,
  code: string = `ERR_${name
    .replace(/(?:Error|Exception)$/, '')
    .replace(/[a-z](?=[A-Z])|[A-Z](?=[A-Z][a-z])/g, '$&_')
    .toUpperCase()}`,
): void {
  const kinds = new Set([name, ...kindsOf(type), ...(parent ? kindsOf(parent) : [])]);
  for (const [key, value] of [
    ['name', name],
    ['code', code],
    [KINDS, [...kinds]],
  ] as const)
    hide(type.prototype, key, value);
}

/** Not enumerable, so that printing an error prints neither the request's headers nor the response's. */
function attach(error: object, context: ErrorContext): void {
  const { response, request } = own(context);
  hide(error, 'response', response ?? null);
  hide(error, 'request', request ?? response?.request ?? null);
}

function errorOptions(context: ErrorContext): ErrorOptions | undefined {
  const { cause } = own(context);
  return cause === undefined ? undefined : { cause };
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
    define(this, 'RequestException');
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
  }
  for (const key of ['is', Symbol.hasInstance] as const) hide(Mixed, key, RequestException[key]);
  hide(Mixed.prototype, 'toJSON', RequestException.prototype.toJSON);
  define(Mixed, 'RequestException');
  return Mixed as unknown as typeof RequestException;
}

const RequestTypeError: typeof RequestException = requestExceptionOver(TypeError);
const RequestSyntaxError: typeof RequestException = requestExceptionOver(SyntaxError);

/** A 4xx or 5xx status, raised by `raiseForStatus()` only. */
export class HTTPError extends RequestException {
  static {
    define(this, 'HTTPError', undefined, 'ERR_HTTP_STATUS');
  }
}

/** The connection could not be made, or broke before the answer began. */
export class ConnectionError extends RequestException {
  static {
    define(this, 'ConnectionError');
  }
}

/** The proxy could not be reached, or refused. */
export class ProxyError extends ConnectionError {
  static {
    define(this, 'ProxyError');
  }
}

/** The TLS handshake or the certificate check failed. */
export class SSLError extends ConnectionError {
  static {
    define(this, 'SSLError');
  }
}

/** A deadline passed: catches both `ConnectTimeout` and `ReadTimeout`. */
export class Timeout extends RequestException {
  static {
    define(this, 'Timeout');
  }
}

/** No connection in time. Both a `ConnectionError` and a `Timeout`; nothing was sent, so a retry is safe. */
export class ConnectTimeout extends ConnectionError {
  static {
    define(this, 'ConnectTimeout', Timeout);
  }
}

/** The server was silent for longer than the read timeout, or the total deadline passed. */
export class ReadTimeout extends Timeout {
  static {
    define(this, 'ReadTimeout');
  }
}

/** Exists for parity with Requests; nothing raises it today. */
export class URLRequired extends RequestException {
  static {
    define(this, 'URLRequired');
  }
}

/** More redirects than `session.maxRedirects`; `response` is the last one, its `history` the ones before. */
export class TooManyRedirects extends RequestException {
  static {
    define(this, 'TooManyRedirects');
  }
}

/** The URL has no scheme. */
export class MissingSchema extends RequestTypeError {
  static {
    define(this, 'MissingSchema');
  }
}

/** No adapter is mounted for the URL, or a redirect may not go there. */
export class InvalidSchema extends RequestTypeError {
  static {
    define(this, 'InvalidSchema');
  }
}

/** The URL cannot be requested. */
export class InvalidURL extends RequestTypeError {
  static {
    define(this, 'InvalidURL');
  }
}

/** The proxy's URL cannot be used. */
export class InvalidProxyURL extends InvalidURL {
  static {
    define(this, 'InvalidProxyURL');
  }
}

/** A header, ours or the server's, breaks the rules of RFC 9110 §5. */
export class InvalidHeader extends RequestTypeError {
  static {
    define(this, 'InvalidHeader');
  }
}

/** `json:` holds what JSON cannot say: NaN, Infinity, a cycle, a BigInt. */
export class InvalidJSONError extends RequestException {
  static {
    define(this, 'InvalidJSONError');
  }
}

/** The body ended early, or its transfer coding is broken. */
export class ChunkedEncodingError extends RequestException {
  static {
    define(this, 'ChunkedEncodingError');
  }
}

/** The body's `Content-Encoding` could not be undone. */
export class ContentDecodingError extends RequestException {
  static {
    define(this, 'ContentDecodingError');
  }
}

/** The body was already read by another iterator. Also a `TypeError`. */
export class StreamConsumedError extends RequestTypeError {
  static {
    define(this, 'StreamConsumedError');
  }
}

/** The retries of a status were used up. */
export class RetryError extends RequestException {
  static {
    define(this, 'RetryError');
  }
}

/** The body must be sent again (redirect, challenge, retry) but can be read only once. */
export class UnrewindableBodyError extends RequestException {
  static {
    define(this, 'UnrewindableBodyError');
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
    define(this, 'JSONDecodeError', InvalidJSONError);
  }
}
