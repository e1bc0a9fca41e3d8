import { describe, it } from 'vitest';
import { abortChecks } from './abort-checks.ts';
import { bodyChecks } from './body-checks.ts';
import { type AdapterFactory, type Check, type Claims, FEATURES, runCheck } from './check.ts';
import { connectionChecks } from './connection-checks.ts';
import { failureChecks } from './failure-checks.ts';
import { headChecks } from './head-checks.ts';
import { requestChecks } from './request-checks.ts';
import { timeoutChecks } from './timeout-checks.ts';
import { tlsChecks } from './tls-checks.ts';
import { uploadChecks } from './upload-checks.ts';

/** Every rule of the contract. */
export const adapterChecks: readonly Check[] = [
  ...headChecks,
  ...requestChecks,
  ...uploadChecks,
  ...bodyChecks,
  ...connectionChecks,
  ...abortChecks,
  ...timeoutChecks,
  ...failureChecks,
  ...tlsChecks,
];

/**
 * Declares the contract suite for an adapter: one test for each rule that `BaseAdapter` states, over loopback servers of its own.
 *
 *     describeAdapter('HTTPAdapter', () => new HTTPAdapter());
 *     describeAdapter('RetryAdapter', () => new RetryAdapter(new HTTPAdapter()));
 *     describeAdapter('FetchAdapter', () => new FetchAdapter(), { reason: 'fetch gives none over HTTP/2', requestHeaders: 'fetch owns some' });
 *
 * @param factory Makes a new adapter for every test; the suite closes it.
 * @param claims Features that the adapter does not claim, each with the reason; their tests are skipped and show it. All others are claimed.
 * @throws TypeError for a feature that does not exist, or an empty reason.
 */
export function describeAdapter(name: string, factory: AdapterFactory, claims: Claims = {}): void {
  for (const [feature, claim] of Object.entries(claims)) {
    if (!(FEATURES as readonly string[]).includes(feature))
      throw new TypeError(`describeAdapter: unknown feature '${feature}'; known are ${FEATURES.join(', ')}`);
    if (claim !== true && (typeof claim !== 'string' || claim.trim() === ''))
      throw new TypeError(`describeAdapter: give the reason why '${feature}' is not claimed`);
  }
  describe(`${name} keeps the adapter contract`, () => {
    for (const check of adapterChecks) {
      const claim = claims[check.feature] ?? true;
      const title = `${check.feature}: ${check.title}`;
      if (claim === true) it(title, () => runCheck(check, factory), 30_000);
      else it(`${title} [not claimed: ${claim}]`, (context) => context.skip(claim));
    }
  });
}
