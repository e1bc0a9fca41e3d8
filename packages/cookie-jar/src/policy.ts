/** What a jar accepts, keeps and sends beyond RFC 6265: limits, and two questions that you may answer. */
import type { Seconds } from '@requests-ts/core';
import { readOptions } from '@requests-ts/core/authors';
import type { Cookie } from './cookie.ts';

/** Why a cookie was not stored, not kept, or not sent. */
export type RefusalReason =
  | 'line-too-long'
  | 'cookie-too-large'
  | 'bad-character'
  | 'no-name'
  | 'too-many-in-response'
  | 'invalid-domain'
  | 'foreign-domain'
  | 'public-suffix'
  | 'secure-over-plaintext'
  | 'shadows-secure'
  | 'prefix'
  | 'same-site-none'
  | 'malformed'
  | 'policy'
  | 'evicted'
  | 'not-sent';

/** Told to `policy.onRefused`. Never holds a value. */
export interface CookieRefusal {
  readonly reason: RefusalReason;
  /** Written by the server: escape it before printing. Undefined when there was no telling. */
  readonly name: string | undefined;
  /** The host that was asked or answered, or the domain of the cookie. */
  readonly domain: string | undefined;
}

/** The rules of a jar. Every limit may be raised, up to `Infinity`; the defaults are curl's and those of RFC 6265bis. */
export interface CookiePolicy {
  /** Asked before a response's cookie is stored (Python: `set_ok`). False drops it. */
  readonly setOk?: ((cookie: Cookie, url: string) => boolean) | undefined;
  /** Asked before a cookie is sent (Python: `return_ok`). False leaves it out of this request. */
  readonly returnOk?: ((cookie: Cookie, url: string) => boolean) | undefined;
  /** Hears of every cookie that was dropped, evicted or left out. */
  readonly onRefused?: ((refusal: CookieRefusal) => void) | undefined;
  /** True lets `Secure` cookies come from and go to http://localhost and loopback addresses; false. */
  readonly allowSecureOnLocal?: boolean | undefined;
  /** `Set-Cookie` lines read per response; 50. */
  readonly maxPerResponse?: number | undefined;
  /** Cookies of one domain; 180. Cookies that you set yourself are not counted out, only those of responses are. */
  readonly maxPerDomain?: number | undefined;
  /** Cookies in all; 3000. As `maxPerDomain`. */
  readonly maxCookies?: number | undefined;
  /** Bytes of name and value together; 4096. */
  readonly maxCookieSize?: number | undefined;
  /** Bytes of an attribute's value; a longer attribute is ignored; 1024. */
  readonly maxAttributeSize?: number | undefined;
  /** Bytes of a `Set-Cookie` line, or of a line in a cookies.txt; 5000. */
  readonly maxLineSize?: number | undefined;
  /** Cookies in one `Cookie` header; 150. */
  readonly maxSentCookies?: number | undefined;
  /** Bytes of one `Cookie` header; 8190. */
  readonly maxHeaderSize?: number | undefined;
  /** Longest life that a server can ask for, in seconds; 34,560,000 (400 days). */
  readonly maxAge?: Seconds | undefined;
  /** The clock, in epoch milliseconds; `Date.now`. */
  readonly now?: (() => number) | undefined;
}

type Questions = 'setOk' | 'returnOk' | 'onRefused';

/** A policy with every default filled in. */
export type ResolvedPolicy = Readonly<Pick<CookiePolicy, Questions>> & {
  readonly [K in Exclude<keyof CookiePolicy, Questions>]-?: Exclude<CookiePolicy[K], undefined>;
};

const LIMITS = {
  maxPerResponse: 50,
  maxPerDomain: 180,
  maxCookies: 3000,
  maxCookieSize: 4096,
  maxAttributeSize: 1024,
  maxLineSize: 5000,
  maxSentCookies: 150,
  maxHeaderSize: 8190,
  maxAge: 400 * 24 * 60 * 60,
} as const;

const FUNCTIONS = ['setOk', 'returnOk', 'onRefused', 'now'] as const;
const LIMIT_KEYS = Object.keys(LIMITS) as (keyof typeof LIMITS)[];
const KEYS: readonly (keyof CookiePolicy)[] = [...FUNCTIONS, ...LIMIT_KEYS, 'allowSecureOnLocal'];

const resolved = new WeakSet<object>();

/**
 * Reads a policy once. A resolved one is returned as it is, so that copies of a jar share it.
 *
 * @throws TypeError for an unknown key, a wrong type, or an object of a class, whose methods would not be seen; RangeError for a limit below 0.
 */
export function resolvePolicy(policy: CookiePolicy): ResolvedPolicy {
  if (resolved.has(policy)) return policy as ResolvedPolicy;
  const prototype: unknown = Object.getPrototypeOf(policy);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError('A cookie policy must be a plain object');
  const given = readOptions<CookiePolicy>(policy, KEYS, 'cookie policy');
  for (const key of FUNCTIONS) {
    if (given[key] !== undefined && typeof given[key] !== 'function')
      throw new TypeError(`cookie policy: ${key} must be a function`);
  }
  const limits: Record<keyof typeof LIMITS, number> = { ...LIMITS };
  for (const key of LIMIT_KEYS) {
    const limit = given[key] ?? LIMITS[key];
    if (typeof limit !== 'number' || !(limit >= 0))
      throw new RangeError(`cookie policy: ${key} must be a number of at least 0`);
    limits[key] = limit;
  }
  const { setOk, returnOk, onRefused, now = Date.now, allowSecureOnLocal = false } = given;
  const full = Object.freeze({
    ...limits,
    setOk,
    returnOk,
    onRefused,
    now,
    allowSecureOnLocal: allowSecureOnLocal === true,
  });
  resolved.add(full);
  return full;
}
