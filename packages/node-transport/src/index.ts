/** What the transports for Node share: no adapter, only its parts. */
export { BodyCollector } from './body-collector.ts';
export { type BodyProducer, BodyQueue } from './body-queue.ts';
export { ACCEPT_ENCODING, type Coding, parseContentCodings } from './codings.ts';
export { type ConnectContext, ConnectFailure, type ConnectPhase, connectError } from './connect-failure.ts';
export { decodeBody, decodeStream } from './decoding.ts';
export { fingerprintError, identityCheck, serverNameOf, tlsName } from './identity.ts';
export { Incoming, type IncomingInit } from './incoming.ts';
export { type BodyLimits, DEFAULT_LIMITS } from './limits.ts';
export { cleanCause, errorCode, errorText, formatMs, withCode } from './messages.ts';
export { type ProxyUrl, parseProxyUrl, proxyAuthorization } from './proxy-url.ts';
export { checkHead, protocolError, type ResponseFraming, type ResponseHead } from './response-head.ts';
export { StreamedBody } from './streamed-body.ts';
export { isTlsErrorCode, sslError } from './tls-errors.ts';
export { readTlsOptions, type TlsOptions } from './tls-options.ts';
export { type TlsSettings, TlsStore, tlsConnectOptions } from './tls-settings.ts';
export { bodyLength, openUpload, type Upload, UploadStream } from './upload.ts';
export { type WireAbilities, type WireHeaders, wireHeaders } from './wire-headers.ts';
