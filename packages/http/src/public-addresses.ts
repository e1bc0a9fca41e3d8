import { isIP } from 'node:net';
import type { AddressGuard } from './guard.ts';

type Block = readonly [kind: string, prefix: number, ...bytes: number[]];

/** What of IPv4 is not the public internet (RFC 6890 and its registry). */
const IPV4: readonly Block[] = [
  ['of this network', 8, 0],
  ['private', 8, 10],
  ['shared by customers of a provider', 10, 100, 64],
  ['a loopback address', 8, 127],
  ['link-local', 16, 169, 254],
  ['private', 12, 172, 16],
  ['for protocols', 24, 192, 0, 0],
  ['for documentation', 24, 192, 0, 2],
  ['a relay of 6to4', 24, 192, 88, 99],
  ['private', 16, 192, 168],
  ['for benchmarks', 15, 198, 18],
  ['for documentation', 24, 198, 51, 100],
  ['for documentation', 24, 203, 0, 113],
  ['a multicast address', 4, 224],
  ['reserved', 4, 240],
];

/** What of IPv6 has a name of its own; whatever else is outside of 2000::/3 is not public either. */
const IPV6: readonly Block[] = [
  ['a loopback address', 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  ['translated locally', 48, 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01],
  ['for protocols', 23, 0x20, 0x01, 0x00],
  ['for documentation', 32, 0x20, 0x01, 0x0d, 0xb8],
  ['for documentation', 20, 0x3f, 0xff, 0x00],
  ['unique local', 7, 0xfc],
  ['link-local', 10, 0xfe, 0x80],
  ['a multicast address', 8, 0xff],
];

/** IPv6 that carries an IPv4 address, and where: mapped, translated by NAT64 (RFC 6052), 6to4 (RFC 3056). */
const CARRIERS: readonly (readonly [at: number, prefix: number, ...bytes: number[]])[] = [
  [12, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
  [12, 96, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0],
  [2, 16, 0x20, 0x02],
];

/**
 * A `guard` that lets a URL lead to the public internet only: against server-side request forgery, where URLs come from strangers.
 *
 * It refuses loopback, private, link-local (cloud metadata among them), shared (CGNAT), multicast, documentation and reserved addresses, in
 * every spelling, and IPv6 that carries one of them (mapped, NAT64, 6to4). It refuses local sockets, and names that a proxy would resolve,
 * since nobody here knows where those lead. Your own proxy may stand anywhere.
 *
 *     new HTTPAdapter({ guard: publicAddressesOnly });
 */
export const publicAddressesOnly: AddressGuard = (address, { role, resolved }) => {
  if (role === 'proxy') return;
  if (!resolved) throw new Error('where it leads is not known here (publicAddressesOnly)');
  const kind = notPublic(address);
  if (kind !== undefined) throw new Error(`${address} is ${kind} (publicAddressesOnly)`);
};

/** Why an IP address is not public, in words; undefined when it is. */
export function notPublic(address: string): string | undefined {
  const [text = ''] = address.split('%');
  switch (isIP(text)) {
    case 4:
      return kindOf(text.split('.').map(Number), IPV4);
    case 6: {
      const bytes = ipv6Bytes(text);
      for (const [at, prefix, ...head] of CARRIERS) {
        if (startsWith(bytes, prefix, head)) return kindOf(bytes.slice(at, at + 4), IPV4);
      }
      return kindOf(bytes, IPV6) ?? ((bytes[0]! & 0xe0) === 0x20 ? undefined : 'reserved');
    }
    default:
      return 'no IP address';
  }
}

function kindOf(bytes: readonly number[], blocks: readonly Block[]): string | undefined {
  return blocks.find(([, prefix, ...head]) => startsWith(bytes, prefix, head))?.[0];
}

function startsWith(bytes: readonly number[], prefix: number, head: readonly number[]): boolean {
  return head.every((byte, i) => {
    const bits = Math.min(8, prefix - 8 * i);
    return ((byte ^ bytes[i]!) & (0xff << (8 - bits)) & 0xff) === 0;
  });
}

/** The 16 bytes of what `isIP` calls 6. */
function ipv6Bytes(text: string): readonly number[] {
  const [head = '', tail] = text.split('::');
  const front = groups(head);
  if (tail === undefined) return front;
  const back = groups(tail);
  return [...front, ...new Array<number>(16 - front.length - back.length).fill(0), ...back];
}

function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
