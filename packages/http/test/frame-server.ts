import { createServer, type TLSSocket } from 'node:tls';
import { createCertificates, type Listener, listen } from '@requests-ts/testing';

/** Types of frames (RFC 9113 §6), and those of RFC 7838 and RFC 8336. */
export const FRAMES = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
  altsvc: 10,
  origin: 12,
  unknown: 0x55,
} as const;

/** One HTTP/2 frame. */
export function frame(
  type: keyof typeof FRAMES,
  flags: number,
  stream: number,
  payload: Uint8Array = new Uint8Array(),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(FRAMES[type], 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** `:status: 200` of the static table. */
export const OK: Uint8Array = Uint8Array.of(0x88);
const END_HEADERS = 4;
const PREFACE = 24;

/** A server of HTTP/2 frames that somebody writes by hand. */
export interface FrameServer extends Listener {
  readonly url: string;
  readonly ca: string;
  /** Bytes that were sent, over all connections. */
  readonly sent: number;
}

/** Plays one connection from the first request on; `send` resolves when the client has taken the bytes, with false when it is gone. */
export type FrameHandler = (send: (bytes: Uint8Array) => Promise<boolean>, stream: number) => Promise<void>;

/** Starts it: settings are exchanged, and `play` is called for the first request of each connection. */
export async function startFrameServer(play: FrameHandler): Promise<FrameServer> {
  const { good, ca } = createCertificates();
  let sent = 0;
  const server = createServer({ ...good, ALPNProtocols: ['h2'] }, (socket: TLSSocket) => {
    const send = async (bytes: Uint8Array): Promise<boolean> => {
      if (socket.destroyed) return false;
      const more = socket.write(bytes);
      sent += bytes.length;
      if (!more) {
        await new Promise<void>((resolve) => {
          const done = (): void => {
            socket.off('drain', done).off('close', done);
            resolve();
          };
          socket.on('drain', done).on('close', done);
        });
      } else await new Promise((resolve) => setImmediate(resolve));
      return !socket.destroyed;
    };
    let received = Buffer.alloc(0);
    let playing = false;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      if (playing) return;
      received = Buffer.concat([received, chunk]);
      for (let at = PREFACE; at + 9 <= received.length; at += 9 + received.readUIntBE(at, 3)) {
        if (received[at + 3] !== FRAMES.headers) continue;
        playing = true;
        void play(send, received.readUInt32BE(at + 5));
        return;
      }
    });
    socket.write(Buffer.concat([frame('settings', 0, 0), frame('settings', 1, 0)]));
  });
  const listener = await listen(server);
  return Object.defineProperties(listener, {
    url: { value: `https://localhost:${listener.port}` },
    ca: { value: ca },
    sent: { get: () => sent },
  }) as FrameServer;
}

/** The head of an answer. */
export function head(stream: number, flags: number = END_HEADERS, block: Uint8Array = OK): Buffer {
  return frame('headers', flags, stream, block);
}
