import { connect, createServer, type Socket } from 'node:net';
import { extendListener, type Listener, type ListenOptions, listen } from '../listener.ts';
import { type Destination, passOnEnd } from './relay.ts';

/** What becomes of a connection of a relay. */
export interface RelayFault {
  /** So many bytes of the server's reach the client unharmed; with 0 it happens as soon as the client has connected. */
  readonly after: number;
  /**
   * What happens then: a close, a reset, silence, or these bytes and then a close. With `dripMs` every further byte of the server's comes by
   * itself, so long after the one before (0 is one turn of the event loop), `bytes` of them, or all; with `delayMs` they come that late.
   */
  readonly play:
    | 'close'
    | 'reset'
    | 'stall'
    | Uint8Array
    | { readonly dripMs: number; readonly bytes?: number }
    | { readonly delayMs: number };
}

/** How a relay is started. */
export interface RelayOptions extends ListenOptions {
  /** Where everything goes. */
  readonly to: Destination;
  /** What breaks on the n-th connection, from 1; undefined for nothing. */
  readonly fault?: ((connection: number) => RelayFault | undefined) | undefined;
}

/** A running relay. */
export interface Relay extends Listener {
  /** The n-th connection whose fault has been played, from 1; waits for it. */
  waitForFault(count?: number): Promise<void>;
}

/**
 * Starts a relay in front of any server: it understands nothing, and breaks a connection at exactly that byte of what the server sends. So it
 * reaches where no server can be made to break, the middle of a TLS handshake say.
 */
export async function startRelay({ to, fault, ...where }: RelayOptions): Promise<Relay> {
  let accepted = 0;
  let played = 0;
  const waiting = new Set<() => void>();
  const server = createServer((client) => {
    const upstream = connect({ ...to, noDelay: true });
    client.setNoDelay(true);
    client.pipe(upstream);
    accepted += 1;
    const order = fault?.(accepted);
    if (order) {
      // It may be waiting with bytes that nobody reads any more.
      client.on('error', () => {}).on('close', () => upstream.destroy());
      void pass(upstream, client, order, () => {
        played += 1;
        for (const check of waiting) check();
      });
    } else {
      upstream.pipe(client);
      passOnEnd(client, upstream);
      passOnEnd(upstream, client);
    }
  });
  const listener = await listen(server, where);
  const waitForFault = (count = 1): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (played < count) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return extendListener(listener, { waitForFault });
}

/** Passes the server's bytes on up to the fault, and plays it. */
async function pass(upstream: Socket, client: Socket, { after, play }: RelayFault, done: () => void): Promise<void> {
  upstream.on('error', () => client.destroy());
  const held = after === 0 ? Buffer.alloc(0) : await passFirst(upstream, client, after);
  done();
  if (play === 'close') client.end();
  else if (play === 'reset') client.resetAndDestroy();
  else if (play instanceof Uint8Array) client.end(play);
  else if (play !== 'stall') {
    if ('dripMs' in play) return drip(upstream, client, held, play);
    await sleep(play.delayMs);
    client.write(held);
    upstream.pipe(client);
  }
}

/** Passes so many bytes on. Resolves with those that came too many. */
function passFirst(upstream: Socket, client: Socket, count: number): Promise<Buffer> {
  let left = count;
  return new Promise((resolve) => {
    const onData = (bytes: Buffer): void => {
      client.write(bytes.subarray(0, left));
      const rest = bytes.subarray(left);
      left -= bytes.length - rest.length;
      if (left > 0) return;
      upstream.off('data', onData).off('close', onClose).pause();
      resolve(rest);
    };
    const onClose = (): void => void client.end();
    upstream.on('data', onData).once('close', onClose);
  });
}

function drip(
  upstream: Socket,
  client: Socket,
  held: Buffer,
  { dripMs, bytes: count = Number.POSITIVE_INFINITY }: { readonly dripMs: number; readonly bytes?: number },
): void {
  let left = count;
  let queue = Promise.resolve();
  const add = (bytes: Buffer): void => {
    queue = queue.then(async () => {
      const single = bytes.subarray(0, left);
      left -= single.length;
      for (const byte of single) {
        if (client.destroyed) return;
        client.write(Buffer.of(byte));
        await sleep(dripMs);
      }
      if (single.length < bytes.length) client.write(bytes.subarray(single.length));
    });
  };
  add(held);
  upstream.on('data', add).on('end', () => void queue.then(() => client.end()));
  upstream.resume();
}

/** Keeps nobody from leaving: the client may be gone before. */
function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => (ms === 0 ? setImmediate(resolve) : setTimeout(resolve, ms).unref()));
}
