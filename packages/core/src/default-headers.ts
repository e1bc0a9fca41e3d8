import { Headers } from './headers.ts';
import { VERSION } from './version.ts';

/** `requests-ts/<version>`, or another name before the version. */
export function defaultUserAgent(name = 'requests-ts'): string {
  return `${name}/${VERSION}`;
}

/** What every session sends unless told otherwise, in this order; a new object each time (Requests: `default_headers`). */
export function defaultHeaders(): Headers {
  return new Headers([
    ['User-Agent', defaultUserAgent()],
    ['Accept-Encoding', 'gzip, deflate, br, zstd'],
    ['Accept', '*/*'],
    ['Connection', 'keep-alive'],
  ]);
}
