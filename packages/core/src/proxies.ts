import type { Proxies } from './adapter.ts';
import { isEmpty } from './options.ts';
import type { SplitUrl } from './url.ts';

/**
 * The proxy URL for a request: the first key present of `scheme://host`, `scheme`, `all://host`, `all` (Requests: `select_proxy`).
 *
 * @returns undefined for a direct connection; a key that is present with null or "" means just that.
 */
export function selectProxy(
  { scheme, host }: Pick<SplitUrl, 'scheme' | 'host'>,
  proxies: Proxies | undefined,
): string | undefined {
  if (!proxies || isEmpty(proxies)) return undefined;
  const keys = host === '' ? [scheme, 'all'] : [`${scheme}://${host}`, scheme, `all://${host}`, 'all'];
  const key = keys.find((candidate) => Object.hasOwn(proxies, candidate) && proxies[candidate] !== undefined);
  return key === undefined ? undefined : proxies[key] || undefined;
}

/** Gives a proxy URL without a scheme that scheme (Requests: `prepend_scheme_if_needed`). */
export function prependSchemeIfNeeded(url: string, scheme: string): string {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url) ? url : `${scheme}://${url.replace(/^\/\//, '')}`;
}
