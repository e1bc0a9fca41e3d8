import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { createCertificates } from '@requests-ts/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failure, get, makeAdapter } from './support.ts';

const certificates = createCertificates();

/** A frame of stream 1, or of the connection (RFC 9113 section 4.1). */
function frame(type: number, flags: number, stream: number, payload: string): Buffer {
  const head = Buffer.from([0, 0, payload.length, type, flags, 0, 0, 0, stream]);
  return Buffer.concat([head, Buffer.from(payload, 'latin1')]);
}

const SETTINGS = frame(4, 0, 0, '');
/** `:status: 200`, from the static table. */
const HEAD = frame(1, 4, 1, '\x88');

/** Sends these frames for the first request of each connection, and closes it in the same breath. */
async function serveAndClose(frames: Buffer): Promise<string> {
  const sockets: TLSSocket[] = [];
  const server = createServer({ ...certificates.good, ALPNProtocols: ['h2'] }, (socket) => {
    let received = Buffer.alloc(0);
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (socket.writable && hasRequest(received)) socket.end(frames);
    });
    socket.write(SETTINGS);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `https://localhost:${(server.address() as AddressInfo).port}/`;
}

/** A HEADERS frame has come, behind the preface of 24 bytes and other frames. */
function hasRequest(received: Buffer): boolean {
  for (let at = 24; at + 9 <= received.length; at += 9 + received.readUIntBE(at, 3)) {
    if (received[at + 3] === 1) return true;
  }
  return false;
}

describe('a connection of HTTP/2 that ends', () => {
  it('[M03] [E07] inside a response is an error', async () => {
    const adapter = makeAdapter({ http2: true, verify: certificates.ca });
    const url = await serveAndClose(Buffer.concat([HEAD, frame(0, 0, 1, 'hello')]));
    for (let i = 0; i < 5; i++)
      expect(await failure(get(adapter, url))).toMatchObject({ name: 'ChunkedEncodingError' });
  });
});
