/** IP addresses as bytes, so that two spellings of one address are the same address (RFC 4291 §2.2, RFC 4632). */
import { isIPv6 } from 'node:net';

/** An address block. */
export interface Network {
  readonly address: Uint8Array;
  /** Leading bits that all its addresses share. */
  readonly prefix: number;
}

const QUAD = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}$/;

/**
 * The 4 or 16 bytes of an address.
 *
 * An IPv4 address mapped into IPv6 (`::ffff:10.0.0.1`) is that IPv4 address. Zone ids, short forms (`127.1`) and octal ones are refused: no two
 * parsers agree on what they mean.
 *
 * @param text With or without the brackets that a URL puts around IPv6.
 */
export function parseAddress(text: string): Uint8Array | null {
  if (QUAD.test(text)) return Uint8Array.from(text.split('.'), Number);
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (bare.includes('%') || !isIPv6(bare)) return null;
  const bytes = ipv6Bytes(bare);
  return isMapped(bytes) ? bytes.slice(12) : bytes;
}

/** A block such as `10.0.0.0/8` or `fd00::/8`; null for what is none, prefix 0 included, which would be everything. */
export function parseNetwork(text: string): Network | null {
  const match = /^([^/]+)\/([0-9]{1,3})$/.exec(text);
  if (!match) return null;
  const address = parseAddress(match[1]!);
  if (!address) return null;
  // A block of mapped addresses counts the 96 bits before them.
  const mapped = address.length === 4 && match[1]!.includes(':');
  const prefix = Number(match[2]) - (mapped ? 96 : 0);
  return prefix >= 1 && prefix <= address.length * 8 ? { address, prefix } : null;
}

/** True when the address is inside; IPv4 and IPv6 never contain each other. */
export function isInNetwork(address: Uint8Array, network: Network): boolean {
  if (address.length !== network.address.length) return false;
  for (let bits = network.prefix, at = 0; bits > 0; bits -= 8, at++) {
    const mask = bits >= 8 ? 0xff : 0xff << (8 - bits);
    if (((address[at]! ^ network.address[at]!) & mask & 0xff) !== 0) return false;
  }
  return true;
}

function ipv6Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(16);
  const [head = '', tail] = text.split('::');
  const front = groups(head);
  bytes.set(front);
  if (tail !== undefined) {
    const back = groups(tail);
    bytes.set(back, 16 - back.length);
  }
  return bytes;
}

function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function isMapped(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
}
