import { ContentDecodingError } from '@requests-ts/core';

/** A content coding that we undo (RFC 9110 §8.4.1, RFC 8878). */
export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd';

/** More than this many codings are an attack, not a server (Requests: five links). */
const MAX_CODINGS = 5;
/** Members of the lists, empty ones and `identity` included. */
const MAX_MEMBERS = 32;
const NONE: readonly Coding[] = [];
const KNOWN: ReadonlyMap<string, Coding> = new Map<string, Coding>([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['zstd', 'zstd'],
]);

/** What `Accept-Encoding` may say: every coding that the transports undo. */
export const ACCEPT_ENCODING: string = 'gzip, deflate, br, zstd';

/**
 * The codings of a body, in the order in which they are undone: the last one applied comes first.
 *
 * @param lines Every `Content-Encoding` line. An unknown coding anywhere leaves the bytes alone: the list is empty then.
 * @throws ContentDecodingError for more than five codings over all lines together, or more than 32 list members.
 */
export function parseContentCodings(lines: readonly string[]): readonly Coding[] {
  if (lines.length === 0) return NONE;
  const members = lines.length === 1 ? lines[0]!.split(',') : lines.flatMap((line) => line.split(','));
  if (members.length > MAX_MEMBERS)
    throw new ContentDecodingError(
      `Content-Encoding lists ${members.length} codings; at most ${MAX_CODINGS} are undone`,
    );
  const codings: Coding[] = [];
  let unknown = false;
  let count = 0;
  for (const member of members) {
    const name = member.trim().toLowerCase();
    if (name === '' || name === 'identity') continue;
    count++;
    const coding = KNOWN.get(name);
    if (coding) codings.unshift(coding);
    else unknown = true;
  }
  if (count > MAX_CODINGS)
    throw new ContentDecodingError(`Content-Encoding lists ${count} codings; at most ${MAX_CODINGS} are undone`);
  return unknown ? NONE : codings;
}
