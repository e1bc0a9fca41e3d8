import type { SecureVersion } from 'node:tls';
import { readOptions } from '@requests-ts/core/authors';

/** TLS settings that are the same for every request of an adapter; what a request chooses itself is `verify` and `cert`. */
export interface TlsOptions {
  /** Lowest protocol version; Node's default, 'TLSv1.2'. */
  readonly minVersion?: SecureVersion | undefined;
  /** Highest protocol version; Node's default, 'TLSv1.3'. */
  readonly maxVersion?: SecureVersion | undefined;
  /** OpenSSL cipher list, TLS 1.3 suites included; Node's default. */
  readonly ciphers?: string | undefined;
  /** The name asked for (SNI) and checked, instead of the URL's host. */
  readonly serverHostname?: string | undefined;
  /** The name that the certificate is checked against, SNI staying as it is; false checks none. */
  readonly assertHostname?: string | false | undefined;
  /** SHA-256 of the server's certificate, in hex with or without colons; checked even with `verify: false`. */
  readonly assertFingerprint?: string | undefined;
  /** Passphrase of the client key, where `cert` does not give one. */
  readonly keyPassword?: string | undefined;
}

const KEYS = [
  'minVersion',
  'maxVersion',
  'ciphers',
  'serverHostname',
  'assertHostname',
  'assertFingerprint',
  'keyPassword',
] as const;

/** @throws TypeError for an unknown option, an empty name or a fingerprint that is no SHA-256. */
export function readTlsOptions(options: TlsOptions | undefined): TlsOptions {
  const read = readOptions(options, KEYS, 'tls') as { -readonly [K in keyof TlsOptions]: TlsOptions[K] };
  for (const key of ['serverHostname', 'assertHostname', 'ciphers'] as const) {
    const value = read[key];
    if (
      value === '' ||
      (typeof value !== 'string' && value !== undefined && !(key === 'assertHostname' && value === false))
    ) {
      throw new TypeError(
        `tls: ${key} must be a string that is not empty${key === 'assertHostname' ? ', or false' : ''}`,
      );
    }
  }
  if (read.assertFingerprint !== undefined) {
    const hex = String(read.assertFingerprint).replaceAll(':', '').toLowerCase();
    if (!/^[0-9a-f]{64}$/.test(hex))
      throw new TypeError(
        'tls: assertFingerprint must be the SHA-256 of a certificate: 64 hex digits, with or without colons',
      );
    read.assertFingerprint = hex;
  }
  return read;
}
