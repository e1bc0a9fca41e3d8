import { channel } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Node tells of each new client socket here, before it connects. */
const sockets = channel('net.client.socket');

/** What a library opened and set, and keeps for itself. */
export interface Captured<T> {
  readonly result: T;
  /** undefined on a runtime that does not tell; then only the library's own limit ends it. */
  readonly socket: Socket | undefined;
  /** Its own limit, which it never takes back: until then it keeps the connection, and whatever that knows, in memory. */
  readonly timer: NodeJS.Timeout | undefined;
}

/** Runs something that sets a timer and opens a socket before it returns, and tells which these are. */
export function captureSocket<T>(open: () => T): Captured<T> {
  let socket: Socket | undefined;
  let timer: NodeJS.Timeout | undefined;
  const onSocket = (message: unknown): void => {
    socket ??= (message as { socket: Socket }).socket;
  };
  const { setTimeout } = globalThis;
  const setCaptured = (...args: Parameters<typeof setTimeout>): NodeJS.Timeout => {
    const set = setTimeout(...args);
    timer ??= set;
    return set;
  };
  sockets.subscribe(onSocket);
  Reflect.set(globalThis, 'setTimeout', setCaptured);
  try {
    const result = open();
    return { result, socket, timer };
  } finally {
    Reflect.set(globalThis, 'setTimeout', setTimeout);
    sockets.unsubscribe(onSocket);
  }
}
