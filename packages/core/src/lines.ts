/** Line splitting of streamed bodies (Requests: `iter_lines`). */

import { concat } from './bytes.ts';

/** `Uint8Array` or string, cut alike. */
interface Cutter<T> {
  join(pieces: readonly T[]): T;
  slice(piece: T, from: number, to?: number): T;
  length(piece: T): number;
  /** Start and end of the next line break at or after `from`. */
  nextBreak(piece: T, from: number): [start: number, end: number] | null;
  indexOf(piece: T, delimiter: T, from: number): number;
}

/** LF, CR, CRLF. */
export const BYTES: Cutter<Uint8Array> = {
  join: concat,
  slice: (piece, from, to) => piece.subarray(from, to),
  length: (piece) => piece.length,
  nextBreak: (piece, from) => {
    for (let at = from; at < piece.length; at++) {
      if (piece[at] === 0x0a) return [at, at + 1];
      if (piece[at] === 0x0d) return [at, piece[at + 1] === 0x0a ? at + 2 : at + 1];
    }
    return null;
  },
  indexOf: (piece, delimiter, from) => {
    const last = piece.length - delimiter.length;
    for (
      let at = piece.indexOf(delimiter[0]!, from);
      at >= 0 && at <= last;
      at = piece.indexOf(delimiter[0]!, at + 1)
    ) {
      let same = 1;
      while (same < delimiter.length && piece[at + same] === delimiter[same]) same++;
      if (same === delimiter.length) return at;
    }
    return -1;
  },
};

const BREAK = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

/** The same and VT, FF, U+001C-1E, U+0085, U+2028, U+2029, as Python splits text. */
export const TEXT: Cutter<string> = {
  join: (pieces) => pieces.join(''),
  slice: (piece, from, to) => piece.slice(from, to),
  length: (piece) => piece.length,
  nextBreak: (piece, from) => {
    BREAK.lastIndex = from;
    const match = BREAK.exec(piece);
    return match && [match.index, BREAK.lastIndex];
  },
  indexOf: (piece, delimiter, from) => piece.indexOf(delimiter, from),
};

/** The parts between delimiters; without one, the lines. */
export function split<T extends string | Uint8Array>(
  pieces: AsyncIterable<T>,
  delimiter: T | null,
  cutter: Cutter<T>,
): AsyncGenerator<T, void, undefined> {
  return delimiter === null ? splitLines(pieces, cutter) : splitDelimited(pieces, delimiter, cutter);
}

/**
 * The lines without their ends; a last line without one is a line too. After a CR at the end of a piece, an LF that begins the next one belongs
 * to it, so that a CRLF cut in two is one break. A long line is joined once, however many pieces it came in.
 */
export async function* splitLines<T extends string | Uint8Array>(
  pieces: AsyncIterable<T>,
  cutter: Cutter<T>,
): AsyncGenerator<T, void, undefined> {
  let begun: T[] = [];
  let afterCr = false;
  for await (const piece of pieces) {
    let start = afterCr && (piece[0] === '\n' || piece[0] === 0x0a) ? 1 : 0;
    const end = cutter.length(piece);
    if (end > 0) afterCr = piece[end - 1] === '\r' || piece[end - 1] === 0x0d;
    for (let found = cutter.nextBreak(piece, start); found; found = cutter.nextBreak(piece, start)) {
      begun.push(cutter.slice(piece, start, found[0]));
      yield cutter.join(begun);
      begun = [];
      start = found[1];
    }
    if (start < end) begun.push(cutter.slice(piece, start));
  }
  if (begun.length > 0) yield cutter.join(begun);
}

/**
 * The parts between delimiters, which may span pieces; after a delimiter at the very end comes an empty part, as in Requests. A long part is
 * searched and joined once, however many pieces it came in.
 */
export async function* splitDelimited<T extends string | Uint8Array>(
  pieces: AsyncIterable<T>,
  delimiter: T,
  cutter: Cutter<T>,
): AsyncGenerator<T, void, undefined> {
  const size = cutter.length(delimiter);
  let begun: T[] = [];
  /** The end of what was searched: a delimiter may begin there. */
  let tail: T | null = null;
  for await (const piece of pieces) {
    const text: T = tail === null ? piece : cutter.join([tail, piece]);
    let start = 0;
    for (let at = cutter.indexOf(text, delimiter, 0); at >= 0; at = cutter.indexOf(text, delimiter, start)) {
      begun.push(cutter.slice(text, start, at));
      yield cutter.join(begun);
      begun = [];
      start = at + size;
    }
    const searched = Math.max(start, cutter.length(text) - size + 1);
    begun.push(cutter.slice(text, start, searched));
    tail = cutter.slice(text, searched);
  }
  if (tail !== null) yield cutter.join([...begun, tail]);
}
