import type { BaseAdapter } from '@requests-ts/core';
import { Bench } from './bench.ts';

/** What an adapter can claim; each is one or several checks. */
export type Feature = (typeof FEATURES)[number];

export const FEATURES = [
  // The head of the answer.
  'statuses',
  'reason',
  'responseHeaders',
  'informational',
  'redirects',
  'cookies',
  // What goes out.
  'methods',
  'customMethods',
  'requestHeaders',
  'target',
  'untouched',
  'invalidRequests',
  'bodies',
  'streamedUploads',
  'uploadErrors',
  // What comes in.
  'bodiless',
  'gzip',
  'deflate',
  'brotli',
  'zstd',
  'raw',
  'streaming',
  'backPressure',
  'uploadBackPressure',
  // Connections.
  'reuse',
  'desync',
  'earlyClose',
  'concurrency',
  'close',
  // Ends before the end.
  'abort',
  'abortConnecting',
  'connectTimeout',
  'timeouts',
  'totalTimeout',
  'refused',
  'connectionErrors',
  'truncation',
  'framing',
  'secrets',
  'tls',
  'clientCertificates',
] as const;

/** The features that an adapter does not claim, each with its reason: `{ reason: 'fetch hides the reason phrase' }`. */
export type Claims = Readonly<Partial<Record<Feature, true | string>>>;

/** Makes the adapter under test, a new one for every check. */
export type AdapterFactory = () => BaseAdapter | Promise<BaseAdapter>;

/** One rule that adapters keep. */
export interface Check {
  readonly feature: Feature;
  /** A sentence about behaviour. */
  readonly title: string;
  /** @throws when the adapter breaks the rule. */
  run(bench: Bench): Promise<void>;
}

export function check(feature: Feature, title: string, run: Check['run']): Check {
  return { feature, title, run };
}

/** The same check for a body that is read first and for one that is streamed. */
export function checkBothWays(
  feature: Feature,
  title: string,
  run: (bench: Bench, stream: boolean) => Promise<void>,
): Check[] {
  return [false, true].map((stream) => check(feature, `${title} (stream: ${stream})`, (bench) => run(bench, stream)));
}

/** How a single check is run. */
export interface RunOptions {
  /** How long anything may take before the adapter counts as hanging; 10 seconds. */
  readonly patienceMs?: number;
}

/** Runs one check against a new adapter, then closes the adapter and every server of the check. @throws what the check throws. */
export async function runCheck(
  { run }: Check,
  factory: AdapterFactory,
  { patienceMs = 10_000 }: RunOptions = {},
): Promise<void> {
  const bench = new Bench(await factory(), patienceMs);
  let failed = true;
  try {
    await run(bench);
    failed = false;
  } finally {
    // What fails while cleaning up must not hide what failed before.
    const cleaning = bench.close();
    await (failed ? cleaning.catch(() => {}) : cleaning);
  }
}
