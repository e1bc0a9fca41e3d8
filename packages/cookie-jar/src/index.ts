/** Cookies for requests-ts: a jar that a session keeps, or one per mounted prefix. */
import type { RequestsCookieJar } from './cookie-jar.ts';

export type { CookieFields, SameSite } from './cookie.ts';
export { Cookie } from './cookie.ts';
export type { CookieContainer, CookieDict } from './cookie-helpers.ts';
export {
  addDictToCookiejar,
  cookiejarFromDict,
  dictFromCookiejar,
  extractCookiesToJar,
  getCookieHeader,
  mergeCookies,
  removeCookieByName,
} from './cookie-helpers.ts';
export type { CookieSource } from './cookie-jar.ts';
export { RequestsCookieJar } from './cookie-jar.ts';
export { CookieJarAdapter } from './cookie-jar-adapter.ts';
export type { CookieOptions } from './create-cookie.ts';
export { createCookie } from './create-cookie.ts';
export type { CookieScope } from './errors.ts';
export { CookieConflictError, CookieLoadError, KeyError } from './errors.ts';
export { ForgetfulCookieJar } from './forgetful-cookie-jar.ts';
export type { Morsel } from './morsel.ts';
export { morselToCookie } from './morsel.ts';
export type { CookiePolicy, CookieRefusal, RefusalReason, ResolvedPolicy } from './policy.ts';

declare module '@requests-ts/core' {
  interface Register {
    cookieJar: RequestsCookieJar;
  }
}
