import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { InvalidURL, RequestException } from '@requests-ts/core';
import { withCode } from '@requests-ts/node-transport';

/** What a guard is told about a connection beside its address. */
export interface GuardedConnection {
  /** Of the URL, or of the proxy: lower-case ASCII, IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** `proxy` is a proxy that you configured, `target` what a URL or a redirect named. */
  readonly role: 'target' | 'proxy';
  /** False when `address` is no IP address but a name that a proxy will resolve, or the path of a local socket. */
  readonly resolved: boolean;
}

/**
 * Looks at every address before anything is connected to it, and throws to refuse it: at the first request, at each redirect hop and at each
 * retry. The socket goes to the very address that was seen, so a name that changes its mind (DNS rebinding) gains nothing.
 *
 * A name with several addresses is refused when one of them is. Through a proxy the target is judged by its name, once per request.
 *
 * It must not return a value, a promise say: nobody would wait for it.
 */
export type AddressGuard = (address: string, connection: GuardedConnection) => void;

/** @throws InvalidURL with code `ERR_ADDRESS_REFUSED`, or what the guard threw when that is an error of the tree. */
export function askGuard(guard: AddressGuard, address: string, connection: GuardedConnection): void {
  let answer: unknown;
  try {
    answer = guard(address, Object.freeze(connection));
  } catch (error) {
    if (error instanceof RequestException) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const { hostname, role } = connection;
    const what = role === 'proxy' ? `the proxy '${hostname}'` : `'${hostname}'`;
    throw withCode(new InvalidURL(`The guard refuses ${what}: ${why}`, { cause: error }), 'ERR_ADDRESS_REFUSED');
  }
  if (answer === undefined) return;
  if (answer instanceof Promise) answer.catch(() => {});
  throw new TypeError('HTTPAdapter: guard must throw to refuse an address, and return nothing, no promise either');
}

/** A `lookup` whose answers the guard has seen. */
export function guardedLookup(
  guard: AddressGuard,
  lookup: LookupFunction | undefined,
  connection: Omit<GuardedConnection, 'resolved'>,
): LookupFunction {
  return (hostname, options, callback) => {
    (lookup ?? systemLookup)(hostname, options, (error, address, family) => {
      try {
        if (!error) {
          const addresses = typeof address === 'string' ? [address] : address.map((one) => one.address);
          for (const one of addresses) askGuard(guard, one, { ...connection, resolved: true });
        }
      } catch (refusal) {
        callback(refusal as Error, '', 0);
        return;
      }
      callback(error, address, family);
    });
  };
}

/** Asks about what is known by its address or name already; @throws as `askGuard` does. */
export function askByName(guard: AddressGuard, connection: Omit<GuardedConnection, 'resolved'>): void {
  askGuard(guard, connection.hostname, { ...connection, resolved: isIP(connection.hostname) !== 0 });
}
