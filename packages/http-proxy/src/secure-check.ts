import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { fingerprintError, identityCheck, type TlsSettings, withCode } from '@requests-ts/node-transport';

/** Under which rules a connection was checked; on the socket, since agents hand it out again later. */
const CHECKED: unique symbol = Symbol.for('@requests-ts/http-proxy/checked');

/** The code of the error for a kept connection that no request was ever sent on, and that nobody has looked at. */
export const UNCHECKED = 'ERR_UNCHECKED_CONNECTION';

/** What a connection must be. */
export interface SecureDemand {
  readonly tls: TlsSettings;
  /** The URL's host, IPv6 without brackets. */
  readonly hostname: string;
  /** Differs whenever whom to trust or who we are differs. */
  readonly identity: string;
  readonly reused: boolean;
  /** A resumed session stands for the check of its first connection, and may come without a certificate. */
  readonly resumable: boolean;
}

/**
 * Whether an agent's connection may carry the request: agents put their own options above those of the request, and some give out
 * connections under names that leave out the TLS settings. undefined when it may.
 */
export function checkSecure(
  socket: Socket,
  { tls, hostname, identity, reused, resumable }: SecureDemand,
): Error | undefined {
  const checked = (socket as { [CHECKED]?: string })[CHECKED];
  if (reused || checked !== undefined) {
    if (checked === identity) return undefined;
    // Node's agent keeps what was opened for a request that was gone by then.
    if (checked === undefined)
      return withCode(new Error('the agent reused a connection that nobody has checked'), UNCHECKED);
    return new Error('the agent reused a connection that was not made with the TLS settings of this request');
  }
  const error = newConnectionError(socket as TLSSocket, tls, hostname, resumable);
  if (!error) Object.defineProperty(socket, CHECKED, { value: identity });
  return error;
}

function newConnectionError(
  socket: TLSSocket,
  { options, rejectUnauthorized }: TlsSettings,
  hostname: string,
  resumable: boolean,
): Error | undefined {
  if (socket.encrypted !== true) return new Error('the agent gave a connection without TLS for an https URL');
  if (rejectUnauthorized) {
    if (!socket.authorized) return untrusted(socket.authorizationError);
    if (resumable && socket.isSessionReused()) return undefined;
    const error = identityCheck(options)(options.serverHostname ?? hostname, socket.getPeerCertificate());
    if (error) return error;
  }
  return fingerprintError(socket, options);
}

/** Node has looked at the certificate and an option of the agent told it to go on. */
function untrusted(reason: unknown): Error {
  if (reason instanceof Error) return reason;
  const code = typeof reason === 'string' ? reason : 'CERT_UNTRUSTED';
  return Object.assign(new Error(`the certificate is not trusted (${code}), whatever the agent's options say`), {
    code,
  });
}
