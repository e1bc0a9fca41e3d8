import type { Proxies, SplitUrl } from '@requests-ts/core';
import { asciiLower, asciiUpper, prepareUrl, splitReference } from '@requests-ts/core/authors';
import { isListed, parseNoProxy } from './no-proxy.ts';
import { type Env, NO_PROXY_VARIABLES, readVariable } from './variables.ts';

/** What decides which variables count. */
export interface ProxyEnv {
  readonly env: Env;
  /** As `process.platform`: on Windows `http_proxy` and `HTTP_PROXY` are one variable. */
  readonly platform: string;
}

/**
 * The proxies that the environment names for these schemes (`all` is one), or null when there are none.
 *
 * Lower case wins over upper case, and an empty lower-case variable cancels the upper-case one. `HTTP_PROXY` does not count where
 * `REQUEST_METHOD` is set: a CGI server makes that variable from a header of its client ("httpoxy").
 *
 * @throws InvalidProxyURL naming a variable that holds control characters.
 */
export function readProxies({ env, platform }: ProxyEnv, schemes: Iterable<string>): Proxies | null {
  let proxies: Record<string, string> | null = null;
  for (const scheme of schemes) {
    const proxy = readProxy(env, platform, scheme);
    if (!proxy) continue;
    proxies ??= {};
    proxies[scheme] = proxy;
  }
  return proxies;
}

/**
 * False when no variable can name a proxy for this scheme: the rule rather than the exception, and every request asks. The names are spelled
 * out, since `process.env` is slow with a name that it is given in a variable.
 */
export function mayHaveProxies(env: Env, scheme: string): boolean {
  const own =
    scheme === 'http'
      ? (env.http_proxy ?? env.HTTP_PROXY)
      : scheme === 'https'
        ? (env.https_proxy ?? env.HTTPS_PROXY)
        : scheme;
  return (own ?? env.all_proxy ?? env.ALL_PROXY) !== undefined;
}

/** By scheme. Spelled out: every request reads them, and a name that was just put together is a slow key. */
export const PROXY_VARIABLES: ReadonlyMap<string, readonly [lower: string, upper: string]> = new Map([
  ['http', ['http_proxy', 'HTTP_PROXY']],
  ['https', ['https_proxy', 'HTTPS_PROXY']],
  ['all', ['all_proxy', 'ALL_PROXY']],
]);

function readProxy(env: Env, platform: string, scheme: string): string | undefined {
  const [lowerName, upperName] = PROXY_VARIABLES.get(scheme) ?? [`${scheme}_proxy`, `${asciiUpper(scheme)}_PROXY`];
  const shared = scheme === 'http' && platform === 'win32' && isCgi(env);
  const lower = shared ? undefined : readVariable(env, lowerName);
  if (lower !== undefined) return lower;
  const upper = readVariable(env, upperName);
  return upper && scheme === 'http' && isCgi(env) ? undefined : upper;
}

function isCgi(env: Env): boolean {
  return env.REQUEST_METHOD !== undefined && Object.hasOwn(env, 'REQUEST_METHOD');
}

/** `no_proxy`, or `NO_PROXY` when that is absent or empty. */
export function readNoProxy(env: Env): string {
  for (const name of NO_PROXY_VARIABLES) {
    const list = readVariable(env, name);
    if (list) return list;
  }
  return '';
}

/** The URL in parts; null when it has no host. */
function splitUrl(url: string | SplitUrl): SplitUrl | null {
  if (typeof url !== 'string') return url;
  const { scheme, authority } = splitReference(url.trimStart());
  if (!authority) return null;
  if (scheme === undefined || /^https?$/i.test(scheme)) return prepareUrl(url);
  // The rules for hosts and ports are the same whatever the scheme.
  return { ...prepareUrl(`http://${authority}`), scheme: asciiLower(scheme) };
}

/**
 * True when a request to this URL must not use the environment's proxies (Requests: `should_bypass_proxies`).
 *
 * @param noProxy Replaces `NO_PROXY`; null or absent reads it from `process.env`.
 * @returns true also for a URL without a host.
 * @throws InvalidURL for a URL that cannot be requested.
 */
export function shouldBypassProxies(url: string | SplitUrl, noProxy?: string | null): boolean {
  const split = splitUrl(url);
  return split === null || isListed(split, parseNoProxy(noProxy ?? readNoProxy(process.env)));
}

/**
 * The proxies of `process.env` by scheme, or `{}` when `NO_PROXY` covers the URL (Requests: `get_environ_proxies`).
 *
 * @param noProxy Replaces `NO_PROXY`; null or absent reads it from `process.env`.
 * @throws InvalidURL; InvalidProxyURL naming a variable that holds control characters.
 */
export function getEnvironProxies(url: string | SplitUrl, noProxy?: string | null): Proxies {
  const split = splitUrl(url);
  const proxies = split && readProxies(process, new Set(['http', 'https', 'all', split.scheme]));
  return proxies && !shouldBypassProxies(split, noProxy) ? proxies : {};
}
