/** A TCP server that plays one answer at a time, and keeps nothing of what was: a long run makes a million connections. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { piecesOf } from './grammar.ts';

/** What the server does on the next connections. */
export interface Play {
  /** Called when new bytes have come; returns what to answer once they are enough. All of them are in `received`. */
  answer(received: Buffer, step: number): Buffer | string | null;
  /** Where answers are cut; a turn of the event loop lies between the pieces. */
  readonly cuts?: readonly number[];
  /** Answers before the connection is half-closed; 1. A client that waits for more after an earlier one is left soon. */
  readonly steps?: number;
}

export interface WireServer {
  readonly port: number;
  play: Play;
  /** Everything that the last connection received. */
  received: Buffer;
  connections: number;
  /** Resolves once no connection is left. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const PATIENCE_MS = 20;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function startWire(): Promise<WireServer> {
  const open = new Set<Socket>();
  let wake = (): void => {};
  const server = createServer((socket) => {
    wire.connections++;
    open.add(socket);
    const { play } = wire;
    let received: Buffer = Buffer.alloc(0);
    let step = 0;
    let sending = Promise.resolve();
    let impatience: NodeJS.Timeout | undefined;
    const send = async (data: Buffer | string): Promise<void> => {
      const text = typeof data === 'string' ? data : data.toString('latin1');
      for (const piece of piecesOf(text, play.cuts ?? [])) {
        if (socket.destroyed) return;
        socket.write(piece, 'latin1');
        await turn();
      }
    };
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => {
      open.delete(socket);
      clearTimeout(impatience);
      if (open.size === 0) wake();
    });
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk as Buffer]);
      wire.received = received;
      const answer = step < (play.steps ?? 1) ? play.answer(received, step) : null;
      if (answer === null) return;
      step++;
      const last = step === (play.steps ?? 1);
      clearTimeout(impatience);
      sending = sending
        .then(() => send(answer))
        .then(() => {
          if (last) socket.end();
          else impatience = setTimeout(() => socket.end(), PATIENCE_MS);
        });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const wire: WireServer = {
    port: (server.address() as AddressInfo).port,
    play: { answer: () => null },
    received: Buffer.alloc(0),
    connections: 0,
    idle: () => (open.size === 0 ? Promise.resolve() : new Promise((resolve) => (wake = resolve))),
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return wire;
}

/** True once the head of a request is complete. */
export function hasHead(received: Buffer): boolean {
  return received.includes('\r\n\r\n');
}
