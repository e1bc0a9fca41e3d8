/** The IPv4 helpers of `requests.utils`, short and octal forms included. `NO_PROXY` itself is matched by stricter rules: see `no-proxy.ts`. */

/** The 32 bits of an address as the C library reads it: 1 to 4 numbers, decimal, octal (`0…`) or hexadecimal, the last one filling the rest. */
function inetAton(text: string): number | null {
  const parts = text.split('.');
  if (parts.length > 4) return null;
  let address = 0;
  for (const [at, part] of parts.entries()) {
    const value = parseNumber(part);
    const rest = at === parts.length - 1 ? 5 - parts.length : 1;
    if (value === null || value >= 256 ** rest) return null;
    address = address * 256 ** rest + value;
  }
  return address;
}

function parseNumber(text: string): number | null {
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^0[0-7]{0,11}$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : null;
}

/** True for an IPv4 address, also in short forms such as `127.1` (Requests: `is_ipv4_address`). */
export function isIpv4Address(text: string): boolean {
  return inetAton(text) !== null;
}

/** True for `address/prefix` with a prefix of 1 to 32 (Requests: `is_valid_cidr`). */
export function isValidCidr(text: string): boolean {
  return parseCidr(text) !== null;
}

/**
 * True when the address is in the network (Requests: `address_in_network`).
 *
 * @param network `address/prefix`, such as `192.168.1.0/24`.
 * @throws TypeError when one of the two is malformed.
 */
export function addressInNetwork(address: string, network: string): boolean {
  const bits = inetAton(address);
  const cidr = parseCidr(network);
  if (bits === null || !cidr)
    throw new TypeError('addressInNetwork needs an IPv4 address and a network such as 192.168.1.0/24');
  const size = 2 ** (32 - cidr.prefix);
  return Math.floor(bits / size) === Math.floor(cidr.address / size);
}

/**
 * The netmask of a prefix length: 24 gives `255.255.255.0` (Requests: `dotted_netmask`).
 *
 * @param prefix Leading bits, 0 to 32.
 * @throws RangeError
 */
export function dottedNetmask(prefix: number): string {
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > 32)
    throw new RangeError('The prefix length must be an integer from 0 to 32');
  const bits = 2 ** 32 - 2 ** (32 - prefix);
  return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.');
}

function parseCidr(text: string): { address: number; prefix: number } | null {
  const match = /^([^/]+)\/([0-9]{1,2})$/.exec(text);
  const address = match ? inetAton(match[1]!) : null;
  const prefix = Number(match?.[2]);
  return address === null || prefix < 1 || prefix > 32 ? null : { address, prefix };
}
