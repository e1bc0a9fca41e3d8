import { asciiLower, trimBlanks } from '@requests-ts/core/authors';
import { type Algorithm, findAlgorithm } from './algorithms.ts';
import { type Challenge, parseChallenges } from './challenge.ts';

/** What the response covers: the request line, or the body as well. Null is the form of RFC 2069, without a nonce count. */
export type Qop = 'auth' | 'auth-int' | null;

/** A Digest challenge that can be answered (RFC 7616 §3.3). */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string;
  readonly algorithm: Algorithm;
  /** As the server spelled it; undefined when it named none. */
  readonly algorithmText: string | undefined;
  readonly qop: Qop;
  /** True: the credentials are right and the nonce is old. False: said so. Null: not said. */
  readonly stale: boolean | null;
  readonly userhash: boolean;
  /** The server reads UTF-8. */
  readonly utf8: boolean;
  /** URI references that bound the protection space, as written. */
  readonly domain: readonly string[];
}

const MAX_DOMAINS = 64;

/**
 * The strongest Digest challenge that can be answered, the first of several alike (RFC 7616 §3.7).
 *
 * @param minStrength Weaker algorithms are not answered.
 * @returns undefined when there is none: then the response is the answer.
 */
export function selectChallenge(lines: readonly string[], minStrength: number): DigestChallenge | undefined {
  let best: DigestChallenge | undefined;
  for (const challenge of parseChallenges(lines)) {
    const digest = toDigestChallenge(challenge);
    if (!digest || digest.algorithm.strength < minStrength) continue;
    if (!best || digest.algorithm.strength > best.algorithm.strength) best = digest;
  }
  return best;
}

function toDigestChallenge({ scheme, params }: Challenge): DigestChallenge | undefined {
  if (scheme !== 'digest') return undefined;
  const realm = params.get('realm');
  const nonce = params.get('nonce');
  const algorithmText = params.get('algorithm');
  const algorithm = findAlgorithm(algorithmText ?? 'MD5');
  const qop = chooseQop(params.get('qop'));
  const opaque = params.get('opaque') ?? '';
  if (realm === undefined || nonce === undefined || !algorithm || qop === undefined) return undefined;
  if (![realm, nonce, opaque].every(isEchoable)) return undefined;
  const stale = params.get('stale');
  return {
    realm,
    nonce,
    opaque,
    algorithm,
    algorithmText,
    qop,
    stale: stale === undefined ? null : asciiLower(stale) === 'true',
    userhash: isTrue(params.get('userhash')),
    utf8: asciiLower(params.get('charset') ?? '') === 'utf-8',
    domain: words(params.get('domain') ?? ''),
  };
}

/** `auth` where it is offered, as Requests does; undefined when nothing that is offered is known. */
function chooseQop(offered: string | undefined): Qop | undefined {
  if (!offered) return null;
  const options = offered.split(',').map((option) => asciiLower(trimBlanks(option)));
  if (options.includes('auth')) return 'auth';
  return options.includes('auth-int') ? 'auth-int' : undefined;
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && asciiLower(value) === 'true';
}

/** What goes back to the server must fit into a header. */
export function isEchoable(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

function words(text: string): string[] {
  return text
    .split(' ', MAX_DOMAINS)
    .map(trimBlanks)
    .filter((word) => word !== '');
}
