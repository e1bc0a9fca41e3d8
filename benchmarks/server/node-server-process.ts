/** The server of machines without nginx. Tells its ports to the process that forked it. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createSecureServer as createHttp2Server } from 'node:http2';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { SMALL_JSON } from './content.ts';

const folder = process.argv[2]!;
const download = readFileSync(join(folder, 'download'));
const compressed = readFileSync(join(folder, 'json.gz'));
const tls = { cert: readFileSync(join(folder, 'cert.pem')), key: readFileSync(join(folder, 'key.pem')) };

function answer(
  response: ServerResponse,
  type: string,
  body: Buffer | string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ...headers }).end(body);
}

const listener: RequestListener = (request, response) => {
  const [path = ''] = request.url!.split('?');
  const hop = /^\/redirect\/(\d)$/.exec(path);
  request.resume();
  request.on('end', () => {
    if (hop) {
      const left = Number(hop[1]) - 1;
      response.writeHead(302, { Location: left > 0 ? `/redirect/${left}` : '/json', 'Content-Length': 0 }).end();
    } else if (path === '/gzip') answer(response, 'application/json', compressed, { 'Content-Encoding': 'gzip' });
    else if (path === '/download') answer(response, 'application/octet-stream', download);
    else answer(response, 'application/json', SMALL_JSON);
  });
};

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const httpPort = await listen(createServer({ keepAliveTimeout: 300_000 }, listener));
const httpsPort = await listen(createSecureServer({ keepAliveTimeout: 300_000, ...tls }, listener));
const http2Server = createHttp2Server({ allowHTTP1: true, ...tls });
// Its compatibility layer is made after node:http, though its types have nothing in common with it.
http2Server.on('request', listener as (...args: unknown[]) => void);
const http2Port = await listen(http2Server);
process.send!({ httpPort, httpsPort, http2Port });
process.on('disconnect', () => process.exit());
