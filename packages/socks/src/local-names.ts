import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { ConnectionError } from '@requests-ts/core';
import type { ConnectorRequest } from '@requests-ts/http';
import { cleanCause, errorText } from '@requests-ts/node-transport';
import { isVersion4 } from './limits.ts';

interface Address {
  readonly address: string;
  readonly family: number;
}

/**
 * The addresses of the target, in the order of the resolver.
 *
 * A look-up cannot be stopped; at an abort nobody waits for it any more.
 *
 * @throws ConnectionError when there is none.
 */
export async function resolveTarget({ proxy, target, signal, socket }: ConnectorRequest): Promise<readonly string[]> {
  const { hostname } = target;
  if (isIP(hostname)) return [hostname];
  const lookup = socket.lookup ?? (systemLookup as LookupFunction);
  const family = isVersion4(proxy) ? 4 : (socket.family ?? 0);
  const found = await new Promise<readonly Address[]>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    lookup(hostname, { family, all: true }, (error, address, type) => {
      signal.removeEventListener('abort', onAbort);
      if (error) reject(unresolved(hostname, error));
      else resolve(Array.isArray(address) ? address : [{ address: address as string, family: type ?? 0 }]);
    });
  });
  const addresses = found.map(({ address }) => address).filter((address) => fits(address, family));
  if (addresses.length === 0) throw unresolved(hostname, new Error(`no address${family ? ` of IPv${family}` : ''}`));
  return addresses;
}

function fits(address: string, family: 0 | 4 | 6): boolean {
  const type = isIP(address);
  return type !== 0 && (family === 0 || type === family);
}

function unresolved(hostname: string, cause: Error): ConnectionError {
  return new ConnectionError(
    `Failed to resolve the host name ${hostname} (socks5h:// leaves that to the proxy): ${errorText(cause)}`,
    { cause: cleanCause(cause) },
  );
}
