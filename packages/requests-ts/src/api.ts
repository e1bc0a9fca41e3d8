/** One function per verb (Requests: "Main Interface"). */
import type { BaseAdapter, RequestOptions, Response } from '@requests-ts/core';
import { createTransport } from './defaults.ts';
import { Session } from './session.ts';

/** Connections of the functions below; idle ones are dropped by themselves and never keep the process alive. */
let transport: BaseAdapter | undefined;

/**
 * Prepares and sends one request; resolves for every status.
 *
 * Each call is a session of its own: no cookies, headers or auth are kept. Only connections are, so that calls to the same server reuse them.
 *
 * @param method Any token, upper-cased.
 * @throws An error of `exceptions`; TypeError for a bad option; `signal.reason` when aborted.
 */
export function request(method: string, url: string | URL, options?: RequestOptions): Promise<Response> {
  return createSession().request(method, url, options);
}

/** The session of one call. */
function createSession(): Session {
  transport ??= createTransport();
  return new Session({ adapters: { 'https://': transport, 'http://': transport } });
}

/** Sends a GET request; see `request`. */
export function get(url: string | URL, options?: RequestOptions): Promise<Response> {
  return request('GET', url, options);
}

/** Sends an OPTIONS request; see `request`. */
export function options(url: string | URL, options?: RequestOptions): Promise<Response> {
  return request('OPTIONS', url, options);
}

/** Sends a HEAD request, and follows no redirects unless `allowRedirects` is true. */
export function head(url: string | URL, options?: RequestOptions): Promise<Response> {
  return createSession().head(url, options);
}

/** Sends a POST request; the body is `json`, `data` or `files` of the options. */
export function post(url: string | URL, options?: RequestOptions): Promise<Response> {
  return request('POST', url, options);
}

/** Sends a PUT request; the body is `json`, `data` or `files` of the options. */
export function put(url: string | URL, options?: RequestOptions): Promise<Response> {
  return request('PUT', url, options);
}

/** Sends a PATCH request; the body is `json`, `data` or `files` of the options. */
export function patch(url: string | URL, options?: RequestOptions): Promise<Response> {
  return request('PATCH', url, options);
}

/** Sends a DELETE request; also exported as `delete`, which JavaScript reserves. */
export function del(url: string | URL, options?: RequestOptions): Promise<Response> {
  return request('DELETE', url, options);
}
