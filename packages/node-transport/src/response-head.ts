import { ConnectionError, InvalidHeader, type PreparedRequest } from '@requests-ts/core';
import { describeRequest } from '@requests-ts/core/authors';
import type { BodyLimits } from './limits.ts';
import { withCode } from './messages.ts';

/** How the body of a response is delimited and coded. */
export interface ResponseFraming {
  readonly chunked: boolean;
  /** Bytes announced; null when chunked, or until the connection closes. */
  readonly length: number | null;
  /** Neither a length nor chunked: only the close of the connection ends the body. */
  readonly untilClose: boolean;
  /** The `Content-Encoding` lines, not interpreted. */
  readonly codings: readonly string[];
}

/** What the check needs to know besides the headers. */
export interface ResponseHead {
  readonly statusCode: number;
  /** '1.0', '1.1' or '2'. */
  readonly httpVersion: string;
  /** Name, value, name, value... as received. */
  readonly headers: readonly string[];
}

const NO_CODINGS: readonly string[] = [];

/**
 * Reads how a response is framed, refusing what two parsers could read in two ways (RFC 9112 §6.3): parsers of Node are lenient there.
 *
 * @throws ConnectionError with code `ERR_PROTOCOL` for a transfer coding other than one `chunked`, one on HTTP/1.0, or one beside a length;
 *   `ERR_HEADERS_TOO_LARGE` for more fields than `maxHeaderCount`; `ERR_TOO_LARGE` for an announced length above `maxBodySize`;
 *   InvalidHeader for lengths that differ or are no number.
 */
export function checkHead(
  head: ResponseHead,
  request: PreparedRequest,
  maxHeaderCount: number,
  limits: BodyLimits,
): ResponseFraming {
  const { headers } = head;
  if (headers.length > maxHeaderCount * 2) {
    throw withCode(
      new ConnectionError(
        `The response has ${headers.length / 2} header fields; at most ${maxHeaderCount} are read (maxHeaderCount): ${describeRequest(request)}`,
        { request },
      ),
      'ERR_HEADERS_TOO_LARGE',
    );
  }
  let transfer: string | undefined;
  let length: string | undefined;
  let codings: string[] | undefined;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    // Three names of interest, told apart by their lengths before anything is compared.
    if (name.length === 14 && length !== headers[i + 1] && name.toLowerCase() === 'content-length') {
      if (length !== undefined) throw badLength('two Content-Length headers that differ', request);
      length = headers[i + 1]!;
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      transfer = transfer === undefined ? headers[i + 1]! : `${transfer}, ${headers[i + 1]}`;
    } else if (name.length === 16 && name.toLowerCase() === 'content-encoding') {
      codings ??= [];
      codings.push(headers[i + 1]!);
    }
  }
  const bodiless = request.method === 'HEAD' || head.statusCode === 204 || head.statusCode === 304;
  if (transfer !== undefined) {
    if (transfer.trim().toLowerCase() !== 'chunked')
      throw protocolError('has a Transfer-Encoding other than chunked', request);
    if (head.httpVersion !== '1.1')
      throw protocolError(`has a Transfer-Encoding, which HTTP/${head.httpVersion} does not know`, request);
    if (length !== undefined) throw protocolError('has both Content-Length and Transfer-Encoding', request);
  }
  const bytes = length === undefined ? null : parseLength(length, request);
  if (bytes !== null && bytes > limits.maxBodySize && !bodiless) {
    throw withCode(
      new ConnectionError(
        `Response too large: ${bytes} bytes are announced, maxBodySize is ${limits.maxBodySize}: ${describeRequest(request)}`,
        {
          request,
        },
      ),
      'ERR_TOO_LARGE',
    );
  }
  const chunked = transfer !== undefined;
  return {
    chunked,
    length: bodiless ? 0 : bytes,
    untilClose: !chunked && bytes === null && !bodiless && head.httpVersion !== '2',
    codings: codings ?? NO_CODINGS,
  };
}

function parseLength(text: string, request: PreparedRequest): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw badLength('a Content-Length that is no number', request);
  return value;
}

function badLength(what: string, request: PreparedRequest): InvalidHeader {
  return new InvalidHeader(`The response has ${what}: ${describeRequest(request)}`, { request });
}

/** An answer that breaks the rules of HTTP. */
export function protocolError(what: string, request: PreparedRequest | null, cause?: unknown): ConnectionError {
  const where = request ? `: ${describeRequest(request)}` : '';
  return withCode(
    new ConnectionError(`Protocol error: the response ${what}${where}`, { request, cause }),
    'ERR_PROTOCOL',
  );
}
