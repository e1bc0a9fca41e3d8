/** The seam for cookies: core knows no jar, `@requests-ts/cookie-jar` is one. */

/** Cookies as `cookies:` takes them: a mapping of name to value (null leaves a cookie out), or a jar. */
export type CookiesInit = CookiesMapping | ReadonlyMap<string, string | null> | CookieStore;

/** Name to value; null leaves a cookie out. */
export type CookiesMapping = Readonly<Record<string, string | null>>;

/**
 * What a session needs of a cookie jar. Everything is synchronous: no promise is on the path of a request.
 *
 * URLs are absolute, as prepared; a jar never sees userinfo or fragments it should keep.
 */
export interface CookieStore {
  /** The number of cookies; a session asks an empty jar nothing else. */
  readonly size: number;
  /**
   * The value of the `Cookie` header for a request to `url`, or undefined when no cookie matches (RFC 6265 §5.4).
   *
   * @param extra Cookies of this one request; one with the same domain, path and name wins.
   */
  getCookieHeader(url: string, extra?: CookieStore | null): string | undefined;
  /** Stores what the response from `url` set (RFC 6265 §5.3); lines that a jar must refuse are ignored, never an error. */
  storeSetCookie(url: string, lines: readonly string[]): void;
  /** An empty jar of the same kind and policy. */
  create(): CookieStore;
  /** A jar from the `cookies:` option. Entries of a mapping belong to the host of `url` only; a jar is returned as it is. */
  from(cookies: CookiesMapping | CookieStore, url: string): CookieStore;
  /** An independent jar with the same cookies and policy. */
  copy(): CookieStore;
  /** The cookies as text, for `serialize(session)`; a jar without it cannot be saved. */
  serialize?(): string;
  /** A jar of the same kind and policy with the cookies of such a text. */
  deserialize?(text: string): CookieStore;
}

/**
 * Filled in by the package that brings a jar, so that `response.cookies` and `session.cookies` have its type:
 *
 *     declare module '@requests-ts/core' { interface Register { cookieJar: RequestsCookieJar } }
 */
// biome-ignore lint/suspicious/noEmptyInterface: augmented by other packages.
export interface Register {}

/** The registered jar, or the bare seam when no cookie package is in the program. */
export type CookieJar = Register extends { cookieJar: infer Jar extends CookieStore } ? Jar : CookieStore;

/** True for a jar, of whatever package or copy of it. */
export function isCookieStore(value: unknown): value is CookieStore {
  return typeof value === 'object' && value !== null && 'getCookieHeader' in value && 'storeSetCookie' in value;
}
