import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Response, Seconds } from '@requests-ts/core';
import { prepareUrl, redactUrl, selectProxy } from '@requests-ts/core/authors';
import type { ConnectEvent } from '@requests-ts/http';
import { parseProxyUrl } from '@requests-ts/node-transport';
import { createTransport } from '../defaults.ts';
import { Session } from '../session.ts';
import type { Fact } from './surroundings.ts';

/** What one request has shown. */
export interface Probe {
  readonly facts: readonly Fact[];
  /** Why it failed, undefined when an answer came, whatever its status. */
  readonly error?: unknown;
}

/** Long enough for a slow network, short enough to wait for. */
const TIMEOUT: Seconds = 30;

/** Sends one GET, follows no redirect, and times its phases: name, connection, head, body. Never rejects. */
export async function probe(url: string): Promise<Probe> {
  const facts: Fact[] = [];
  let lookupMs = 0;
  let mark = 0;
  const timedLookup: LookupFunction = (hostname, options, done) => {
    const start = performance.now();
    lookup(hostname, options, (error, address, family) => {
      lookupMs = performance.now() - start;
      const found = Array.isArray(address) ? address.map((each) => each.address).join(', ') : address;
      facts.push(['name', `${milliseconds(lookupMs)}  ${hostname} is ${error ? 'not found' : found}`]);
      done(error, address, family);
    });
  };
  const onConnect = (message: unknown): void => {
    const event = message as ConnectEvent;
    facts.push(['connection', `${milliseconds(event.durationMs - lookupMs)}  ${connection(event)}`]);
    mark = performance.now();
  };
  const lap = (): string => {
    const before = mark;
    mark = performance.now();
    return milliseconds(mark - before);
  };
  await using session = new Session({ timeout: TIMEOUT });
  const transport = createTransport({ lookup: timedLookup });
  session.mount('http://', transport);
  session.mount('https://', transport);
  subscribe('requests-ts:http:connect', onConnect);
  try {
    facts.push(['route', route(session, url)]);
    await using response = await session.get(url, { stream: true, allowRedirects: false });
    facts.push(['head', `${lap()}  HTTP/${response.httpVersion} ${response.statusCode} ${response.reason}`]);
    const { length } = await response.read();
    facts.push(['body', `${lap()}  ${length} bytes${type(response)}`]);
    if (response.next) facts.push(['redirect', `to ${redactUrl(response.next.url)}`]);
    return { facts };
  } catch (error) {
    return { facts, error };
  } finally {
    unsubscribe('requests-ts:http:connect', onConnect);
  }
}

function route(session: Session, url: string): string {
  const proxy = selectProxy(prepareUrl(url), session.mergeEnvironmentSettings(url).proxies);
  return proxy === undefined ? 'direct' : `through ${parseProxyUrl(proxy).display}`;
}

function connection({ remoteAddress, tlsVersion, alpn, error }: ConnectEvent): string {
  if (error !== undefined) return 'failed';
  return [`to ${remoteAddress}`, tlsVersion, alpn].filter(Boolean).join(', ');
}

function type({ headers }: Response): string {
  const value = headers.get('Content-Type');
  return value === undefined ? '' : ` of ${value}`;
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(1)} ms`.padStart(10);
}
