/** Conversions that Requests offers in `utils`. */
import { InvalidURL } from '@requests-ts/core';

/** A mapping or pairs as pairs; null stays null. @throws TypeError for text, bytes, numbers and booleans. */
export function toKeyValList<V>(
  value: Readonly<Record<string, V>> | Iterable<readonly [string, V]> | null,
): [string, V][] | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object' || ArrayBuffer.isView(value))
    throw new TypeError('cannot encode objects that are not 2-tuples');
  if (!(Symbol.iterator in value)) return Object.entries(value);
  const pairs = [...(value as Iterable<readonly [string, V]>)];
  if (!pairs.every((pair) => Array.isArray(pair) && pair.length === 2))
    throw new TypeError('cannot encode objects that are not 2-tuples');
  return pairs.map(([key, item]) => [key, item]);
}

/** The same as a `Map`, which keeps the order; a later key replaces an earlier one. */
export function fromKeyValList<V>(
  value: Readonly<Record<string, V>> | Iterable<readonly [string, V]> | null,
): Map<string, V> | null {
  const pairs = toKeyValList(value);
  return pairs && new Map(pairs);
}

/** Decodes the escapes of unreserved characters (RFC 3986 §2.3) and leaves the others. @throws InvalidURL for two letters or digits that are no escape. */
export function unquoteUnreserved(uri: string): string {
  return uri.replace(/%([0-9A-Za-z]{2})/g, (triplet, hex: string) => {
    if (!/^[0-9A-Fa-f]{2}$/.test(hex)) throw new InvalidURL(`Invalid percent-escape sequence: '%${hex}'`);
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9._~-]/.test(char) ? char : triplet;
  });
}
