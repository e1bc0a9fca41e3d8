/**
 * Requests for TypeScript, without a transport: the types, the rules, and the contract that adapters keep. Needs nothing but web standards.
 *
 * First what users write, then what authors of adapters and other packages need.
 */
export type { Cert, Proxies, SendOptions, Verify } from './adapter.ts';
export { BaseAdapter, WrapperAdapter } from './adapter.ts';
export { AdapterMap } from './adapter-map.ts';
// For authors of adapters, jars and auths.
export { asciiLower, asciiUpper, printable, trimBlanks } from './ascii.ts';
export type { Auth, AuthFlow, AuthFunction } from './auth.ts';
export { AuthBase, basicAuthorization, HTTPBasicAuth, HTTPProxyAuth } from './auth.ts';
export type { Body, Data, EncodedFiles, EncodeFiles, SizedStream, StreamBody } from './body.ts';
export { isFormFields, isReplayable, isStreamBody, openBody, rewindBody, superLen, utf8Length } from './body.ts';
export { concat, iterSlices } from './bytes.ts';
export type { CookieJar, CookieStore, CookiesInit, CookiesMapping, Register } from './cookies.ts';
export { isCookieStore } from './cookies.ts';
export { defaultHeaders, defaultUserAgent } from './default-headers.ts';
export type { DetectEncoding } from './encoding.ts';
export { createDecoder, decodeText, getEncodingFromHeaders, guessJsonUtf, parseContentType } from './encoding.ts';
export type { Environment } from './environment.ts';
export * from './exceptions.ts';
export type { FormFields, FormValue, Params } from './form.ts';
export { encodeForm, encodeParams, formPairs } from './form.ts';
export type { HeadersInit, HeaderValue } from './headers.ts';
export { checkHeader, Headers } from './headers.ts';
export type { Hook, Hooks, HooksInit } from './hooks.ts';
export { defaultHooks, dispatchHook, HOOKS } from './hooks.ts';
export { canonicalHost, normalizeHost } from './host.ts';
export type { Reviver, StandardSchema } from './json.ts';
export type { Link } from './links.ts';
export { linksByRel, parseHeaderLinks } from './links.ts';
export { missingPackage } from './missing-package.ts';
export { readOptions } from './options.ts';
export { describeRequest, PreparedRequest, type PrepareFields } from './prepared-request.ts';
export { prependSchemeIfNeeded, selectProxy } from './proxies.ts';
export type { RedirectPolicy } from './redirect.ts';
export { redirectMethod, redirectUrl, SENSITIVE_HEADERS, shouldStripAuth } from './redirect.ts';
export type { FileContent, Files, FileValue, RequestInit } from './request.ts';
export { Request } from './request.ts';
export type { IterLinesOptions, IterOptions, ResponseInit } from './response.ts';
export { Response } from './response.ts';
export type { BodyStream, RawBody } from './response-body.ts';
export type {
  EnvironmentSettings,
  RequestOptions,
  ResolvedSettings,
  SessionInit,
  SessionSendOptions,
} from './session.ts';
export { Session } from './session.ts';
export { REDIRECT_STATI } from './status.ts';
export { type Codes, codes } from './status-codes.ts';
export type { ResolvedTimeout, Seconds, Timeout as TimeoutOption, TimeoutLimits } from './timeout.ts';
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
  type SplitUrl,
  splitReference,
  splitUserinfo,
  type UrlReference,
  urldefragauth,
} from './url.ts';
export { VERSION } from './version.ts';
export { emitWarning } from './warnings.ts';
