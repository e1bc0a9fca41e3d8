import type { SplitUrl } from '@requests-ts/core';
import { canonicalHost, DEFAULT_PORTS, prepareUrl, resolveUrl } from '@requests-ts/core/authors';
import type { NonceUse } from './digest.ts';
import type { DigestChallenge } from './digest-challenge.ts';

/** Nonces that are remembered, so that none is counted from 1 twice. */
const MAX_NONCES = 64;

interface Counter {
  count: number;
  readonly prime: NonceUse['prime'];
}

/** 64 random bits in hex. */
function createCnonce(): string {
  return crypto
    .getRandomValues(new Uint8Array(8))
    .reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), '');
}

/**
 * What one origin, or one proxy, told us: its last challenge, and how often each nonce was used.
 *
 * Nothing here waits: requests that run at the same time get different counts.
 */
export class ProtectionSpace {
  /** The last challenge, with the newest nonce. */
  challenge: DigestChallenge;
  readonly #counters = new Map<string, Counter>();
  #paths: readonly string[] | null = null;

  constructor(challenge: DigestChallenge) {
    this.challenge = challenge;
  }

  /** Takes over a challenge that a request to `url` met. */
  remember(challenge: DigestChallenge, url: SplitUrl | null): void {
    this.challenge = challenge;
    this.#paths = url && challenge.domain.length > 0 ? sameOriginPaths(challenge.domain, url) : null;
  }

  /** The server named the nonce for the next request; a session goes on with it. */
  replaceNonce(challenge: DigestChallenge, nonce: string, prime: NonceUse['prime']): void {
    if (!this.#counters.has(nonce)) this.#add(nonce, { count: 0, prime });
    this.challenge = { ...challenge, nonce };
  }

  /** True when the server wants credentials there (RFC 7616 §3.3, `domain`). */
  covers(pathUrl: string): boolean {
    return this.#paths === null || this.#paths.some((path) => pathUrl.startsWith(path));
  }

  /** Uses the nonce of a challenge once more. */
  use({ nonce, algorithm }: DigestChallenge): NonceUse {
    let counter = this.#counters.get(nonce);
    if (!counter) {
      counter = { count: 0, prime: { nonce, cnonce: createCnonce() } };
      this.#add(nonce, counter);
    }
    counter.count++;
    return {
      nonce,
      nc: counter.count.toString(16).padStart(8, '0'),
      // Servers differ in whether a session's secret is made from its first cnonce or from the current one: it stays the same.
      cnonce: algorithm.session ? counter.prime.cnonce : createCnonce(),
      prime: counter.prime,
    };
  }

  #add(nonce: string, counter: Counter): void {
    this.#counters.set(nonce, counter);
    if (this.#counters.size > MAX_NONCES) this.#counters.delete(this.#counters.keys().next().value!);
  }
}

/** Scheme, host and port: what credentials and nonces are bound to. */
export function originOf({ scheme, host, port }: SplitUrl): string {
  return `${scheme}://${canonicalHost(host)}:${port ?? DEFAULT_PORTS[scheme] ?? ''}`;
}

/** Path and query of those URIs that are on the origin of `url`; others are none of its business. */
function sameOriginPaths(uris: readonly string[], url: SplitUrl): string[] {
  const base = `${url.scheme}://${url.host}${url.port === null ? '' : `:${url.port}`}${url.path}`;
  const paths: string[] = [];
  for (const uri of uris) {
    const split = splitOrNull(base, uri);
    if (split && originOf(split) === originOf(url)) {
      paths.push(split.query === '' ? split.path : `${split.path}?${split.query}`);
    }
  }
  return paths;
}

function splitOrNull(base: string, uri: string): SplitUrl | null {
  try {
    return prepareUrl(resolveUrl(base, uri));
  } catch {
    // A URI that nobody can request protects nothing.
    return null;
  }
}
