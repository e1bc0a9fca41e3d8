import { InvalidHeader, type PreparedRequest } from '@requests-ts/core';
import { asciiLower, asciiUpper, hostWithPort, printable, trimBlanks } from '@requests-ts/core/authors';
import { bodyLength } from './upload.ts';

/** What an adapter sends besides the request target. */
export interface WireHeaders {
  /** An upper-case token. */
  readonly method: string;
  /** Name, value, name, value... as the caller ordered and spelled them; without the fields below. */
  readonly fields: string[];
  /** The value of `Host`, or of `:authority`. */
  readonly host: string;
  /** The `Content-Length` to send; null sends the body chunked, or nothing when there is none. */
  readonly contentLength: number | null;
  /** The caller wrote `Connection: close`. */
  readonly close: boolean;
  /** The caller's `Proxy-Authorization`; not among `fields`, since its way depends on the route. */
  readonly proxyAuthorization: string | undefined;
  /** The caller wrote `Expect: 100-continue`; only where the transport honours it. */
  readonly expectContinue: boolean;
}

/** What a transport can do beyond the usual. */
export interface WireAbilities {
  /** It waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1). */
  readonly expect?: boolean;
}

const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Z]{1,32}$/;
const HOST = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/;
/** Written by the transport, or meaning nothing end to end (RFC 9110 §7.6.1): they never reach the wire as the caller wrote them. */
const OURS: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'proxy-connection',
  'keep-alive',
  'trailer',
  'te',
  'upgrade',
  'expect',
  'proxy-authorization',
]);

/**
 * The headers of a request as they go on the wire: order and spelling kept, exactly one framing header, and that one ours (RFC 9112 §6).
 *
 * @throws TypeError for a method that is no token, or CONNECT; InvalidHeader for a `Host` that is not one `host[:port]`, a `Content-Length` that is not the body's, and for `Expect` and
 *   `Upgrade` where the transport cannot honour them.
 */
export function wireHeaders(request: PreparedRequest, abilities: WireAbilities = {}): WireHeaders {
  const fields: string[] = [];
  let host: string | undefined;
  let close = false;
  let expectContinue = false;
  let proxyAuthorization: string | undefined;
  request.headers.visit((lower, name, value) => {
    if (!OURS.has(lower)) {
      fields.push(name, value);
      return;
    }
    switch (lower) {
      case 'host':
        host = checkedHost(value, host, request);
        break;
      case 'connection':
        close ||= value !== 'keep-alive' && value.split(',').some(isClose);
        break;
      case 'proxy-authorization':
        proxyAuthorization = value;
        break;
      case 'te':
        if (trimBlanks(value).toLowerCase() === 'trailers') fields.push(name, value);
        break;
      case 'expect':
        if (!abilities.expect || asciiLower(trimBlanks(value)) !== '100-continue') throw unsupported(name, request);
        expectContinue = true;
        break;
      case 'upgrade':
        throw new InvalidHeader(
          `Header '${name}' is not supported: a connection that changes its protocol has no response`,
          {
            request,
          },
        );
    }
  });
  return {
    method: wireMethod(request),
    fields,
    host: host ?? hostOf(request),
    contentLength: framing(request),
    close,
    proxyAuthorization,
    expectContinue,
  };
}

function isClose(token: string): boolean {
  return trimBlanks(token).toLowerCase() === 'close';
}

function unsupported(name: string, request: PreparedRequest): InvalidHeader {
  return new InvalidHeader(
    `Header '${name}' is not supported here: mount AgentAdapter of @requests-ts/http-proxy for this URL`,
    { request },
  );
}

/** What was prepared is fine; a hook or an auth may have written another one since. */
function wireMethod({ method }: PreparedRequest): string {
  if (method === 'GET' || method === 'POST') return method;
  const name = asciiUpper(method);
  if (!METHOD.test(name) || name === 'CONNECT') {
    throw new TypeError(
      `Invalid method ${printable(JSON.stringify(method))}: must be a token of at most 32 characters, not CONNECT`,
    );
  }
  return name;
}

/** A local socket has no host: everybody says localhost. */
function hostOf({ split }: PreparedRequest): string {
  return split.scheme === 'http' || split.scheme === 'https' ? hostWithPort(split) : 'localhost';
}

function checkedHost(value: string, previous: string | undefined, request: PreparedRequest): string {
  const match = HOST.exec(value);
  if (!match || Number(match[1] ?? 0) > 65535 || previous !== undefined) {
    throw new InvalidHeader("Header 'Host' must be one host[:port]", { request });
  }
  return value;
}

/** The length to declare. A caller's own value is a contract: it must be the body's, and with a body of unknown length it is enforced. */
function framing(request: PreparedRequest): number | null {
  const { body, headers } = request;
  const written = headers.get('content-length');
  const known = bodyLength(body);
  if (written === undefined) return known === 0 && body === null ? null : known;
  const declared = /^\d{1,16}$/.test(written) ? Number(written) : Number.NaN;
  if (!Number.isSafeInteger(declared))
    throw new InvalidHeader("Header 'Content-Length' must be one decimal number", { request });
  if (known !== null && declared !== known) {
    throw new InvalidHeader(`Header 'Content-Length' says ${declared}, but the body has ${known} bytes`, { request });
  }
  return declared;
}
