import { channel } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { PreparedRequest } from '@requests-ts/core';
import { redactUrl } from '@requests-ts/core/authors';
import type { ResponseHead } from '@requests-ts/node-transport';
import type { Route } from './route.ts';

/** Published to `requests-ts:http:request` when a request is sent; once per attempt. */
export interface RequestEvent {
  readonly method: string;
  /** Without userinfo, query and fragment. */
  readonly url: string;
  /** 1 for the first. */
  readonly attempt: number;
}

/** Published to `requests-ts:http:connect` when a connection is open, or could not be opened. */
export interface ConnectEvent {
  readonly hostname: string;
  readonly port: number;
  readonly mode: Route['mode'];
  /** Scheme, host and port. */
  readonly proxy: string | undefined;
  readonly durationMs: number;
  readonly remoteAddress: string | undefined;
  /** 'TLSv1.3'; undefined without TLS. */
  readonly tlsVersion: string | undefined;
  readonly alpn: string | undefined;
  readonly sessionReused: boolean;
  /** The message of the failure. */
  readonly error: string | undefined;
}

/** Published to `requests-ts:http:response` when a head has arrived. */
export interface ResponseEvent {
  readonly method: string;
  readonly url: string;
  readonly statusCode: number;
  readonly httpVersion: string;
  /** The connection was used before. */
  readonly reused: boolean;
  readonly durationMs: number;
}

/** Published to `requests-ts:http:error` when a request, or its body, has failed for good. */
export interface ErrorEvent {
  readonly method: string;
  readonly url: string;
  /** Class and code, no message of a peer. */
  readonly name: string;
  readonly code: string | undefined;
}

const requests = channel('requests-ts:http:request');
const connects = channel('requests-ts:http:connect');
const responses = channel('requests-ts:http:response');
const errors = channel('requests-ts:http:error');

export function publishRequest({ method, url }: PreparedRequest, attempt: number): void {
  if (requests.hasSubscribers) requests.publish({ method, url: redactUrl(url), attempt } satisfies RequestEvent);
}

export function publishConnect(route: Route, durationMs: number, error: Error | null, socket: Socket | null): void {
  if (!connects.hasSubscribers) return;
  const secure = socket && 'getProtocol' in socket ? (socket as TLSSocket) : undefined;
  connects.publish({
    hostname: route.hostname,
    port: route.port,
    mode: route.mode,
    proxy: route.proxy?.display,
    durationMs,
    remoteAddress: socket?.remoteAddress,
    tlsVersion: secure?.getProtocol() ?? undefined,
    alpn: secure?.alpnProtocol || undefined,
    sessionReused: secure?.isSessionReused() ?? false,
    error: error?.message,
  } satisfies ConnectEvent);
}

export function publishResponse(
  { method, url }: PreparedRequest,
  { statusCode, httpVersion }: ResponseHead,
  reused: boolean,
  durationMs: number,
): void {
  if (!responses.hasSubscribers) return;
  responses.publish({
    method,
    url: redactUrl(url),
    statusCode,
    httpVersion,
    reused,
    durationMs,
  } satisfies ResponseEvent);
}

export function publishError({ method, url }: PreparedRequest, error: unknown): void {
  if (!errors.hasSubscribers) return;
  const { name = 'Error', code } = (error ?? {}) as { name?: string; code?: string };
  errors.publish({
    method,
    url: redactUrl(url),
    name,
    code: typeof code === 'string' ? code : undefined,
  } satisfies ErrorEvent);
}
