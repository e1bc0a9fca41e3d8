/** What responses are made of, and how their bodies can be read. */
import type { CookieStore } from './cookies.ts';
import type { DetectEncoding } from './encoding.ts';
import type { Headers, HeadersInit } from './headers.ts';
import type { PreparedRequest } from './prepared-request.ts';
import type { BodyStream, RawBody } from './response-body.ts';
import type { Seconds } from './timeout.ts';

/** What an adapter builds a response from. */
export interface ResponseInit {
  /** 100 to 599 as received. */
  readonly statusCode: number;
  /** "" when the protocol has none (HTTP/2). */
  readonly reason?: string;
  readonly headers?: HeadersInit;
  readonly request?: PreparedRequest | null;
  /** Defaults to the request's. */
  readonly url?: string;
  /** Decoded: all of it, or pieces that are read once. An async iterable may carry `close()`. */
  readonly body?: Uint8Array | string | BodyStream | null;
  /** Undecoded, for `response.raw`. Where only one of `body` and `raw` is given, it is taken for the other. */
  readonly raw?: RawBody;
  /** From sending the request to the head; the session measures it when absent. */
  readonly elapsed?: Seconds;
  /** "1.0", "1.1" or "2". */
  readonly httpVersion?: string;
  /** Trailer fields, known once the body has ended. */
  readonly trailers?: Headers | (() => Headers);
}

/** What a session lends its responses. */
export interface ResponseSeams {
  readonly cookies: CookieStore | null;
  readonly detectEncoding: DetectEncoding | null;
  readonly defaultEncoding: string;
}

/** How pieces of a body are given out. */
export interface IterOptions {
  /** Strings instead of bytes, in the response's `encoding`; bytes all the same when that is null. */
  readonly decodeUnicode?: boolean;
}

export interface IterLinesOptions extends IterOptions {
  /** Largest piece that is looked at, in bytes; 512. Null takes pieces as they arrive. */
  readonly chunkSize?: number | null;
  /** Splits there instead of at line ends; text with `decodeUnicode`, bytes without (text is taken as UTF-8). */
  readonly delimiter?: string | Uint8Array | null;
}
