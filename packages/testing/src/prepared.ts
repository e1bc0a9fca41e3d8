import {
  type BaseAdapter,
  type PreparedRequest,
  Request,
  type RequestInit,
  type Response,
  type SendOptions,
} from '@requests-ts/core';

/** A prepared request without a session: what an adapter is given. */
export function prepare(method: string, url: string, init: RequestInit = {}): PreparedRequest {
  return new Request(method, url, init).prepare();
}

/** Sends one GET through an adapter. */
export function sendGet(adapter: BaseAdapter, url: string, options: SendOptions = {}): Promise<Response> {
  return adapter.send(prepare('GET', url), options);
}
