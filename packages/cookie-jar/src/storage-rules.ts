/** May this host set this cookie? The storage model of RFC 6265 §5.3 with the protections of RFC 6265bis §5.7. */
import { defaultPath } from 'tough-cookie';
import { Cookie, prefixOf } from './cookie.ts';
import type { CookieTarget } from './cookie-target.ts';
import { isWithin, mayCoverSubdomains, parseDomain } from './domain.ts';
import type { RefusalReason, ResolvedPolicy } from './policy.ts';
import type { SetCookie } from './set-cookie.ts';

/** True when `Secure` cookies may travel to and from there. */
export function isSecure(target: CookieTarget, policy: ResolvedPolicy): boolean {
  return target.encrypted || (target.loopback && policy.allowSecureOnLocal);
}

/**
 * The cookie that a line makes, or why it makes none. An expired one is returned as such: it deletes.
 *
 * @param nowMs Epoch in milliseconds, against which `Max-Age` counts.
 */
export function admitCookie(
  line: SetCookie,
  target: CookieTarget,
  policy: ResolvedPolicy,
  nowMs: number,
): Cookie | RefusalReason {
  const domain = admitDomain(line.domain ?? '', target.host);
  if (typeof domain === 'string') return domain;
  const fields = {
    name: line.name,
    value: line.value,
    ...domain,
    boundTo: null,
    path: line.path ?? defaultPath(target.path),
    pathSpecified: line.path !== undefined,
    secure: line.secure,
    httpOnly: line.httpOnly,
    sameSite: line.sameSite,
    expires: expiryOf(line, policy, nowMs),
  };
  if (fields.secure && !isSecure(target, policy)) return 'secure-over-plaintext';
  if (breaksPrefix({ ...fields, domainSpecified: (line.domain ?? '') !== '' })) return 'prefix';
  if (fields.sameSite === 'none' && !fields.secure) return 'same-site-none';
  return new Cookie({
    ...fields,
    discard: fields.expires === null,
    port: null,
    version: 0,
    comment: null,
    commentUrl: null,
    rest: {},
    rfc2109: false,
  });
}

type DomainFields = Pick<Cookie, 'domain' | 'hostOnly' | 'domainSpecified' | 'domainInitialDot'>;

/** A `Domain` that covers no more than the host itself makes a host-only cookie (RFC 6265bis §5.7 step 9). */
function admitDomain(attribute: string, host: string): DomainFields | RefusalReason {
  const hostOnly = { domain: host, hostOnly: true, domainSpecified: false, domainInitialDot: false };
  if (attribute === '') return hostOnly;
  const parsed = parseDomain(attribute);
  if (!parsed || parsed.domain.endsWith('.')) return 'invalid-domain';
  const { domain } = parsed;
  if (mayCoverSubdomains(domain)) {
    return isWithin(host, domain)
      ? { domain, hostOnly: false, domainSpecified: true, domainInitialDot: true }
      : 'foreign-domain';
  }
  if (domain === host) return hostOnly;
  return isWithin(host, domain) ? 'public-suffix' : 'foreign-domain';
}

/** `Max-Age` beats `Expires`; both end at the longest life that the policy allows. @returns Epoch in seconds. */
function expiryOf({ maxAge, expiresMs }: SetCookie, policy: ResolvedPolicy, nowMs: number): number | null {
  const now = nowMs / 1000;
  if (maxAge !== undefined) return maxAge <= 0 ? 0 : now + Math.min(maxAge, policy.maxAge);
  return expiresMs === undefined ? null : Math.min(expiresMs / 1000, now + policy.maxAge);
}

/** True when a name promises what the cookie does not keep. */
export function breaksPrefix(
  cookie: Pick<Cookie, 'name' | 'secure' | 'domainSpecified' | 'path' | 'pathSpecified'>,
): boolean {
  const prefix = prefixOf(cookie.name);
  if (prefix === undefined) return false;
  if (!cookie.secure) return true;
  return prefix === '__host-' && (cookie.domainSpecified || cookie.path !== '/' || !cookie.pathSpecified);
}
