import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

const packageDirectory = join(import.meta.dirname, '..');
const repository = join(packageDirectory, '../..');

/** What a fresh process finds for http://c.example/. */
async function inProcess(env: Record<string, string>, flags: readonly string[] = []): Promise<unknown> {
  const script = `
    import { prepareUrl } from '@requests-ts/core/authors';
    import { createEnvironment } from '@requests-ts/env';
    const environment = createEnvironment();
    const url = prepareUrl('http://c.example/');
    console.log(JSON.stringify([environment.getProxies(url), environment.getCaBundle() ?? null, environment.getAuth(url)]));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, '--conditions=@requests-ts/source', '--input-type=module', '--eval', script],
    { cwd: packageDirectory, env },
  );
  return JSON.parse(stdout);
}

describe('createEnvironment in a process of its own', () => {
  it.each([
    ['outside of CGI', { HTTP_PROXY: 'http://evil:1' }, { http: 'http://evil:1' }],
    ['under CGI', { REQUEST_METHOD: 'GET', HTTP_PROXY: 'http://evil:1' }, {}],
    [
      'under CGI with NODE_USE_ENV_PROXY',
      { REQUEST_METHOD: 'GET', HTTP_PROXY: 'http://evil:1', NODE_USE_ENV_PROXY: '1' },
      {},
    ],
  ])('[H02 CVE-2016-5385] %s', async (_what, env, proxies) => {
    expect(await inProcess(env)).toEqual([proxies, null, null]);
  });

  it('[P02] works where the disk may not be read', async () => {
    const home = mkdtempSync(join(tmpdir(), 'requests-ts-env-'));
    onTestFinished(() => rmSync(home, { recursive: true }));
    const env = { HOME: home, http_proxy: 'http://a:1', CURL_CA_BUNDLE: '/ca.pem' };
    const flags = ['--permission', `--allow-fs-read=${repository}`];
    expect(await inProcess(env, flags)).toEqual([{ http: 'http://a:1' }, '/ca.pem', null]);
  });
});
