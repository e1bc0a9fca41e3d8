import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runServer } from 'verdaccio';
import { output } from './command.ts';

/** A registry on a free loopback port. It owns this repository's names; everything else it takes from the machine's registry. */
export interface Registry {
  /** Makes npm and pnpm use it, and no settings of the machine. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts an empty registry that keeps its files in a folder. */
export async function startRegistry(folder: string): Promise<Registry> {
  const npm = async (key: string): Promise<string | undefined> =>
    (await output('npm', ['config', 'get', key])).trim().split('\n').at(-1);
  const cafile = await npm('cafile');
  mkdirSync(folder, { recursive: true });
  const ours = { access: '$all', publish: '$all' };
  const config = {
    configPath: join(folder, 'config.yaml'),
    self_path: folder,
    storage: join(folder, 'storage'),
    // A request that fails is tried again by the client; by default two of them would shut the way out for minutes.
    uplinks: {
      upstream: {
        url: await npm('registry'),
        timeout: '60s',
        max_fails: 100,
        fail_timeout: '1s',
        // It trusts whom npm trusts.
        ...(cafile && cafile !== 'null' && { ca: readFileSync(cafile, 'utf8') }),
      },
    },
    packages: { '@requests-ts/*': ours, 'requests-ts': ours, '**': { access: '$all', proxy: 'upstream' } },
    auth: {},
    web: { enable: false },
    log: { type: 'stdout', format: 'pretty', level: 'fatal' },
  };
  const server: Server = await runServer(config as unknown as string);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const settings = join(folder, 'npmrc');
  // Clients do not publish without a token; this registry does not look at it.
  writeFileSync(settings, `registry=http://${host}\n//${host}:_authToken=rehearsal\n`);
  return {
    env: {
      npm_config_registry: `http://${host}`,
      npm_config_userconfig: settings,
      npm_config_cache: join(folder, 'npm-cache'),
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
