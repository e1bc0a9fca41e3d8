import type { CookieStore, CookiesInit } from '@requests-ts/core';
import { isCookieStore, readOptions } from '@requests-ts/core/authors';
import type { Cookie } from './cookie.ts';
import type { CookieIndex } from './cookie-index.ts';
import { CookieKeeper } from './cookie-keeper.ts';
import { cookieTarget } from './cookie-target.ts';
import { COOKIE_OPTIONS, type CookieOptions, createCookie } from './create-cookie.ts';
import { parseDomain } from './domain.ts';
import { CookieConflictError, type CookieScope, describeScope, KeyError, quoted } from './errors.ts';
import { printAsText } from './inspect.ts';
import { type Morsel, morselToCookie } from './morsel.ts';
import { fromNetscape, toNetscape } from './netscape.ts';
import { type CookiePolicy, type ResolvedPolicy, resolvePolicy } from './policy.ts';
import { deserialize, serialize } from './serialization.ts';

/** What a jar is updated from: cookies, pairs of name and value, or a mapping. A null value removes the cookies of that name. */
export type CookieSource =
  | Iterable<Cookie | readonly [name: string, value: string | null]>
  | Readonly<Record<string, string | null>>;

/**
 * Cookies of many hosts that behave like a dictionary (Requests: `RequestsCookieJar`), by the rules of RFC 6265 with the protections of browsers.
 *
 *     jar.set('tasty-cookie', 'yum', { domain: 'httpbin.org', path: '/cookies' });
 *     jar.get('tasty-cookie'); // 'yum'
 *
 * Everything is synchronous. A cookie that is set without a domain belongs to the first host that it is sent to. Ports do not separate cookies,
 * as in browsers: services on one host share them, so use a session for each. Printing and `JSON.stringify` show no values; `serialize` and
 * `toNetscape` do.
 */
export class RequestsCookieJar implements CookieStore, Iterable<Cookie> {
  readonly #keeper: CookieKeeper;

  /** @throws TypeError, RangeError for a policy that is none. */
  constructor(policy: CookiePolicy = {}) {
    this.#keeper = new CookieKeeper(resolvePolicy(policy));
  }

