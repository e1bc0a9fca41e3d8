import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type SocksServer, startDeafServer, startSocksServer, trackHandles } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { adapterTo, get, opened, socks } from './support.ts';

const REASON = { because: 'the caller said so' };
const CREDENTIALS = ['ada', 'lovelace'] as const;

const STEPS = ['greeting', 'auth', 'connect'] as const;

describe('an abort', () => {
  it.each(STEPS)(
    '[pitfall 13] [pitfall 20] in the step %s rejects with the very reason and destroys the socket',
    async (step) => {
      const proxy = await startSocksServer({ auth: CREDENTIALS, faults: { [step]: 'stall' } });
      const adapter = adapterTo(proxy.url('socks5h', CREDENTIALS));
      // What is loaded for the first request stays.
      await get(adapter, 'http://a.example/', { timeout: 0.02 }).catch(() => {});
      await proxy.waitForOpenConnections(0);
      const handles = trackHandles();
      const abort = new AbortController();
      const sending = get(adapter, 'http://a.example/', { signal: abort.signal }).catch((error: unknown) => error);
      await proxy.waitForOpenConnections(1);
      await until(() => proxy.handshakes.length === 2 && proxy.handshakes[1]!.length > 0);
      abort.abort(REASON);
      expect(await sending).toBe(REASON);
      await proxy.waitForOpenConnections(0);
      await handles.expectNone();
      await proxy.close();
    },
  );

  it('[pitfall 13] while the proxy is being connected to destroys the socket', async () => {
    const deaf = opened(await startDeafServer());
    const adapter = adapterTo(`socks5h://127.0.0.1:${deaf.port}`);
    await get(adapter, 'http://a.example/', { timeout: 0.02 }).catch(() => {});
    const handles = trackHandles();
    const abort = new AbortController();
    const sending = get(adapter, 'http://a.example/', { signal: abort.signal }).catch((error: unknown) => error);
    setTimeout(() => abort.abort(REASON), 30);
    expect(await sending).toBe(REASON);
    await handles.expectNone();
  });

  it('[pitfall 13] while a name is being looked up waits for nothing, and connects to nothing afterwards', async () => {
    const proxy = await socks();
    let answer = (): void => {};
    const lookup = (_name: string, _options: unknown, callback: (error: null, list: unknown) => void): void => {
      answer = () => callback(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const adapter = adapterTo(proxy.url('socks5'), { lookup: lookup as never });
    const abort = new AbortController();
    const sending = get(adapter, 'http://slow.example/', { signal: abort.signal }).catch((error: unknown) => error);
    setTimeout(() => abort.abort(REASON), 20);
    expect(await sending).toBe(REASON);
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(proxy.connections).toBe(0);
  });

  it('that came before opens nothing', async () => {
    const proxy = await socks();
    const signal = AbortSignal.abort(REASON);
    expect(await get(adapterTo(proxy.url('socks5h')), 'http://a.example/', { signal }).catch((error) => error)).toBe(
      REASON,
    );
    expect(proxy.connections).toBe(0);
  });
});

describe('a program', () => {
  const run = promisify(execFile);
  const program = (name: string): string => fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
  const start = (name: string, ...args: string[]) =>
    run(process.execPath, ['--conditions=@requests-ts/source', program(name), ...args], { timeout: 10_000 });

  it.each(STEPS)('[pitfall 20] that aborts in the step %s exits at once', async (step) => {
    const proxy: SocksServer = await socks({ auth: CREDENTIALS, faults: { [step]: 'stall' } });
    const { stdout } = await start('abort', proxy.url('socks5h', CREDENTIALS));
    const [reason, ms] = stdout.trim().split(' ');
    expect(reason).toBe('aborted');
    expect(Number(ms)).toBeLessThan(1000);
  });

  it('[pitfall 15] that leaves idle connections behind exits at once', async () => {
    const { startRawServer } = await import('@requests-ts/testing');
    const server = opened(await startRawServer('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
    const proxy = await socks();
    const { stdout } = await start('idle', proxy.url('socks5h'), server.url);
    const [text, ms] = stdout.trim().split(' ');
    expect(text).toBe('ok');
    expect(Number(ms)).toBeLessThan(1000);
  });

  it('[H04] [J03] survives whatever the proxy sends, without a handler of its own', async () => {
    const { stdout, stderr } = await start('hostile');
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('alive');
  }, 20_000);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
