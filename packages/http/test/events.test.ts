import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ConnectEvent, ErrorEvent, RequestEvent, ResponseEvent } from '@requests-ts/http';
import { createCertificates, crlf, expectNoSecret, startProxy, startRawServer } from '@requests-ts/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failure, makeAdapter, opened, prepare } from './support.ts';

const OK = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', 'Set-Cookie: canarycookie', '', 'ok');
const NAMES = ['request', 'connect', 'response', 'error'] as const;

function record(): [name: string, event: unknown][] {
  const events: [string, unknown][] = [];
  for (const name of NAMES) {
    const listen = (event: unknown): void => void events.push([name, event]);
    subscribe(`requests-ts:http:${name}`, listen);
    onTestFinished(() => void unsubscribe(`requests-ts:http:${name}`, listen));
  }
  return events;
}

describe('diagnostics channels', () => {
  it('tell of requests, connections and responses, in order', async () => {
    const { ca } = createCertificates();
    const server = opened(await startRawServer(OK, { tls: true }));
    const proxy = opened(await startProxy());
    const events = record();
    const adapter = makeAdapter({ verify: ca });
    const request = prepare('POST', `${server.url.replace('://', '://canaryuser:canarypw@')}/path?canaryquery`, {
      headers: { Authorization: 'canaryauth' },
      data: 'canarybody',
    });
    for (let i = 0; i < 2; i++)
      await adapter.send(request, { proxies: { all: proxy.urlWith('canaryproxyuser', 'canaryproxypw') } });
    const url = `${server.url}/path`;
    expect(events).toMatchObject([
      ['request', { method: 'POST', url, attempt: 1 } satisfies RequestEvent],
      [
        'connect',
        {
          hostname: '127.0.0.1',
          port: server.port,
          mode: 'tunnel',
          proxy: proxy.url,
          tlsVersion: 'TLSv1.3',
          alpn: undefined,
          sessionReused: false,
          error: undefined,
        } satisfies Partial<ConnectEvent>,
      ],
      [
        'response',
        { method: 'POST', url, statusCode: 200, httpVersion: '1.1', reused: false } satisfies Partial<ResponseEvent>,
      ],
      ['request', { attempt: 1 }],
      ['response', { reused: true }],
    ]);
    expectNoSecret(events, [
      'canaryuser',
      'canarypw',
      'canaryquery',
      'canaryauth',
      'canarybody',
      'canaryproxyuser',
      'canaryproxypw',
      'canarycookie',
    ]);
  });

  it('tell of attempts, and of failures with class and code', async () => {
    const events = record();
    await failure(makeAdapter({ maxRetries: 1 }).send(prepare('GET', 'http://127.0.0.1:1/?canary'), {}));
    expect(events).toMatchObject([
      ['request', { attempt: 1 }],
      ['connect', { error: expect.stringContaining('ECONNREFUSED') }],
      ['request', { attempt: 2 }],
      ['connect', { error: expect.stringContaining('ECONNREFUSED') }],
      [
        'error',
        {
          method: 'GET',
          url: 'http://127.0.0.1:1/',
          name: 'ConnectionError',
          code: 'ERR_CONNECTION',
        } satisfies ErrorEvent,
      ],
    ]);
    expectNoSecret(events, ['canary']);
  });
});
