import type { Operation } from './client.ts';
import { DOWNLOAD_BYTES } from './server/content.ts';

/** One thing that every client does in turns. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly operation: Operation;
  readonly path: string;
  /** Which of the server's ports. */
  readonly server: 'http' | 'https' | 'http2';
  /** Requests under way at a time. */
  readonly concurrency: number;
  /** Requests of one slice: some 50 to 100 ms of the baseline's time. */
  readonly count: number;
  /** The number that the operation resolves with; null for JSON, which has `id: 1`. */
  readonly expected: number | null;
}

const JSON_50 = {
  operation: 'get',
  path: '/json',
  server: 'http',
  concurrency: 50,
  count: 2000,
  expected: null,
} as const;

export const SCENARIOS: readonly Scenario[] = [
  { ...JSON_50, id: 'get', title: 'GET small JSON, 50 at a time' },
  { ...JSON_50, id: 'get-1', title: 'GET small JSON, one after the other', concurrency: 1, count: 600 },
  { ...JSON_50, id: 'post', title: 'POST JSON, 50 at a time', operation: 'post', count: 1500 },
  { ...JSON_50, id: 'session', title: 'Session: 5 cookies, headers, auth, params', operation: 'session' },
  { ...JSON_50, id: 'wrappers', title: 'Retry, cookie and multipart adapters mounted', operation: 'wrappers' },
  {
    ...JSON_50,
    id: 'redirects',
    title: '3 redirects, then JSON, 10 at a time',
    operation: 'redirects',
    path: '/redirect/3',
    concurrency: 10,
    count: 300,
  },
  { ...JSON_50, id: 'tls', title: 'GET small JSON over TLS, 50 at a time', server: 'https', count: 1500 },
  {
    ...JSON_50,
    id: 'http2',
    title: 'GET small JSON over one HTTP/2 connection, 50 at a time',
    operation: 'http2',
    server: 'http2',
    count: 1000,
  },
  {
    ...JSON_50,
    id: 'gzip',
    title: 'GET 100 kB of JSON, gzip, 10 at a time',
    operation: 'gzip',
    path: '/gzip',
    concurrency: 10,
    count: 100,
  },
  {
    ...JSON_50,
    id: 'download',
    title: '10 MiB streamed',
    operation: 'download',
    path: '/download',
    concurrency: 1,
    count: 8,
    expected: DOWNLOAD_BYTES,
  },
  {
    ...JSON_50,
    id: 'upload',
    title: '10 MiB uploaded from disk',
    operation: 'upload',
    path: '/upload',
    concurrency: 1,
    count: 8,
    expected: 200,
  },
];

/** What `--quick` runs. */
export const QUICK: readonly string[] = ['get', 'session'];

/** All requests of `--quick` are of these. */
export const QUICK_CLIENTS: readonly string[] = ['undici-request', 'requests-ts'];

/** What every ratio is to. */
export const BASELINE = 'undici-request';

/** By module name, in the order of the tables. */
export const CLIENTS: ReadonlyMap<string, string> = new Map([
  ['requests-ts', 'requests-ts'],
  ['core-http', '@requests-ts/core + http'],
  ['undici-request', 'undici request()'],
  ['undici-dispatch', 'undici dispatch()'],
  ['undici-stream', 'undici stream()'],
  ['undici-fetch', 'undici fetch()'],
  ['node-http', 'node:http'],
  ['got', 'got'],
  ['axios', 'axios'],
  ['ky', 'ky'],
  ['node-fetch', 'node-fetch'],
  ['python', 'Python Requests'],
]);
