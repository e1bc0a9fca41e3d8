import { SOCKSAdapter, type SOCKSAdapterOptions } from '@requests-ts/socks';
import {
  crlf,
  opened,
  type RawServer,
  type SocksServer,
  type SocksServerOptions,
  startRawServer,
  startSocksServer,
} from '@requests-ts/testing';

export { failure, opened, prepare, requestFailure, sendGet as get } from '@requests-ts/testing';

export const OK: string = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');

export async function socks(options: SocksServerOptions = {}): Promise<SocksServer> {
  return opened(await startSocksServer(options));
}

export async function origin(play: string = OK): Promise<RawServer> {
  return opened(await startRawServer(play));
}

export function adapterTo(proxyUrl: string, options: SOCKSAdapterOptions = {}): SOCKSAdapter {
  return opened(new SOCKSAdapter(proxyUrl, options));
}

/** A resolver that must not be asked. */
export const noLookup = (hostname: string): never => {
  throw new Error(`A name was looked up here: ${hostname}`);
};
