import type { Socket } from 'node:net';
import type { Connector, ConnectorRequest } from '@requests-ts/http';
import { shakeHands } from './handshake.ts';
import { checkCredentials, checkTarget } from './limits.ts';
import { resolveTarget } from './local-names.ts';
import { RefusedTarget } from './socks-error.ts';

/** Schemes whose names are resolved here rather than by the proxy. */
const RESOLVES_HERE: ReadonlySet<string> = new Set(['socks4', 'socks5']);
/** Addresses of one name that are tried; a name with hundreds of them is nobody's honest one. */
const MAX_ADDRESSES = 4;

/**
 * Opens connections through a SOCKS proxy (RFC 1928, RFC 1929, SOCKS 4 and 4a).
 *
 * `socks5` and `socks4` resolve the target's name here and try its addresses in turn; `socks5h`, `socks4a` and `socks` leave that to the
 * proxy, and look nothing up. User and password come from the proxy URL, for SOCKS 4 the user alone.
 *
 * @throws InvalidProxyURL and InvalidURL for credentials and names that the protocol cannot carry, before anything is connected; ProxyError
 *   with the proxy's reply in words; ConnectionError for a name that cannot be resolved here.
 */
export const socksConnector: Connector = { connect };

/** The connector under each of its schemes: `new HTTPAdapter({ connectors: socksConnectors })`. */
export const socksConnectors: Readonly<Record<'socks' | 'socks4' | 'socks4a' | 'socks5' | 'socks5h', Connector>> =
  Object.freeze({
    socks: socksConnector,
    socks4: socksConnector,
    socks4a: socksConnector,
    socks5: socksConnector,
    socks5h: socksConnector,
  });

async function connect(request: ConnectorRequest): Promise<Socket> {
  const { proxy, target, signal } = request;
  checkCredentials(proxy);
  checkTarget(target.hostname, proxy);
  signal.throwIfAborted();
  if (!RESOLVES_HERE.has(proxy.scheme)) return shakeHands(request, target.hostname);
  const startedAt = performance.now();
  const addresses = (await resolveTarget(request)).slice(0, MAX_ADDRESSES);
  for (const [i, address] of addresses.entries()) {
    try {
      return await shakeHands({ ...request, timeoutMs: left(request, startedAt) }, address);
    } catch (error) {
      if (!(error instanceof RefusedTarget) || i === addresses.length - 1) throw error;
    }
  }
  throw new TypeError('the lookup gave no address');
}

function left({ timeoutMs }: ConnectorRequest, startedAt: number): number | null {
  return timeoutMs === null ? null : Math.max(1, timeoutMs - (performance.now() - startedAt));
}
