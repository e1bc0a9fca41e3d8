import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERSION } from '@requests-ts/core';
import { createCertificates, startHttpbin, startProxy, startSocksServer, writePemFiles } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../src/doctor/cli.ts', import.meta.url));

/** Runs it with these variables and no others. */
function doctor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['--conditions=@requests-ts/source', cli, ...args],
      { env: { HOME: '/nowhere', ...env } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

describe('requests-ts doctor', () => {
  it('says what takes part in every request', async () => {
    const { code, stdout, stderr } = await doctor(['doctor']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').map((line) => line.replace(/\d+ certificates/, 'n certificates'))).toEqual([
      `requests-ts  ${VERSION}`,
      `node         ${process.versions.node} on ${process.platform} ${process.arch}`,
      expect.stringMatching(/^undici {7}8\.\d+\.\d+$/),
      expect.stringMatching(/^TLS {10}OpenSSL 3\.\d+\.\d+.*, TLSv1\.2 to TLSv1\.3$/),
      'CA           the n certificates that Node trusts',
      'proxies      none in the environment',
      'netrc        none',
      '',
    ]);
  });

  it('says what the environment adds, and shows no secret of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
    const netrc = join(folder, 'netrc');
    await writeFile(netrc, 'machine api.example login ada password engine');
    const { stdout } = await doctor(['doctor'], {
      NETRC: netrc,
      HTTPS_PROXY: 'http://ada:engine@proxy.example:3128/?token=engine',
      all_proxy: 'socks5h://:engine@',
      no_proxy: 'localhost,.corp.example',
      REQUESTS_CA_BUNDLE: '/nowhere/ca.pem',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    });
    await rm(folder, { recursive: true });
    expect(stdout).toContain('proxy        http://proxy.example:3128, from HTTPS_PROXY\n');
    expect(stdout).toContain('proxy        NOT USABLE (');
    expect(stdout).toContain('no proxy     for localhost,.corp.example, from no_proxy\n');
    expect(stdout).toContain('CA           /nowhere/ca.pem, from REQUESTS_CA_BUNDLE, WHICH DOES NOT EXIST\n');
    expect(stdout).toContain('NODE_TLS_REJECT_UNAUTHORIZED=0 is set, and not followed here');
    expect(stdout).toContain(`netrc        ${netrc}\n`);
    expect(stdout).not.toContain('engine');
  });

  it('sends one request and times its phases', async () => {
    await using server = await startHttpbin({ tls: true });
    await using files = await writePemFiles({ ca: createCertificates().ca });
    const url = `https://localhost:${server.port}`;
    const { code, stdout, stderr } = await doctor(['doctor', `${url}/bytes/100?token=engine`], {
      SSL_CERT_FILE: files.paths.ca,
    });
    expect([code, stderr]).toEqual([0, '']);
    const [, report = ''] = stdout.split('\n\n');
    expect(report.replace(/ +\d+\.\d ms/g, ' n ms').split('\n')).toEqual([
      `GET ${url}/bytes/100`,
      'route       direct',
      expect.stringMatching(/^name n ms {2}localhost is .*127\.0\.0\.1/),
      expect.stringMatching(/^connection n ms {2}to 127\.0\.0\.1, TLSv1\.3/),
      'head n ms  HTTP/1.1 200 OK',
      'body n ms  100 bytes of application/octet-stream',
      '',
    ]);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('goes the way that a request would go, and says which', async () => {
    await using server = await startHttpbin();
    await using proxy = await startProxy();
    await using socks = await startSocksServer();
    const forward = await doctor(['doctor', `${server.url}/redirect/2`], {
      http_proxy: `http://u:p@127.0.0.1:${proxy.port}`,
    });
    expect(forward.stdout).toContain(`route       through http://127.0.0.1:${proxy.port}\n`);
    expect(forward.stdout).toContain('HTTP/1.1 302');
    expect(forward.stdout).toContain(`redirect    to ${server.url}/`);
    const tunnel = await doctor(['doctor', `${server.url}/get`], { ALL_PROXY: socks.url('socks5h') });
    expect(tunnel.stdout).toContain(`route       through ${socks.url('socks5h')}\n`);
    expect(socks.requests).toHaveLength(1);
  });

  it('says what went wrong, and fails', async () => {
    await using server = await startHttpbin({ tls: true });
    const refused = await doctor(['doctor', `https://127.0.0.1:${server.port}/`]);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/^connection.* failed$/m);
    expect(refused.stdout).toMatch(/^error {7}SSLError \(ERR_SSL\): .*verify/m);
    const invalid = await doctor(['doctor', 'http://user:engine@:80/']);
    expect([invalid.code, invalid.stdout.includes('engine')]).toEqual([1, false]);
    expect(invalid.stdout).toMatch(/^error {2}InvalidURL/m);
  });

  it.each([[[]], [['help', 'me']], [['doctor', 'http://a.example', 'http://b.example']], [['doctor', '--fast']]])(
    'explains itself when it is given %j',
    async (args) => {
      const { code, stdout, stderr } = await doctor(args);
      expect([code, stdout]).toEqual([args[0] === 'help' ? 0 : 2, args[0] === 'help' ? stderr + stdout : '']);
      expect(stdout + stderr).toContain('requests-ts doctor [url]');
    },
  );
});
