import { ConnectionError, ConnectTimeout, ReadTimeout } from '@requests-ts/core';
import { describeRequest } from '@requests-ts/core/authors';
import { formatMs, withCode } from '@requests-ts/node-transport';
import type { Exchange } from './exchange.ts';
import type { Throughput } from './throughput.ts';

/** The error of a deadline that passes now: by what the exchange is waiting for. */
export function timeoutError(exchange: Exchange, limitMs: number, kind: 'read' | 'total'): Error {
  const { request } = exchange.outgoing;
  const limit = formatMs(limitMs);
  const what = describeRequest(request);
  if (kind === 'total') {
    const message = `Timed out: the whole request took longer than ${limit} (total): ${what}`;
    const connecting = exchange.state === 'queued' || exchange.state === 'connecting';
    return connecting ? new ConnectTimeout(message, { request }) : new ReadTimeout(message, { request });
  }
  switch (exchange.state) {
    case 'sending':
      return new ConnectionError(`Write timed out after ${limit}, the server takes no more of the body: ${what}`, {
        request,
      });
    case 'body': {
      const cause = new ReadTimeout(`Read timed out after ${limit} without a byte of the body: ${what}`, { request });
      return new ConnectionError(cause.message, { request, cause });
    }
    default:
      return new ReadTimeout(`Read timed out after ${limit} without an answer: ${what}`, { request });
  }
}

/** The error of a body that drips. */
export function slowError(exchange: Exchange, { bytes, windowMs }: Throughput): Error {
  const { request } = exchange.outgoing;
  const message = `The response is too slow: less than ${bytes} bytes in ${formatMs(windowMs)} (minThroughput): ${describeRequest(request)}`;
  const cause = new ReadTimeout(message, { request });
  return withCode(new ConnectionError(message, { request, cause }), 'ERR_TOO_SLOW');
}
