import { ProxyError } from '@requests-ts/core';
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

const HANDSHAKE: readonly (readonly [RegExp, string])[] = [
  [/Authentication failed/i, 'user name or password are wrong'],
  [/no accepted authentication type/i, 'it asks for a user name and a password: socks5h://user:password@host:port'],
  [/Socket closed/i, 'it closed the connection during the handshake; it may not speak this version of SOCKS'],
  [/timed out/i, 'the handshake timed out'],
];

/** What the proxy said, as an error of our tree. The library's own error holds the password and goes no further. */
export function socksError(error: unknown, { display }: ProxyUrl): ProxyError {
  const text = errorText(error);
  const reply = /rejected connection(?:.*?) - \(?(\w+)/.exec(text)?.[1];
  const words = (reply && REPLIES.get(reply)) ?? HANDSHAKE.find(([pattern]) => pattern.test(text))?.[1];
  return new ProxyError(`SOCKS proxy ${display}: ${words ? `${words} (${text})` : text}`, { cause: cleanCause(error) });
}
