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
  const crowded = domain !== '' && index.sizeOf(domain) > policy.maxPerDomain;
  if (!crowded && index.size <= policy.maxCookies) return [];
  const expired: Cookie[] = [];
  let worst: Entry | undefined;
  index.visit(
    (entry) => {
      if (entry === latest) return;
      if (entry.cookie.isExpired(nowMs)) expired.push(entry.cookie);
      else if (!worst || isWorse(entry, worst)) worst = entry;
    },
    crowded ? domain : undefined,
  );
  const gone = expired.length > 0 ? expired : [(worst ?? latest).cookie];
  for (const cookie of gone) index.delete(cookie);
  return expired.length > 0 ? [] : gone;
}

function isWorse(a: Entry, b: Entry): boolean {
  return a.cookie.secure === b.cookie.secure ? a.used < b.used : b.cookie.secure;
}
