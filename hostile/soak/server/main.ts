/** The servers of the soak, in a process of their own: what they keep is not counted as the client's. Speaks over the channel of `fork`. */
import { createServer as createHttpServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server } from 'node:net';
import { createCertificates, type Listener, listen, startProxy, startSocksServer } from '@requests-ts/testing';
import type { Question, ServerName, WorldSetup } from '../world.ts';
import { serve } from './origin.ts';

/** Requests after which an HTTP/2 connection is told to go away. */
const STREAMS_PER_SESSION = 100;
const RECORDS = 1000;
const backlog = 4096;

const { ca, good, selfSigned } = createCertificates();
const http = createHttpServer({ maxHeaderSize: 65_536 }, serve);
const https = createHttpsServer(good, serve);
const untrusted = createHttpsServer(selfSigned, serve);
const h2 = createSecureServer(good, serve as never);
h2.on('session', (session) => {
  let streams = 0;
  session.on('error', () => {});
  session.on('stream', (stream) => {
    stream.on('error', () => {});
    if (++streams === STREAMS_PER_SESSION) session.close();
  });
});
/** Accepts, and says nothing. */
const mute = createServer((socket) => socket.on('error', () => {}).resume());

for (const server of [http, https, untrusted]) {
  server.keepAliveTimeout = 0;
  server.headersTimeout = 0;
  server.requestTimeout = 0;
  server.on('clientError', (_error, socket) => socket.destroy());
}
for (const server of [https, untrusted, h2]) server.on('tlsClientError', () => {});

const [proxy, authProxy, refusing, socks] = await Promise.all([
  startProxy(),
  startProxy({ auth: ['soak', 'secret'] }),
  startProxy({ refuse: 403 }),
  startSocksServer({ auth: ['soak', 'secret'] }),
]);
const listeners: Record<ServerName, Listener> = {
  http: await listenWide(http),
  https: await listenWide(https),
  untrusted: await listenWide(untrusted),
  h2: await listenWide(h2 as unknown as Server),
  mute: await listenWide(mute),
  proxy,
  authProxy,
  refusing,
  socks,
};
// What these record is for tests that look at it.
setInterval(() => {
  for (const { requests } of [proxy, authProxy, refusing, socks] as unknown as { requests: unknown[] }[])
    if (requests.length > RECORDS) requests.length = 0;
}, 1000).unref();

const ports = Object.fromEntries(Object.entries(listeners).map(([name, { port }]) => [name, port]));
process.on('message', (question: Question) => {
  if (question === 'connections') {
    const counts = Object.entries(listeners).map(([name, { openConnections }]) => [name, openConnections]);
    process.send!(Object.fromEntries(counts));
  } else process.exit();
});
process.on('disconnect', () => process.exit());
process.send!({ ports, ca } as WorldSetup);

/** A thousand connections at once are more than the queue that `listen` has by default. */
function listenWide(server: Server): Promise<Listener> {
  const plain = server.listen.bind(server) as (options: object) => Server;
  server.listen = ((port: number, host: string) => plain({ port, host, backlog })) as typeof server.listen;
  return listen(server);
}
