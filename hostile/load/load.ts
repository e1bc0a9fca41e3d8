import { createServer, type Server } from 'node:http';
import { type Listener, listen } from '@requests-ts/testing';

/** A server that counts, and may hold its answers back until so many requests have come. */
export interface CountingServer extends AsyncDisposable {
  readonly port: number;
  readonly listener: Listener;
  /** The most connections that were open at once. */
  readonly most: number;
}

/** More than the queue of a listening socket has by default, for many connections in one turn. */
const BACKLOG = 16_384;

/**
 * Answers each request with its path.
 *
 * @param crowd Answers are held back until so many requests are waiting.
 * @param host All loopback addresses with `0.0.0.0`.
 */
export async function startCountingServer({ crowd = 0, host = '127.0.0.1' } = {}): Promise<CountingServer> {
  let held: (() => void)[] | null = crowd > 0 ? [] : null;
  const server: Server = createServer((request, response) => {
    const answer = (): void => void response.end(request.url);
    if (held === null) return answer();
    if (held.push(answer) < crowd) return;
    const all = held;
    held = null;
    for (const one of all) one();
  });
  server.keepAliveTimeout = 0;
  server.headersTimeout = 0;
  server.requestTimeout = 0;
  let most = 0;
  const plain = server.listen.bind(server) as (options: object) => Server;
  server.listen = ((port: number) => plain({ port, host, backlog: BACKLOG })) as typeof server.listen;
  const listener = await listen(server);
  server.on('connection', () => {
    most = Math.max(most, listener.openConnections);
  });
  return {
    port: listener.port,
    listener,
    get most() {
      return most;
    },
    [Symbol.asyncDispose]: () => listener.close(),
  };
}

/** Sends so many requests at once and checks that each gets its own answer. @throws Error when one does not. */
export async function sendCrowd(
  count: number,
  send: (path: string) => Promise<{ readonly text: string }>,
): Promise<void> {
  const responses = await Promise.all(Array.from({ length: count }, (_, i) => send(`/${i}`)));
  for (const [i, { text }] of responses.entries())
    if (text !== `/${i}`) throw new Error(`Request ${i} got the answer of ${text}`);
}
