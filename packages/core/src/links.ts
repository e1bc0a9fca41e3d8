/** Link headers (RFC 8288 §3; Requests: "Link Headers"). */

/** One link: its URL and parameters. `rel` is there when the server said so. */
export interface Link {
  readonly url: string;
  readonly [parameter: string]: string;
}

/** More links than any API sends; the rest is ignored (security class F12). */
const MAX_LINKS = 100;

/**
 * The links of a header in order. Parameter names keep their case; values may be quoted and may then hold commas and semicolons.
 * What cannot be read ends that link's parameters.
 */
export function parseHeaderLinks(header: string): Link[] {
  const links: Link[] = [];
  let at = /^[\s'"]*/.exec(header)![0].length;
  while (at < header.length && links.length < MAX_LINKS) {
    const end = nextLink(header, at);
    const link = parseLink(header.slice(at, end));
    if (link) links.push(link);
    at = end + 1;
  }
  return links;
}

/** Index of the comma before the next "<", outside quotes; the end of the header when there is none. */
function nextLink(header: string, from: number): number {
  let quoted = false;
  let inUrl = false;
  for (let at = from; at < header.length; at++) {
    const char = header[at];
    if (quoted) {
      if (char === '\\') at++;
      else if (char === '"') quoted = false;
    } else if (char === '"' && !inUrl) quoted = true;
    else if (char === '<') inUrl = true;
    else if (char === '>') inUrl = false;
    else if (char === ',' && !inUrl) {
      let next = at + 1;
      while (header[next] === ' ' || header[next] === '\t') next++;
      if (header[next] === '<') return at;
    }
  }
  return header.length;
}

function parseLink(text: string): Link | undefined {
  const close = text.indexOf('>');
  const [url, rest] = close >= 0 ? [text.slice(0, close), text.slice(close + 1)] : splitAt(text, text.indexOf(';'));
  const parts: Record<string, string> = Object.create(null);
  parts.url = strip(url, '<> \t\'"');
  for (const parameter of splitParameters(rest)) {
    const equals = parameter.indexOf('=');
    if (equals < 0) break;
    const [name, value] = splitAt(parameter, equals);
    parts[strip(name, ' \t\'"')] = strip(value, ' \t\'"');
  }
  return text.trim() === '' ? undefined : (parts as unknown as Link);
}

/** The parts between semicolons, quoted strings kept whole; the empty part before the first one is dropped. */
function splitParameters(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at <= text.length; at++) {
    const char = text[at];
    if (quoted && char === '\\') at++;
    else if (char === '"') quoted = !quoted;
    else if (at === text.length || (char === ';' && !quoted)) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return parts.slice(text.trimStart().startsWith(';') ? 1 : 0);
}

function splitAt(text: string, at: number): [string, string] {
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function strip(text: string, chars: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && chars.includes(text[start]!)) start++;
  while (end > start && chars.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/** The links by `rel`, or by URL where there is none; a later one replaces an earlier one. */
export function linksByRel(header: string | undefined): Readonly<Record<string, Link>> {
  const links: Record<string, Link> = Object.create(null);
  for (const link of header ? parseHeaderLinks(header) : []) links[link.rel || link.url] = link;
  return links;
}
