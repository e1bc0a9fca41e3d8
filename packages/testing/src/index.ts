export {
  type Certificate,
  type CertificateFields,
  type Certificates,
  createCertificates,
  type PemFiles,
  writePemFiles,
} from './certificates.ts';
export type { RecordedRequest } from './httpbin/exchange.ts';
export { type Httpbin, type HttpbinOptions, startHttpbin } from './httpbin/httpbin.ts';
export { type Listener, type ListenOptions, listen } from './listener.ts';
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
