/** The plainest client: sends text, gives what comes. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Peer {
  readonly socket: Socket;
  send(bytes: string | Uint8Array): void;
  /** Resolves when that text has come; gives everything since the last call. */
  until(text: string): Promise<string>;
  /** Resolves when so many bytes have come. */
  bytes(count: number): Promise<Buffer>;
  /** Everything until the end; an error's code when it ends by one. */
  rest(): Promise<string>;
}

export function open({ host, port }: { readonly host: string; readonly port: number }): Peer {
  const socket = connect(port, host);
  let received = Buffer.alloc(0);
  let over: string | undefined;
  const events = new EventTarget();
  const tell = (): void => void events.dispatchEvent(new Event('news'));
  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    tell();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    over = error.code ?? 'error';
    tell();
  });
  socket.on('end', () => {
    over ??= '';
    tell();
  });
  const when = async (ready: () => number): Promise<Buffer> => {
    while (ready() < 0) {
      if (over !== undefined)
        throw new Error(`ended with ${over || 'FIN'} after ${JSON.stringify(received.toString('latin1'))}`);
      await once(events, 'news');
    }
    const taken = received.subarray(0, ready());
    received = received.subarray(taken.length);
    return taken;
  };
  return {
    socket,
    send: (bytes) => void socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    until: async (text) =>
      (await when(() => (received.includes(text) ? received.indexOf(text) + text.length : -1))).toString('latin1'),
    bytes: (count) => when(() => (received.length >= count ? count : -1)),
    rest: async () => {
      while (over === undefined) await once(events, 'news');
      return over === '' ? received.toString('latin1') : over;
    },
  };
}
