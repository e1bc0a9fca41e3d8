import type { Cookie } from './cookie.ts';
import { createCookie } from './create-cookie.ts';
import { quoted } from './errors.ts';

/** A cookie as Python's `http.cookies.Morsel` holds it: key, value, and attributes as text under their names on the wire. */
export interface Morsel {
  readonly key: string;
  readonly value: string;
  /** Seconds from now. */
  readonly 'max-age'?: unknown;
  /** `Thu, 01-Jan-1970 00:00:01 GMT` */
  readonly expires?: unknown;
  readonly path?: string;
  readonly domain?: string;
  readonly secure?: unknown;
  readonly httponly?: unknown;
  readonly comment?: string;
  readonly version?: unknown;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DATE = /^(?:mon|tue|wed|thu|fri|sat|sun), (\d{2})-([a-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/i;

/**
 * The cookie that a morsel describes (Requests: `morsel_to_cookie`). `max-age` wins over `expires`.
 *
 * @param nowMs Epoch in milliseconds, from which `max-age` counts.
 * @throws TypeError for a `max-age` that is no whole number and an `expires` that is no text; RangeError for text that is no date.
 */
export function morselToCookie(morsel: Morsel, nowMs: number = Date.now()): Cookie {
  const { key, value, path, domain, comment } = morsel;
  const maxAge = morsel['max-age'];
  let expires: number | null = null;
  if (maxAge) expires = Math.floor(nowMs / 1000 + toInteger(key, maxAge));
  else if (morsel.expires) expires = toEpoch(key, morsel.expires);
  return createCookie(key, value, {
    domain: domain ?? '',
    path: path || '/',
    secure: morsel.secure ? true : null,
    httpOnly: Boolean(morsel.httponly),
    expires,
    discard: false,
    comment: comment ?? null,
    rest: { HttpOnly: morsel.httponly ? String(morsel.httponly) : null },
    version: Number(morsel.version) || 0,
  });
}

function toInteger(key: string, value: unknown): number {
  const text = typeof value === 'number' ? String(Math.trunc(value)) : value;
  if (typeof text !== 'string' || !/^\s*[+-]?\d+\s*$/.test(text))
    throw new TypeError(`Cookie ${quoted(key)}: max-age must be a whole number`);
  return Number(text);
}

function toEpoch(key: string, value: unknown): number {
  if (typeof value !== 'string') throw new TypeError(`Cookie ${quoted(key)}: expires must be a text`);
  const [, day, name = '', year, hours, minutes, seconds] = DATE.exec(value) ?? [];
  const month = MONTHS.indexOf(name.toLowerCase());
  const date = new Date(0);
  date.setUTCFullYear(Number(year), month, Number(day));
  date.setUTCHours(Number(hours), Number(minutes), Number(seconds));
  // A date that rolls over (31 February, 25 o'clock) comes back as another day.
  if (month < 0 || date.getUTCDate() !== Number(day) || Number(minutes) > 59 || Number(seconds) > 61) {
    throw new RangeError(`Cookie ${quoted(key)}: expires must look like "Thu, 01-Jan-1970 00:00:01 GMT"`);
  }
  return date.getTime() / 1000;
}
