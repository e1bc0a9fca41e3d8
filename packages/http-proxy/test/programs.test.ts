import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { OK, origin, proxy } from './support.ts';

const run = promisify(execFile);

function start(name: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const file = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
  return run(process.execPath, ['--no-warnings', '--conditions=@requests-ts/source', file, ...args], {
    timeout: 14_000,
  });
}

function expectSoon(stdout: string, text: string): void {
  const [first, ms] = stdout.trim().split(' ');
  expect(first).toBe(text);
  expect(Number(ms)).toBeLessThan(1000);
}

describe('a program', () => {
  it.each(['direct', 'forward', 'tunnel', 'own TLS'])(
    '[pitfall 15] that leaves an idle connection behind exits at once: %s',
    async (way) => {
      const server = await origin(OK, way === 'tunnel' || way === 'own TLS');
      const through = way === 'direct' || way === 'own TLS' ? 'direct' : (await proxy()).url;
      expectSoon((await start('idle', through, server.url)).stdout, 'ok');
    },
  );

  it.each(['http', 'https'])('[pitfall 13] that aborts while its proxy is silent exits at once: %s', async (scheme) => {
    const way = await proxy({ faults: { request: 'stall' } });
    expectSoon((await start('abort', way.url, `${scheme}://a.example/`)).stdout, 'aborted');
  });

  it('[E08] [J03] survives whatever a proxy sends, without a handler of its own', async () => {
    const { stdout, stderr } = await start('hostile');
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('alive');
  }, 20_000);
});
