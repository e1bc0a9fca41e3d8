import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { BaseAdapter, Headers, type PreparedRequest, Response } from '@requests-ts/core';

interface Line {
  readonly socket: Socket;
  /** Received, and not yet taken for an answer. */
  held: string;
}

/** What one writes in an afternoon: keeps a connection and what is left in it, and believes whatever the server says. */
export class NaiveAdapter extends BaseAdapter {
  readonly #lines: Map<string, Line> = new Map();

  override async send(request: PreparedRequest): Promise<Response> {
    const { host, port } = request.split;
    const key = `${host}:${port}`;
    const line = this.#lines.get(key) ?? (await open(host, port ?? 80));
    this.#lines.set(key, line);
    const headers = Array.from(request.headers.lines(), ([name, value]) => `${name}: ${value}\r\n`).join('');
    line.socket.write(`${request.method} ${request.pathUrl} HTTP/1.1\r\nHost: ${key}\r\n${headers}\r\n`);
    await until(line, () => line.held.includes('\r\n\r\n'));
    const [head = ''] = line.held.split('\r\n\r\n');
    const [status = '', ...fields] = head.split('\r\n');
    const flat = fields.flatMap((field) => [field.slice(0, field.indexOf(':')), field.slice(field.indexOf(':') + 2)]);
    const received = Headers.received(flat);
    const length = Number.parseInt(received.get('content-length') ?? '0', 10) || 0;
    const start = head.length + 4;
    await until(line, () => line.held.length >= start + length);
    const body = line.held.slice(start, start + length);
    line.held = line.held.slice(start + length);
    return new Response({ request, statusCode: Number(status.split(' ')[1]), headers: received, body });
  }

  override async close(): Promise<void> {
    for (const { socket } of this.#lines.values()) socket.destroy();
    this.#lines.clear();
  }
}

async function open(host: string, port: number): Promise<Line> {
  const socket = connect(port, host);
  await once(socket, 'connect');
  const line = { socket, held: '' };
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    line.held += chunk.toString('latin1');
    socket.emit('news');
  });
  return line;
}

async function until({ socket }: Line, ready: () => boolean): Promise<void> {
  while (!ready()) await once(socket, 'news');
}
