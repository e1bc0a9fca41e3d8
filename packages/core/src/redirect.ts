/**
 * Redirects as pure functions: from a request and its response to the next request, or none (RFC 9110 §15.4; Requests: "Redirection and History").
 */
import { asciiLower, trimBlanks } from './ascii.ts';
import { InvalidHeader, InvalidSchema, InvalidURL } from './exceptions.ts';
import { canonicalHost } from './host.ts';
import { own } from './options.ts';
import type { PreparedRequest } from './prepared-request.ts';
import type { Response } from './response.ts';
import {
  DEFAULT_PORTS,
  formatUrl,
  invalidUrl,
  isWeb,
  prepareUrl,
  redactUrl,
  requoteUri,
  resolveUrl,
  type SplitUrl,
  splitReference,
} from './url.ts';

/** What a redirect may do beyond what Requests does; every field is optional and the defaults are those of Requests. */
export interface RedirectPolicy {
  /** From https to http: `follow` (without credentials) or `refuse`. */
  readonly downgrade?: 'follow' | 'refuse';
  /** A body kept by 307 or 308 to another origin: `follow` or `refuse`. */
  readonly crossOriginBody?: 'follow' | 'refuse';
  /** Names of your headers to drop when a redirect leaves the origin (see `SENSITIVE_HEADERS`), or "*" for all but the harmless ones. */
  readonly sensitiveHeaders?: readonly string[] | '*';
}

/** The usual names of API keys, for `redirectPolicy.sensitiveHeaders`; by default they travel along, as in Requests. */
export const SENSITIVE_HEADERS: readonly string[] = [
  'x-api-key',
  'api-key',
  'apikey',
  'x-auth-token',
  'x-access-token',
  'x-csrf-token',
  'x-xsrf-token',
  'x-amz-security-token',
  'x-goog-api-key',
  'x-vault-token',
  'private-token',
  'ocp-apim-subscription-key',
];

/** Never carried to another origin, whoever wrote them (security class A05). */
const CREDENTIALS = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'cookie2',
  'www-authenticate',
  'proxy-authenticate',
];
/** Kept when `sensitiveHeaders` is "*". */
const HARMLESS = new Set(['accept', 'accept-language', 'accept-encoding', 'user-agent', 'range', 'connection']);

/**
 * Where a response redirects to, or null (Requests: `get_redirect_target`).
 *
 * Header values arrive as ISO-8859-1; a Location that is UTF-8 is read as such.
 *
 * @throws InvalidHeader for several Locations that differ.
 */
export function getRedirectTarget(response: Response): string | null {
  if (!response.isRedirect) return null;
  const [location = '', ...others] = response.headers.getAll('location');
  if (others.some((other) => other !== location))
    throw new InvalidHeader('The response has several Location headers that differ', { response });
  return utf8(trimBlanks(location)) || null;
}

function utf8(latin1: string): string {
  if (!/[\x80-\xff]/.test(latin1)) return latin1;
  const bytes = Uint8Array.from(latin1, (char) => char.charCodeAt(0));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return latin1;
  }
}

/**
 * The absolute URL of a redirect, fragment included: a target without one inherits the last one seen (RFC 9110 §10.2.2).
 *
 * @throws InvalidSchema for anything but http and https, except within the authority of another scheme; InvalidURL, MissingSchema.
 */
