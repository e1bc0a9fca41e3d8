import { asciiLower } from '@requests-ts/core/authors';

/** One challenge of a `WWW-Authenticate` or `Proxy-Authenticate` header (RFC 9110 §11.6.1). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** By name in lower case, unquoted; of a repeated name the last value. */
  readonly params: ReadonlyMap<string, string>;
}

const MAX_CHARACTERS = 64 * 1024;
const MAX_CHALLENGES = 16;
const MAX_PARAMS = 64;

/**
 * Reads the challenges of several header lines, each of which may hold several.
 *
 * What is malformed is skipped. At most 64 KiB, 16 challenges and 64 parameters each are looked at.
 */
export function parseChallenges(lines: readonly string[]): Challenge[] {
  const challenges: { scheme: string; params: Map<string, string> }[] = [];
  let left = MAX_CHARACTERS;
  for (const line of lines) {
    const scanner = new Scanner(line.slice(0, left));
    left -= line.length;
    let current: Map<string, string> | null = null;
    for (let name = scanner.next(); name !== null; name = scanner.next()) {
      if (scanner.atEquals()) {
        setParam(current, name, scanner.value());
      } else if (name !== '') {
        if (challenges.length === MAX_CHALLENGES) return challenges;
        current = new Map();
        challenges.push({ scheme: asciiLower(name), params: current });
        scanner.skipToken68();
      }
    }
    if (left <= 0) break;
  }
  return challenges;
}

/** Reads the parameters of an `Authentication-Info` header (RFC 7615), by name in lower case. */
export function parseAuthParams(text: string): Map<string, string> {
  const params = new Map<string, string>();
  const scanner = new Scanner(text.slice(0, MAX_CHARACTERS));
  for (let name = scanner.next(); name !== null; name = scanner.next()) {
    if (scanner.atEquals()) setParam(params, name, scanner.value());
  }
  return params;
}

function setParam(params: Map<string, string> | null, name: string, value: string): void {
  const lower = asciiLower(name);
  if (name !== '' && params && (params.size < MAX_PARAMS || params.has(lower))) params.set(lower, value);
}

const COMMA = 0x2c;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether a character code is one of a set. */
type CharacterClass = (code: number) => boolean;

function characters(set: string): CharacterClass {
  const codes = new Set(Array.from(set, (char) => char.charCodeAt(0)));
  return (code) => codes.has(code);
}

const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const isTokenChar = characters(`${ALNUM}!#$%&'*+-.^_\`|~`);
const isToken68Char = characters(`${ALNUM}-._~+/`);
const isBlank = characters(' \t');
const isSeparator = characters(' \t,');
const isEquals = characters('=');
const isValueChar: CharacterClass = (code) => !isSeparator(code);

/** Walks over a header value. Only `skipToken68` looks ahead, once per challenge, so that the walk is linear. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #take(accepts: CharacterClass): string {
    const start = this.#at;
    while (this.#at < this.#text.length && accepts(this.#text.charCodeAt(this.#at))) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #is(code: number): boolean {
    return this.#text.charCodeAt(this.#at) === code;
  }

  /** The next token, "" for something else, which is skipped; null at the end. */
  next(): string | null {
    this.#take(isSeparator);
    if (this.#at >= this.#text.length) return null;
    const token = this.#take(isTokenChar);
    if (token === '' && !this.#is(EQUALS)) {
      if (this.#is(QUOTE)) this.#quoted();
      else this.#at++;
    }
    return token;
  }

  /** Moves over the blanks after a token; true when "=" follows. */
  atEquals(): boolean {
    this.#take(isBlank);
    return this.#is(EQUALS);
  }

  /** The value after the "=", unquoted. */
  value(): string {
    this.#at++;
    this.#take(isBlank);
    return this.#is(QUOTE) ? this.#quoted() : this.#take(isValueChar);
  }

  /** Moves over the one value that schemes like Negotiate have instead of parameters. */
  skipToken68(): void {
    const start = this.#at;
    this.#take(isToken68Char);
    this.#take(isEquals);
    this.#take(isBlank);
    if (this.#at < this.#text.length && !this.#is(COMMA)) this.#at = start;
  }

  /** A quoted string without its quotes and escapes; one without an end goes to the end of the text. */
  #quoted(): string {
    const parts: string[] = [];
    let start = ++this.#at;
    for (; this.#at < this.#text.length && !this.#is(QUOTE); this.#at++) {
      if (!this.#is(BACKSLASH)) continue;
      parts.push(this.#text.slice(start, this.#at));
      start = ++this.#at;
    }
    parts.push(this.#text.slice(start, this.#at));
    this.#at++;
    return parts.join('');
  }
}
