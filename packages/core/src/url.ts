/**
 * URLs by RFC 3986, as Requests prepares them (behaviour area 2.2).
 *
 * WHATWG `URL` is not used to prepare: it repairs, drops and re-encodes what must go out as written. Text is split once; the result is what mounts,
 * cookies, proxies, Host and the connection use.
 */
import { asciiLower, printable } from './ascii.ts';
import { latin1 } from './bytes.ts';
import { InvalidURL, MissingSchema } from './exceptions.ts';
import { normalizeHost } from './host.ts';
import type { PreparedRequest } from './prepared-request.ts';

/** The components of a prepared URL, each as it stands in the text. */
export interface SplitUrl {
  /** Lower case, without the colon. */
  readonly scheme: string;
  /** Percent-encoded `user:password`, or "". Never sent. */
  readonly userinfo: string;
  /** Lower-case ASCII; IPv6 in brackets. */
  readonly host: string;
  /** As written: null means the scheme's default. */
  readonly port: number | null;
  /** Starts with "/". */
  readonly path: string;
  /** Without the "?"; "" when there is none. */
  readonly query: string;
  /** Without the "#"; "" when there is none. Never sent. */
  readonly fragment: string;
}

/** The components of any URL reference (RFC 3986 §4.1); undefined means absent, "" means empty. */
export interface UrlReference {
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  readonly path: string;
  readonly query: string | undefined;
  readonly fragment: string | undefined;
}

const REFERENCE = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/;
/** A URL that nothing has to be done to but the check of its host: scheme, host, port, path, query. */
const CLEAN =
  /^(https?):\/\/([a-z0-9.-]+)(?::([1-9]\d{0,4}))?(\/[A-Za-z0-9._~!$&'()*+,;=:@/-]*)(?:\?([A-Za-z0-9._~!$&'()*+,;=:@/?-]*))?$/;