export function redirectUrl(base: SplitUrl, target: string, fragment: string): string {
  const reference = splitReference(target);
  const { scheme = base.scheme, authority } = reference;
  const lower = asciiLower(scheme);
  const web = isWeb(lower) && isWeb(base.scheme);
  if (authority === undefined && web && (lower !== base.scheme || (reference.scheme && reference.path === '')))
    throw invalidUrl(target, 'No host supplied');
  // A stray "%" is encoded here, so that preparing the URL does not take the whole for unencoded.
  const quote = <T extends string | undefined>(part: T) =>
    part && requoteUri(part).replace(/%(?![0-9A-F]{2})/gi, '%25');
  // Resolved in parts: put together first, a decoded escape could turn the beginning of a path into a scheme.
  const quoted = {
    ...reference,
    scheme: reference.scheme && lower,
    path: quote(reference.path),
    query: quote(reference.query),
    fragment: quote(reference.fragment),
  };
  const from = formatUrl(base);
  const absolute = resolveUrl(from, quoted);
  if (!web && (lower !== base.scheme || splitReference(absolute).authority !== splitReference(from).authority)) {
    throw new InvalidSchema(`A redirect to '${redactUrl(target)}' is not followed: only http and https are`);
  }
  const next = prepareUrl(absolute);
  return formatUrl({ ...next, fragment: next.fragment || fragment });
}

/** The method after a redirect (Requests: `rebuild_method`): 303 and 302 become GET but for HEAD, 301 turns POST into GET. */
export function redirectMethod(method: string, status: number): string {
  if ((status === 303 || status === 302) && method !== 'HEAD') return 'GET';
  return status === 301 && method === 'POST' ? 'GET' : method;
}

/**
 * True when credentials must not go from one URL to the other: host or port differ, or https is left (Requests: `should_strip_auth`). The
 * exception is http on port 80 to https on 443 of the same host.
 */
export function shouldStripAuth(from: SplitUrl, to: SplitUrl): boolean {
  if (!sameHost(from, to)) return true;
  if (from.scheme === 'http' && to.scheme === 'https' && effectivePort(from) === 80 && effectivePort(to) === 443)
    return false;
  return from.scheme !== to.scheme || effectivePort(from) !== effectivePort(to);
}

function sameHost(a: SplitUrl, b: SplitUrl): boolean {
  return a.host === b.host || canonicalHost(a.host) === canonicalHost(b.host);
}

function effectivePort({ scheme, port }: SplitUrl): number | undefined {
  return port ?? DEFAULT_PORTS[scheme];
}

/** Drops the body and every header that describes it. */
export function dropBody(request: PreparedRequest): void {
  request.body = null;
  for (const [name] of [...request.headers.lowerItems()]) {
    if (name.startsWith('content-') || BODY_HEADERS.has(name)) request.headers.delete(name);
  }
}

const BODY_HEADERS = new Set(['transfer-encoding', 'trailer', 'expect', 'digest']);

/** Removes what must not reach another origin: credentials under any name, a Host of the caller's, and what the policy lists. */
export function stripCredentials(request: PreparedRequest, policy: RedirectPolicy): void {
  const { headers, credentials } = request;
  for (const name of [...CREDENTIALS, 'host', ...credentials]) headers.delete(name);
  credentials.clear();
  request.auth &&= null;
  request.cookies = null;
  const { sensitiveHeaders = [] } = own(policy);
  if (sensitiveHeaders !== '*') for (const name of sensitiveHeaders) headers.delete(name);
  else {
    for (const [name] of [...headers.lowerItems()]) {
      const framing = name.startsWith('content-') || name === 'transfer-encoding';
      if (!HARMLESS.has(name) && !(framing && request.body !== null)) headers.delete(name);
    }
  }
}

/** @throws InvalidSchema, InvalidURL when the policy refuses the hop; the redirecting response is attached. */
export function checkPolicy(from: SplitUrl, next: PreparedRequest, policy: RedirectPolicy, response: Response): void {
  const to = next.split;
  const { downgrade, crossOriginBody } = own(policy);
  const refusal = (rule: keyof RedirectPolicy): string =>
    `Redirect refused by redirectPolicy.${rule}: ${redactUrl(next.url)}`;
  if (downgrade === 'refuse' && from.scheme === 'https' && to.scheme === 'http')
    throw new InvalidSchema(refusal('downgrade'), { response });
  if (crossOriginBody === 'refuse' && next.body !== null && shouldStripAuth(from, to))
    throw new InvalidURL(refusal('crossOriginBody'), { response });
}
