import type { LookupFunction } from 'node:net';
import { type PreparedRequest, Request, type RequestInit, type Response, type SendOptions } from '@requests-ts/core';
import { HTTPAdapter, type HTTPAdapterOptions } from '@requests-ts/http';
import { lookupAll, type RecordingLookup } from '@requests-ts/testing';
import { onTestFinished } from 'vitest';

export function prepare(method: string, url: string, init: RequestInit = {}): PreparedRequest {
  return new Request(method, url, init).prepare();
}

/** An adapter that is closed with the test. */
export function makeAdapter(options: HTTPAdapterOptions = {}): HTTPAdapter {
  const adapter = new HTTPAdapter(options);
  onTestFinished(() => adapter.close());
  return adapter;
}

export function get(adapter: HTTPAdapter, url: string, options: SendOptions = {}): Promise<Response> {
  return adapter.send(prepare('GET', url), options);
}

/** What the promise rejects with. */
export async function failure(
  promise: Promise<unknown>,
): Promise<Error & { code?: string; cause?: unknown; request?: unknown }> {
  const value = await promise.then(
    (result) => ({ result }),
    (error: Error) => error,
  );
  if (!(value instanceof Error)) throw new Error(`Expected a rejection, got ${String(value.result)}`);
  return value;
}

/** Something to close with the test. */
export function opened<T extends AsyncDisposable>(server: T): T {
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

/** Warnings of this type that are emitted while `run` runs. */
export async function warningsOf(type: string, run: () => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  const listen = (warning: Error): void => {
    if (warning.name === type) found.push(warning.message);
  };
  process.on('warning', listen);
  try {
    await run();
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('warning', listen);
  }
  return found;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A DNS of the test's own, as the adapter's `lookup`. */
export function dns(map: Parameters<typeof lookupAll>[0] = {}): LookupFunction & RecordingLookup {
  return lookupAll(map) as unknown as LookupFunction & RecordingLookup;
}
