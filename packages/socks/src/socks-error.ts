import { ConnectTimeout, ProxyError } from '@requests-ts/core';
import { cleanCause, errorText, type ProxyUrl } from '@requests-ts/node-transport';

/** Replies of a SOCKS server (RFC 1928 §6; SOCKS 4), as the library spells them, in words. */
const REPLIES: ReadonlyMap<string, string> = new Map([
  ['Failure', 'general failure, often a host name that it cannot resolve'],
  ['NotAllowed', 'its rules do not allow the connection'],
  ['NetworkUnreachable', 'the network of the target is unreachable'],
  ['HostUnreachable', 'the target is unreachable'],
  ['ConnectionRefused', 'the target refused the connection'],
  ['TTLExpired', 'the time to live expired on the way to the target'],
  ['CommandNotSupported', 'it does not support CONNECT'],
  ['AddressNotSupported', 'it does not support this kind of address'],
  ['Failed', 'request rejected or failed'],
  ['Rejected', 'it cannot identify the user (no identd)'],
  ['RejectedIdent', 'the user name is not the one that identd reports'],
]);

/** With these another address of the same name may do. */
const ABOUT_THE_ADDRESS: ReadonlySet<string> = new Set([
  'Failure',
  'NetworkUnreachable',
  'HostUnreachable',
  'ConnectionRefused',
  'TTLExpired',
  'AddressNotSupported',
  'Failed',
]);

const HANDSHAKE: readonly (readonly [RegExp, string])[] = [
  [/Authentication failed/i, 'user name or password are wrong'],
  [
    /no accepted authentication type/i,
    'it accepts none of the offered authentications; it may want other credentials in its URL',
  ],
  [/Socket closed/i, 'it closed the connection during the handshake; it may not speak this version of SOCKS'],
  [/ECONNRESET|EPIPE/, 'it reset the connection during the handshake; it may not speak this version of SOCKS'],
];

/** The proxy could not reach this address. */
export class RefusedTarget extends ProxyError {}

/**
 * What happened in a handshake, as an error of our tree, or as it is when the proxy was not reached at all. The library's own error holds the
 * password and goes no further.
 *
 * @param connected The proxy was reached.
 */
export function socksError(error: unknown, { display }: ProxyUrl, connected: boolean): Error {
  const text = errorText(error);
  const cause = cleanCause(error);
  if (/timed out/i.test(text))
    return new ConnectTimeout(`Connect timed out waiting for SOCKS proxy ${display}`, { cause });
  if (!connected || /^connect E|^getaddrinfo /.test(text)) return cause as Error;
  const reply = /rejected connection.*? - \(?(\w+)/i.exec(text)?.[1];
  const words =
    reply === undefined
      ? HANDSHAKE.find(([pattern]) => pattern.test(text))?.[1]
      : (REPLIES.get(reply) ?? 'it gave a reply that the protocol does not know');
  const message = `SOCKS proxy ${display}: ${words ?? text}`;
  return reply !== undefined && ABOUT_THE_ADDRESS.has(reply)
    ? new RefusedTarget(message, { cause })
    : new ProxyError(message, { cause });
}
