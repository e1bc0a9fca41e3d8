import { RequestsCookieJar } from '@requests-ts/cookie-jar';
import type { SessionInit } from '@requests-ts/core';
// As a whole: a bundle renames one of two classes that are both imported and declared as Session.
import * as core from '@requests-ts/core';
import { isCookieStore } from '@requests-ts/core/authors';
import { hardened } from '@requests-ts/http';
import { createTransport, detectEncoding, encodeFiles, environment, HARDENED } from './defaults.ts';

/**
 * A session with everything wired: HTTP(S) with proxies, cookies, multipart, charset detection and the environment (Requests: "Session Objects").
 *
 * Whatever is given replaces what is wired; adapters are mounted over the default ones.
 */
export class Session extends core.Session {
  /** Cookies of all responses; any jar may be assigned. */
  declare cookies: RequestsCookieJar;

  /** With these attributes over what is wired. @throws TypeError for an unknown attribute, and for cookies that are no jar. */
  constructor(init: SessionInit = {}) {
    const wired = { environment, encodeFiles, detectEncoding, cookies: new RequestsCookieJar() };
    // What is no object is refused by core.
    super(typeof init === 'object' ? { ...wired, ...init } : init);
    if (this.cookies !== null && !isCookieStore(this.cookies))
      throw new TypeError(
        "Session: cookies must be a jar; requests.cookies.cookiejarFromDict({ name: 'value' }) makes one",
      );
    const missing = ['https://', 'http://'].filter((prefix) => !this.adapters.get(prefix));
    if (missing.length === 0) return;
    const transport = createTransport();
    for (const prefix of missing) this.mount(prefix, transport);
  }
}

/** A new session (Requests: `session()`). */
export function session(): Session {
  return new Session();
}

/**
 * A session for URLs that come from strangers, redirects included.
 *
 * It reaches public addresses only, has a deadline and a limit for everything that has one, takes nothing from the environment, and lets a
 * redirect neither leave https nor take a body or a header of yours elsewhere. docs/limits.md has the numbers.
 *
 *     await using session = hardenedSession({ timeout: { total: 20 } });
 *
 * @param init Replaces what is preset, attribute by attribute. An adapter of your own brings its own limits:
 *   `new HTTPAdapter({ ...hardened, maxBodySize: 1_000_000 })`.
 */
export function hardenedSession(init: SessionInit = {}): Session {
  const transport = createTransport(hardened);
  const preset = { ...HARDENED, adapters: {}, ...init };
  return new Session({ ...preset, adapters: { 'https://': transport, 'http://': transport, ...preset.adapters } });
}
