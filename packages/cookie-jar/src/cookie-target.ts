/** What a jar looks at in a URL. */
import type { PreparedRequest } from '@requests-ts/core';
import { cookieHost, isAddress, isLoopback } from './domain.ts';

/** The side of a request that decides about cookies (RFC 6265 §5.4). Ports do not count, but for cookies that list them. */
export interface CookieTarget {
  readonly host: string;
  readonly port: number;
  /** Starts with "/", as written: no escape is decoded. */
  readonly path: string;
  /** True for https and wss. */
  readonly encrypted: boolean;
  readonly address: boolean;
  readonly loopback: boolean;
}

const URL_PARTS =
  /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#]*@)?(\[[0-9a-f:.]+\]|[^/?#:@[\]\\\s]+)(?::([0-9]{0,5}))?(\/[^?#]*)?(?:[?#]|$)/i;
// Most hosts are like that, and need no second look.
const PLAIN_HOST = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?$/;

/** @returns undefined for a URL without a host that can have cookies. */
export function cookieTarget(url: string): CookieTarget | undefined {
  const match = URL_PARTS.exec(url);
  if (!match) return undefined;
  const scheme = match[1]!.toLowerCase();
  const host = PLAIN_HOST.test(match[2]!) ? match[2]! : cookieHost(match[2]!);
  if (host === undefined) return undefined;
  const encrypted = scheme === 'https' || scheme === 'wss';
  return {
    host,
    port: Number(match[3] || (encrypted ? 443 : 80)),
    path: match[4] ?? '/',
    encrypted,
    address: isAddress(host),
    loopback: isLoopback(host),
  };
}

/** The URL that cookies go by: a `Host` header of the caller's names the server for that one request. */
export function cookieUrl({ url, headers }: PreparedRequest): string {
  const host = headers.get('Host');
  return host === undefined
    ? url
    : url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*/i, (_, scheme: string) => scheme + host);
}
