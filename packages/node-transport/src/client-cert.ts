import type { Cert } from '@requests-ts/core';
import { readOptions } from '@requests-ts/core/authors';
import { isPem, readFile } from './trust.ts';

/** A client certificate with its key, as PEM. */
export interface ClientCert {
  readonly cert: string;
  readonly key: string;
  readonly passphrase: string | undefined;
  /** Where it came from, for messages: paths, never contents. */
  readonly from: string;
}

/** The three parts of the `cert` option, not loaded. */
export interface CertParts {
  readonly cert: string;
  readonly key: string;
  readonly passphrase: string | undefined;
}

/** Reads the shapes of `cert`. @throws TypeError for another shape. */
export function certParts(cert: Cert, keyPassword: string | undefined): CertParts {
  if (typeof cert === 'string') return { cert: checked(cert), key: cert, passphrase: keyPassword };
  if (Array.isArray(cert)) {
    if (cert.length !== 2) throw shape();
    return { cert: checked(cert[0]), key: checked(cert[1]), passphrase: keyPassword };
  }
  const read = readOptions(
    cert as { cert: string; key?: string; passphrase?: string },
    ['cert', 'key', 'passphrase'],
    'cert',
  );
  if (read.passphrase !== undefined && typeof read.passphrase !== 'string')
    throw new TypeError('cert: the passphrase must be a string');
  return {
    cert: checked(read.cert),
    key: read.key === undefined ? checked(read.cert) : checked(read.key),
    passphrase: read.passphrase ?? keyPassword,
  };
}

function checked(path: unknown): string {
  if (typeof path !== 'string' || path === '') throw shape();
  return path;
}

function shape(): TypeError {
  return new TypeError('cert must be the path of a PEM file, [certFile, keyFile], or { cert, key, passphrase }');
}

/** Reads the files (PEM text is taken as it is). @throws Error with `code` and `path`, telling key and certificate apart. */
export function loadClientCert({ cert, key, passphrase }: CertParts): ClientCert {
  const certPem = load(cert, 'TLS certificate file');
  const keyPem = key === cert ? certPem : load(key, 'TLS key file');
  const from = [cert, key].filter((part, at, all) => !isPem(part) && all.indexOf(part) === at).join(' and ');
  return { cert: certPem, key: keyPem, passphrase, from: from || 'the given text' };
}

function load(pathOrPem: string, what: string): string {
  return isPem(pathOrPem) ? pathOrPem : Buffer.from(readFile(pathOrPem, what)).toString('latin1');
}
