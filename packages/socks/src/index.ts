/** SOCKS proxies: a connector for `HTTPAdapter`, and an adapter to mount on a prefix. */
export { SOCKSAdapter, type SOCKSAdapterOptions } from './socks-adapter.ts';
export { socksConnector, socksConnectors } from './socks-connector.ts';
