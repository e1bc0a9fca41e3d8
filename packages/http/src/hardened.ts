import type { HTTPAdapterOptions } from './adapter-options.ts';
import { publicAddressesOnly } from './public-addresses.ts';

const MIB = 1024 * 1024;

/**
 * Options for a transport that is given URLs by strangers: public addresses only, and a limit for everything that has one.
 *
 *     new HTTPAdapter({ ...hardened, maxBodySize: 1_000_000 });
 *
 * Deadlines are not an adapter's: give `timeout: { total }` as well, or use `hardenedSession` of requests-ts, which does.
 */
export const hardened: Readonly<HTTPAdapterOptions> = Object.freeze({
  guard: publicAddressesOnly,
  http2: false,
  maxHeaderSize: 32 * 1024,
  maxHeaderCount: 100,
  maxBodySize: 16 * MIB,
  maxDecodedSize: 32 * MIB,
  maxRatio: 100,
  maxRequestSize: 16 * MIB,
  maxInformational: 4,
  minThroughput: Object.freeze({ bytes: 30_000, seconds: 30 }),
});
