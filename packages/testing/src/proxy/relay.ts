import { connect, isIP, type Socket } from 'node:net';

/** Where a proxy connects. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/** Every name is this machine; nothing is ever asked of a DNS. */
export function toLoopback({ host, port }: Destination): Destination {
  const bare = host.replace(/^\[|\]$/g, '');
  return { host: isIP(bare) ? bare : '127.0.0.1', port };
}

/** A connection to a destination, for a client: it ends with the client. Rejects when it fails. */
export function reach({ host, port }: Destination, client: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const end = (): void => void socket.destroy();
    client.on('close', end);
    socket.once('connect', () => resolve(socket));
    socket.on('error', reject).on('close', () => {
      client.off('close', end);
      reject(new Error('The client has left'));
    });
  });
}

/** Joins two sockets: bytes, half-closes, resets and closes of one reach the other. @param reset Resets the first of them, below its TLS. */
export function join(one: Socket, other: Socket, reset?: () => void): void {
  one.pipe(other);
  other.pipe(one);
  passOnEnd(one, other);
  passOnEnd(other, one, reset);
}

/** When one socket breaks or closes, so does the other, until the returned function is called. */
export function passOnEnd(from: Socket, to: Socket, reset: () => void = () => to.resetAndDestroy()): () => void {
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'ECONNRESET') reset();
    else to.destroy();
  };
  const onClose = (): void => {
    if (!to.destroyed) to.destroySoon();
  };
  from.on('error', onError).on('close', onClose);
  return () => void from.off('error', onError).off('close', onClose);
}
