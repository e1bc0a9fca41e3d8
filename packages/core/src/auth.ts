import type { SendOptions } from './adapter.ts';
import { latin1 } from './bytes.ts';
import { InvalidHeader } from './exceptions.ts';
import { hide, printAs } from './inspect.ts';
import type { PreparedRequest } from './prepared-request.ts';
import type { Response } from './response.ts';

/**
 * An exchange of several steps: yields requests, is handed their responses, and returns when the last one is the answer.
 *
 * It never sends. The session runs it inside each redirect hop, `DigestAuthAdapter` around its inner adapter. A response that is not the
 * last has been read or dropped before the next request is sent; a body that must be sent again has been checked to be replayable.
 */
export type AuthFlow = AsyncGenerator<PreparedRequest, void, Response>;

/**
 * How a request proves who sends it (Requests: "Custom Authentication").
 *
 *     class TokenAuth extends AuthBase {
 *       authenticate(request: PreparedRequest) { request.headers.set('X-Token', this.token); return request; }
 *     }
 *
 * It runs once, when the request is prepared, after the body. Headers it writes are credentials: they are dropped, whatever their names, when a
 * redirect leaves the origin.
 */
export abstract class AuthBase {
  /** Signs the request and returns it, or another one whose fields replace its own. May be async. */
  abstract authenticate(request: PreparedRequest): PreparedRequest | Promise<PreparedRequest>;

  /**
   * For schemes that answer a challenge. When present, the session runs this flow instead of `authenticate`.
   *
   * @param options How it is sent: an auth for proxies looks here which one there is.
   */
  authFlow?(request: PreparedRequest, options: SendOptions): AuthFlow;

  static {
    // Its own, so that nothing inherited is taken for a flow.
    hide(this.prototype, 'authFlow', undefined);
  }
}

/** A plain function does for `authenticate`. */
export type AuthFunction = (request: PreparedRequest) => PreparedRequest | Promise<PreparedRequest>;

/** What `auth:` takes: `[user, password]` for Basic, an auth object, or a function. */
export type Auth =
  | readonly [user: string, password: string]
  | Pick<AuthBase, 'authenticate' | 'authFlow'>
  | AuthFunction;

/** Basic authentication (RFC 7617), in ISO-8859-1 as Requests sends it. */
export class HTTPBasicAuth extends AuthBase {
  readonly username: string | Uint8Array;
  /** Not enumerable: printing the object does not print it. */
  declare readonly password: string | Uint8Array;

  constructor(username: string | Uint8Array, password: string | Uint8Array) {
    super();
    this.username = username;
    hide(this, 'password', password);
  }

  override authenticate(request: PreparedRequest): PreparedRequest {
    request.headers.set('Authorization', basicAuthorization(this.username, this.password));
    return request;
  }

  static {
    printAs(this, (self) => `${self.constructor.name} { username: '${self.username}', password: [redacted] }`);
  }

  /** Same user and same password. */
  equals(other: unknown): boolean {
    const { username, password } = (other ?? {}) as Partial<HTTPBasicAuth>;
    return same(username, this.username) && same(password, this.password);
  }
}

function same(a: unknown, b: unknown): boolean {
  return typeof a === typeof b && String(a) === String(b);
}

/** Basic authentication towards a proxy: writes `Proxy-Authorization` (RFC 9110 §11.7.1). */
export class HTTPProxyAuth extends HTTPBasicAuth {
  override authenticate(request: PreparedRequest): PreparedRequest {
    request.headers.set('Proxy-Authorization', basicAuthorization(this.username, this.password));
    return request;
  }
}

/**
 * The value of an `Authorization: Basic` header (RFC 7617 §2).
 *
 * @throws InvalidHeader for a colon in the user name, a control character, or a character above U+00FF: give bytes in the encoding that the
 *   server expects instead. TypeError when one of them is neither a string nor bytes.
 */
export function basicAuthorization(username: string | Uint8Array, password: string | Uint8Array): string {
  const user = credential(username, 'user name');
  if (user.includes(':')) throw new InvalidHeader('Basic auth: a user name cannot hold a colon (RFC 7617 section 2)');
  return `Basic ${btoa(`${user}:${credential(password, 'password')}`)}`;
}

function credential(value: unknown, what: string): string {
  const text = value instanceof Uint8Array ? latin1(value) : value;
  if (typeof text !== 'string')
    throw new TypeError(
      `Basic auth: the ${what} must be a string or bytes, not ${text === null ? 'null' : typeof text}`,
    );
  if (/[^\x20-\x7e\x80-\xff]/.test(text))
    throw new InvalidHeader(
      `Basic auth: the ${what} holds a control character, which none may, or one above U+00FF: give that as bytes, with new TextEncoder()`,
    );
  return text;
}