const USERINFO = /[^A-Za-z0-9._~!$&'()*+,;=:%-]+/g;
const PATH = /[^A-Za-z0-9._~!$&'()*+,;=:@/%-]+/g;
const QUERY = /[^A-Za-z0-9._~!$&'()*+,;=:@/?%-]+/g;
const REQUOTE = /[^A-Za-z0-9._~!#$%&'()*+,/:;=?@[\]-]+/g;
const ESCAPE = /%[0-9A-Fa-f]{2}/g;
/** Characters of a URL with its params: more than any server takes (security class C04). */
const MAX_LENGTH = 1 << 20;

/** @param why Without anything of the URL that `redactUrl` hides. */
export function invalidUrl(url: string, why: string, request?: PreparedRequest): InvalidURL {
  return new InvalidURL(`Invalid URL '${redactUrl(url)}': ${why}`, { request });
}

export const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Splits a URL reference; every string has exactly one split (RFC 3986 appendix B). */
export function splitReference(text: string): UrlReference {
  const match = REFERENCE.exec(text)!;
  return { scheme: match[1], authority: match[2], path: match[3]!, query: match[4], fragment: match[5] };
}

export function joinReference({ scheme, authority, path, query, fragment }: UrlReference): string {
  return `${scheme === undefined ? '' : `${scheme}:`}${authority === undefined ? '' : `//${authority}`}${path}${
    query === undefined ? '' : `?${query}`
  }${fragment === undefined ? '' : `#${fragment}`}`;
}

export function isWeb(scheme: string): boolean {
  return scheme === 'http' || scheme === 'https';
}

/** A URL whose scheme does not start with "http" is nobody's business here: it is passed on as it is (behaviour B-URL-03). */
export function isOpaque(text: string): boolean {
  return text.includes(':') && !/^http/i.test(text);
}

/**
 * Prepares an absolute http(s) URL; schemes like `http+unix` keep their host and are only requoted.
 *
 * @param text Leading white space is dropped, nothing else is repaired.
 * @param params Encoded query to add, or "".
 * @throws MissingSchema, InvalidURL. Messages show neither userinfo nor query.
 */
export function prepareUrl(text: string, params = ''): SplitUrl {
  return splitClean(text, params) ?? prepareAny(text, params);
}

/** Most URLs are like that, and every request has one; null for the others. */
function splitClean(text: string, params: string): SplitUrl | null {
  const match = text.length + params.length > MAX_LENGTH || params.includes('#') ? null : CLEAN.exec(text);
  if (!match || match[4]!.includes('/.')) return null;
  const host = match[2]!;
  const port = match[3] === undefined ? null : Number(match[3]);
  if (normalizeHost(host) !== host || (port !== null && port > 65535)) return null;
  const query = match[5] ?? '';
  return {
    scheme: match[1]!,
    userinfo: '',
    host,
    port,
    path: match[4]!,
    query: params === '' ? query : requoteUri(query === '' ? params : `${query}&${params}`),
    fragment: '',
  };
}

function prepareAny(text: string, params: string): SplitUrl {
  const raw = splitReference(text.trimStart());
  if (raw.scheme === undefined) {
    const shown = redactUrl(text);
    throw new MissingSchema(
      `Invalid URL '${shown}': No scheme supplied. Perhaps you meant https://${shown.replace(/^\/+/, '')}?`,
    );
  }
  if (!raw.authority) throw invalidUrl(text, 'No host supplied');
  if (/[\\\x00-\x1f\x7f]/.test(raw.authority) || text.length + params.length > MAX_LENGTH)
    throw invalidUrl(text, 'Failed to parse');
  const scheme = asciiLower(raw.scheme);
  const strict = isWeb(scheme);
  const { userinfo, host, port } = splitAuthority(raw.authority, text, strict);
  const encode = strict ? encodeComponent : (part: string) => part;
  const encoded = encode(strict ? removeDotSegments(raw.path) : raw.path, PATH);
  const path = strict ? encoded.split('/').map(requoteSegment).join('/') : requoteUri(encoded);
  // Text given as params may go on into the fragment.
  const [added = '', ...fragments] = params.split('#');
  const query = requoteUri([encode(raw.query ?? '', QUERY), added].filter(Boolean).join('&'));
  if (raw.fragment) fragments.push(raw.fragment);
  return {
    scheme,
    userinfo: requoteUri(encode(userinfo, USERINFO)),
    host,
    port,
    path: path || '/',
    query,
    fragment: requoteUri(encode(fragments.join('#'), QUERY)),
  };
}

export function formatUrl({ scheme, userinfo, host, port, path, query, fragment }: SplitUrl): string {
  const authority = `${userinfo && `${userinfo}@`}${host}${port === null ? '' : `:${port}`}`;
  return joinReference({ scheme, authority, path, query: query || undefined, fragment: fragment || undefined });
}

/**
 * Userinfo ends at the last "@" (behaviour B-URL-14).
 *
 * @param strict False leaves the host to the adapter that knows the scheme.
 * @throws InvalidURL
 */
function splitAuthority(
  authority: string,
  text: string,
  strict: boolean,
): { userinfo: string; host: string; port: number | null } {
  const at = authority.lastIndexOf('@');
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority.slice(at + 1));
  const port = Number(match?.[2] || 0);
  if (!match || port > 65535) throw invalidUrl(text, 'must be host:port or [IPv6]:port');
  if (match[1] === '') throw invalidUrl(text, 'No host supplied');
  const host = strict ? normalizeHost(match[1]!) : requoteUri(match[1]!);
  if (host === undefined) throw invalidUrl(text, `'${printable(match[1]!)}' is not a valid host`);
  return { userinfo: at < 0 ? '' : authority.slice(0, at), host, port: port === 0 ? null : port };
}

/** Encodes what the component does not allow; escapes are upper-cased, or all escaped again when one is broken (behaviour B-URL-17, 18). */
function encodeComponent(component: string, disallowed: RegExp): string {
  const text = component.replace(ESCAPE, (triplet) => triplet.toUpperCase());
  const broken = /%(?![0-9A-F]{2})/.test(text);
  return (broken ? text.replaceAll('%', '%25') : text).replace(disallowed, percentEncode);
}

const encoder = new TextEncoder();
/** Every byte as %XX. */
export const TRIPLETS: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);

/** Every UTF-8 byte as %XX; a lone surrogate becomes U+FFFD. */
export function percentEncode(text: string): string {
  if (text.length === 1 && text <= '\x7f') return TRIPLETS[text.charCodeAt(0)]!;
  let out = '';
  for (const byte of encoder.encode(text)) out += TRIPLETS[byte];
  return out;
}

/** An escape of an unreserved character, or what looks like an escape and is none. */
const REQUOTABLE = /%(?:(2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)|(?![\da-f]{2})[\da-z]{2})/gi;

/**
 * Decodes escapes of unreserved characters, encodes what no URL may hold, leaves everything else (Requests: `requote_uri`).
 *
 * A "%" before two letters or digits that are no escape becomes "%25", that one only: Requests re-encodes the whole URL then.
 */
export function requoteUri(uri: string): string {
  const decoded = uri.includes('%')
    ? uri.replace(REQUOTABLE, (found, hex?: string) =>
        hex === undefined ? `%25${found.slice(1)}` : String.fromCharCode(Number.parseInt(hex, 16)),
      )
    : uri;
  return decoded.replace(REQUOTE, percentEncode);
}

