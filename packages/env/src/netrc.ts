/** The netrc format: `machine`, `login`, `account`, `password`, `default`, `macdef`, comments and quoted words, as Python's `netrc` reads it. */
import { normalizeHost } from '@requests-ts/core/authors';

/** Missing words are "". */
export interface NetrcEntry {
  readonly login: string;
  readonly account: string;
  readonly password: string;
}

/** A parsed file. */
export interface Netrc {
  /** By machine name, one beyond ASCII in the form that the wire has (`xn--`); a name that comes twice has its last entry. */
  readonly hosts: ReadonlyMap<string, NetrcEntry>;
  /** The `default` entry, for every other host. */
  readonly fallback: NetrcEntry | null;
  /** The lines of each `macdef`. */
  readonly macros: ReadonlyMap<string, readonly string[]>;
}

/** The file is not a netrc file. The message has the line, never a word of it. */
export class NetrcParseError extends Error {
  override readonly name: string = 'NetrcParseError';
  /** From 1. */
  readonly lineno: number;

  constructor(message: string, lineno: number) {
    super(`${message} (netrc, line ${lineno})`);
    this.lineno = lineno;
  }
}

/** Bytes of a file, and characters of a line and of a word: what no file written by a person exceeds. */
export const MAX_FILE_BYTES: number = 131_072;
const MAX_LINE = 16_384;
const MAX_WORD = 4_096;

const KEYWORDS: ReadonlyMap<string, keyof NetrcEntry> = new Map([
  ['login', 'login'],
  ['user', 'login'],
  ['account', 'account'],
  ['password', 'password'],
]);

/**
 * Parses the text of a netrc file, in one pass.
 *
 * @throws NetrcParseError for an unknown word, a missing name, an open quote, a macro without the empty line that ends it, a line above 16 KiB
 * or a word above 4 KiB.
 */
export function parseNetrc(text: string): Netrc {
  const words = new Words(text);
  const hosts = new Map<string, NetrcEntry>();
  const macros = new Map<string, readonly string[]>();
  let fallback: NetrcEntry | null = null;
  for (let word = words.next(); word !== null; word = words.next()) {
    if (word === 'machine') hosts.set(wireName(words.name()), readEntry(words));
    else if (word === 'default') fallback = readEntry(words);
    else if (word === 'macdef') macros.set(words.name(), words.macro());
    else throw words.error('Unknown word');
  }
  return { hosts, fallback, macros };
}

function readEntry(words: Words): NetrcEntry {
  const entry = { login: '', account: '', password: '' };
  for (let word = words.peek(); word !== null; word = words.peek()) {
    const key = KEYWORDS.get(word);
    if (key === undefined) break;
    words.next();
    entry[key] = words.value();
  }
  return entry;
}

/** The words of a file; a "#" where a keyword could stand begins a comment. */
class Words {
  readonly #text: string;
  #at = 0;
  #peeked: string | null | undefined = undefined;

  constructor(text: string) {
    this.#text = text;
    for (const [index, line] of text.split('\n').entries()) {
      if (line.length > MAX_LINE) throw new NetrcParseError(`Line longer than ${MAX_LINE} characters`, index + 1);
    }
  }

  error(message: string): NetrcParseError {
    return new NetrcParseError(message, this.#text.slice(0, this.#at).split('\n').length);
  }

  /** The next keyword, comments skipped; null at the end. */
  next(): string | null {
    const word = this.peek();
    this.#peeked = undefined;
    return word;
  }

  peek(): string | null {
    if (this.#peeked === undefined) {
      while (this.#skipBlanks() && this.#text[this.#at] === '#') this.#line();
      this.#peeked = this.#word();
    }
    return this.#peeked;
  }

  /** The word after a keyword, whatever it begins with; "" at the end of the file. */
  value(): string {
    this.#skipBlanks();
    return this.#word() ?? '';
  }

  name(): string {
    const name = this.value();
    if (name === '') throw this.error('Missing name');
    return name;
  }

  /** The lines up to an empty one. */
  macro(): string[] {
    this.#line();
    const lines: string[] = [];
    while (this.#at < this.#text.length) {
      const line = this.#line();
      if (line === '' || line === '\r') return lines;
      lines.push(line);
    }
    throw this.error('Macro without the empty line that ends it');
  }

  #line(): string {
    const end = this.#text.indexOf('\n', this.#at);
    const line = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end + 1;
    return line;
  }

  #skipBlanks(): boolean {
    while (this.#at < this.#text.length && isBlank(this.#text[this.#at]!)) this.#at++;
    return this.#at < this.#text.length;
  }

  #word(): string | null {
    if (this.#at >= this.#text.length) return null;
    const quoted = this.#text[this.#at] === '"';
    if (quoted) this.#at++;
    let word = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at]!;
      if (quoted ? char === '"' : isBlank(char)) break;
      word += char === '\\' ? (this.#text[++this.#at] ?? '') : char;
      if (word.length > MAX_WORD) throw this.error(`Word longer than ${MAX_WORD} characters`);
    }
    if (quoted) {
      if (this.#at >= this.#text.length) throw this.error('Quote without an end');
      this.#at++;
    }
    return word;
  }
}

/** URLs are prepared before they are looked up. What is no host name stays as it is, and is never asked for. */
function wireName(machine: string): string {
  return /[^\x00-\x7f]/.test(machine) ? (normalizeHost(machine) ?? machine) : machine;
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}

/**
 * User and password for a host, both of one and the same entry: its own, or the `default` one.
 *
 * @returns null when there is no entry or nothing in it. The account stands in for a missing login.
 */
export function findCredentials(
  { hosts, fallback }: Netrc,
  host: string,
): readonly [user: string, password: string] | null {
  const entry = hosts.get(host) ?? fallback;
  if (!entry || !(entry.login || entry.account || entry.password)) return null;
  return [entry.login || entry.account, entry.password];
}
