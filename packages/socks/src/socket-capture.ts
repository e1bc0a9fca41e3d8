import { channel } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Node tells of each new client socket here, before it connects. */
const sockets = channel('net.client.socket');

/**
 * Runs something that opens a socket before it returns, and tells which socket that is.
 *
 * The way to a socket that a library keeps for itself. undefined on a runtime that does not tell; then only its own limit ends it.
 */
export function captureSocket<T>(open: () => T): { readonly result: T; readonly socket: Socket | undefined } {
  let socket: Socket | undefined;
  const onSocket = (message: unknown): void => {
    socket ??= (message as { socket: Socket }).socket;
  };
  sockets.subscribe(onSocket);
  try {
    const result = open();
    return { result, socket };
  } finally {
    sockets.unsubscribe(onSocket);
  }
}