/** An escaped dot stays one where decoding it would make a dot segment, which was not resolved. */
function requoteSegment(segment: string): string {
  return /^(?:\.|%2e){1,2}$/i.test(segment) ? segment : requoteUri(segment);
}

/** RFC 3986 §5.2.4, of a path that starts with "/" or is empty; empty segments ("//") are kept. */
export function removeDotSegments(path: string): string {
  if (!path.includes('.')) return path;
  const out = [''];
  for (const segment of path.split('/').slice(1)) {
    if (segment !== '.' && segment !== '..') out.push(segment);
    else if (segment === '..' && out.length > 1) out.pop();
  }
  if (/\/\.\.?$/.test(path)) out.push('');
  return out.join('/');
}

/** Resolves a reference against an absolute URL (RFC 3986 §5.2.2, with the lenient scheme rule that Requests has: `http:/x`). */
export function resolveUrl(base: string, reference: string | UrlReference): string {
  const from = splitReference(base);
  const to = typeof reference === 'string' ? splitReference(reference) : reference;
  if (to.authority !== undefined || (to.scheme !== undefined && to.scheme !== from.scheme)) {
    return joinReference({ ...to, scheme: to.scheme ?? from.scheme });
  }
  const { scheme, authority } = from;
  if (to.path === '')
    return joinReference({ scheme, authority, path: from.path, query: to.query ?? from.query, fragment: to.fragment });
  const merged = to.path.startsWith('/') ? to.path : `${from.path.slice(0, from.path.lastIndexOf('/'))}/${to.path}`;
  const path = removeDotSegments(merged);
  return joinReference({ scheme, authority, path, query: to.query, fragment: to.fragment });
}

/** `host[:port]`, the port only where it is not the scheme's default: what `Host` and CONNECT say. */
export function hostWithPort({ scheme, host, port }: Pick<SplitUrl, 'scheme' | 'host' | 'port'>): string {
  return port === null || port === DEFAULT_PORTS[scheme] ? host : `${host}:${port}`;
}

/** True for what a `Host` header may say: one host, with or without a port, in the same grammar as a URL's (RFC 9110 §7.2). */
export function isHostWithPort(text: string): boolean {
  const match = /^(\[[^\]]*\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text);
  return (
    match !== null &&
    !/[^\x21-\x7e]|,/.test(text) &&
    normalizeHost(match[1]!) !== undefined &&
    Number(match[2] ?? 1) <= 65535
  );
}

/** User and password of a URL, percent-decoded; "" twice unless both are written and one is not empty (Requests: `get_auth_from_url`). */
export function getAuthFromUrl(url: string): [user: string, password: string] {
  const { authority = '' } = splitReference(url);
  return splitUserinfo(authority.slice(0, Math.max(authority.lastIndexOf('@'), 0)));
}

/** The same for a userinfo component. */
export function splitUserinfo(userinfo: string): [user: string, password: string] {
  const colon = userinfo.indexOf(':');
  return colon < 0 ? ['', ''] : [percentDecode(userinfo.slice(0, colon)), percentDecode(userinfo.slice(colon + 1))];
}

/** Percent-decodes once, as UTF-8; escapes in a row that are not UTF-8 are read as ISO-8859-1, broken ones stay. */
export function percentDecode(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    const bytes = Uint8Array.from(run.slice(1).split('%'), (hex) => Number.parseInt(hex, 16));
    const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    return decoded.includes('\ufffd') ? latin1(bytes) : decoded;
  });
}

/** The URL without userinfo, query and fragment, nor anything that may be userinfo in the wrong place: what messages may show. */
export function redactUrl(url: string): string {
  const { scheme, authority, path } = splitReference(url.trimStart());
  const parts = { scheme, authority: authority?.slice(authority.lastIndexOf('@') + 1), path };
  const text = joinReference({ ...parts, query: undefined, fragment: undefined });
  if (!authority) return printable(text.replace(/^.*@/s, ''));
  // No port: a password that holds a "/" begins here.
  const odd = /^[^:[]*:(?=.*[^0-9])/s.exec(parts.authority!);
  return printable(odd ? `${scheme === undefined ? '' : `${scheme}:`}//${odd[0]}...` : text);
}

/** The URL without userinfo and fragment (Requests: `urldefragauth`); the query stays. */
export function urldefragauth(url: string): string {
  const parts = splitReference(
    /^[A-Za-z][A-Za-z0-9+.-]*:\/\/|^\/\//.test(url) ? url : url.replace(/^([A-Za-z][A-Za-z0-9+-]*:(?=.*@))?/, '$1//'),
  );
  return joinReference({
    ...parts,
    authority: parts.authority?.slice(parts.authority.lastIndexOf('@') + 1),
    fragment: undefined,
  });
}
