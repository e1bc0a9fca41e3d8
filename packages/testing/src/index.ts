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
