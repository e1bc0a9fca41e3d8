import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** A port whose connections never come about. */
export interface DeafServer {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly port: number;
  readonly host: string;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Listens, tells its port, and never comes back to accept. */
const LISTENER = `
  const { createServer } = require('node:net');
  const { workerData, parentPort } = require('node:worker_threads');
  const server = createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(workerData), 0, 0);
    server.close();
    parentPort.close();
  });
`;

const PATIENCE_MS = 150;

/**
 * Starts a server whose queue of connections is full, so that the next one waits for ever: what a connect timeout is for.
 *
 * The queue is filled before this resolves. It depends on the system dropping connections silently, as Linux does.
 */
export async function startDeafServer(): Promise<DeafServer> {
  const wake = new SharedArrayBuffer(4);
  const worker = new Worker(LISTENER, { eval: true, workerData: wake });
  const [port] = (await once(worker, 'message')) as [number];
  const fillers: Socket[] = [];
  do fillers.push(connect(port, '127.0.0.1').on('error', () => {}));
  while (await connects(fillers.at(-1)!));

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      for (const socket of fillers) socket.destroy();
      const exited = once(worker, 'exit');
      Atomics.store(new Int32Array(wake), 0, 1);
      Atomics.notify(new Int32Array(wake), 0);
      await exited;
    })();
    return closing;
  };
  return { url: `http://127.0.0.1:${port}`, port, host: '127.0.0.1', close, [Symbol.asyncDispose]: close };
}

function connects(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    // By then the system has long decided; on a busy machine its word may still wait to be heard, which takes one turn of the loop.
    const timer = setTimeout(() => setImmediate(resolve, false), PATIENCE_MS);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
