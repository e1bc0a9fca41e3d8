import {
  ConnectionError,
  Request,
  type RequestException,
  RequestException as RequestExceptionClass,
} from '@requests-ts/core';
import { HTTPAdapter } from '@requests-ts/http';
import { crlf, type RawHandler, startRawServer } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { type MaxRetryError, RetryAdapter, type RetryOptions } from '../src/index.ts';

const OK = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');
const BODY = 'x'.repeat(1000);

/** Where the server breaks off. */
const CUTS: Record<string, RawHandler> = {
  'as soon as it accepts': () => {},
  'after the head': async (connection) => void (await connection.nextHead()),
  'in the middle of the body': (connection) => connection.receive('x'.repeat(500)),
  'after the whole request': async (connection) => void (await connection.nextRequest()),
  'in the status line': async (connection) => {
    await connection.nextRequest();
    await connection.send('HTTP/1.1 2');
  },
  'in the body of the answer': async (connection) => {
    await connection.nextRequest();
    await connection.send(crlf('HTTP/1.1 200 OK', 'Content-Length: 9', '', 'half'));
  },
};

async function send(url: string, method: string, policy: RetryOptions | number, init = {}, options = {}) {
  await using adapter = new RetryAdapter(new HTTPAdapter(), policy);
  const response = await adapter.send(new Request(method, url, init).prepare(), options);
  await response.read();
  return response;
}

describe('RetryAdapter on the wire', () => {
  for (const [where, cut] of Object.entries(CUTS)) {
    it.each(['PUT', 'DELETE'])(`[O01] sends %s again that broke ${where}, whole`, async (method) => {
      let connections = 0;
      await using server = await startRawServer(async (connection) => {
        if (++connections < 3) {
          await cut(connection);
          return connection.reset();
        }
        await connection.nextRequest();
        await connection.send(OK);
      });
      const response = await send(server.url, method, 5, { data: BODY });
      expect(response.text).toBe('ok');
      expect(connections).toBe(3);
      expect(String(server.requests.at(-1)?.body)).toBe(BODY);
      expect(response.raw.retries?.history).toHaveLength(2);
    });

    it.each(['POST', 'PATCH', 'PURGE'])(`[O01] %s that broke ${where} arrives at most once`, async (method) => {
      await using server = await startRawServer(async (connection) => {
        await cut(connection);
        connection.reset();
      });
      await expect(send(server.url, method, 5, { data: BODY })).rejects.toBeInstanceOf(RequestExceptionClass);
      // A reset can beat the connection itself: then no byte of the request has left.
      expect(server.accepted.filter(({ received }) => received.length > 0).length).toBeLessThanOrEqual(1);
    });
  }

  it('B-RETRY-02 B-ADAPT-19 POST is tried again where nobody listens', async () => {
    const server = await startRawServer(OK);
    await server.close();
    const error: RequestException = await send(server.url, 'POST', 2, { data: BODY }).catch((reason) => reason);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain('(3 attempts)');
    expect((error.cause as MaxRetryError).cause).toBeInstanceOf(ConnectionError);
  });

  it('B-RETRY-24 a retried answer leaves its connection for the next attempt', async () => {
    const busy = crlf('HTTP/1.1 503 Busy', 'Retry-After: 0', 'Content-Length: 1000', '', BODY);
    await using server = await startRawServer(async (connection) => {
      for (const answer of [busy, busy, OK]) {
        await connection.nextRequest();
        await connection.send(answer);
      }
    });
    const response = await send(server.url, 'GET', 3, {}, { stream: true });
    expect(response.statusCode).toBe(200);
    expect(server.accepted).toHaveLength(1);
    expect(server.requests).toHaveLength(3);
  });

  it('[O02] an answer that ended early is never completed by a later one', async () => {
    const bodies = ['Content-Range: bytes 0-3/9', 'Content-Range: bytes 5-9/10', 'ETag: "other"'];
    let connections = 0;
    await using server = await startRawServer(async (connection) => {
      const header = bodies[connections++];
      await connection.nextRequest();
      if (connections === 1) await connection.send(crlf('HTTP/1.1 200 OK', 'Content-Length: 9', '', 'half'));
      else await connection.send(crlf('HTTP/1.1 206 Partial Content', `${header}`, 'Content-Length: 4', '', 'more'));
      connection.close();
    });
    const response = await send(server.url, 'GET', 5);
    expect([response.statusCode, response.text]).toEqual([206, 'more']);
    expect(server.accepted.map(({ received }) => /range/i.test(String(received)))).toEqual([false, false]);
  });
});
