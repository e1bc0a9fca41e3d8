import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { onServerCore } from '../cores.ts';
import { REDIRECTS, SMALL_JSON } from './content.ts';
import type { RunningServer } from './server.ts';

/** Starts nginx on a configuration of its own; null where it is not installed. */
export async function startNginx(folder: string): Promise<RunningServer | null> {
  const version = spawnSync('nginx', ['-v'], { encoding: 'utf8' });
  if (version.error) return null;
  const ports = { httpPort: await freePort(), httpsPort: await freePort(), http2Port: await freePort() };
  const file = join(folder, 'nginx.conf');
  await writeFile(file, configuration(folder, ports));
  const child = spawn(...onServerCore('nginx', ['-p', folder, '-c', file, '-e', 'stderr']), {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  await Promise.race([listening(ports.http2Port), ended.then(() => Promise.reject(new Error('nginx did not start')))]);
  return {
    name: version.stderr.replace('nginx version: ', '').trim(),
    ...ports,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function configuration(
  folder: string,
  { httpPort, httpsPort, http2Port }: Omit<RunningServer, 'name' | 'stop'>,
): string {
  const hops = Array.from({ length: REDIRECTS }, (_, i) => {
    const next = i === 0 ? '/json' : `/redirect/${i}`;
    return `location = /redirect/${i + 1} { return 302 ${next}; }`;
  });
  return `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off;
  server_tokens off;
  sendfile on;
  tcp_nopush on;
  absolute_redirect off;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  client_max_body_size 64m;
  client_body_buffer_size 16m;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  server {
    listen 127.0.0.1:${httpPort};
    listen 127.0.0.1:${httpsPort} ssl;
    listen 127.0.0.1:${http2Port} ssl http2;
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    default_type application/json;
    types {}
    location = /json { return 200 '${SMALL_JSON}'; }
    location = /gzip { alias ${folder}/json.gz; add_header Content-Encoding gzip; }
    location = /download { alias ${folder}/download; default_type application/octet-stream; }
    # The whole body is read before a second, empty request is answered.
    location = /upload { proxy_pass http://127.0.0.1:${httpPort}/json; proxy_method GET; proxy_pass_request_body off; proxy_set_header Content-Length ""; }
    ${hops.join('\n    ')}
  }
}
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves once somebody listens; gives up after 5 s. */
async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = connect(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await wait(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}
