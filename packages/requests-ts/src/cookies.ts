export {
  addDictToCookiejar,
  CookieConflictError,
  cookiejarFromDict,
  createCookie,
  dictFromCookiejar,
  extractCookiesToJar,
  getCookieHeader,
  mergeCookies,
  morselToCookie,
  RequestsCookieJar,
  removeCookieByName,
} from '@requests-ts/cookie-jar';
