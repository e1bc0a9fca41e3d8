import { printable } from './ascii.ts';
import { latin1 } from './bytes.ts';
import { InvalidHeader } from './exceptions.ts';
import { entriesOf } from './form.ts';
import { hide, printAs } from './inspect.ts';
import { isEmpty } from './options.ts';

/** The part of WHATWG `Headers` that we read. */
interface HeadersLike {
  entries(): Iterable<[string, string]>;
  getSetCookie(): string[];
}

/** A value of `headers:` null removes what the session would send; bytes are taken as ISO-8859-1. */
export type HeaderValue = string | Uint8Array | null | undefined;

/** What `headers:` accepts. Pairs and maps keep any order; plain objects put integer-like names first, as JavaScript does. */
export type HeadersInit =
  | Headers
  | HeadersLike
  | Readonly<Record<string, HeaderValue>>
  | Iterable<readonly [string, HeaderValue]>;

interface Field {
  readonly name: string;
  /** One string, or several lines of the same name in their order. */
  readonly value: string | string[];
}

const NO_FIELDS: Map<string, Field> = new Map();

const BRAND: unique symbol = Symbol.for('@requests-ts/core:Headers');
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^(?:[\x21-\x7e\x80-\xff][\t\x20-\x7e\x80-\xff]*)?$/;
const SECRET = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'cookie2', 'set-cookie2']);

/** Names are tokens, hence ASCII, before they are stored: the platform's own lower case is right and fast. */
function lowerCase(name: string): string {
  return String(name).toLowerCase();
}

/**
 * Header fields in order, looked up without case and sent as spelled (RFC 9110 §5; Requests: `CaseInsensitiveDict`).
 *
 * A later write keeps the first position and takes the newest spelling. Names must be tokens and values ISO-8859-1 without control
 * characters or a leading blank; anything else is `InvalidHeader` at once, long before a socket is opened. Printing shows no credentials.
 */
export class Headers implements Iterable<[name: string, value: string]> {
  #fields: Map<string, Field> = NO_FIELDS;
  /** Somebody else reads the same map: it is copied before the first write. */
  #shared = true;
  /** Name, value, name, value... as received, until somebody asks. */
  #received: readonly string[] | null = null;

  /** @throws InvalidHeader for a bad name or value, null included. */
  constructor(init?: HeadersInit | null) {
    if (init) this.#fill(init, (name, value) => this.set(name, checkHeader(name, value)));
  }

  /**
   * Headers as they came from the wire: a flat list of names and values, not validated and not looked at before they are needed.
   *
   * @param flat Name, value, name, value...; values decoded as ISO-8859-1.
   */
  static received(flat: readonly string[]): Headers {
    const headers = new Headers();
    headers.#received = flat;
    return headers;
  }

