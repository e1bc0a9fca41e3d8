import { RequestsCookieJar } from '@requests-ts/cookie-jar';
import { Session as CoreSession, type SessionInit } from '@requests-ts/core';
import { createTransport, detectEncoding, encodeFiles, environment } from './defaults.ts';

/**
 * A session with everything wired: HTTP(S) with proxies, cookies, multipart, charset detection and the environment (Requests: "Session Objects").
 *
 * Whatever is given replaces what is wired; adapters are mounted over the default ones.
 */
export class Session extends CoreSession {
  /** Cookies of all responses; any jar may be assigned. */
  declare cookies: RequestsCookieJar;

  /** @throws TypeError for an unknown attribute. */
  constructor(init: SessionInit = {}) {
    super({ environment, encodeFiles, detectEncoding, cookies: new RequestsCookieJar(), ...init });
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
