/** Form encoding of query parameters and bodies: byte for byte what Python's `urlencode` writes (behaviour B-PARAM-04). */
import { latin1 } from './bytes.ts';
import { percentEncode, TRIPLETS } from './url.ts';

/** One value, or several for a repeated key; null and undefined are left out. */
export type FormValue =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | null
  | undefined
  | readonly (string | number | bigint | boolean | Uint8Array | null | undefined)[];

/** Fields in order: a plain object, pairs, a `Map` or `URLSearchParams`. */
export type FormFields =
  | Readonly<Record<string, FormValue>>
  | Iterable<readonly [string | number | Uint8Array, FormValue]>;

/** What `params:` takes; a string or bytes are appended as they are. */
export type Params = FormFields | string | Uint8Array | null;

type Scalar = string | number | bigint | boolean | Uint8Array;

/**
 * The fields as pairs, lists expanded and absent values left out.
 *
 * @throws TypeError for what is neither a mapping nor pairs, and for values without a plain text form (dates, objects).
 */
export function formPairs(fields: FormFields): [key: string | Uint8Array, value: string | Uint8Array][] {
  const pairs: [string | Uint8Array, string | Uint8Array][] = [];
  for (const [key, value] of entriesOf(fields)) {
    const add = (item: unknown): void => {
      if (item !== null && item !== undefined) pairs.push([text(key), text(item, key)]);
    };
    if (!isIterable(value) || value instanceof Uint8Array) add(value);
    else for (const item of elements(value)) add(item);
  }
  return pairs;
}

/** The entries of an object, or of whatever gives pairs. @throws TypeError for anything else. */
export function entriesOf(fields: unknown): readonly (readonly [unknown, unknown])[] {
  if (typeof fields !== 'object' || fields === null) throw notFields();
  if (!isIterable(fields)) return Object.entries(fields);
  if (fields instanceof Map) return [...fields];
  const entries = [...elements(fields)];
  if (!entries.every((entry) => Array.isArray(entry) && entry.length === 2)) throw notFields();
  return entries as [unknown, unknown][];
}

/** Arrays without their holes, however many they have. */
function elements(list: Iterable<unknown>): Iterable<unknown> {
  return Array.isArray(list) ? Object.values(list) : list;
}

function notFields(): TypeError {
  return new TypeError('Expected an object, a Map, URLSearchParams or a list of [key, value] pairs');
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/** @param key For a value, whose it is. */
function text(value: unknown, key?: unknown): string | Uint8Array {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      if (value instanceof Uint8Array) return value;
      throw new TypeError(
        `The ${key === undefined ? 'key' : `value of '${key}'`} must be text, a number, a boolean or bytes, not ${value instanceof Date ? 'a Date' : typeof value}`,
      );
  }
}

/** `a=1&b=2`: space as "+", everything but `A-Za-z0-9_.-~` as UTF-8 %XX; bytes are encoded one by one. @throws TypeError */
export function encodeForm(fields: FormFields): string {
  let out = '';
  for (const [key, value] of formPairs(fields)) out += `&${quotePlus(key)}=${quotePlus(value)}`;
  return out.slice(1);
}

/** The query that `params` adds: text and bytes as they are, fields form-encoded. @throws TypeError */
export function encodeParams(params: Params | undefined): string {
  if (params === null || params === undefined) return '';
  if (typeof params === 'string') return params;
  if (!(params instanceof Uint8Array)) return encodeForm(params);
  if (params.some((byte) => byte > 0x7f)) throw new TypeError('params as bytes must be ASCII; percent-encode the rest');
  return latin1(params);
}

const PLAIN = /^[A-Za-z0-9_.~-]*$/;

function quotePlus(value: Scalar): string {
  if (value instanceof Uint8Array) return Array.from(value, quoteByte).join('');
  const plain = String(value);
  return PLAIN.test(plain) ? plain : plain.replace(/[^A-Za-z0-9_.~ -]+/g, percentEncode).replaceAll(' ', '+');
}

function quoteByte(byte: number): string {
  const char = String.fromCharCode(byte);
  if (char === ' ') return '+';
  return PLAIN.test(char) ? char : TRIPLETS[byte]!;
}
