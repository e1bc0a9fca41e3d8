/**
 * The arithmetic of RFC 7616 §3.4, without any state.
 *
 * Everything is computed on octet strings: text whose characters are bytes, as header values are.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { InvalidHeader } from '@requests-ts/core';
import { percentEncode } from '@requests-ts/core/authors';
import type { Algorithm, Hash } from './algorithms.ts';
import type { DigestChallenge, Qop } from './digest-challenge.ts';

/** Who authenticates. Text counts as UTF-8, bytes are used as they are. */
export interface Credentials {
  readonly username: string | Uint8Array;
  readonly password: string | Uint8Array;
}

/** How often a nonce was used, and what a session's secret was made from. */
export interface NonceUse {
  readonly nonce: string;
  /** Eight hex digits. */
  readonly nc: string;
  readonly cnonce: string;
  /** Nonce and cnonce of the first request of a session, for the `-sess` algorithms. */
  readonly prime: { readonly nonce: string; readonly cnonce: string };
}

/** The request, as far as it is signed. */
export interface SignedParts {
  readonly method: string;
  /** Path and query. */
  readonly uri: string;
  /** Hash of the body in hex, for `auth-int`. */
  readonly bodyHash: string;
}

const encoder = new TextEncoder();

/** The hash of an octet string, in hex. */
export function hashHex(hash: Hash, octets: string): string {
  return bytesToHex(hash(Uint8Array.from(octets, (char) => char.charCodeAt(0))));
}

/** The octets of what a user gave us. */
export function userOctets(value: string | Uint8Array, normalize: boolean): string {
  if (typeof value !== 'string') return octets(value);
  return octets(encoder.encode(normalize ? value.normalize('NFC') : value));
}

/** The octets of what a server sent: its bytes when they are UTF-8, else its text, which then is ISO-8859-1, in UTF-8. */
function serverOctets(value: string): string {
  if (!/[\x80-\xff]/.test(value)) return value;
  const bytes = Uint8Array.from(value, (char) => char.charCodeAt(0));
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return value;
  } catch {
    return octets(encoder.encode(value));
  }
}

function octets(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** H(A1): user, realm and password, and for a session its first nonces (§3.4.2). */
export function hashA1(challenge: DigestChallenge, credentials: Credentials, prime: NonceUse['prime']): string {
  const { algorithm, realm, utf8 } = challenge;
  const user = userOctets(credentials.username, utf8);
  const secret = userOctets(credentials.password, utf8);
  const ha1 = hashHex(algorithm.hash, `${user}:${serverOctets(realm)}:${secret}`);
  return algorithm.session ? hashHex(algorithm.hash, `${ha1}:${serverOctets(prime.nonce)}:${prime.cnonce}`) : ha1;
}

/** The value of `response` (§3.4.1), and of `rspauth` with an empty method (§3.5). */
export function digestResponse(algorithm: Algorithm, ha1: string, qop: Qop, use: NonceUse, parts: SignedParts): string {
  const { hash } = algorithm;
  const body = qop === 'auth-int' ? `:${parts.bodyHash}` : '';
  const ha2 = hashHex(hash, `${parts.method}:${parts.uri}${body}`);
  const middle = qop === null ? '' : `${use.nc}:${use.cnonce}:${qop}:`;
  return hashHex(hash, `${ha1}:${serverOctets(use.nonce)}:${middle}${ha2}`);
}

/**
 * The value of the `Authorization` header, its fields in the order of Requests.
 *
 * @throws InvalidHeader for a control character in the user name.
 */
export function formatAuthorization(
  challenge: DigestChallenge,
  username: string | Uint8Array,
  use: NonceUse,
  uri: string,
  response: string,
): string {
  const { realm, opaque, algorithmText, qop, userhash } = challenge;
  const fields = [
    usernameField(challenge, username),
    `realm=${quote(realm)}`,
    `nonce=${quote(use.nonce)}`,
    `uri=${quote(uri)}`,
    `response="${response}"`,
  ];
  if (opaque !== '') fields.push(`opaque=${quote(opaque)}`);
  if (algorithmText !== undefined) fields.push(`algorithm=${quote(algorithmText)}`);
  if (qop !== null) fields.push(`qop="${qop}"`, `nc=${use.nc}`, `cnonce="${use.cnonce}"`);
  if (userhash) fields.push('userhash=true');
  return `Digest ${fields.join(', ')}`;
}

/** The user name: hashed, in the extended notation (RFC 5987) for servers that read UTF-8, or as it is (§3.4, §3.4.4). */
function usernameField(challenge: DigestChallenge, username: string | Uint8Array): string {
  const { algorithm, realm, utf8, userhash } = challenge;
  const user = userOctets(username, utf8);
  if (userhash) return `username="${hashHex(algorithm.hash, `${user}:${serverOctets(realm)}`)}"`;
  if (utf8 && typeof username === 'string' && /[^\x00-\x7f]/.test(username)) {
    return `username*=UTF-8''${extendedValue(username.normalize('NFC'))}`;
  }
  if (/[\x00-\x1f\x7f]/.test(user)) throw new InvalidHeader('Digest auth: the user name holds a control character');
  return `username=${quote(user)}`;
}

/** Only the characters of `attr-char` stay (RFC 5987 §3.2.1). */
function extendedValue(text: string): string {
  return text.replace(/[^A-Za-z0-9!#$&+.^_`|~-]+/g, percentEncode);
}

/** A quoted string (RFC 9110 §5.6.4), so that no value can end early and add fields of its own. */
function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
