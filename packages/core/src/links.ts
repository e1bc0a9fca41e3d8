/** Link headers (RFC 8288 §3; Requests: "Link Headers"). */
import { strip } from './ascii.ts';

/** One link: its URL and parameters. `rel` is there when the server said so. */
export interface Link {
  readonly url: string;
  readonly [parameter: string]: string;
}

/** More links than any API sends; the rest is ignored (security class F12). */
const MAX_LINKS = 100;
const BLANKS_AND_QUOTES = ' \t\'"';

/** A quoted string, or the URL; a comma that ends a link, since a "<" follows; another comma; anything else. */
const COMMA = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|<[^>]*|(,(?=[ \t]*<))|,|[^",<]+/g;
/** A quoted string; a semicolon; anything else. */
const SEMICOLON = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|(;)|[^";]+/g;

/**
 * The links of a header in order. Parameter names keep their case; values may be quoted and may then hold commas and semicolons.
 * What cannot be read ends that link's parameters.
 */
export function parseHeaderLinks(header: string): Link[] {
  return split(header.replace(/^[\s'"]+/, ''), COMMA)
    .filter((text) => text.trim() !== '')
    .slice(0, MAX_LINKS)
    .map(parseLink);
}

/** The parts between what the expression captures. */
function split(text: string, tokens: RegExp): string[] {
  const parts = [''];
  for (const [token, separator] of text.matchAll(tokens)) {
    if (separator) parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts;
}

function parseLink(text: string): Link {
  const close = text.indexOf('>');
  const [url, rest] = close >= 0 ? [text.slice(0, close), text.slice(close + 1)] : splitAt(text, text.indexOf(';'));
  const parts: Record<string, string> = Object.create(null);
  parts.url = strip(url, `<>${BLANKS_AND_QUOTES}`);
  // The part before the first semicolon is empty.
  for (const parameter of split(rest, SEMICOLON).slice(rest.trimStart().startsWith(';') ? 1 : 0)) {
    const equals = parameter.indexOf('=');
    if (equals < 0) break;
    const [name, value] = splitAt(parameter, equals);
    parts[strip(name, BLANKS_AND_QUOTES)] = strip(value, BLANKS_AND_QUOTES);
  }
  return parts as unknown as Link;
}

function splitAt(text: string, at: number): [string, string] {
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** The links by `rel`, or by URL where there is none; a later one replaces an earlier one. */
export function linksByRel(header: string | undefined): Readonly<Record<string, Link>> {
  const links: Record<string, Link> = Object.create(null);
  for (const link of header ? parseHeaderLinks(header) : []) links[link.rel || link.url] = link;
  return links;
}
