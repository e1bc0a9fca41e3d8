/** HTTP digest authentication (RFC 7616). */
export type { AlgorithmName } from './algorithms.ts';
export { type DigestAdapterOptions, DigestAuthAdapter } from './digest-auth-adapter.ts';
export { GuessAuth, GuessProxyAuth } from './guess-auth.ts';
export {
  type DigestAuthOptions,
  HTTPDigestAuth,
  HTTPProxyDigestAuth,
  type ProxyDigestAuthOptions,
} from './http-digest-auth.ts';
