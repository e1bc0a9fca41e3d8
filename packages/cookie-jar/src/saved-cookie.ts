/** Cookies from a file are checked as if a server had sent them: a file is no way around the rules. */
import { BAD_CHARACTER, Cookie, type CookieFields } from './cookie.ts';
import { mayCoverSubdomains, parseDomain } from './domain.ts';
import { CookieLoadError } from './errors.ts';
import type { CookieRefusal, RefusalReason, ResolvedPolicy } from './policy.ts';
import { breaksPrefix } from './storage-rules.ts';

/** What every format can say; the rest has defaults. */
export type SavedFields = Pick<
  CookieFields,
  'name' | 'value' | 'domain' | 'hostOnly' | 'path' | 'secure' | 'httpOnly' | 'expires'
> &
  Partial<CookieFields>;

/** The cookie, or why it is none. */
export function restoreCookie(saved: SavedFields, limits: ResolvedPolicy): Cookie | CookieRefusal {
  const domain = parseDomain(saved.domain)?.domain;
  const refused = (reason: RefusalReason): CookieRefusal => ({ reason, name: saved.name, domain: saved.domain });
  if (domain === undefined) return refused('invalid-domain');
  const fields: CookieFields = {
    domainSpecified: domain !== '' && !saved.hostOnly,
    domainInitialDot: domain !== '' && !saved.hostOnly,
    pathSpecified: true,
    sameSite: null,
    discard: saved.expires === null,
    port: null,
    version: 0,
    comment: null,
    commentUrl: null,
    rest: {},
    rfc2109: false,
    ...saved,
    domain,
    boundTo: domain === '' ? (saved.boundTo ?? null) : null,
    hostOnly: domain !== '' && saved.hostOnly,
  };
  const { name, path, boundTo } = fields;
  const value = fields.value ?? '';
  if (boundTo && parseDomain(boundTo)?.domain !== boundTo) return refused('invalid-domain');
  if (name === '') return refused('no-name');
  if (name.length + value.length > limits.maxCookieSize) return refused('cookie-too-large');
  // A blank in front of the first name would break the header of every request.
  if (/^ | $|[=;]/.test(name) || `${value}${path}`.includes(';') || BAD_CHARACTER.test(`${name}${value}${path}`))
    return refused('bad-character');
  if (!path.startsWith('/') || path.length > limits.maxAttributeSize) return refused('malformed');
  if (domain !== '' && !fields.hostOnly && !mayCoverSubdomains(domain)) return refused('public-suffix');
  if (breaksPrefix({ ...fields, domainSpecified: domain !== '' && !fields.hostOnly })) return refused('prefix');
  if (fields.sameSite === 'none' && !fields.secure) return refused('same-site-none');
  return new Cookie(fields);
}

/** @throws CookieLoadError, so that a file is never read in part without a word. */
export function checkCount(count: number, { maxCookies }: ResolvedPolicy): void {
  if (count > maxCookies)
    throw new CookieLoadError(
      `The file holds ${count} cookies, more than ${maxCookies}: raise maxCookies in the policy of the jar`,
    );
}
