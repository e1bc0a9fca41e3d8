import type { Socket } from 'node:net';
import { ProxyError } from '@requests-ts/core';
import type { TunnelAnswer } from './refusal.ts';

const MAX_HEAD = 16 * 1024;
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})(?: ([^\r\n]*))?$/;

/**
 * Asks a proxy for a tunnel (RFC 9110 §9.3.6); nothing of the request is in it but host and port.
 *
 * @returns The proxy's answer, of which at most 16 KiB of head are read.
 * @throws ProxyError when there is none, or it is not HTTP. The caller destroys the socket then.
 */
export function requestTunnel(
  socket: Socket,
  authority: string,
  fields: ReadonlyMap<string, string>,
): Promise<TunnelAnswer> {
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  for (const [name, value] of fields) lines.push(`${name}: ${value}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    const end = (settle: () => void): void => {
      socket.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', onError);
      settle();
    };
    const fail = (what: string): void => end(() => reject(new ProxyError(`Tunnel connection failed: ${what}`)));
    const onEnd = (): void => fail('the proxy closed the connection');
    const onError = (error: Error): void => fail(error.message);
    const onReadable = (): void => {
      for (let chunk = socket.read() as Buffer | null; chunk; chunk = socket.read() as Buffer | null)
        bytes = Buffer.concat([bytes, chunk]);
      let at = bytes.indexOf('\r\n\r\n');
      // Interim answers count towards the limit: each is cut off only while it is small.
      for (let skipped = 0; at >= 0 && isInterim(bytes) && skipped + at <= MAX_HEAD; ) {
        skipped += at + 4;
        bytes = bytes.subarray(at + 4);
        at = bytes.indexOf('\r\n\r\n');
      }
      if (at > MAX_HEAD || (at < 0 && bytes.length > MAX_HEAD)) fail("the proxy's answer is too long");
      else if (at >= 0) {
        const answer = parseAnswer(bytes.toString('latin1', 0, at), bytes.subarray(at + 4));
        if (answer) end(() => resolve(answer));
        else fail('the proxy does not speak HTTP');
      }
    };
    socket.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', onError);
  });
}

function isInterim(bytes: Buffer): boolean {
  return /^HTTP\/1\.[01] 1(?!01)\d\d/.test(bytes.toString('latin1', 0, 12));
}

function parseAnswer(head: string, body: Uint8Array): TunnelAnswer | null {
  const [first = '', ...lines] = head.split('\r\n');
  const match = STATUS_LINE.exec(first);
  if (!match) return null;
  const fields = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return colon > 0 ? [line.slice(0, colon), line.slice(colon + 1).trim()] : [];
  });
  return { statusCode: Number(match[1]), reason: match[2] ?? '', fields, body };
}
