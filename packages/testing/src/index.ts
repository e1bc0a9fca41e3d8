export {
  type Certificate,
  type CertificateFields,
  type Certificates,
  createCertificates,
  type PemFiles,
  writePemFiles,
} from './certificates.ts';
export { cpuMs } from './cpu-time.ts';
export { type DeafServer, startDeafServer } from './deaf-server.ts';
export { failure, requestFailure } from './failure.ts';
export { type HandleTracker, trackHandles } from './handles.ts';
export type { RecordedRequest } from './httpbin/exchange.ts';
export { type Httpbin, type HttpbinOptions, startHttpbin } from './httpbin/httpbin.ts';
export { type Listener, type ListenOptions, listen } from './listener.ts';
export { type LookupAnswer, lookupAll, type RecordingLookup } from './lookup.ts';
export { opened } from './opened.ts';
export { prepare, sendGet } from './prepared.ts';
export {
  type ProxyClient,
  type ProxyFault,
  type ProxyOptions,
  type ProxyRequest,
  type ProxyServer,
  type ProxyStep,
  startProxy,
} from './proxy/proxy.ts';
export type { Destination } from './proxy/relay.ts';
export { type Relay, type RelayFault, type RelayOptions, startRelay } from './proxy/relay-server.ts';
export {
  type SocksFault,
  type SocksRequest,
  type SocksServer,
  type SocksServerOptions,
  type SocksStep,
  startSocksServer,
} from './proxy/socks-server.ts';
export { RawConnection } from './raw/raw-connection.ts';
export type { RawRequest } from './raw/raw-request.ts';
export {
  crlf,
  type RawHandler,
  type RawServer,
  type RawServerOptions,
  type RawStep,
  startRawServer,
  steps,
} from './raw/raw-server.ts';
export { everySplit, type NamedSplit, type Split } from './raw/split.ts';
export {
  type Daemon,
  type DaemonOptions,
  describeInstalled,
  findProgram,
  freePort,
  startDaemon,
} from './real/daemon.ts';
export {
  type RealCredentials,
  type RealProxy,
  startDante,
  startMicrosocks,
  startSquid,
  startSsh,
  startTinyproxy,
} from './real/proxies.ts';
export { type Canaries, createCanaries, expectNoSecret, withCanaries } from './secrets.ts';
export { Bench, ContractViolation } from './suite/bench.ts';
export {
  type AdapterFactory,
  type Check,
  type Claims,
  type Feature,
  type RunOptions,
  runCheck,
} from './suite/check.ts';
export { adapterChecks, describeAdapter } from './suite/describe-adapter.ts';
