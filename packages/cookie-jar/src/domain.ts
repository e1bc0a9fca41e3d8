/** Which hosts a cookie's domain covers (RFC 6265 §5.1.3, §5.3 steps 4 to 6). */
import { canonicalHost, normalizeHost } from '@requests-ts/core/authors';
import { domainMatch, getPublicSuffix } from 'tough-cookie';

/** A domain in the form that hosts have in a jar. */
export interface CookieDomain {
  /** ASCII, lower case, without a leading dot; "" for none. */
  readonly domain: string;
  readonly initialDot: boolean;
}

const NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?$/;

/** A host in the one form that it has in jars: lower case, A-labels, IPv6 shortened. @returns undefined for what cannot have cookies. */
export function cookieHost(text: string): string | undefined {
  const host = normalizeHost(text);
  if (host === undefined) return undefined;
  return host.startsWith('[') ? canonicalHost(host) : NAME.test(host) ? host : undefined;
}

/** Reads a domain, with or without a leading dot. @returns undefined for what is no host. */
export function parseDomain(text: string): CookieDomain | undefined {
  if (text === '') return { domain: '', initialDot: false };
  const initialDot = text.startsWith('.');
  const domain = cookieHost(initialDot ? text.slice(1) : text);
  return domain === undefined ? undefined : { domain, initialDot };
}

/** True for an IPv4 or (bracketed) IPv6 address, which has no subdomains. */
export function isAddress(host: string): boolean {
  // A host that ends in a digit is a dotted quad: core refuses every other one.
  const last = host.charCodeAt(host.length - 1);
  return host.startsWith('[') || (last >= 0x30 && last <= 0x39 && /^[0-9.]+$/.test(host));
}

/**
 * True when a cookie may be for all subdomains of `domain`: not for an address, a name without a dot (`localhost`, `com`), a public suffix
 * (`co.uk`, `github.io`), or a name that ends in a dot. Names under `.localhost`, `.local` and `.test` may.
 */
export function mayCoverSubdomains(domain: string): boolean {
  if (!domain.includes('.') || domain.endsWith('.') || isAddress(domain)) return false;
  return getPublicSuffix(domain, { allowSpecialUseDomain: true, ignoreError: true }) !== undefined;
}

/** True when `host` is `domain` or lies below it. Both in the form of `parseDomain`. */
export function isWithin(host: string, domain: string): boolean {
  return domainMatch(host, domain, false) === true && (host === domain || !isAddress(host));
}

/** True for hosts that never leave the machine (RFC 6761 §6.3). */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    (isAddress(host) && host.startsWith('127.'))
  );
}
