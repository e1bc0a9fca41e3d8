import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A server that is up, on the loopback interface. */
export interface Listener {
  readonly port: number;
  readonly host: string;
  /** TCP connections accepted so far. */
  readonly connections: number;
  /** TCP connections that are open now. */
  readonly openConnections: number;
  /** Resolves as soon as exactly so many connections are open. */
  waitForOpenConnections(count: number): Promise<void>;
  /** Cuts every connection and stops listening. Safe to call twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Where a server listens. */
export interface ListenOptions {
  /** A loopback address; `127.0.0.1` by default. */
  readonly host?: '127.0.0.1' | '::1' | undefined;
  /** A free port by default. */
  readonly port?: number | undefined;
}

/** Starts a server and follows its connections, so that closing it leaves nothing behind. */
export async function listen(server: Server, { host = '127.0.0.1', port = 0 }: ListenOptions = {}): Promise<Listener> {
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    // What a client does to its connection is for the test to judge, and no error of the server.
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      for (const check of waiting) check();
    });
    for (const check of waiting) check();
  });
  server.listen(port, host);
  await once(server, 'listening');

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
    return closing;
  };
  const waitForOpenConnections = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (sockets.size !== count) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return {
    port: (server.address() as AddressInfo).port,
    host,
    get connections() {
      return connections;
    },
    get openConnections() {
      return sockets.size;
    },
    waitForOpenConnections,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** For a server that may speak TLS: gives the TCP socket under each of its sockets, which is the socket itself without TLS. */
export function followTransports(server: Server): (socket: Socket) => Socket {
  const transports = new Map<number | undefined, Socket>();
  server.on('connection', (socket: Socket) => {
    const { remotePort } = socket;
    transports.set(remotePort, socket);
    socket.on('close', () => transports.delete(remotePort));
  });
  return (socket) => transports.get(socket.remotePort) ?? socket;
}

/** A listener with more members; its counters stay live. */
export function extendListener<T extends object>(listener: Listener, members: T): Listener & T {
  const extended = Object.create(null, Object.getOwnPropertyDescriptors(listener));
  return Object.defineProperties(extended, Object.getOwnPropertyDescriptors(members));
}

/** `http://127.0.0.1:8080`, for a listener of that scheme. */
export function urlOf({ host, port }: Pick<Listener, 'host' | 'port'>, scheme: string): string {
  return `${scheme}://${host === '::1' ? '[::1]' : host}:${port}`;
}
