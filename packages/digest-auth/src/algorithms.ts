import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512, sha512_256 } from '@noble/hashes/sha2.js';
import { asciiUpper } from '@requests-ts/core/authors';

/** From the weakest to the strongest; `SHA` is SHA-1, which no RFC registered but servers use. */
export type AlgorithmName = 'MD5' | 'SHA' | 'SHA-256' | 'SHA-512' | 'SHA-512-256';

/** How a challenge wants to be answered (RFC 7616 §3.3). */
export interface Algorithm {
  readonly name: AlgorithmName;
  /** A `-sess` algorithm: the secret is hashed once per session. */
  readonly session: boolean;
  /** Larger is stronger. */
  readonly strength: number;
  readonly hash: Hash;
}

/** The part of a hash function that is used here. */
export interface Hash {
  (bytes: Uint8Array): Uint8Array;
  create(): { update(bytes: Uint8Array): unknown; digest(): Uint8Array };
}

const HASHES: readonly (readonly [name: AlgorithmName, hash: Hash])[] = [
  ['MD5', md5],
  ['SHA', sha1],
  ['SHA-256', sha256],
  ['SHA-512', sha512],
  ['SHA-512-256', sha512_256],
];

const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map(
  HASHES.flatMap(([name, hash], strength): [string, Algorithm][] => [
    [name, { name, session: false, strength, hash }],
    [`${name}-SESS`, { name, session: true, strength, hash }],
  ]),
);

/** The algorithm of that name, in any case; undefined for one that is not known. */
export function findAlgorithm(name: string): Algorithm | undefined {
  return ALGORITHMS.get(asciiUpper(name));
}
