/**
 * Requests for TypeScript, without a transport: the types, the rules, and the contract that adapters keep. Needs nothing but web standards.
 *
 * Here is what a program needs to send requests and to write an adapter; the rules as functions are in `@requests-ts/core/authors`, the
 * names of statuses in `@requests-ts/core/status-codes`, saved sessions in `@requests-ts/core/serialize`.
 */
export type { Cert, Proxies, SendOptions, Verify } from './adapter.ts';
export { BaseAdapter, WrapperAdapter } from './adapter.ts';
export type { AdapterMap } from './adapter-map.ts';
export type { Auth, AuthFlow, AuthFunction } from './auth.ts';
export { AuthBase, HTTPBasicAuth, HTTPProxyAuth } from './auth.ts';
export type { Body, Data, EncodedFiles, EncodeFiles, OpenFile, SizedStream, StreamBody } from './body.ts';
export type { CookieJar, CookieStore, CookiesInit, CookiesMapping, Register } from './cookies.ts';
export type { DetectEncoding } from './encoding.ts';
export type { Environment } from './environment.ts';
export * from './exceptions.ts';
export type { FormFields, FormValue, Params } from './form.ts';
export type { HeadersInit, HeaderValue } from './headers.ts';
export { Headers } from './headers.ts';
export type { Hook, Hooks, HooksInit } from './hooks.ts';
export type { Reviver, StandardSchema } from './json.ts';
export type { Link } from './links.ts';
export { PreparedRequest, type PrepareFields } from './prepared-request.ts';
export type { RedirectPolicy } from './redirect.ts';
export { SENSITIVE_HEADERS } from './redirect.ts';
export type { FileContent, Files, FileValue, RequestInit } from './request.ts';
export { Request } from './request.ts';
export { Response } from './response.ts';
export type { BodyStream, RawBody } from './response-body.ts';
export type { IterLinesOptions, IterOptions, ResponseInit } from './response-options.ts';
export { Session } from './session.ts';
export type {
  EnvironmentSettings,
  RequestOptions,
  ResolvedSettings,
  SessionInit,
  SessionSendOptions,
} from './session-options.ts';
export type { Codes } from './status-codes.ts';
export type { ResolvedTimeout, Seconds, Timeout as TimeoutOption, TimeoutLimits } from './timeout.ts';
export type { SplitUrl, UrlReference } from './url.ts';
export { VERSION } from './version.ts';
