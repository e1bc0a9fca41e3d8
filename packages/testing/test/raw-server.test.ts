import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { crlf, everySplit, type RawServer, startRawServer, steps } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';

function open(server: RawServer): Socket {
  return server.ca
    ? connectTls({ port: server.port, host: server.host, ca: server.ca, servername: 'localhost' })
    : connect(server.port, server.host);
}

/** Everything that the server sends until it closes. */
async function readAll(socket: Socket): Promise<string> {
  return Buffer.concat((await socket.toArray()) as Buffer[]).toString('latin1');
}

const OK = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');
const GET = crlf('GET /x HTTP/1.1', 'Host: h', '', '');

describe.each([{ tls: false }, { tls: true }])('startRawServer with tls: $tls', ({ tls }) => {
  it('answers every request with the same bytes and records the requests exactly', async () => {
    await using server = await startRawServer(OK, { tls });
    const socket = open(server);
    socket.write(GET + GET);
    expect((await server.waitForRequest(2)).head).toBe(GET);
    socket.end();
    expect(await readAll(socket)).toBe(OK + OK);
    expect(server.accepted[0]!.received.toString()).toBe(GET + GET);
    expect([server.connections, server.requests.length]).toEqual([1, 2]);
  });

  it('plays a script once and then stays open', async () => {
    await using server = await startRawServer(
      [steps.request, 'first', steps.receive('more'), 'second', steps.halfClose, steps.request],
      { tls },
    );
    const socket = open(server);
    socket.write(GET);
    expect(String((await once(socket, 'data'))[0])).toBe('first');
    socket.write('more');
    expect(String((await once(socket, 'data'))[0])).toBe('second');
    await once(socket, 'end');
    socket.destroy();
    await server.waitForOpenConnections(0);
  });

  it('resets', async () => {
    await using server = await startRawServer([steps.head, steps.reset], { tls });
    const socket = open(server);
    socket.write(GET);
    const [error] = await once(socket, 'error');
    expect(error.code).toBe('ECONNRESET');
  });

  it('stops reading', async () => {
    await using server = await startRawServer([steps.stopReading, steps.stall], { tls });
    const socket = open(server);
    socket.on('error', () => {});
    await server.waitForConnection();
    const flushed = new Promise((resolve) => socket.write(Buffer.alloc(50_000_000), resolve));
    expect(
      await Promise.race([flushed.then(() => 'flushed'), new Promise((resolve) => setTimeout(resolve, 100, 'stuck'))]),
    ).toBe('stuck');
    socket.destroy();
    await flushed;
  });

  it('hands connections to a function', async () => {
    await using server = await startRawServer(
      async (connection) => {
        const { target } = await connection.nextRequest();
        await connection.send(`${connection.id}${target}`);
        connection.close();
      },
      { tls },
    );
    const socket = open(server);
    socket.write(GET);
    expect(await readAll(socket)).toBe('1/x');
    await server.accepted[0]!.closed;
  });
});

describe('startRawServer', () => {
  it.each(everySplit('abcde'))('cuts an answer $name', async ({ split }) => {
    await using server = await startRawServer([steps.request, 'abcde', steps.halfClose], { split });
    const socket = open(server);
    socket.setNoDelay(true).write(GET);
    const pieces = (await socket.toArray()) as Buffer[];
    expect(Buffer.concat(pieces).toString()).toBe('abcde');
    // Loopback may join pieces, but never makes more of them.
    expect(pieces.length).toBeLessThanOrEqual(split === 'whole' ? 1 : split === 'bytes' ? 5 : 2);
  });

  it('sees the head before the body is complete', async () => {
    await using server = await startRawServer([steps.head, 'early', steps.close]);
    const socket = open(server);
    socket.write(crlf('POST / HTTP/1.1', 'Content-Length: 100', '', 'part'));
    expect(await readAll(socket)).toBe('early');
    expect(server.requests).toEqual([]);
  });

  it('throws an error of the handler when it is closed', async () => {
    const server = await startRawServer(() => {
      throw new Error('mine');
    });
    await once(open(server).resume(), 'close');
    await expect(server.close()).rejects.toThrow('mine');
  });

  it('says what came when the client leaves before a request is complete', async () => {
    let error: unknown;
    await using server = await startRawServer(async (connection) => {
      await connection.nextRequest().catch((reason: unknown) => (error = reason));
      connection.close();
    });
    open(server).end('GET / HT');
    await server.waitForConnection();
    await server.accepted[0]!.closed;
    expect(String(error)).toBe('Error: Connection 1 ended before that; received: "GET / HT"');
  });

  it('counts open connections', async () => {
    await using server = await startRawServer(() => {});
    const sockets = [open(server), open(server)];
    await server.waitForOpenConnections(2);
    for (const socket of sockets) socket.destroy();
    await server.waitForOpenConnections(0);
    expect(server.connections).toBe(2);
  });

  it('waits for a time when asked to', async () => {
    await using server = await startRawServer([steps.wait(30), 'late', steps.close]);
    const start = performance.now();
    expect(await readAll(open(server))).toBe('late');
    expect(performance.now() - start).toBeGreaterThan(25);
  });
});
