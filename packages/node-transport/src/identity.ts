import { isIP } from 'node:net';
import { checkServerIdentity, type DetailedPeerCertificate, type PeerCertificate, type TLSSocket } from 'node:tls';
import { printable } from '@requests-ts/core/authors';
import type { TlsOptions } from './tls-options.ts';

/** The name as TLS wants it: no brackets, no trailing dot. */
export function tlsName(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host.endsWith('.') ? host.slice(0, -1) : host;
}

/** The SNI name, or undefined: an address has none (RFC 6066 §3). */
export function serverNameOf(host: string): string | undefined {
  const name = tlsName(host);
  return isIP(name) ? undefined : name;
}

/**
 * Node's own check, and one more: a certificate without subject alternative names is refused, since a common name is no proof (RFC 9525 §6.3).
 *
 * Never throws, as callbacks of `tls` must not.
 */
export function identityCheck({
  assertHostname,
}: TlsOptions): (host: string, certificate: PeerCertificate) => Error | undefined {
  return (host, certificate) => {
    if (assertHostname === false) return undefined;
    const name = tlsName(assertHostname ?? host);
    try {
      if (!certificate.subjectaltname)
        return identityError(
          `the certificate has no subject alternative name, so it is not valid for ${printable(name)}`,
        );
      // Without the common name, which Node falls back to where no alternative name is a DNS name.
      return checkServerIdentity(name, { ...certificate, subject: { ...certificate.subject, CN: '' } });
    } catch (error) {
      return identityError(
        `the certificate could not be checked: ${error instanceof Error ? printable(error.message) : 'unknown reason'}`,
      );
    }
  };
}

function identityError(message: string): Error {
  return Object.assign(new Error(message), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
}

/** After the handshake: compares the leaf with `assertFingerprint`. undefined when it fits or none is asked for. */
export function fingerprintError(socket: TLSSocket, { assertFingerprint }: TlsOptions): Error | undefined {
  if (assertFingerprint === undefined) return undefined;
  const { fingerprint256 = '' } = socket.getPeerCertificate() as Partial<DetailedPeerCertificate>;
  const found = fingerprint256.replaceAll(':', '').toLowerCase();
  if (found === assertFingerprint) return undefined;
  return Object.assign(
    new Error(`the certificate's fingerprint is ${found || 'unknown'}, not the one in assertFingerprint`),
    {
      code: 'ERR_TLS_CERT_FINGERPRINT',
    },
  );
}
