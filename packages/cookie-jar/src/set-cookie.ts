/** `Set-Cookie` as a server writes it (RFC 6265 §5.2). */
import { asciiLower, trimBlanks } from '@requests-ts/core/authors';
import { parseDate } from 'tough-cookie';
import type { SameSite } from './cookie.ts';
import type { RefusalReason, ResolvedPolicy } from './policy.ts';

/** The parts of a line, not yet judged. Attributes that are absent, too long or unreadable are undefined. */
export interface SetCookie {
  readonly name: string;
  /** Byte for byte; null when there was no "=". */
  readonly value: string | null;
  domain: string | undefined;
  path: string | undefined;
  secure: boolean;
  httpOnly: boolean;
  sameSite: SameSite | null;
  /** Epoch in milliseconds. */
  expiresMs: number | undefined;
  /** In seconds, unlimited. */
  maxAge: number | undefined;
}

// A tab is white space between attributes; inside a name or value it is a control character like any other.
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Parses one line. The whole cookie is refused for a control character, never cut at it. Blanks around a part are no part of it; nothing is
 * decoded.
 *
 * @param line ISO-8859-1, so that a character is a byte.
 * @returns The reason when the line is refused.
 */
export function parseSetCookie(line: string, limits: ResolvedPolicy): SetCookie | RefusalReason {
  if (line.length > limits.maxLineSize) return 'line-too-long';
  if (FORBIDDEN.test(line)) return 'bad-character';
  const [pair, ...attributes] = line.split(';');
  const [name, value] = splitPair(pair!);
  if (name === '') return 'no-name';
  if (name.includes('\t') || value?.includes('\t')) return 'bad-character';
  if (name.length + (value?.length ?? 0) > limits.maxCookieSize) return 'cookie-too-large';
  const cookie: SetCookie = {
    name,
    value,
    domain: undefined,
    path: undefined,
    secure: false,
    httpOnly: false,
    sameSite: null,
    expiresMs: undefined,
    maxAge: undefined,
  };
  for (const attribute of attributes) {
    const [key, text] = splitPair(attribute);
    if ((text?.length ?? 0) <= limits.maxAttributeSize) applyAttribute(cookie, asciiLower(key), text ?? '');
  }
  return cookie;
}

/** Of an attribute that is repeated, the last one counts. */
function applyAttribute(cookie: SetCookie, key: string, text: string): void {
  switch (key) {
    case 'expires':
      // An unreadable date makes a session cookie, unless there is another one.
      cookie.expiresMs = parseDate(text)?.getTime() ?? cookie.expiresMs;
      break;
    case 'max-age':
      if (/^-?[0-9]+$/.test(text)) cookie.maxAge = Number(text);
      break;
    case 'domain':
      cookie.domain = text;
      break;
    case 'path':
      cookie.path = text.startsWith('/') ? text : undefined;
      break;
    case 'secure':
      cookie.secure = true;
      break;
    case 'httponly':
      cookie.httpOnly = true;
      break;
    case 'samesite':
      cookie.sameSite = toSameSite(asciiLower(text));
      break;
    default:
  }
}

/** Whole values only: a malformed one is none. */
function toSameSite(text: string): SameSite | null {
  return text === 'strict' || text === 'lax' || text === 'none' ? text : null;
}

function splitPair(text: string): [name: string, value: string | null] {
  const equals = text.indexOf('=');
  if (equals < 0) return [trimBlanks(text), null];
  return [trimBlanks(text.slice(0, equals)), trimBlanks(text.slice(equals + 1))];
}
