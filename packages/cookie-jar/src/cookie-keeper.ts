/** What a jar does with requests and responses; the dictionary around it is `RequestsCookieJar`. */
import type { CookieStore } from '@requests-ts/core';
import type { Cookie } from './cookie.ts';
import { type CookieHeaderParts, formatCookieHeader, mergeEntries, sortEntries } from './cookie-header.ts';
import { CookieIndex, type Entry } from './cookie-index.ts';
import { type CookieTarget, cookieTarget } from './cookie-target.ts';
import { evict } from './eviction.ts';
import type { CookieRefusal, RefusalReason, ResolvedPolicy } from './policy.ts';
import { parseSetCookie } from './set-cookie.ts';
import { admitCookie, isSecure } from './storage-rules.ts';

export class CookieKeeper {
  readonly index: CookieIndex = new CookieIndex();
  policy: ResolvedPolicy;
  #lastUrl = '';
  #lastTarget: CookieTarget | undefined = undefined;

  constructor(policy: ResolvedPolicy) {
    this.policy = policy;
  }

  /**
   * The `Cookie` header for `url`. Binds cookies without a domain to its host, once they are sent.
   *
   * @param extra Cookies of this one request: those of another keeper, or of a jar of another kind.
   */
  header(url: string, extra: CookieKeeper | CookieStore | null): string | undefined {
    const target = this.#targetOf(url);
    if (!target) return undefined;
    const parts: CookieHeaderParts = { own: this.#toSend(target, url), extra: [], foreign: undefined };
    if (extra instanceof CookieKeeper) parts.extra = extra.#toSend(target, url);
    else if (extra) parts.foreign = extra.getCookieHeader(url);
    const { sent, left } = mergeEntries(parts, this.policy);
    for (const { cookie } of left) this.#refuse('not-sent', cookie.name, target.host);
    for (const entry of sent) {
      this.index.touch(entry);
      if (entry.cookie.domain === '' && entry.cookie.boundTo === null)
        entry.cookie = entry.cookie.with({ boundTo: target.host });
    }
    return formatCookieHeader(sent, parts.foreign);
  }

  /** In the order of the header. Removes what has expired on the way. */
  #toSend(target: CookieTarget, url: string): Entry[] {
    if (this.index.size === 0) return [];
    const { now, returnOk } = this.policy;
    const nowMs = now();
    const live = this.index.matching(target, isSecure(target, this.policy)).filter(({ cookie }) => {
      if (cookie.isExpired(nowMs)) this.index.delete(cookie);
      else if (!returnOk || returnOk(cookie, url)) return true;
      else this.#refuse('policy', cookie.name, target.host);
      return false;
    });
    return sortEntries(live);
  }

  /** Stores what a response from `url` set. Refusals are told to the policy, never thrown. */
  store(url: string, lines: readonly string[]): void {
    const target = this.#targetOf(url);
    if (!target) return;
    const { maxPerResponse } = this.policy;
    for (const line of lines.slice(0, maxPerResponse)) this.#storeLine(line, target, url);
    if (lines.length > maxPerResponse) this.#refuse('too-many-in-response', undefined, target.host);
  }

  #storeLine(line: string, target: CookieTarget, url: string): void {
    const { policy, index } = this;
    const nowMs = policy.now();
    const parsed = parseSetCookie(line, policy);
    const cookie = typeof parsed === 'string' ? parsed : admitCookie(parsed, target, policy, nowMs);
    const name = typeof parsed === 'string' ? undefined : parsed.name;
    if (typeof cookie === 'string') this.#refuse(cookie, name, target.host);
    else if (!isSecure(target, policy) && index.shadowsSecure(cookie, nowMs))
      this.#refuse('shadows-secure', name, target.host);
    else if (policy.setOk && !policy.setOk(cookie, url)) this.#refuse('policy', name, target.host);
    else if (cookie.isExpired(nowMs)) index.discard(cookie);
    else this.#keep(cookie, nowMs);
  }

  /** Takes over what was saved: cookies, and what was refused among them. Expired ones are left out. */
  load(saved: Iterable<Cookie | CookieRefusal>): void {
    const nowMs = this.policy.now();
    for (const item of saved) {
      if ('reason' in item) this.#refuse(item.reason, item.name, item.domain);
      else if (!item.isExpired(nowMs)) this.#keep(item, nowMs);
    }
  }

  #keep(cookie: Cookie, nowMs: number): void {
    const { size } = this.index;
    const entry = this.index.put(cookie);
    if (this.index.size <= size) return;
    for (const { name, domain } of evict(this.index, entry, this.policy, nowMs)) this.#refuse('evicted', name, domain);
  }

  #refuse(reason: RefusalReason, name: string | undefined, domain: string | undefined): void {
    this.policy.onRefused?.({ reason, name, domain });
  }

  /** A request and its response ask for the same URL, one after the other. */
  #targetOf(url: string): CookieTarget | undefined {
    if (url !== this.#lastUrl) {
      this.#lastTarget = cookieTarget(url);
      this.#lastUrl = url;
    }
    return this.#lastTarget;
  }
}
