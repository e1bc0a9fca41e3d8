import type { Socket } from 'node:net';
import { Headers, ProxyError, Response } from '@requests-ts/core';
import { printable } from '@requests-ts/core/authors';
import type { Route } from './route.ts';

const MAX_HEAD = 16 * 1024;
const MAX_BODY = 1024;
const MAX_INTERIM = 16;
const END = '\r\n\r\n';
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})(?: ([^\r\n]*))?$/;

/**
 * Opens a tunnel through an HTTP proxy (RFC 9110 §9.3.6) on a connected socket.
 *
 * Only 200 opens it, and only when nothing follows the answer's head: bytes that came early would be taken for the target's. Nothing of the
 * request is in the CONNECT but host and port.
 *
 * @returns A promise that resolves with the socket ready for the target's first byte. It rejects with ProxyError, whose `response` is the
 *   refusal with at most 1 KiB of its body. The caller destroys the socket then, and at its deadline.
 */
export function openTunnel(socket: Socket, { hostname, port, proxyHeaders }: Route): Promise<void> {
  const authority = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
  let head = `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n`;
  for (let i = 0; i < proxyHeaders.length; i += 2) head += `${proxyHeaders[i]}: ${proxyHeaders[i + 1]}\r\n`;
  socket.write(`${head}\r\n`, 'latin1');
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    let interim = 0;
    const end = (error: Error | null): void => {
      socket.off('readable', onReadable).off('end', onEnd).off('error', onError).off('close', onEnd);
      if (error) reject(error);
      else resolve();
    };
    const onReadable = (): void => {
      for (let chunk = socket.read() as Buffer | null; chunk; chunk = socket.read() as Buffer | null)
        bytes = Buffer.concat([bytes, chunk]);
      let at = bytes.indexOf(END);
      while (
        at >= 0 &&
        at <= MAX_HEAD &&
        interim <= MAX_INTERIM &&
        /^HTTP\/1\.[01] 1(?!01)/.test(bytes.toString('latin1', 0, 12))
      ) {
        interim++;
        bytes = bytes.subarray(at + END.length);
        at = bytes.indexOf(END);
      }
      if (interim > MAX_INTERIM)
        end(new ProxyError('Tunnel connection failed: the proxy sends one interim answer after the other'));
      else if ((at < 0 ? bytes.length : at) > MAX_HEAD)
        end(new ProxyError("Tunnel connection failed: the proxy's answer is too long"));
      else if (at >= 0) end(judge(bytes.subarray(0, at).toString('latin1'), bytes.subarray(at + 4)));
    };
    const onEnd = (): void => end(new ProxyError('Tunnel connection failed: the proxy closed the connection'));
    const onError = (error: Error): void => end(error);
    socket.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', onError);
  });
}

function judge(head: string, rest: Uint8Array): Error | null {
  const [first = '', ...lines] = head.split('\r\n');
  const match = STATUS_LINE.exec(first);
  if (!match) return new ProxyError('Tunnel connection failed: the proxy does not speak HTTP');
  const statusCode = Number(match[1]);
  if (statusCode === 200)
    return rest.length === 0
      ? null
      : new ProxyError('Tunnel connection failed: the proxy sent bytes before the target could');
  const reason = printable(match[2] ?? '');
  const response = new Response({
    statusCode,
    reason,
    headers: Headers.received(fieldsOf(lines)),
    body: new Uint8Array(rest.subarray(0, MAX_BODY)),
  });
  return new ProxyError(`Tunnel connection failed: ${statusCode} ${reason}`.trimEnd(), { response });
}

function fieldsOf(lines: readonly string[]): string[] {
  const fields: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.push(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return fields;
}
