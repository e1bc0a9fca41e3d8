import type { LookupFunction } from 'node:net';
import { HTTPAdapter, type HTTPAdapterOptions } from '@requests-ts/http';
import { lookupAll, opened, type RecordingLookup } from '@requests-ts/testing';

export { failure, opened, prepare, sendGet as get } from '@requests-ts/testing';

/** An adapter that is closed with the test. */
export function makeAdapter(options: HTTPAdapterOptions = {}): HTTPAdapter {
  return opened(new HTTPAdapter(options));
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
