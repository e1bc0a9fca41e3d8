import { BaseAdapter, InvalidProxyURL, type PreparedRequest, type Response, type SendOptions } from '@requests-ts/core';
import { HTTPAdapter, type HTTPAdapterOptions } from '@requests-ts/http';
import { parseProxyUrl } from '@requests-ts/node-transport';
import { socksConnectors } from './socks-connector.ts';

/** Settings of the transport inside; `connectors` are the ones of this package. */
export type SOCKSAdapterOptions = Omit<HTTPAdapterOptions, 'connectors'>;

/**
 * Sends everything on its prefix through one SOCKS proxy, whatever `proxies` say.
 *
 *     session.mount('https://intranet.example/', new SOCKSAdapter('socks5h://user:password@127.0.0.1:1080'));
 *
 * Pooling, TLS with the target, timeouts and decoding are those of `HTTPAdapter`.
 */
export class SOCKSAdapter extends BaseAdapter {
  readonly #transport: HTTPAdapter;
  readonly #proxies: { readonly all: string };

  /** @throws InvalidProxyURL when the URL has no host or is no SOCKS URL; TypeError for bad options. */
  constructor(proxyUrl: string, options: SOCKSAdapterOptions = {}) {
    super();
    const { scheme, display } = parseProxyUrl(proxyUrl);
    if (!Object.hasOwn(socksConnectors, scheme)) {
      throw new InvalidProxyURL(
        `SOCKSAdapter: ${display} is no SOCKS proxy; use ${Object.keys(socksConnectors).join('://, ')}://`,
      );
    }
    this.#proxies = { all: proxyUrl };
    this.#transport = new HTTPAdapter({ ...options, connectors: socksConnectors });
  }

  override send(request: PreparedRequest, options: SendOptions = {}): Promise<Response> {
    return this.#transport.send(request, { ...options, proxies: this.#proxies });
  }

  override close(): Promise<void> {
    return this.#transport.close();
  }
}
