/** The words that the matrix is written in. */

/** How a request travels. */
export const TRANSPORTS = [
  'h1',
  'tls',
  'h2',
  'forward',
  'forward-tls',
  'tunnel',
  'tunnel-tls',
  'socks5',
  'socks5-tls',
  'socks4',
  'agent',
  'agent-tls',
  'agent-forward',
  'agent-tunnel',
] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Where on its way an exchange is broken, in the order in which it gets there. */
export const PHASES = [
  'dns',
  'connect',
  'accept',
  'proxy-connect',
  'proxy-accept',
  'proxy-tls',
  'proxy-request',
  'proxy-answer',
  'connect-answer',
  'tunnel',
  'socks-greeting',
  'socks-auth',
  'socks-reply',
  'tls-handshake',
  'h2-settings',
  'upload',
  'upload-answer',
  'request',
  'interim',
  'status-line',
  'header',
  'head-end',
  'length-body',
  'chunk-size',
  'chunk-data',
  'chunk-end',
  'last-chunk',
  'trailer',
  'trailer-end',
  'close-body',
  'gzip-length',
  'gzip-chunked',
  'gzip-close',
  'redirect-body',
  'h2-headers',
  'h2-data',
  'h2-trailers',
  'after-body',
  'idle',
  'next-request',
] as const;
export type Phase = (typeof PHASES)[number];

/** How it is broken. */
export const ACTIONS = [
  /** Nobody is there, or says no by the rules of the protocol. */
  'refuse',
  /** FIN; over TLS after the farewell that TLS wants. */
  'close',
  /** RST. */
  'reset',
  /** FIN over TLS without that farewell. */
  'cut',
  /** Silence. */
  'stall',
  /** Bytes that nobody can understand, and FIN. */
  'garbage',
  /** What is no TLS record, inside a TLS connection. */
  'bad-record',
  /** Some bytes are left out, the rest follows, and FIN. */
  'truncate',
  /** More bytes than there should be. */
  'excess',
  /** One byte at a time, slower than the deadline allows. */
  'trickle',
  /** One byte at a time, fast enough: no fault at all. */
  'drip',
  /** A pause, short enough: no fault at all. */
  'delay',
  /** Silence, and the caller loses patience. */
  'abort',
  /** HTTP/2: the stream is given up, after it was or was not worked on. */
  'reset-stream',
  'refuse-stream',
  /** HTTP/2: the server leaves, after it had or had not seen the request. */
  'goaway',
  'goaway-unseen',
] as const;
export type Action = (typeof ACTIONS)[number];

/** How the answer is read: into memory, or as a stream that is iterated. */
export type Mode = 'buffered' | 'streamed';

/** What must come of it: the name of the class that is thrown, the caller's own reason, or the whole answer. */
export type Outcome =
  | 'success'
  | 'abort reason'
  | 'ConnectionError'
  | 'ConnectTimeout'
  | 'ReadTimeout'
  | 'SSLError'
  | 'ProxyError'
  | 'ChunkedEncodingError'
  | 'ContentDecodingError';

/** One way to break one phase of one transport. */
export interface Scenario {
  /** `tls/length-body@5/reset/streamed`: the same in every run. */
  readonly id: string;
  readonly transport: Transport;
  readonly phase: Phase;
  readonly action: Action;
  readonly mode: Mode;
  /** Which of the answers of the phase is broken, or which variant of the fault this is. */
  readonly variant: string;
  /** Bytes before the fault: of the answer, the handshake, or the proxy's reply. */
  readonly offset: number;
  readonly expected: readonly Outcome[];
}

/** Limits, in seconds: what a stall is measured with, and what must never pass. */
export const STALL = 2;
export const PATIENCE = 20;
