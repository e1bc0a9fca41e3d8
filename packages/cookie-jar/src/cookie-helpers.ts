/** The functions of Requests' module `cookies`. Those that only read or add work with any jar that iterates cookies and has `setCookie`. */
import type { CookieStore, Headers, PreparedRequest } from '@requests-ts/core';
import type { Cookie } from './cookie.ts';
import { RequestsCookieJar } from './cookie-jar.ts';
import { cookieUrl } from './cookie-target.ts';
import { createCookie } from './create-cookie.ts';

/** The least that a jar of another kind must do to be filled. */
export interface CookieContainer extends Iterable<Pick<Cookie, 'name'>> {
  setCookie(cookie: Cookie): unknown;
}

/** Names and values; null leaves a cookie out. */
export type CookieDict = Readonly<Record<string, string | null>>;

/**
 * Adds the entries of a mapping to a jar, a new one by default (Requests: `cookiejar_from_dict`).
 */
export function cookiejarFromDict(dict: CookieDict | null): RequestsCookieJar;
/** @param overwrite False keeps names that the jar has already. */
export function cookiejarFromDict<Jar extends CookieContainer>(
  dict: CookieDict | null,
  jar: Jar,
  overwrite?: boolean,
): Jar;
export function cookiejarFromDict(
  dict: CookieDict | null,
  jar?: CookieContainer | null,
  overwrite?: boolean,
): CookieContainer;
export function cookiejarFromDict(
  dict: CookieDict | null,
  jar: CookieContainer | null = null,
  overwrite = true,
): CookieContainer {
  const filled = jar ?? new RequestsCookieJar();
  const present = new Set(overwrite ? [] : Array.from(filled, ({ name }) => name));
  for (const [name, value] of Object.entries(dict ?? {})) {
    if (value !== null && !present.has(name)) filled.setCookie(createCookie(name, value));
  }
  return filled;
}

/** Adds the entries of a mapping, in place of equal ones (Requests: `add_dict_to_cookiejar`). Returns the jar. */
export function addDictToCookiejar<Jar extends CookieContainer>(jar: Jar, dict: CookieDict): Jar {
  return cookiejarFromDict(dict, jar);
}

/** Name to value, without a prototype; of equal names the later one wins (Requests: `dict_from_cookiejar`). */
export function dictFromCookiejar(jar: Iterable<Pick<Cookie, 'name' | 'value'>>): Record<string, string> {
  const dict: Record<string, string> = Object.create(null);
  for (const { name, value } of jar) dict[name] = value;
  return dict;
}

/**
 * Adds cookies to a jar (Requests: `merge_cookies`): of a mapping only the names that are missing, of a jar every cookie, in place of equal ones.
 *
 * @throws TypeError when the target is no jar.
 */
export function mergeCookies<Jar extends CookieContainer>(
  jar: Jar,
  cookies: CookieDict | Iterable<Cookie> | null,
): Jar {
  if (typeof (jar as CookieContainer | null)?.setCookie !== 'function')
    throw new TypeError('You can only merge into a cookie jar');
  if (cookies === null || cookies === undefined) return jar;
  if (Symbol.iterator in cookies) for (const cookie of cookies as Iterable<Cookie>) jar.setCookie(cookie);
  else cookiejarFromDict(cookies as CookieDict, jar, false);
  return jar;
}

/** Removes a name, everywhere unless domain or path are given (Requests: `remove_cookie_by_name`). */
export function removeCookieByName(
  jar: RequestsCookieJar,
  name: string,
  domain: string | null = null,
  path: string | null = null,
): void {
  jar.delete(name, { domain, path });
}

/** The `Cookie` header that the jar would send; null when it has nothing to send or the request has that header (Requests: `get_cookie_header`). */
export function getCookieHeader(jar: CookieStore, request: PreparedRequest): string | null {
  if (request.headers.has('Cookie')) return null;
  return jar.getCookieHeader(cookieUrl(request)) ?? null;
}

/** Stores what a response set (Requests: `extract_cookies_to_jar`). Does nothing for a response without headers. */
export function extractCookiesToJar(
  jar: CookieStore,
  request: PreparedRequest,
  response: { readonly headers?: Headers | null } | null,
): void {
  const lines = response?.headers?.getSetCookie() ?? [];
  if (lines.length > 0) jar.storeSetCookie(cookieUrl(request), lines);
}
