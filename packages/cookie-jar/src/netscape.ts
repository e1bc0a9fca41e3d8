/** cookies.txt: seven fields with tabs between, as Netscape wrote them, and curl and browser extensions do today. */
import type { Cookie } from './cookie.ts';
import { CookieLoadError } from './errors.ts';
import type { CookieRefusal, ResolvedPolicy } from './policy.ts';
import { checkCount, restoreCookie } from './saved-cookie.ts';

const HEADER = '# Netscape HTTP Cookie File';
const HTTP_ONLY = '#HttpOnly_';
const FLAG = /^(?:TRUE|FALSE)$/i;

/** Domain, subdomains too?, path, secure?, expiry, name, value. A cookie without a value has an empty name and its name as the value. */
export function toNetscape(cookies: Iterable<Cookie>, nowMs: number): string {
  // The format has one cookie per host, path and name; a jar may have one of the server beside one that was set without a domain.
  const lines = new Map<string, string>();
  for (const cookie of cookies) {
    if (cookie.isExpired(nowMs)) continue;
    const key = [cookie.domain || cookie.boundTo, cookie.path, cookie.name].join('\t');
    lines.delete(key);
    lines.set(key, `${formatLine(cookie)}\n`);
  }
  const text = [...lines.values()].join('');
  return `${HEADER}\n# Holds passwords: keep it to yourself. Written by @requests-ts/cookie-jar.\n\n${text}`;
}

function formatLine(cookie: Cookie): string {
  const { name, value, path, secure, httpOnly, expires, valueless } = cookie;
  const unbound = cookie.domain === '' && cookie.boundTo === null;
  const subdomains = cookie.domain !== '' && !cookie.hostOnly;
  const host = cookie.domain || (cookie.boundTo ?? '');
  return [
    `${httpOnly ? HTTP_ONLY : ''}${subdomains ? '.' : ''}${host}`,
    flag(subdomains || unbound),
    path,
    flag(secure),
    // 0 says "session", so that a fraction of the first second of 1970 must not become one.
    expires === null ? 0 : Math.max(1, Math.floor(expires)),
    valueless ? '' : name,
    valueless ? name : value,
  ].join('\t');
}

function flag(value: boolean): string {
  return value ? 'TRUE' : 'FALSE';
}

/**
 * Reads a cookies.txt: cookies, and what was refused among them. The first line needs no magic words; line ends may be CRLF.
 *
 * @throws CookieLoadError when there are lines and none is in the format, and for more cookies than the policy allows.
 */
export function fromNetscape(text: string, policy: ResolvedPolicy): (Cookie | CookieRefusal)[] {
  if (typeof text !== 'string') throw new TypeError('A cookies.txt is read from a string');
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const entries = lines.filter((line) => line.trim() !== '' && (!line.startsWith('#') || line.startsWith(HTTP_ONLY)));
  checkCount(entries.length, policy);
  const cookies = entries.map((line) => parseLine(line, policy));
  if (cookies.length > 0 && cookies.every((cookie) => 'reason' in cookie && cookie.reason === 'malformed')) {
    throw new CookieLoadError('Not a cookies.txt: no line has seven fields with tabs between them');
  }
  return cookies;
}

function parseLine(line: string, policy: ResolvedPolicy): Cookie | CookieRefusal {
  // A long line is refused as a whole: cut, it could pass for a cookie of somebody else.
  if (line.length > policy.maxLineSize) return { reason: 'line-too-long', name: undefined, domain: undefined };
  const httpOnly = line.startsWith(HTTP_ONLY);
  const [domain, subdomains = '', path, secure = '', expiry, name, value = '', ...more] = (
    httpOnly ? line.slice(HTTP_ONLY.length) : line
  ).split('\t');
  const expires = Number(expiry || '0');
  const valid =
    name !== undefined && more.length === 0 && FLAG.test(subdomains) && FLAG.test(secure) && Number.isFinite(expires);
  if (!valid) return { reason: 'malformed', name: undefined, domain: undefined };
  return restoreCookie(
    {
      name: name || value,
      value: name === '' ? null : value,
      domain: domain!,
      hostOnly: domain !== '' && subdomains.toUpperCase() !== 'TRUE',
      path: path!,
      secure: secure.toUpperCase() === 'TRUE',
      httpOnly,
      // Some browser extensions write -1 for a session cookie.
      expires: expires <= 0 ? null : expires,
    },
    policy,
  );
}
