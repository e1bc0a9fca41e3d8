/** HTTP and HTTPS for requests-ts, on Node. */
export type { ProxyUrl, TlsOptions } from '@requests-ts/node-transport';
export type { AdapterSettings, HTTPAdapterOptions } from './adapter-options.ts';
export type {
  Connector,
  ConnectorEntry,
  ConnectorRequest,
  Connectors,
  ConnectorTarget,
  SocketOptions,
} from './connector.ts';
export type { ConnectEvent, ErrorEvent, RequestEvent, ResponseEvent } from './events.ts';
export type { AddressGuard, GuardedConnection } from './guard.ts';
export { hardened } from './hardened.ts';
export { HTTPAdapter } from './http-adapter.ts';
export { PoolManager } from './pool-manager.ts';
export { publicAddressesOnly } from './public-addresses.ts';
