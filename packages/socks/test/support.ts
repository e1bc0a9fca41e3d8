import {
  type PreparedRequest,
  Request,
  RequestException,
  type RequestInit,
  type Response,
  type SendOptions,
} from '@requests-ts/core';
import { SOCKSAdapter, type SOCKSAdapterOptions } from '@requests-ts/socks';
import {
  crlf,
  type RawServer,
  type SocksServer,
  type SocksServerOptions,
  startRawServer,
  startSocksServer,
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

export async function socks(options: SocksServerOptions = {}): Promise<SocksServer> {
  return opened(await startSocksServer(options));
}

export async function origin(play: string = OK): Promise<RawServer> {
  return opened(await startRawServer(play));
}

export function adapterTo(proxyUrl: string, options: SOCKSAdapterOptions = {}): SOCKSAdapter {
  return opened(new SOCKSAdapter(proxyUrl, options));
}

export function get(adapter: SOCKSAdapter, url: string, options: SendOptions = {}): Promise<Response> {
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

/** A resolver that must not be asked. */
export const noLookup = (hostname: string): never => {
  throw new Error(`A name was looked up here: ${hostname}`);
};
