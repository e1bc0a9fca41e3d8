import {
  type BaseAdapter,
  type PreparedRequest,
  Request,
  RequestException,
  type RequestInit,
  type Response,
  type SendOptions,
} from '@requests-ts/core';
import { HTTPProxyAdapter, type HTTPProxyAdapterOptions } from '@requests-ts/http-proxy';
import {
  crlf,
  type ProxyOptions,
  type ProxyServer,
  type RawServer,
  startProxy,
  startRawServer,
} from '@requests-ts/testing';
import { onTestFinished } from 'vitest';

export const OK: string = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');

export function prepare(method: string, url: string, init: RequestInit = {}): PreparedRequest {
  return new Request(method, url, init).prepare();
}

/** Something to close with the test. */
export function opened<T extends AsyncDisposable>(server: T): T {
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

export async function proxy(options: ProxyOptions = {}): Promise<ProxyServer> {
  return opened(await startProxy(options));
}

export async function origin(play: Parameters<typeof startRawServer>[0] = OK, tls = false): Promise<RawServer> {
  return opened(await startRawServer(play, { tls }));
}

export function through(proxyUrl: string, options: HTTPProxyAdapterOptions = {}): HTTPProxyAdapter {
  return opened(new HTTPProxyAdapter(proxyUrl, options));
}

export function get(adapter: BaseAdapter, url: string, options: SendOptions = {}): Promise<Response> {
  return adapter.send(prepare('GET', url), options);
}

/** The error that a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<Error> {
  const result = await promise.then(
    (value) => ({ value }),
    (error: Error) => error,
  );
  if (result instanceof Error) return result;
  throw new Error(`Expected a rejection, got ${String(result.value)}`);
}

/** The same for an error of our tree, which must name its request. */
export async function requestFailure(promise: Promise<unknown>): Promise<RequestException> {
  const error = await failure(promise);
  if (!(error instanceof RequestException) || !error.request) throw error;
  return error;
}
