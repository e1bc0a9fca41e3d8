/** Which cookie goes when there are too many. */
import type { Cookie } from './cookie.ts';
import type { CookieIndex, Entry } from './cookie-index.ts';
import type { ResolvedPolicy } from './policy.ts';

/**
 * Makes room for a cookie that was just stored: within its domain, then in the whole jar. Expired ones go first, then those without `Secure`, the
 * least recently used of each first.
 *
 * One cookie goes for the one that came. So a jar that you filled beyond the limits yourself is not emptied by the next response.
 *
 * @returns The cookies that went and had not expired.
 */
export function evict(index: CookieIndex, latest: Entry, policy: ResolvedPolicy, nowMs: number): Cookie[] {
  const { domain } = latest.cookie;
  const candidates =
    domain !== '' && index.sizeOf(domain) > policy.maxPerDomain
      ? index.ofDomain(domain)
      : index.size > policy.maxCookies
        ? index
        : undefined;
  if (!candidates) return [];
  let worst: Entry | undefined;
  let expired = false;
  for (const entry of [...candidates]) {
    if (entry === latest) continue;
    if (entry.cookie.isExpired(nowMs)) expired = index.delete(entry.cookie);
    else if (!worst || isWorse(entry, worst)) worst = entry;
  }
  if (expired) return [];
  const { cookie } = worst ?? latest;
  index.delete(cookie);
  return [cookie];
}

function isWorse(a: Entry, b: Entry): boolean {
  return a.cookie.secure === b.cookie.secure ? a.used < b.used : b.cookie.secure;
}
