/** A jar as JSON text, everything included. */
import type { Cookie, CookieFields } from './cookie.ts';
import { CookieLoadError } from './errors.ts';
import type { CookieRefusal, ResolvedPolicy } from './policy.ts';
import { checkCount, restoreCookie, type SavedFields } from './saved-cookie.ts';

const VERSION = 1;

/** What each field may be; a field that is not named here is dropped. */
const SCHEMA: { readonly [K in keyof CookieFields]: (value: unknown) => boolean } = {
  name: isString,
  value: orNull(isString),
  domain: isString,
  boundTo: orNull(isString),
  hostOnly: isBoolean,
  domainSpecified: isBoolean,
  domainInitialDot: isBoolean,
  path: isString,
  pathSpecified: isBoolean,
  secure: isBoolean,
  httpOnly: isBoolean,
  sameSite: (value) => value === null || value === 'strict' || value === 'lax' || value === 'none',
  expires: orNull(Number.isFinite),
  discard: isBoolean,
  port: orNull(isString),
  version: Number.isFinite,
  comment: orNull(isString),
  commentUrl: orNull(isString),
  rest: (value) => isObject(value) && Object.values(value).every(orNull(isString)),
  rfc2109: isBoolean,
};

const FIELDS = Object.keys(SCHEMA) as (keyof CookieFields)[];
const REQUIRED: readonly (keyof SavedFields)[] = [
  'name',
  'value',
  'domain',
  'hostOnly',
  'path',
  'secure',
  'httpOnly',
  'expires',
];

/** One object per cookie, its fields in the order of the schema, so that equal jars make equal texts. */
export function serialize(cookies: readonly Cookie[], nowMs: number): string {
  const saved = cookies.filter((cookie) => !cookie.isExpired(nowMs)).map((cookie) => cookie.toFields());
  return JSON.stringify({
    version: VERSION,
    cookies: saved.map((fields) => Object.fromEntries(FIELDS.map((key) => [key, fields[key]]))),
  });
}

/**
 * Reads what `serialize` wrote: cookies, and what was refused among them.
 *
 * @throws CookieLoadError for another format or version, wrong types, and more cookies than the policy allows. Its message shows nothing of the text.
 */
export function deserialize(text: string, policy: ResolvedPolicy): (Cookie | CookieRefusal)[] {
  const saved = parse(text);
  const version = isObject(saved) && Object.hasOwn(saved, 'version') ? saved.version : undefined;
  const cookies = isObject(saved) && Object.hasOwn(saved, 'cookies') ? saved.cookies : undefined;
  if (version !== VERSION || !Array.isArray(cookies))
    throw new CookieLoadError(`Not a saved cookie jar of version ${VERSION}`);
  checkCount(cookies.length, policy);
  return cookies.map((cookie: unknown, at) => restoreCookie(readFields(cookie, at), policy));
}

function parse(text: unknown): unknown {
  if (typeof text !== 'string') throw new TypeError('A saved cookie jar is a string');
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new CookieLoadError('Not a saved cookie jar: not JSON');
  }
}

/** Own, known fields of the right type. */
function readFields(saved: unknown, at: number): SavedFields {
  const fields: Record<string, unknown> = Object.create(null);
  if (!isObject(saved)) throw new CookieLoadError(`Cookie ${at} is not an object`);
  for (const key of FIELDS) {
    if (!Object.hasOwn(saved, key)) continue;
    if (!SCHEMA[key](saved[key])) throw new CookieLoadError(`Cookie ${at}: '${key}' has the wrong type`);
    fields[key] = saved[key];
  }
  for (const key of REQUIRED) if (!(key in fields)) throw new CookieLoadError(`Cookie ${at}: '${key}' is missing`);
  return fields as unknown as SavedFields;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function orNull(check: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === null || check(value);
}
