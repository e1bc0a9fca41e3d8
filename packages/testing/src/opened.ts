import { onTestFinished } from 'vitest';

/** Closes what a vitest test has opened, a server or an adapter, at the end of that test. */
export function opened<T extends AsyncDisposable>(resource: T): T {
  onTestFinished(() => resource[Symbol.asyncDispose]());
  return resource;
}
