import { InvalidProxyURL } from '@requests-ts/core';
import {
  basicAuthorization,
  normalizeHost,
  percentDecode,
  prependSchemeIfNeeded,
  redactUrl,
  splitReference,
} from '@requests-ts/core/authors';

/** A proxy as its URL names it. */
export interface ProxyUrl {
  /** Lower case: `http`, `https`, `socks5`... */
  readonly scheme: string;
  /** Lower-case ASCII; IPv6 without brackets, as sockets take it. */
  readonly hostname: string;
  /** 0 when the URL names none and the scheme is not one we know. */
  readonly port: number;
  /** Percent-decoded; undefined when the URL has no userinfo. */
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Scheme, host and port: what messages may show. */
  readonly display: string;
}

const PORTS: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
  ['socks', 1080],
  ['socks4', 1080],
  ['socks4a', 1080],
  ['socks5', 1080],
  ['socks5h', 1080],
]);

/**
 * Reads a proxy URL; without a scheme it is `http://`. Path, query and fragment are ignored (Requests: "Proxies").
 *
 * @throws InvalidProxyURL when it has no host, or one that cannot be. The message shows neither user nor password.
 */
export function parseProxyUrl(text: string): ProxyUrl {
  if (typeof text !== 'string')
    throw new TypeError(`A proxy must be a URL such as 'http://proxy.example:3128', not ${typeof text}`);
  const { scheme, authority } = splitReference(prependSchemeIfNeeded(text.trim(), 'http'));
  const at = authority?.lastIndexOf('@') ?? -1;
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority?.slice(at + 1) ?? '');
  const lower = scheme?.toLowerCase() ?? '';
  // `http:/host` is neither a URL nor a host with a port.
  if (!authority || !match || match[1] === '' || /^[A-Za-z][A-Za-z0-9+.-]*:\/(?!\/)/.test(text.trim())) {
    throw new InvalidProxyURL(
      `Please check proxy URL. It is malformed and could be missing the host: ${redactUrl(text)}`,
    );
  }
  const host = normalizeHost(match[1]!);
  const port = match[2] ? Number(match[2]) : (PORTS.get(lower) ?? 0);
  if (host === undefined || /[\x00-\x20\x7f\\]/.test(authority) || port > 65535 || (port === 0 && PORTS.has(lower))) {
    throw new InvalidProxyURL(`Please check proxy URL: host or port are invalid: ${redactUrl(text)}`);
  }
  const userinfo = at < 0 ? undefined : authority.slice(0, at);
  const colon = userinfo?.indexOf(':') ?? -1;
  const username = userinfo === undefined ? undefined : percentDecode(colon < 0 ? userinfo : userinfo.slice(0, colon));
  const password = userinfo === undefined || colon < 0 ? undefined : percentDecode(userinfo.slice(colon + 1));
  return new ParsedProxyUrl(lower, host, port, username, password);
}

/** Printing one shows neither user nor password. */
class ParsedProxyUrl implements ProxyUrl {
  readonly scheme: string;
  readonly hostname: string;
  readonly port: number;
  readonly display: string;
  readonly #username: string | undefined;
  readonly #password: string | undefined;

  constructor(scheme: string, host: string, port: number, username: string | undefined, password: string | undefined) {
    this.scheme = scheme;
    this.hostname = host.startsWith('[') ? host.slice(1, -1) : host;
    this.port = port;
    this.display = `${scheme}://${host}:${port}`;
    this.#username = username;
    this.#password = password;
  }

  get username(): string | undefined {
    return this.#username;
  }

  get password(): string | undefined {
    return this.#password;
  }
}

/**
 * The `Proxy-Authorization` for a proxy, or undefined: it takes both a user and a password in the URL, the password may be empty.
 *
 * @throws InvalidHeader for credentials that Basic cannot carry (RFC 7617 §2).
 */
export function proxyAuthorization({ username, password }: ProxyUrl): string | undefined {
  if (!username || password === undefined) return undefined;
  return basicAuthorization(toBytes(username), toBytes(password));
}

/** Text beyond ISO-8859-1 goes out as the UTF-8 that stood percent-encoded in the URL. */
function toBytes(text: string): string | Uint8Array {
  return /[^\x00-\xff]/.test(text) ? Buffer.from(text, 'utf8') : text;
}
