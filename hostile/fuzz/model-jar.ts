/** The storage and retrieval model of RFC 6265bis §5.6 to §5.8 in few lines, for a handful of hosts: what a jar must do after any responses. */

interface Stored {
  readonly name: string;
  readonly value: string | null;
  readonly domain: string;
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
  readonly expires: number;
  readonly created: number;
}

interface Attributes {
  domain: string;
  path: string | null;
  secure: boolean;
  sameSite: string;
  maxAge: number | null;
  expires: number | null;
}

const SUFFIXES = new Set(['com', 'example', 'co.uk', 'uk', 'github.io']);
const LONGEST = 400 * 24 * 3600;

export class ModelJar {
  #cookies: Stored[] = [];
  #count = 0;
  readonly #now: number;
  readonly #dates: ReadonlyMap<string, number>;

  /** @param dates The only texts that are dates; epoch seconds. */
  constructor(now: number, dates: ReadonlyMap<string, number>) {
    this.#now = now;
    this.#dates = dates;
  }

  store(url: string, lines: readonly string[]): void {
    for (const line of lines.slice(0, 50)) this.#store(new URL(url), line);
  }

  #store({ protocol, hostname, pathname }: URL, line: string): void {
    if (line.length > 5000 || /[^\t\x20-\x7e\x80-\xff]/.test(line)) return;
    const [first = '', ...rest] = line.split(';');
    const [name, value] = pair(first);
    if (name === '' || /\t/.test(name + (value ?? '')) || name.length + (value ?? '').length > 4096) return;
    const found = this.#attributes(rest);
    const secureOrigin = protocol === 'https:';
    const domain = domainFor(found.domain, hostname);
    if (domain === null || (found.secure && !secureOrigin)) return;
    const prefix = /^__(host|secure)-/i.exec(name)?.[1]?.toLowerCase();
    const path = found.path ?? (pathname.lastIndexOf('/') > 0 ? pathname.slice(0, pathname.lastIndexOf('/')) : '/');
    if (prefix && !found.secure) return;
    if (prefix === 'host' && (found.domain !== '' || found.path !== '/')) return;
    if (found.sameSite === 'none' && !found.secure) return;
    const shadowed = (other: Stored): boolean =>
      other.secure &&
      other.name === name &&
      (covers(domain.name, other.domain) || covers(other.domain, domain.name)) &&
      // Stricter than the RFC, which asks only whether the new path lies under the old one.
      (underPath(path, other.path) || underPath(other.path, path));
    if (!secureOrigin && this.#cookies.some(shadowed)) return;
    const same = (other: Stored): boolean =>
      other.name === name && other.domain === domain.name && other.path === path && other.hostOnly === domain.hostOnly;
    const created = this.#cookies.find(same)?.created ?? this.#count++;
    this.#cookies = this.#cookies.filter((other) => !same(other));
    const { maxAge, expires: date } = found;
    const latest = this.#now + LONGEST;
    const lasts = maxAge !== null ? (maxAge <= 0 ? 0 : this.#now + maxAge) : (date ?? Number.POSITIVE_INFINITY);
    const expires = maxAge === null && date === null ? lasts : Math.min(lasts, latest);
    if (expires <= this.#now) return;
    this.#cookies.push({
      name,
      value,
      domain: domain.name,
      hostOnly: domain.hostOnly,
      path,
      secure: found.secure,
      expires,
      created,
    });
  }

  #attributes(parts: readonly string[]): Attributes {
    const found: Attributes = { domain: '', path: null, secure: false, sameSite: '', maxAge: null, expires: null };
    for (const part of parts) {
      const [key, given] = pair(part);
      const text = given ?? '';
      if (text.length > 1024) continue;
      const lower = key.replace(/[A-Z]/g, (char) => char.toLowerCase());
      if (lower === 'domain') found.domain = text;
      else if (lower === 'path') found.path = text.startsWith('/') ? text : null;
      else if (lower === 'secure') found.secure = true;
      else if (lower === 'samesite') found.sameSite = text.replace(/[A-Z]/g, (char) => char.toLowerCase());
      else if (lower === 'max-age' && /^-?\d+$/.test(text)) found.maxAge = Number(text);
      else if (lower === 'expires') found.expires = this.#dates.get(text) ?? found.expires;
    }
    return found;
  }

  header(url: string): string {
    const { protocol, hostname, pathname } = new URL(url);
    return this.#cookies
      .filter(({ domain, hostOnly }) => (hostOnly ? hostname === domain : covers(hostname, domain)))
      .filter(({ path, secure }) => underPath(pathname, path) && (!secure || protocol === 'https:'))
      .sort((a, b) => b.path.length - a.path.length || a.created - b.created)
      .map(({ name, value }) => (value === null ? name : `${name}=${value}`))
      .join('; ');
  }
}

function pair(text: string): [name: string, value: string | null] {
  const at = text.indexOf('=');
  const trim = (part: string): string => part.replace(/^[ \t]+|[ \t]+$/g, '');
  return at < 0 ? [trim(text), null] : [trim(text.slice(0, at)), trim(text.slice(at + 1))];
}

/** Null refuses the cookie. */
function domainFor(attribute: string, host: string): { name: string; hostOnly: boolean } | null {
  if (attribute === '') return { name: host, hostOnly: true };
  const name = attribute.replace(/^\./, '').toLowerCase();
  if (!/^(?:[a-z0-9_-]+\.)*[a-z0-9_-]+$|^\[::1\]$/.test(name)) return null;
  const alone = /^[\d.]+$|^\[/.test(name) || !name.includes('.') || SUFFIXES.has(name);
  if (alone) return name === host ? { name, hostOnly: true } : null;
  return covers(host, name) ? { name, hostOnly: false } : null;
}

function covers(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$/.test(host));
}

function underPath(path: string, cookie: string): boolean {
  return path === cookie || (path.startsWith(cookie) && (cookie.endsWith('/') || path[cookie.length] === '/'));
}
