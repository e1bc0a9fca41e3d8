import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import {
  BaseAdapter,
  ChunkedEncodingError,
  ConnectionError,
  describeRequest,
  Headers,
  isStreamBody,
  openBody,
  type PreparedRequest,
  Response,
  type SendOptions,
} from '@requests-ts/core';

/** The smallest leaf that does real exchanges: plain http, identity coding, no timeouts. */
export class NodeAdapter extends BaseAdapter {
  readonly #agent = new Agent({ keepAlive: true });

  override async send(request: PreparedRequest, { stream, signal }: SendOptions): Promise<Response> {
    signal?.throwIfAborted();
    const message = await this.#exchange(request, signal);
    const body = pieces(message, request, signal);
    const response = new Response({
      request,
      statusCode: message.statusCode!,
      reason: message.statusMessage!,
      headers: Headers.received(message.rawHeaders),
      httpVersion: message.httpVersion,
      body,
    });
    if (!stream) await response.read();
    return response;
  }

  override async close(): Promise<void> {
    this.#agent.destroy();
  }

  #exchange(request: PreparedRequest, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    const { host, port, scheme } = request.split;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const lines = [...request.headers.lines()].flat();
    if (!request.headers.has('Host')) lines.unshift('Host', port === null ? host : `${host}:${port}`);
    const outgoing = httpRequest({
      agent: this.#agent,
      protocol: `${scheme}:`,
      host: host.replace(/^\[|\]$/g, ''),
      port,
      method: request.method,
      path: request.pathUrl,
      headers: lines,
    });
    const abort = () => outgoing.destroy();
    signal?.addEventListener('abort', abort, { once: true });
    let failure: { readonly error: unknown } | null = null;
    outgoing.once('response', resolve);
    outgoing.once('error', (cause) => {
      const error = new ConnectionError(`Connection failed: ${describeRequest(request)}`, { request, cause });
      reject(signal?.aborted ? signal.reason : failure ? failure.error : error);
    });
    outgoing.once('close', () => signal?.removeEventListener('abort', abort));
    upload(request, outgoing).catch((error) => {
      failure = { error };
      outgoing.destroy(error instanceof Error ? error : new Error('the body source failed'));
    });
    return promise;
  }
}

async function upload({ body }: PreparedRequest, outgoing: ReturnType<typeof httpRequest>): Promise<void> {
  if (!isStreamBody(body)) {
    // Text would take the header lines along into UTF-8.
    outgoing.end(typeof body === 'string' ? Buffer.from(body) : (body ?? undefined));
    return;
  }
  for await (const piece of openBody(body)) {
    if (outgoing.destroyed) return;
    if (!outgoing.write(piece)) {
      await new Promise<void>((resolve) => {
        outgoing.once('drain', resolve);
        outgoing.once('close', resolve);
      });
    }
  }
  outgoing.end();
}

function pieces(message: IncomingMessage, request: PreparedRequest, signal: AbortSignal | undefined) {
  const abort = () => message.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  // An error that comes while nobody reads is seen by the next read.
  message.on('error', () => {});
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for await (const piece of message) yield piece as Uint8Array;
      } catch (cause) {
        if (signal?.aborted) throw signal.reason;
        throw new ChunkedEncodingError(`The body ended early: ${describeRequest(request)}`, { request, cause });
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    close() {
      signal?.removeEventListener('abort', abort);
      message.destroy();
    },
  };
}
