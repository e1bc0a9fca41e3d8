/** What can go wrong with a jar; none of these is a `RequestException`, as none is about a request. No message holds a value. */
import { printable } from '@requests-ts/core/authors';

/** Where a look-up searched. */
export interface CookieScope {
  /** With or without a leading dot; "" finds cookies that were set without a domain. */
  readonly domain?: string | null | undefined;
  readonly path?: string | null | undefined;
}

/** Several cookies match a name: say which one with `domain` or `path` (Requests: `CookieConflictError`). */
export class CookieConflictError extends Error {
  readonly code = 'ERR_COOKIE_CONFLICT';

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'CookieConflictError', writable: true, configurable: true });
  }
}

/** No cookie has this name; the message tells name, domain and path. */
export class KeyError extends Error {
  readonly code = 'ERR_KEY';

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'KeyError', writable: true, configurable: true });
  }
}

/** A saved jar cannot be read: not the format, wrong types, or more cookies than the policy allows. */
export class CookieLoadError extends Error {
  readonly code = 'ERR_COOKIE_LOAD';

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'CookieLoadError', writable: true, configurable: true });
  }
}

/** `name='sid', domain='example.com', path=null`, for messages. */
export function describeScope(name: string | null | undefined, { domain, path }: CookieScope): string {
  return `name=${quoted(name)}, domain=${quoted(domain)}, path=${quoted(path)}`;
}

export function quoted(text: string | null | undefined): string {
  return text === null || text === undefined ? 'null' : `'${printable(text)}'`;
}
