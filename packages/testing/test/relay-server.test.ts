import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createCertificates, type RelayFault, startRawServer, startRelay, steps } from '@requests-ts/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

/** A server that says this to everybody, and a relay in front of it that breaks its first connection. */
async function relayed(text: string, fault?: RelayFault): ReturnType<typeof startRelay> {
  const server = createServer(
    (socket) =>
      void socket
        .on('error', () => {})
        .resume()
        .end(text),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const relay = await startRelay({ to: { host: '127.0.0.1', port }, fault: (n) => (n === 1 ? fault : undefined) });
  onTestFinished(async () => {
    await relay.close();
    await new Promise((resolve) => server.close(resolve));
  });
  return relay;
}

/** Everything that a client gets, and how it ends. */
async function received(port: number): Promise<{ text: string; error: string | undefined }> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  let error: string | undefined;
  socket.on('data', (bytes: Buffer) => {
    text += bytes;
  });
  socket.on('error', (e: NodeJS.ErrnoException) => {
    error = e.code;
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return { text, error };
}

describe('startRelay', () => {
  it.each([
    ['nothing', undefined, 'whole truth', undefined],
    ['a close', { after: 5, play: 'close' }, 'whole', undefined],
    ['a close at once', { after: 0, play: 'close' }, '', undefined],
    ['a reset', { after: 5, play: 'reset' }, 'whole', 'ECONNRESET'],
    ['other bytes', { after: 5, play: Buffer.from(' lie') }, 'whole lie', undefined],
    ['a drip', { after: 5, play: { dripMs: 0 } }, 'whole truth', undefined],
    ['a drip of a few bytes', { after: 5, play: { dripMs: 1, bytes: 2 } }, 'whole truth', undefined],
    ['a delay', { after: 5, play: { delayMs: 20 } }, 'whole truth', undefined],
  ] as const)('plays %s after exactly so many bytes', async (_title, fault, text, error) => {
    const relay = await relayed('whole truth', fault);
    expect(await received(relay.port)).toEqual({ text, error });
    // Only the first connection breaks.
    expect(await received(relay.port)).toEqual({ text: 'whole truth', error: undefined });
    await relay.waitForOpenConnections(0);
  });

  it('says when it has gone silent, and lets go when the client does', async () => {
    const relay = await relayed('whole truth', { after: 5, play: 'stall' });
    const socket = connect(relay.port, '127.0.0.1');
    socket.resume();
    await relay.waitForFault();
    expect(relay.openConnections).toBe(1);
    socket.destroy();
    await relay.waitForOpenConnections(0);
  });
});

describe('startRawServer: below TLS', () => {
  it.each([
    ['cut', steps.cut, undefined],
    ['no record', (connection) => connection.sendBelow(Buffer.from('no record of TLS, by no means')), 'ERR_SSL'],
  ] as const satisfies readonly (readonly [string, (typeof steps)['cut'], string | undefined])[])(
    'plays %s',
    async (_title, step, error) => {
      await using server = await startRawServer(['part', step], { tls: true });
      const socket = connectTls({ port: server.port, host: '127.0.0.1', ca: createCertificates().ca });
      let text = '';
      let code = '';
      socket.on('data', (bytes: Buffer) => {
        text += bytes;
      });
      socket.on('error', (e: NodeJS.ErrnoException) => {
        code = e.code ?? '';
        socket.destroy();
      });
      await new Promise((resolve) => socket.once('close', resolve));
      expect(text).toBe('part');
      expect(code.slice(0, 7)).toBe(error ?? '');
    },
  );
});