  get #index(): CookieIndex {
    return this.#keeper.index;
  }

  /** The number of cookies; an expired one counts until it is cleared. */
  get size(): number {
    return this.#index.size;
  }

  /**
   * The value of the one cookie that matches; `default` (undefined) when there is none.
   *
   * @throws CookieConflictError when several match: give `domain` or `path`.
   */
  get(name: string, options?: CookieScope & { readonly default?: undefined }): string | undefined;
  get<T>(name: string, options: CookieScope & { readonly default: T }): string | T;
  get(name: string, options: CookieScope & { readonly default?: unknown } = {}): unknown {
    const scope = readOptions<CookieScope & { default?: unknown }>(options, ['domain', 'path', 'default'], 'get');
    const found = this.#find(name, scope);
    return found === undefined ? scope.default : found.value;
  }

  /** Like `get`, for a cookie that must be there. @throws KeyError, CookieConflictError */
  getOrThrow(name: string, options: CookieScope = {}): string {
    const scope = readScope(options, 'getOrThrow');
    const found = this.#find(name, scope);
    if (found === undefined) throw new KeyError(`No cookie with ${describeScope(name, scope)}`);
    return found.value;
  }

  #find(name: string, scope: CookieScope): Cookie | undefined {
    const [first, second] = [...this.#select(name, scope)];
    if (second) {
      throw new CookieConflictError(
        `There are multiple cookies with ${describeScope(name, scope)}: give another domain or path`,
      );
    }
    return first;
  }

  *#select(name: string | null, { domain, path }: CookieScope): IterableIterator<Cookie> {
    const wanted = domain === null || domain === undefined ? undefined : (parseDomain(domain)?.domain ?? domain);
    for (const { cookie } of wanted === undefined ? this.#index : this.#index.ofDomain(wanted)) {
      if ((name === null || cookie.name === name) && (path === null || path === undefined || cookie.path === path))
        yield cookie;
    }
  }

  /** True also when several cookies have that name. */
  has(name: string, options: CookieScope = {}): boolean {
    return !this.#select(name, readScope(options, 'has')).next().done;
  }

  /**
   * Sets a cookie, in place of one with the same domain, path and name; returns it. A null value removes the cookies of that name, within `domain`
   * and `path` when these are given.
   *
   * @param value Sent as it is: nothing is quoted or encoded.
   * @throws TypeError, RangeError as `createCookie` and `setCookie` do.
   */
  set(name: string, value: string | Morsel, options?: CookieOptions): Cookie;
  set(name: string, value: string | Morsel | null, options?: CookieOptions): Cookie | null;
  set(name: string, value: string | Morsel | null, options: CookieOptions = {}): Cookie | null {
    if (value === null) {
      const { domain, path } = readOptions<CookieOptions>(options, COOKIE_OPTIONS, 'set');
      this.delete(name, { domain, path });
      return null;
    }
    return this.setCookie(typeof value === 'object' ? morselToCookie(value) : createCookie(name, value, options));
  }

  /**
   * Stores a cookie as it is. Of a value in double quotes, escaped quotes are dropped, as in Requests.
   *
   * @throws RangeError for one larger than the policy's `maxCookieSize`.
   */
  setCookie(cookie: Cookie): Cookie {
    const { value, name } = cookie;
    const quotedValue = value.length > 1 && value.startsWith('"') && value.endsWith('"') && value.includes('\\"');
    const stored = quotedValue ? cookie.with({ value: value.replaceAll('\\"', '') }) : cookie;
    const { maxCookieSize } = this.getPolicy();
    if (name.length + stored.value.length > maxCookieSize) {
      throw new RangeError(
        `Cookie ${quoted(name)} is larger than ${maxCookieSize} bytes: raise maxCookieSize in the policy of the jar`,
      );
    }
    this.#index.put(stored);
    return stored;
  }

  /** Removes the cookies of that name, in every domain and path unless these are given. @returns Whether there was one. */
  delete(name: string, options: CookieScope = {}): boolean {
    const found = [...this.#select(name, readScope(options, 'delete'))];
    for (const cookie of found) this.#index.delete(cookie);
    return found.length > 0;
  }

  /** Names, one per cookie; grouped by domain, then path, then in order of insertion. */
  keys(): string[] {
    return Array.from(this, (cookie) => cookie.name);
  }

  values(): string[] {
    return Array.from(this, (cookie) => cookie.value);
  }

  items(): [name: string, value: string][] {
    return Array.from(this, (cookie) => [cookie.name, cookie.value]);
  }

  /** The same as `items()`. */
  entries(): [name: string, value: string][] {
    return this.items();
  }

  /** The cookies themselves, in the order of `keys()`. */
  *[Symbol.iterator](): IterableIterator<Cookie> {
    for (const { cookie } of this.#index) yield cookie;
  }

  /** Name to value, without a prototype; of equal names the later one wins. */
  getDict(options: CookieScope = {}): Record<string, string> {
    const dict: Record<string, string> = Object.create(null);
    for (const cookie of this.#select(null, readScope(options, 'getDict'))) dict[cookie.name] = cookie.value;
    return dict;
  }

  /** Sets each of the given cookies. */
  update(other: CookieSource): this {
    for (const item of Symbol.iterator in other
      ? (other as Iterable<Cookie | readonly [string, string | null]>)
      : Object.entries(other)) {
      if (Array.isArray(item)) this.set(item[0], item[1]);
      else this.setCookie(item as Cookie);
    }
    return this;
  }

  /** The domains there are, each once; "" stands for cookies without one. */
  listDomains(): string[] {
    return [...new Set(Array.from(this, (cookie) => cookie.domain))];
  }

  listPaths(): string[] {
    return [...new Set(Array.from(this, (cookie) => cookie.path))];
  }

  /** True when there is more than one domain. */
  multipleDomains(): boolean {
    return this.listDomains().length > 1;
  }

  /** Removes all cookies, or those of a domain, a path in it, one name there. @throws KeyError when what was named is not there; TypeError for a gap. */
  clear(domain?: string, path?: string, name?: string): void {
    if (domain === undefined && path === undefined && name === undefined) {
      this.#index.clear();
      return;
    }
    if (domain === undefined || (name !== undefined && path === undefined))
      throw new TypeError('clear: a path needs a domain, a name needs both');
    const found = [...this.#select(name ?? null, { domain, path })];
    if (found.length === 0) throw new KeyError(`No cookie with ${describeScope(name, { domain, path })}`);
    for (const cookie of found) this.#index.delete(cookie);
  }

  clearExpiredCookies(): void {
    const now = this.getPolicy().now();
    for (const cookie of [...this]) if (cookie.isExpired(now)) this.#index.delete(cookie);
  }

  /** Removes cookies without an expiry. */
  clearSessionCookies(): void {
    for (const cookie of [...this]) if (cookie.discard) this.#index.delete(cookie);
  }

  /** True for a jar or mapping with the same names and values. */
  equals(other: CookieSource): boolean {
    const [mine, theirs] = [this.getDict(), new RequestsCookieJar(this.getPolicy()).update(other).getDict()];
    const names = Object.keys(mine);
    return names.length === Object.keys(theirs).length && names.every((name) => mine[name] === theirs[name]);
  }

  getPolicy(): ResolvedPolicy {
    return this.#keeper.policy;
  }

  /** @throws TypeError, RangeError for a policy that is none. */
  setPolicy(policy: CookiePolicy): void {
    this.#keeper.policy = resolvePolicy(policy);
  }

  getCookieHeader(url: string, extra?: CookieStore | null): string | undefined {
    if (this.size === 0 && !extra?.size) return undefined;
    return this.#keeper.header(url, extra instanceof RequestsCookieJar ? extra.#keeper : (extra ?? null));
  }

  storeSetCookie(url: string, lines: readonly string[]): void {
    this.#keeper.store(url, lines);
  }

  create(): RequestsCookieJar {
    return new RequestsCookieJar(this.getPolicy());
  }

  /** @throws TypeError, RangeError for a name or value that cannot be sent, or more than fits into one header. */
  from(cookies: CookiesInit, url: string): CookieStore {
    if (isCookieStore(cookies)) return cookies;
    const jar = this.create();
    // No host is named "": what belongs to no host is sent to none.
    const boundTo = cookieTarget(url)?.host ?? '';
    let length = -2;
    for (const [name, value] of Object.entries(cookies)) {
      if (value === null || value === undefined) continue;
      length += 2 + jar.setCookie(createCookie(name, value).with({ boundTo })).pair.length;
    }
    const { maxSentCookies, maxHeaderSize } = this.getPolicy();
    if (jar.size > maxSentCookies || length > maxHeaderSize) {
      throw new RangeError(
        `cookies: ${jar.size} cookies of ${length} bytes do not fit into one header of ${maxSentCookies} cookies and ${maxHeaderSize} bytes: ` +
          'raise maxSentCookies or maxHeaderSize in the policy of the jar',
      );
    }
    return jar;
  }

  copy(): RequestsCookieJar {
    const copy = this.create();
    copy.#index.copyFrom(this.#index);
    return copy;
  }

  /** Everything as JSON text, values and session cookies included, expired ones left out. Keep it as you keep passwords. */
  serialize(): string {
    return serialize(this.#index.byAge(), this.getPolicy().now());
  }

  /**
   * The jar that `serialize` saved. Every cookie is checked by the rules for responses; what fails them is told to `policy.onRefused`.
   *
   * @throws CookieLoadError for what `serialize` did not write, or more cookies than `policy.maxCookies`.
   */
  static deserialize(text: string, policy: CookiePolicy = {}): RequestsCookieJar {
    const jar = new RequestsCookieJar(policy);
    jar.#keeper.load(deserialize(text, jar.getPolicy()));
    return jar;
  }

  /** The jar that `serialize` saved, with the policy of this one. @throws CookieLoadError */
  deserialize(text: string): RequestsCookieJar {
    return RequestsCookieJar.deserialize(text, this.getPolicy());
  }

  /** A cookies.txt as curl and browser extensions write it. Session cookies have expiry 0; `SameSite` is lost. */
  toNetscape(): string {
    return toNetscape(this.#index.byAge(), this.getPolicy().now());
  }

  /**
   * Reads a cookies.txt. A line that is no cookie, or breaks the rules for responses, is left out and told to `policy.onRefused`.
   *
   * @throws CookieLoadError when not one line is in the format, or for more cookies than `policy.maxCookies`.
   */
  static fromNetscape(text: string, policy: CookiePolicy = {}): RequestsCookieJar {
    const jar = new RequestsCookieJar(policy);
    jar.#keeper.load(fromNetscape(text, jar.getPolicy()));
    return jar;
  }

  /** What loggers see: no values. */
  toJSON(): Record<string, unknown>[] {
    return Array.from(this, (cookie) => cookie.toJSON());
  }

  /** `<RequestsCookieJar[<Cookie sid for example.com/>]>` */
  toString(): string {
    return `<RequestsCookieJar[${[...this].join(', ')}]>`;
  }

  static {
    printAsText(this);
  }
}

function readScope(options: CookieScope, of: string): CookieScope {
  return readOptions<CookieScope>(options, ['domain', 'path'], of);
}
