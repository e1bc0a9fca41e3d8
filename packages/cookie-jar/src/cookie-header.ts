/** From the cookies that match to the one header (RFC 6265 §5.4). */
import type { Entry } from './cookie-index.ts';
import type { ResolvedPolicy } from './policy.ts';

/** What a header is made of. */
export interface CookieHeaderParts {
  /** The session's, in order. */
  readonly own: Entry[];
  /** The request's, in order. */
  extra: Entry[];
  /** The header of a jar of another kind. */
  foreign: string | undefined;
}

/** Longer paths first, then older cookies; sorts in place. */
export function sortEntries(entries: Entry[]): Entry[] {
  return isSorted(entries) ? entries : entries.sort(compare);
}

function compare(a: Entry, b: Entry): number {
  return b.cookie.path.length - a.cookie.path.length || a.created - b.created;
}

function isSorted(entries: readonly Entry[]): boolean {
  for (let i = 1; i < entries.length; i++) if (compare(entries[i - 1]!, entries[i]!) > 0) return false;
  return true;
}

/** The cookies to send, in order, and those that do not fit. */
export function mergeEntries(parts: CookieHeaderParts, policy: ResolvedPolicy): { sent: Entry[]; left: Entry[] } {
  const { own, extra, foreign } = parts;
  const entries = without(extra.length > 0 ? overlay(own, extra) : own, foreign);
  const rest = foreign ? foreign.length : -2;
  const length = entries.reduce((sum, { cookie }) => sum + cookie.pair.length + 2, rest);
  if (entries.length <= policy.maxSentCookies && length <= policy.maxHeaderSize) return { sent: entries, left: [] };
  const fitting = selectFitting(entries, new Set(extra), policy.maxHeaderSize - rest, policy.maxSentCookies);
  return { sent: entries.filter((entry) => fitting.has(entry)), left: entries.filter((entry) => !fitting.has(entry)) };
}

/** A cookie of the request takes the place of the session's with the same domain, path and name; others follow within their path length. */
function overlay(own: readonly Entry[], extra: readonly Entry[]): Entry[] {
  const merged = new Set(own.map((entry) => extra.find(({ cookie }) => cookie.replaces(entry.cookie)) ?? entry));
  for (const entry of extra) merged.add(entry);
  return [...merged].sort((a, b) => b.cookie.path.length - a.cookie.path.length);
}

/** A jar of another kind tells no domain and path, so that its names win. */
function without(entries: Entry[], foreign: string | undefined): Entry[] {
  if (!foreign) return entries;
  const names = new Set(foreign.split('; ').map((pair) => pair.split('=', 1)[0]));
  return entries.filter(({ cookie }) => !names.has(cookie.name));
}

/** The request's own cookies come first, then the longest paths. */
function selectFitting(entries: readonly Entry[], first: ReadonlySet<Entry>, room: number, count: number): Set<Entry> {
  const fitting = new Set<Entry>();
  let left = room;
  for (const entry of [...entries.filter((one) => first.has(one)), ...entries.filter((one) => !first.has(one))]) {
    left -= entry.cookie.pair.length + 2;
    if (left < 0 || fitting.size >= count) break;
    fitting.add(entry);
  }
  return fitting;
}

/** `a=1; b=2`, or undefined when there is nothing to send. */
export function formatCookieHeader(sent: readonly Entry[], foreign: string | undefined): string | undefined {
  let header = '';
  for (const { cookie } of sent) header += header === '' ? cookie.pair : `; ${cookie.pair}`;
  if (foreign) header += header === '' ? foreign : `; ${foreign}`;
  return header === '' ? undefined : header;
}
