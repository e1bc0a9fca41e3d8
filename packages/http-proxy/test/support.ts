import { HTTPProxyAdapter, type HTTPProxyAdapterOptions } from '@requests-ts/http-proxy';
import {
  crlf,
  opened,
  type ProxyOptions,
  type ProxyServer,
  type RawServer,
  startProxy,
  startRawServer,
} from '@requests-ts/testing';

export { failure, opened, prepare, requestFailure, sendGet as get } from '@requests-ts/testing';

export const OK: string = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');

export async function proxy(options: ProxyOptions = {}): Promise<ProxyServer> {
  return opened(await startProxy(options));
}

export async function origin(play: Parameters<typeof startRawServer>[0] = OK, tls = false): Promise<RawServer> {
  return opened(await startRawServer(play, { tls }));
}

export function through(proxyUrl: string, options: HTTPProxyAdapterOptions = {}): HTTPProxyAdapter {
  return opened(new HTTPProxyAdapter(proxyUrl, options));
}
