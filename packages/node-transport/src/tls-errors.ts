import { type PreparedRequest, SSLError } from '@requests-ts/core';
import { describeRequest } from '@requests-ts/core/authors';
import { cleanCause, errorCode, errorText } from './messages.ts';

/** What a failed check means, and what the reader can do about it. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    "the server's certificate is not signed by a trusted authority, or the server does not send the certificates in between; pass verify: '<CA file>', or 'system' where this machine trusts it",
  ],
  ['UNABLE_TO_GET_ISSUER_CERT', "the issuer of a certificate is unknown; pass verify: '<CA file>'"],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    "the issuer of the certificate is not among the trusted ones; pass verify: '<CA file>', or 'system' where this machine trusts it",
  ],
  [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    "the server's certificate is self-signed; pass it as verify: '<file>' if you trust it",
  ],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    "the certificate's authority is not trusted; pass its certificate as verify: '<file>' if you trust it, or 'system' where this machine does",
  ],
  ['CERT_HAS_EXPIRED', "the server's certificate has expired"],
  ['CERT_NOT_YET_VALID', "the server's certificate is not valid yet; check this machine's clock"],
  ['CERT_REVOKED', "the server's certificate is revoked"],
  ['CERT_UNTRUSTED', "the server's certificate is not trusted for this use"],
  ['INVALID_PURPOSE', "the server's certificate is not meant for servers"],
  ['HOSTNAME_MISMATCH', "the server's certificate is for another host"],
  ['ERR_TLS_CERT_ALTNAME_INVALID', "the server's certificate is for another host"],
  ['ERR_TLS_CERT_FINGERPRINT', 'the server is not the one that assertFingerprint names'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'the server does not speak TLS on this port; should the URL begin with http:// ?'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'the server does not speak TLS on this port; should the URL begin with http:// ?'],
  ['ERR_SSL_HTTP_REQUEST', 'the server does not speak TLS on this port; should the URL begin with http:// ?'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', "the server's TLS version is too old; see tls.minVersion"],
  ['CERTIFICATE_REQUIRED', "the server wants a client certificate; pass cert: ['<cert file>', '<key file>']"],
  ['UNKNOWN_CA', 'the server does not trust the authority of our client certificate'],
  ['BAD_CERTIFICATE', 'the server refused our client certificate'],
  ['CERTIFICATE_EXPIRED', 'our client certificate has expired'],
  ['PROTOCOL_VERSION', 'the server supports none of our TLS versions; see tls.minVersion and tls.maxVersion'],
  [
    'HANDSHAKE_FAILURE',
    'the server refused the handshake: no common cipher or version, or it wants a client certificate',
  ],
  ['NO_APPLICATION_PROTOCOL', 'the server supports none of our application protocols'],
]);

/** The alerts of RFC 8446 §6, which OpenSSL names after the TLS version as well, not always the same way. */
const ALERT = /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13|SSL\/TLS)_ALERT_(\w+)$/;
const CERTIFICATE = /^(?:UNABLE_TO_|CERT_|SELF_SIGNED|DEPTH_ZERO|INVALID_|HOSTNAME_|PATH_LENGTH|CRL_|ERR_TLS_CERT)/;

/** True for an error of TLS itself, also one that arrives after the handshake. */
export function isTlsErrorCode(code: string | undefined): boolean {
  return code !== undefined && (/^ERR_(?:SSL|TLS|OSSL)_/.test(code) || code === 'EPROTO' || CERTIFICATE.test(code));
}

/** Says which check failed and what to do about it. */
export function sslError(error: unknown, request: PreparedRequest | null, where = ''): SSLError {
  const code = errorCode(error);
  const what = code !== undefined && CERTIFICATE.test(code) ? 'certificate verify failed' : 'TLS failed';
  const detail = errorText(error);
  const advice = code === undefined ? undefined : ADVICE.get(ALERT.exec(code)?.[1] ?? code);
  const text = `${what}${where}${code ? ` (${code})` : ''}: ${advice ? `${advice} [${detail}]` : detail}`;
  return new SSLError(request ? `${text}: ${describeRequest(request)}` : text, { request, cause: cleanCause(error) });
}
