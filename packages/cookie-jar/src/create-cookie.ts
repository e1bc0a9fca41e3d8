import type { Seconds } from '@requests-ts/core';
import { readOptions } from '@requests-ts/core/authors';
import { BAD_CHARACTER, Cookie, prefixOf, type SameSite } from './cookie.ts';
import { type CookieDomain, mayCoverSubdomains, parseDomain } from './domain.ts';
import { quoted } from './errors.ts';

/** What can be said about a cookie besides name and value (Requests: `create_cookie`). */
export interface CookieOptions {
  /** Host that it belongs to, subdomains included. "" (the default) binds it to the first host that it is sent to. */
  readonly domain?: string | null | undefined;
  /** Starts with "/"; "/". */
  readonly path?: string | null | undefined;
  /** Only over https; false, but true for names that start with `__Secure-` or `__Host-`. */
  readonly secure?: boolean | null | undefined;
  /** Epoch in seconds, or a Date; null lives as long as the jar. */
  readonly expires?: Seconds | Date | null | undefined;
  readonly httpOnly?: boolean | null | undefined;
  readonly sameSite?: SameSite | null | undefined;
  /** True leaves subdomains out. An address, a public suffix or a name without dots has none in any case. */
  readonly hostOnly?: boolean | undefined;
  /** Ports that it may be sent to, separated by commas; null is any. */
  readonly port?: string | null | undefined;
  /** What `clearSessionCookies` removes; true when `expires` is null. */
  readonly discard?: boolean | undefined;
  /** Kept, without effect. */
  readonly version?: number | undefined;
  /** Kept, without effect. */
  readonly comment?: string | null | undefined;
  /** Kept, without effect. */
  readonly commentUrl?: string | null | undefined;
  /** Kept, without effect. */
  readonly rest?: Readonly<Record<string, string | null>> | undefined;
  /** Kept, without effect. */
  readonly rfc2109?: boolean | undefined;
}

/** Every option of `createCookie`. */
export const COOKIE_OPTIONS: readonly (keyof CookieOptions)[] = [
  'domain',
  'path',
  'secure',
  'expires',
  'httpOnly',
  'sameSite',
  'hostOnly',
  'port',
  'discard',
  'version',
  'comment',
  'commentUrl',
  'rest',
  'rfc2109',
];

/**
 * Makes a cookie (Requests: `create_cookie`).
 *
 * @param value Sent raw: blanks, quotes and commas stay. Null makes a cookie without a value.
 * @throws TypeError for an unknown option, for what would end the cookie early or break the header, and for a prefix that does not keep its
 *   promise (`__Host-` with a domain).
 */
export function createCookie(name: string, value: string | null, options: CookieOptions = {}): Cookie {
  const given = readOptions<CookieOptions>(options, COOKIE_OPTIONS, 'createCookie');
  checkNameAndValue(name, value);
  const { domain, initialDot } = checkDomain(name, given.domain ?? '');
  const path = given.path || '/';
  if (!path.startsWith('/') || path.includes(';') || BAD_CHARACTER.test(path)) {
    throw new TypeError(`Cookie ${quoted(name)}: path must start with "/" and hold no ";" and no control character`);
  }
  const prefix = prefixOf(name);
  const {
    secure = null,
    expires = null,
    sameSite = null,
    hostOnly = false,
    port = null,
    rest = { HttpOnly: null },
  } = given;
  if ((prefix && secure === false) || (prefix === '__host-' && (path !== '/' || initialDot))) {
    throw new TypeError(
      `Cookie ${quoted(name)}: its prefix promises Secure${prefix === '__host-' ? ', Path=/ and no Domain' : ''}`,
    );
  }
  if (sameSite === 'none' && !(secure || prefix))
    throw new TypeError(`Cookie ${quoted(name)}: SameSite=None needs secure: true`);
  const seconds = toSeconds(name, expires);
  return new Cookie({
    name,
    value,
    domain,
    boundTo: null,
    hostOnly: domain !== '' && (hostOnly || prefix === '__host-' || !mayCoverSubdomains(domain)),
    domainSpecified: domain !== '',
    domainInitialDot: initialDot,
    path,
    pathSpecified: true,
    secure: secure === true || prefix !== undefined,
    httpOnly: given.httpOnly === true,
    sameSite,
    expires: seconds,
    discard: given.discard ?? seconds === null,
    port,
    version: given.version ?? 0,
    comment: given.comment ?? null,
    commentUrl: given.commentUrl ?? null,
    rest,
    rfc2109: given.rfc2109 ?? false,
  });
}

function checkNameAndValue(name: unknown, value: unknown): void {
  if (typeof name !== 'string' || name === '' || /[\s=;,]/.test(name) || BAD_CHARACTER.test(name)) {
    throw new TypeError(
      `Invalid cookie name ${typeof name === 'string' ? quoted(name) : typeof name}: no blank, "=", ";", ",", control character or character above U+00FF is allowed`,
    );
  }
  if (value !== null && typeof value !== 'string')
    throw new TypeError(`Cookie ${quoted(name)}: the value must be a string, not ${typeof value}`);
  if (value !== null && (value.includes(';') || BAD_CHARACTER.test(value))) {
    throw new TypeError(
      `Cookie ${quoted(name)}: no ";", control character or character above U+00FF is allowed in a value; encode it first`,
    );
  }
}

function checkDomain(name: string, text: string): CookieDomain {
  const parsed = typeof text === 'string' ? parseDomain(text) : undefined;
  if (!parsed || (parsed.initialDot && parsed.domain.endsWith('.'))) {
    throw new TypeError(`Cookie ${quoted(name)}: domain must be a host name such as "example.com"`);
  }
  return parsed;
}

function toSeconds(name: string, expires: Seconds | Date | null): Seconds | null {
  if (expires === null) return null;
  const seconds = expires instanceof Date ? expires.getTime() / 1000 : expires;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) {
    throw new TypeError(`Cookie ${quoted(name)}: expires must be a Date, seconds since the epoch, or null`);
  }
  return seconds;
}
