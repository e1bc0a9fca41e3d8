import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { adapterChecks, type Claims, describeAdapter } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { NodeAdapter } from './node-adapter.ts';

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

/** Runs the fixture with a vitest of its own. */
async function runFixture(): Promise<Report['testResults'][number]['assertionResults']> {
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const root = join(dirname(fileURLToPath(import.meta.url)), 'fixtures');
  const directory = await mkdtemp(join(tmpdir(), 'requests-ts-'));
  const outputFile = join(directory, 'report.json');
  try {
    const options = ['run', '--root', root, '--config', join(root, 'vitest.config.ts'), '--outputFile', outputFile];
    // The fixture fails, as it should: what counts is the report.
    await promisify(execFile)(process.execPath, [vitest, ...options]).catch(() => {});
    const { testResults } = JSON.parse(await readFile(outputFile, 'utf8')) as Report;
    return testResults.flatMap(({ assertionResults }) => assertionResults);
  } finally {
    await rm(directory, { recursive: true });
  }
}

describe('describeAdapter', () => {
  it('declares a test for each check, skips what is not claimed and shows the reason', async () => {
    const results = await runFixture();
    expect(results).toHaveLength(adapterChecks.length);
    const of = (status: string): string[] =>
      results.filter((result) => result.status === status).map(({ title }) => title);
    const claimed = adapterChecks.filter(({ feature }) => ['statuses', 'redirects', 'close'].includes(feature));
    expect(of('skipped')).toHaveLength(adapterChecks.length - claimed.length);
    expect(of('skipped').every((title) => title.endsWith(' [not claimed: it has no wire]'))).toBe(true);
    expect(of('failed')).toContain('statuses: resolves with whatever status came');
    expect(of('passed')).toContain('close: can be closed unused, and twice');
    expect(of('passed').length + of('failed').length).toBe(claimed.length);
  }, 60_000);

  it('refuses features that do not exist and reasons that say nothing', () => {
    const declare = (claims: object) => (): void => describeAdapter('x', () => new NodeAdapter(), claims as Claims);
    expect(declare({ cookie: 'x' })).toThrow(/unknown feature 'cookie'; known are statuses, reason,/);
    for (const claim of ['', ' ', false, null])
      expect(declare({ cookies: claim })).toThrow(/reason why 'cookies' is not claimed/);
  });
});
