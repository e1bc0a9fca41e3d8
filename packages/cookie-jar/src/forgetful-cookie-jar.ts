import type { Cookie } from './cookie.ts';
import { RequestsCookieJar } from './cookie-jar.ts';

/**
 * A jar that keeps nothing (requests-toolbelt: `ForgetfulCookieJar`): for a session that must not carry cookies from one request to the next.
 *
 * Cookies given to one request are sent, and `response.cookies` shows what it set.
 */
export class ForgetfulCookieJar extends RequestsCookieJar {
  override setCookie(cookie: Cookie): Cookie {
    return cookie;
  }

  override storeSetCookie(_url: string, _lines: readonly string[]): void {}

  override copy(): ForgetfulCookieJar {
    return new ForgetfulCookieJar(this.getPolicy());
  }

  override deserialize(_text: string): ForgetfulCookieJar {
    return this.copy();
  }
}
