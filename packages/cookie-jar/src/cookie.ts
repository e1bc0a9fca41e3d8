import type { Seconds } from '@requests-ts/core';
import { printable } from '@requests-ts/core/authors';
import { printAsText } from './inspect.ts';

/** As a server may write it. Kept and shown; it never blocks sending, since a program has no site that it is visited from. */
export type SameSite = 'strict' | 'lax' | 'none';

/** Everything a cookie is. */
export interface CookieFields {
  readonly name: string;
  /** Null for a cookie that is sent as its bare name. */
  readonly value: string | null;
  readonly domain: string;
  /** The host that a cookie without a domain was bound to; null until it is sent. */
  readonly boundTo: string | null;
  readonly hostOnly: boolean;
  readonly domainSpecified: boolean;
  readonly domainInitialDot: boolean;
  readonly path: string;
  readonly pathSpecified: boolean;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: SameSite | null;
  readonly expires: Seconds | null;
  readonly discard: boolean;
  readonly port: string | null;
  readonly version: number;
  readonly comment: string | null;
  readonly commentUrl: string | null;
  readonly rest: Readonly<Record<string, string | null>>;
  readonly rfc2109: boolean;
}

/**
 * One cookie. It never changes: `jar.set` puts another one in its place, `with` makes a copy that differs.
 *
 * Printing and `JSON.stringify` show everything but the value.
 */
export class Cookie {
  readonly #fields: CookieFields;
  /** As it is written in a `Cookie` header: raw, nothing escaped. */
  readonly #pair: string;

  /** For jars; `createCookie` fills in and checks. */
  constructor(fields: CookieFields) {
    this.#fields = fields;
    this.#pair = fields.value === null ? fields.name : `${fields.name}=${fields.value}`;
  }

  /** Case counts. */
  get name(): string {
    return this.#fields.name;
  }

  /** Byte for byte as the server wrote it, quotes included; "" for a cookie without a value. */
  get value(): string {
    return this.#fields.value ?? '';
  }

  /** True for a cookie that was set without "=": it is sent as its bare name. */
  get valueless(): boolean {
    return this.#fields.value === null;
  }

  /** Without a leading dot; "" for a cookie that was set without a domain. */
  get domain(): string {
    return this.#fields.domain;
  }

  /** The only host that a cookie without a domain goes to; null until it is sent for the first time. */
  get boundTo(): string | null {
    return this.#fields.boundTo;
  }

  /** True when subdomains do not get it. */
  get hostOnly(): boolean {
    return this.#fields.hostOnly;
  }

  get domainSpecified(): boolean {
    return this.#fields.domainSpecified;
  }

  get domainInitialDot(): boolean {
    return this.#fields.domainInitialDot;
  }

  get path(): string {
    return this.#fields.path;
  }

  get pathSpecified(): boolean {
    return this.#fields.pathSpecified;
  }

  get secure(): boolean {
    return this.#fields.secure;
  }

  get httpOnly(): boolean {
    return this.#fields.httpOnly;
  }

  get sameSite(): SameSite | null {
    return this.#fields.sameSite;
  }

  /** Epoch in seconds; null for a session cookie. */
  get expires(): Seconds | null {
    return this.#fields.expires;
  }

  get discard(): boolean {
    return this.#fields.discard;
  }

  get port(): string | null {
    return this.#fields.port;
  }

  get portSpecified(): boolean {
    return this.#fields.port !== null && this.#fields.port !== '';
  }

  get version(): number {
    return this.#fields.version;
  }

  get comment(): string | null {
    return this.#fields.comment;
  }

  get commentUrl(): string | null {
    return this.#fields.commentUrl;
  }

  get rest(): Readonly<Record<string, string | null>> {
    return this.#fields.rest;
  }

  get rfc2109(): boolean {
    return this.#fields.rfc2109;
  }

  /** `name=value`, or the bare name: what a `Cookie` header holds. */
  get pair(): string {
    return this.#pair;
  }

  /** @param nowMs Epoch in milliseconds. */
  isExpired(nowMs: number = Date.now()): boolean {
    const { expires } = this.#fields;
    return expires !== null && expires * 1000 <= nowMs;
  }

  /** A copy that differs in the given fields, which are not checked. */
  with(changes: Partial<CookieFields>): Cookie {
    return new Cookie({ ...this.#fields, ...changes });
  }

  /** True when the two cannot be in a jar together: the later one takes the place of the other. */
  replaces(other: Cookie): boolean {
    return (
      this.name === other.name &&
      this.path === other.path &&
      this.domain === other.domain &&
      (this.hostOnly === other.hostOnly || this.loose || other.loose)
    );
  }

  /**
   * True for a cookie that somebody set for a plain `domain`: it goes to subdomains, as in Requests, and the server may refresh it as a host-only
   * cookie as well as with a `Domain`.
   */
  get loose(): boolean {
    return this.domainSpecified && !this.domainInitialDot && !this.hostOnly;
  }

  /** Everything, the value included: for saving. */
  toFields(): CookieFields {
    return { ...this.#fields };
  }

  /** What loggers see. */
  toJSON(): Record<string, unknown> {
    const { name, domain, path, secure, httpOnly, sameSite, expires } = this.#fields;
    return { name, value: '[redacted]', domain, path, secure, httpOnly, sameSite, expires };
  }

  /** `<Cookie sid for example.com/>` */
  toString(): string {
    return `<Cookie ${printable(this.name)} for ${this.domain || (this.boundTo ?? '')}${printable(this.path)}>`;
  }

  static {
    printAsText(this);
  }
}

/** What no part of a cookie may hold: a control character, or what ISO-8859-1 cannot say. */
export const BAD_CHARACTER: RegExp = /[^\x20-\x7e\x80-\xff]/;

/** The promise that a name makes, compared without case (RFC 6265bis §4.1.3). */
export function prefixOf(name: string): '__secure-' | '__host-' | undefined {
  if (!name.startsWith('__')) return undefined;
  const lower = name.slice(0, 9).toLowerCase();
  if (lower === '__secure-') return lower;
  return lower.startsWith('__host-') ? '__host-' : undefined;
}
