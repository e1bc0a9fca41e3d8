import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificates } from '@requests-ts/testing';
import type { ClientSetup } from '../client.ts';
import { compressedJson, downloadBytes } from './content.ts';
import { startNginx } from './nginx.ts';
import { startNodeServer } from './node-server.ts';

/** A server process on ports of the loopback interface. */
export interface RunningServer {
  /** Name and version, for the report. */
  readonly name: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** TLS that speaks HTTP/2. */
  readonly http2Port: number;
  stop(): Promise<void>;
}

/** A server with the files that it and the clients need. */
export interface BenchServer extends AsyncDisposable {
  readonly name: string;
  readonly http: string;
  readonly https: string;
  readonly http2: string;
  readonly setup: ClientSetup;
}

/** nginx where there is one, else Node's own server; both in a process of their own. */
export async function startServer(): Promise<BenchServer> {
  const folder = await mkdtemp(join(tmpdir(), 'requests-ts-bench-'));
  const { ca, good } = createCertificates();
  const file = join(folder, 'download');
  await Promise.all([
    writeFile(join(folder, 'ca.pem'), ca),
    writeFile(join(folder, 'cert.pem'), good.cert),
    writeFile(join(folder, 'key.pem'), good.key),
    writeFile(join(folder, 'json.gz'), compressedJson()),
    writeFile(file, downloadBytes()),
  ]);
  const server = (await startNginx(folder)) ?? (await startNodeServer(folder));
  return {
    name: server.name,
    http: `http://127.0.0.1:${server.httpPort}`,
    https: `https://127.0.0.1:${server.httpsPort}`,
    http2: `https://127.0.0.1:${server.http2Port}`,
    setup: { ca: join(folder, 'ca.pem'), file },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
