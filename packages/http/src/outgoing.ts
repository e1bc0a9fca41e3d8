import type { PreparedRequest } from '@requests-ts/core';
import type { Upload, WireHeaders } from '@requests-ts/node-transport';
import type { Dispatcher } from 'undici';

/** What goes out. */
export interface Outgoing {
  readonly request: PreparedRequest;
  /** The request target: path and query, or an absolute URL for a forward proxy. */
  readonly target: string;
  readonly wire: WireHeaders;
  /** `wire.fields`, and what the route adds. */
  readonly fields: readonly string[];
  readonly upload: Upload;
}

/** The same in undici's terms. @param offersHttp2 The connection may turn out to speak HTTP/2. */
export function dispatchOptions(
  { target, wire, fields, upload }: Outgoing,
  keepAlive: boolean,
  offersHttp2: boolean,
): Dispatcher.DispatchOptions {
  const headers = ['host', wire.host, ...fields];
  if (wire.close || !keepAlive) headers.push('connection', 'close');
  if (wire.contentLength !== null && upload !== null) headers.push('content-length', String(wire.contentLength));
  return {
    path: target,
    method: wire.method,
    headers,
    body: upload as Buffer | null,
    // Keeps the connections of HEAD, and of GET and DELETE with a body.
    reset: false,
    blocking: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    servername: offersHttp2 ? 'target' : undefined,
    // Every other key that undici reads: what somebody put on `Object.prototype` is none of them.
    query: undefined,
    idempotent: undefined,
    upgrade: undefined,
    expectContinue: undefined,
    throwOnError: undefined,
    maxRedirections: undefined,
    typeOfService: undefined,
    dispatcher: undefined,
  } as unknown as Dispatcher.DispatchOptions;
}
