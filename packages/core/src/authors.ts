/**
 * What authors of adapters, jars and auths need beside the classes of `@requests-ts/core`: its rules as functions.
 *
 *     import { BaseAdapter, Response } from '@requests-ts/core';
 *     import { openBody, resolveTimeout } from '@requests-ts/core/authors';
 *
 * A program that only sends requests loads what of it a session uses, and nothing else.
 */
export { AdapterMap } from './adapter-map.ts';
export { asciiLower, asciiUpper, printable, trimBlanks } from './ascii.ts';
export { basicAuthorization } from './auth.ts';
export { isFormFields, isReplayable, isStreamBody, openBody, rewindBody, superLen, utf8Length } from './body.ts';
export { concat, iterSlices } from './bytes.ts';
export { isCookieStore } from './cookies.ts';
export { defaultHeaders, defaultUserAgent } from './default-headers.ts';
export { createDecoder, decodeText, getEncodingFromHeaders, guessJsonUtf, parseContentType } from './encoding.ts';
export { encodeForm, encodeParams, formPairs } from './form.ts';
export { checkHeader } from './headers.ts';
export { defaultHooks, dispatchHook, HOOKS } from './hooks.ts';
export { canonicalHost, normalizeHost } from './host.ts';
export { linksByRel, parseHeaderLinks } from './links.ts';
export { missingPackage } from './missing-package.ts';
export { readOptions } from './options.ts';
export { describeRequest } from './prepared-request.ts';
export { prependSchemeIfNeeded, selectProxy } from './proxies.ts';
export { redirectMethod, redirectUrl, shouldStripAuth } from './redirect.ts';
export { REDIRECT_STATI } from './status.ts';
export { resolveTimeout } from './timeout.ts';
export {
  DEFAULT_PORTS,
  formatUrl,
  getAuthFromUrl,
  hostWithPort,
  percentDecode,
  percentEncode,
  prepareUrl,
  redactUrl,
  removeDotSegments,
  requoteUri,
  resolveUrl,
  splitReference,
  splitUserinfo,
  urldefragauth,
} from './url.ts';
export { emitWarning } from './warnings.ts';
