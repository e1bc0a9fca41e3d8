import { Headers, ProxyError, Response } from '@requests-ts/core';
import { printable } from '@requests-ts/core/authors';

/** At most so much of a refusal's body is kept. */
const MAX_BODY = 1024;

/** A proxy's answer to CONNECT. */
export interface TunnelAnswer {
  readonly statusCode: number;
  readonly reason: string;
  /** Name, value, name, value... */
  readonly fields: readonly string[];
  readonly body: Uint8Array;
}

/** The tunnel was refused; the answer is `error.response`. */
export function tunnelRefused({ statusCode, reason, fields, body }: TunnelAnswer, proxy?: string): ProxyError {
  const response = new Response({
    statusCode,
    reason: printable(reason),
    headers: Headers.received(fields),
    body: new Uint8Array(body.subarray(0, MAX_BODY)),
  });
  const status = `${statusCode} ${printable(reason)}`.trimEnd();
  return new ProxyError(`${proxy === undefined ? '' : `Proxy ${proxy}: `}Tunnel connection failed: ${status}`, {
    response,
  });
}

/** The refusal in the `proxyConnect` event of proxy-agents; null for a tunnel that opened, or a forward proxy that was reached. */
export function refusalOf(answer: unknown, proxy: string | undefined): ProxyError | null {
  const {
    statusCode,
    statusText = '',
    headers = {},
  } = (answer ?? {}) as {
    statusCode?: number;
    statusText?: string;
    headers?: Readonly<Record<string, string | string[]>>;
  };
  if (statusCode === undefined || statusCode === 200) return null;
  const fields = Object.entries(headers).flatMap(([name, values]) => [values].flat().flatMap((value) => [name, value]));
  return tunnelRefused({ statusCode, reason: statusText, fields, body: new Uint8Array(0) }, proxy);
}
