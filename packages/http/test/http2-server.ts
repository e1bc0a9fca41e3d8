import {
  createSecureServer,
  type Http2SecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createCertificates } from '@requests-ts/testing';
import { onTestFinished } from 'vitest';

export const certificates: ReturnType<typeof createCertificates> = createCertificates();

/** A server of node:http2, closed after the test. */
export interface H2Server {
  readonly url: string;
  readonly port: number;
  readonly server: Http2SecureServer;
  readonly sessions: ServerHttp2Session[];
}

type Headers = Record<string, string | string[] | undefined>;

/** An HTTP/2 server; without a handler it answers with method, target and headers. */
export async function startH2(
  onStream?: (stream: ServerHttp2Stream, headers: Headers) => void,
  options: object = {},
): Promise<H2Server> {
  const server = createSecureServer({ ...certificates.good, allowHTTP1: false, ...options });
  const sessions: ServerHttp2Session[] = [];
  server.on('session', (session) => {
    sessions.push(session);
    session.on('error', () => {});
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    if (onStream) onStream(stream, headers as Headers);
    else {
      const body: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => body.push(chunk));
      stream.on('end', () => {
        stream.respond({ ':status': 200, 'content-type': 'application/json', 'x-two': ['a', 'b'] });
        stream.end(JSON.stringify({ headers, body: Buffer.concat(body).toString() }));
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as { port: number };
  return { url: `https://localhost:${port}`, port, server, sessions };
}

/** Answers with the number of bytes of the request's body. */
export function answerWithSize(stream: ServerHttp2Stream): void {
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
  });
  stream.on('end', () => {
    stream.respond({ ':status': 200 });
    stream.end(String(size));
  });
}
