/** The seam for the world outside the program: `@requests-ts/env` reads it, `session.trustEnv = false` leaves it alone. */
import type { Proxies } from './adapter.ts';
import type { SplitUrl } from './url.ts';

/** Asked only while `session.trustEnv` is true. Everything is synchronous and must not touch the disk for every request. */
export interface Environment {
  /**
   * The proxies for this URL by scheme, or `{}` when none applies (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`).
   *
   * @param noProxy Replaces the environment's own `NO_PROXY` list.
   */
  getProxies(url: SplitUrl, noProxy?: string | null): Proxies;
  /** The CA file or directory that replaces the default roots (`REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`), or undefined. */
  getCaBundle(): string | undefined;
  /** User and password for this host from the user's netrc file, or null. */
  getAuth(url: SplitUrl): readonly [user: string, password: string] | null;
}