  get #map(): ReadonlyMap<string, Field> {
    const flat = this.#received;
    if (flat) {
      this.#received = null;
      for (let i = 0; i + 1 < flat.length; i += 2) this.#add(flat[i]!, flat[i + 1]!, false);
    }
    return this.#fields;
  }

  /** For writing. */
  get #own(): Map<string, Field> {
    if (this.#shared) {
      const copy = new Map<string, Field>();
      this.#map.forEach((field, lower) => {
        const { name, value } = field;
        copy.set(lower, typeof value === 'string' ? field : { name, value: [...value] });
      });
      this.#fields = copy;
      this.#shared = false;
    }
    return this.#fields;
  }

  #add(name: string, value: string, newestSpelling: boolean): void {
    const lower = lowerCase(name);
    const fields = this.#own;
    const field = fields.get(lower);
    if (!field) fields.set(lower, { name, value });
    else {
      const values = typeof field.value === 'string' ? [field.value] : field.value;
      values.push(value);
      fields.set(lower, { name: newestSpelling ? name : field.name, value: values });
    }
  }

  /** The value; what was received is not filed as long as one field or two are all that anybody asks for. */
  #find(name: string): string | string[] | undefined {
    const lower = lowerCase(name);
    return this.#received ? received(this.#received, lower) : this.#fields.get(lower)?.value;
  }

  /** The value, several lines joined by ", " (RFC 9110 §5.3); `fallback`, or undefined, when there is none. */
  get(name: string): string | undefined;
  get<T>(name: string, fallback: T): string | T;
  get(name: string, fallback?: unknown): unknown {
    const value = this.#find(name);
    if (value === undefined) return fallback;
    return typeof value === 'string' ? value : value.join(', ');
  }

  /** Every line of that name, apart. */
  getAll(name: string): string[] {
    const value = this.#find(name) ?? [];
    return typeof value === 'string' ? [value] : [...value];
  }

  /** The `Set-Cookie` lines, which cannot be joined (RFC 6265 §3). */
  getSetCookie(): string[] {
    return this.getAll('set-cookie');
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /** Replaces every line of that name; null removes it. @throws InvalidHeader */
  set(name: string, value: HeaderValue): this {
    if (value === null) {
      this.delete(name);
      return this;
    }
    const text = checkHeader(name, value);
    this.#own.set(lowerCase(name), { name, value: text });
    return this;
  }

  /** Adds a line after those of the same name. @throws InvalidHeader */
  append(name: string, value: HeaderValue): this {
    this.#add(name, checkHeader(name, value), true);
    return this;
  }

  delete(name: string): boolean {
    return this.has(name) && this.#own.delete(lowerCase(name));
  }

  clear(): void {
    this.#received = null;
    this.#fields = NO_FIELDS;
    this.#shared = true;
  }

  /** The value, after setting `fallback` when there was none. */
  setDefault(name: string, fallback: string): string {
    if (!this.has(name)) this.set(name, fallback);
    return this.get(name)!;
  }

  /** Sets each of the given fields; null removes one. */
  update(init: HeadersInit): this {
    this.#fill(init, (name, value) => this.set(name, value));
    return this;
  }

  /** A name may repeat in a list; of a mapping that has it in two spellings, the later value counts. */
  #fill(init: HeadersInit, put: (name: string, value: HeaderValue) => void): void {
    const entries = headerEntries(init);
    const seen = init instanceof Map || !(Symbol.iterator in init) ? null : new Set<string>();
    for (const [name, value] of entries) {
      if (value !== null && seen?.has(lowerCase(name))) this.append(name, value);
      else put(name, value);
      seen?.add(lowerCase(name));
    }
  }

  /** The number of distinct names. */
  get size(): number {
    return this.#map.size;
  }

  /** One entry per name, in order, as last spelled. */
  *entries(): IterableIterator<[name: string, value: string]> {
    for (const { name, value } of this.#map.values())
      yield [name, typeof value === 'string' ? value : value.join(', ')];
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this) yield name;
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this) yield value;
  }

  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.entries();
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void): void {
    for (const [name, value] of this) callback(value, name, this);
  }

  /** One entry per line, in order: what goes on the wire. */
  *lines(): IterableIterator<[name: string, value: string]> {
    for (const { name, value } of this.#map.values()) {
      if (typeof value === 'string') yield [name, value];
      else for (const line of value) yield [name, line];
    }
  }

  /** Calls `visitor` with every line, in order; much faster than iterating. */
  visit(visitor: (lowerName: string, name: string, value: string) => void): void {
    this.#map.forEach(({ name, value }, lower) => {
      if (typeof value === 'string') visitor(lower, name, value);
      else for (const line of value) visitor(lower, name, line);
    });
  }

  /** Entries with the name in lower case. */
  *lowerItems(): IterableIterator<[name: string, value: string]> {
    for (const [lower, { value }] of this.#map) yield [lower, typeof value === 'string' ? value : value.join(', ')];
  }

  /** Equal names without regard to case and order, and equal values. */
  equals(other: unknown): boolean {
    if (typeof other !== 'object' || other === null) return false;
    const entries = other instanceof Headers || other instanceof Map ? [...other] : Object.entries(other);
    return (
      new Set(entries.map(([name]) => lowerCase(name))).size === this.size &&
      entries.every(([name, value]) => this.get(name) === value)
    );
  }

  copy(): Headers {
    const copy = new Headers();
    copy.#fields = this.#map as Map<string, Field>;
    this.#shared = true;
    return copy;
  }

  /** Name to value, with credentials hidden: this is what loggers call. */
  toJSON(): Record<string, string> {
    return Object.fromEntries(
      Array.from(this, ([name, value]) => [name, SECRET.has(lowerCase(name)) ? '[redacted]' : value]),
    );
  }

  toString(): string {
    return JSON.stringify(this.toJSON());
  }

  get [Symbol.toStringTag](): string {
    return 'Headers';
  }

  static {
    printAs(this, (self) => self.toJSON());
    hide(this.prototype, BRAND, true);
  }

  /** Structural, so that headers of another installed copy of this package keep their lines apart. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && (value as { [BRAND]?: true })[BRAND] === true;
  }
}

/** The same of a flat list. */
function received(flat: readonly string[], lower: string): string | string[] | undefined {
  let value: string | string[] | undefined;
  for (let i = 0; i + 1 < flat.length; i += 2) {
    if (flat[i]!.length !== lower.length || lowerCase(flat[i]!) !== lower) continue;
    if (value === undefined) value = flat[i + 1]!;
    else if (typeof value === 'string') value = [value, flat[i + 1]!];
    else value.push(flat[i + 1]!);
  }
  return value;
}

/** The given fields as pairs, whatever container they come in; values are not checked. */
export function headerEntries(init: HeadersInit): Iterable<readonly [string, HeaderValue]> {
  if (init instanceof Headers) return init.lines();
  return (entriesOf(init) as [string, HeaderValue][]).filter(([, value]) => value !== undefined);
}

/**
 * Checks one field against RFC 9110 §5.1 and §5.5 (Requests: `check_header_validity`, here with tokens as names).
 *
 * @returns The value as text.
 * @throws InvalidHeader naming the field; never shows the value.
 */
export function checkHeader(name: unknown, value: unknown): string {
  if (typeof name !== 'string' || !TOKEN.test(name)) {
    throw new InvalidHeader(`Invalid header name '${printable(String(name))}': must be a token (RFC 9110 section 5.1)`);
  }
  const text = value instanceof Uint8Array ? latin1(value) : value;
  if (typeof text !== 'string') {
    throw new InvalidHeader(
      `Invalid value of header '${name}': must be a string or bytes, not ${value === null ? 'null' : typeof value}`,
    );
  }
  if (!VALUE.test(text)) {
    throw new InvalidHeader(
      `Invalid value of header '${name}': holds a leading blank, a control character or one above U+00FF (RFC 9110 section 5.5)`,
    );
  }
  return text;
}

/**
 * Session headers overlaid by those of the request (behaviour B-SESS-03, B-HDR-05): session order first, the newest spelling, and every
 * name whose value is null left out. The session's own when the request has none.
 */
export function mergeHeaders(session: Headers, request: HeadersInit | null | undefined): Headers {
  return request && (typeof request !== 'object' || Symbol.iterator in request || !isEmpty(request))
    ? session.copy().update(request)
    : session;
}
