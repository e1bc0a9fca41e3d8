/** The functions that Requests users import from `requests.utils`; each lives where its subject does. */
export { addDictToCookiejar, dictFromCookiejar } from '@requests-ts/cookie-jar';
export {
  checkHeader as checkHeaderValidity,
  defaultHeaders,
  defaultUserAgent,
  getAuthFromUrl,
  getEncodingFromHeaders,
  guessJsonUtf,
  iterSlices,
  parseHeaderLinks,
  prependSchemeIfNeeded,
  requoteUri,
  rewindBody,
  selectProxy,
  superLen,
  urldefragauth,
} from '@requests-ts/core/authors';
export {
  addressInNetwork,
  dottedNetmask,
  getEnvironProxies,
  getNetrcAuth,
  isIpv4Address,
  isValidCidr,
  shouldBypassProxies,
} from '@requests-ts/env';
export { fromKeyValList, toKeyValList, unquoteUnreserved } from './conversions.ts';
export { parseDictHeader, parseListHeader, unquoteHeaderValue } from './header-lists.ts';
