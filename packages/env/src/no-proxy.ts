import type { SplitUrl } from '@requests-ts/core';
import { asciiLower, normalizeHost } from '@requests-ts/core/authors';
import { isInNetwork, type Network, parseAddress, parseNetwork } from './address.ts';

/** A parsed `NO_PROXY` list. */
export interface NoProxy {
  /** The whole list is "*": no proxy for anything. */
  readonly everything: boolean;
  /** By name, without leading and trailing dot, the ports; null stands for any port. */
  readonly names: ReadonlyMap<string, ReadonlySet<number | null>>;
  readonly networks: readonly Network[];
}

/** Told about an entry that means nothing, and why. */
export type OnIgnored = (entry: string, reason: string) => void;

/**
 * Parses a comma-separated list of host names, addresses and address blocks.
 *
 * `c.example` and `.c.example` cover the name and everything below it, `c.example:8080` only URLs that write that port, `10.0.0.0/8` and
 * `fd00::/8` the addresses inside. Blanks and empty entries do not count. An entry that is none of these covers nothing: guessing what it meant
 * would send requests past a proxy, or to one, that should not see them.
 */
export function parseNoProxy(list: string, onIgnored: OnIgnored = () => {}): NoProxy {
  const names = new Map<string, Set<number | null>>();
  const networks: Network[] = [];
  const everything = list === '*';
  for (const item of everything ? [] : list.split(',')) {
    const entry = item.replace(/[ \t]+/g, '');
    if (entry === '') continue;
    const parsed = parseEntry(entry);
    if (typeof parsed === 'string') onIgnored(entry, parsed);
    else if ('prefix' in parsed) networks.push(parsed);
    else {
      const ports = names.get(parsed.name) ?? new Set();
      names.set(parsed.name, ports.add(parsed.port));
    }
  }
  return { everything, names, networks };
}

/** The entry, or what is wrong with it. */
function parseEntry(entry: string): Network | { readonly name: string; readonly port: number | null } | string {
  if (entry.includes('/')) return parseNetwork(entry) ?? 'not an address block such as 10.0.0.0/8';
  const [, host = entry, digits] = parseAddress(entry) ? [] : (/^(.*):([0-9]*)$/.exec(entry) ?? []);
  const bare = withoutDots(host);
  const address = parseAddress(bare);
  if (address) {
    return digits === undefined ? { address, prefix: address.length * 8 } : 'an address is listed without a port';
  }
  const port = digits === undefined ? null : Number(digits || Number.NaN);
  if (port !== null && !(port >= 1 && port <= 65535)) return 'the port must be a number from 1 to 65535';
  if (host.includes('*')) return 'wildcards are not understood: .example.com covers everything below example.com';
  const name = bare === '' || bare.startsWith('[') || bare.endsWith('.') ? undefined : normalizeHost(bare);
  return name === undefined ? 'not a host name or address' : { name, port };
}

/** Without leading dots and one trailing dot. */
function withoutDots(host: string): string {
  const start = host.search(/[^.]/);
  return start < 0 ? '' : host.slice(start, host.endsWith('.') ? -1 : undefined);
}

/** True when the list covers this URL. Takes time by the labels of the host, not by the names in the list. */
export function isListed(
  { host, port }: Pick<SplitUrl, 'host' | 'port'>,
  { everything, names, networks }: NoProxy,
): boolean {
  if (everything) return true;
  const address = parseAddress(host);
  if (address) return networks.some((network) => isInNetwork(address, network));
  let suffix = withoutDots(asciiLower(host));
  for (;;) {
    const ports = names.get(suffix);
    if (ports && (ports.has(null) || (port !== null && ports.has(port)))) return true;
    const dot = suffix.indexOf('.');
    if (dot < 0) return false;
    suffix = suffix.slice(dot + 1);
  }
}
