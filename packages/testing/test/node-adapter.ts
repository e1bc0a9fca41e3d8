/** An adapter over node:http, small but complete: what the contract suite is tried on. */
import { promises as fs } from 'node:fs';
import { Agent, type ClientRequest, type IncomingMessage, request as startHttp } from 'node:http';
import { request as startHttps, Agent as TlsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { checkServerIdentity, type PeerCertificate, type TLSSocket } from 'node:tls';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import {
  BaseAdapter,
  type BodyStream,
  type Cert,
  ChunkedEncodingError,
  ConnectionError,
  ConnectTimeout,
  ContentDecodingError,
  Headers,
  type PreparedRequest,
  ReadTimeout,
  RequestException,
  type ResolvedTimeout,
  Response,
  type SendOptions,
  SSLError,
  type StreamBody,
  type Verify,
} from '@requests-ts/core';
import { isStreamBody, openBody, resolveTimeout, selectProxy } from '@requests-ts/core/authors';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const DECODERS = new Map<string, () => NodeJS.ReadWriteStream>([
  ['gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
]);

type AnyAgent = Agent & { keepAlive: boolean };

export class NodeAdapter extends BaseAdapter {
  /** What a mutant changes; see `node:http`'s Agent. */
  readonly agentOptions: { keepAlive?: boolean };
  readonly #agents: Map<string, AnyAgent> = new Map();

  constructor(agentOptions: { keepAlive?: boolean } = {}) {
    super();
    this.agentOptions = agentOptions;
  }

  override async send(request: PreparedRequest, options: SendOptions): Promise<Response> {
    const limits = resolveTimeout(options.timeout);
    if (!TOKEN.test(request.method)) throw new TypeError('Invalid method: must be a token');
    options.signal?.throwIfAborted();
    const tls =
      request.split.scheme === 'https' ? await tlsOptions(options.verify ?? true, options.cert ?? null) : null;
    const agent = this.#agent(tls);
    for (let attempt = 1; ; attempt++) {
      const exchange = new Exchange(request, options, limits, agent);
      try {
        return await exchange.run();
      } catch (error) {
        const stale =
          exchange.reused && !exchange.sawHead && error instanceof ConnectionError && request.method === 'GET';
        if (!stale || attempt > 1) throw error;
      }
    }
  }

  #agent(tls: object | null): AnyAgent {
    const key = JSON.stringify(tls);
    let agent = this.#agents.get(key);
    if (!agent) {
      const settings = { keepAlive: true, ...this.agentOptions, ...tls };
      const withIdentity = { ...settings, checkServerIdentity: identify };
      agent = (tls ? new TlsAgent(withIdentity) : new Agent(settings)) as AnyAgent;
      this.#agents.set(key, agent);
    }
    return agent;
  }

  override async close(): Promise<void> {
    for (const agent of this.#agents.values()) {
      // Busy sockets are closed when they come back.
      agent.keepAlive = false;
      for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
    }
    this.#agents.clear();
  }
}

/** A common name alone is not enough. */
function identify(host: string, certificate: PeerCertificate): Error | undefined {
  if (!certificate.subjectaltname) return new Error('certificate without a subject alternative name');
  return checkServerIdentity(host, certificate);
}

async function tlsOptions(verify: Verify, cert: Cert | null): Promise<object> {
  const trust =
    verify === false
      ? { rejectUnauthorized: false }
      : typeof verify === 'string'
        ? { rejectUnauthorized: true, ca: await fs.readFile(verify, 'utf8') }
        : { rejectUnauthorized: true };
  if (cert === null) return trust;
  const given: { cert: string; key?: string; passphrase?: string } =
    typeof cert === 'string' ? { cert } : 'cert' in cert ? cert : { cert: cert[0], key: cert[1] };
  const [pem, key] = await Promise.all([fs.readFile(given.cert, 'utf8'), fs.readFile(given.key ?? given.cert, 'utf8')]);
  return { ...trust, cert: pem, key, passphrase: given.passphrase };
}

/** One request on one connection. */
class Exchange {
  readonly #request: PreparedRequest;
  readonly #options: SendOptions;
  readonly #limits: ResolvedTimeout;
  readonly #agent: Agent;
  readonly #head: PromiseWithResolvers<IncomingMessage> = Promise.withResolvers();
  #wire: ClientRequest | undefined;
  #response: IncomingMessage | undefined;
  #failure: { readonly reason: unknown } | null = null;
  #timer: NodeJS.Timeout | undefined;
  #total: NodeJS.Timeout | undefined;
  #onSignal = (): void => this.#fail(this.#options.signal!.reason);
  sawHead = false;

  constructor(request: PreparedRequest, options: SendOptions, limits: ResolvedTimeout, agent: Agent) {
    this.#request = request;
    this.#options = options;
    this.#limits = limits;
    this.#agent = agent;
  }

  get reused(): boolean {
    return this.#wire?.reusedSocket ?? false;
  }

  async run(): Promise<Response> {
    const { split, method, headers, pathUrl } = this.#request;
    const lines = [...headers.lines()].filter(([name]) => !/^(content-length|transfer-encoding)$/i.test(name)).flat();
    const { body } = this.#request;
    const host = headers.getAll('host');
    if (host.length > 1 || host.some((value) => !/^[\w.-]+(:\d{1,4})?$/.test(value)))
      throw new TypeError('Invalid Host');
    const declared = headers.get('content-length');
    if (body === null || !isStreamBody(body) || /^\d+$/.test(declared ?? '')) {
      const length =
        body !== null && !isStreamBody(body) ? String(Buffer.byteLength(body as string | Uint8Array)) : declared;
      if (length !== undefined) lines.push('Content-Length', length);
    } else lines.push('Transfer-Encoding', 'chunked');
    if (!headers.has('host')) lines.unshift('Host', split.port === null ? split.host : `${split.host}:${split.port}`);
    const start = split.scheme === 'https' ? startHttps : startHttp;
    // Throws a TypeError for what is no header, before any socket.
    const proxy = selectProxy(split, this.#options.proxies);
    const { hostname, port } = proxy ? new URL(proxy) : { hostname: split.host, port: split.port };
    const wire = start({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port ?? undefined,
      method,
      path: proxy ? `http://${split.host}:${split.port}${pathUrl}` : pathUrl,
      headers: lines as never,
      agent: this.#agent,
    });
    this.#wire = wire;
    this.#options.signal?.addEventListener('abort', this.#onSignal);
    if (this.#limits.totalMs !== null)
      this.#total = setTimeout(
        () => this.#fail(new ReadTimeout('Total time is over', { request: this.#request })),
        this.#limits.totalMs,
      );
    this.#head.promise.catch(() => {});
    wire.on('close', () => {
      if (!this.#response) this.#fail(new ConnectionError('Closed before the answer', { request: this.#request }));
    });
    wire.on('socket', (socket) => this.#follow(socket));
    wire.on('response', (response) => {
      this.#response = response;
      this.#head.resolve(response);
    });
    wire.on('error', (error) => this.#fail(this.#translate(error)));
    try {
      void this.#upload(wire);
      const response = await this.#head.promise;
      this.sawHead = true;
      this.#disarm();
      const transferCoding = response.headers['transfer-encoding'] ?? 'chunked';
      if (transferCoding.toLowerCase() !== 'chunked') {
        response.destroy();
        throw new ConnectionError('Unknown transfer coding', { request: this.#request });
      }
      return await this.#respond(response);
    } catch (error) {
      this.#finish();
      throw error;
    }
  }

  #follow(socket: Socket): void {
    const ready = (): void => {
      clearTimeout(connecting);
      if (this.#wire?.writableFinished) this.#arm();
    };
    const late = (): void => this.#fail(new ConnectTimeout('No connection in time', { request: this.#request }));
    const connecting =
      socket.connecting && this.#limits.connectMs !== null ? setTimeout(late, this.#limits.connectMs) : undefined;
    if (connecting)
      socket
        .once((socket as TLSSocket).encrypted ? 'secureConnect' : 'connect', ready)
        .once('close', () => clearTimeout(connecting));
    this.#wire?.once('finish', () => this.#arm());
  }

  async #upload(wire: ClientRequest): Promise<void> {
    const { body } = this.#request;
    try {
      if (body === null) wire.end();
      else if (!isStreamBody(body)) wire.end(body);
      else await this.#uploadStream(wire, body as StreamBody);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #uploadStream(wire: ClientRequest, body: StreamBody): Promise<void> {
    const declared = Number(this.#request.headers.get('content-length') ?? Number.NaN);
    const over = new Promise<void>((resolve) => {
      wire.once('close', resolve);
      wire.once('response', () => resolve());
    });
    let sent = 0;
    for await (const piece of openBody(body)) {
      sent += piece.length;
      if (sent > declared)
        throw new ConnectionError('The body is longer than its Content-Length', { request: this.#request });
      if (this.#failure || wire.destroyed || wire.closed) return;
      if (!wire.write(piece)) await Promise.race([new Promise((resolve) => wire.once('drain', resolve)), over]);
      // With an answer there already, the rest of the body is of no use.
      if (this.#failure || wire.destroyed || wire.closed || this.#response) return;
    }
    if (sent < declared)
      throw new ConnectionError('The body is shorter than its Content-Length', { request: this.#request });
    wire.end();
  }

  async #respond(response: IncomingMessage): Promise<Response> {
    const request = this.#request;
    const coding = response.headers['content-encoding'] ?? '';
    const decoder = DECODERS.get(coding);
    const wireBytes = this.#wireBytes(response);
    let reading: AsyncIterator<Uint8Array> | undefined;
    const close = (): void => {
      if (!response.complete || response.readableLength > 0) response.destroy();
      this.#finish();
    };
    const body: BodyStream = {
      [Symbol.asyncIterator]: () => (decoder ? decoded(wireBytes, decoder(), request) : wireBytes),
      close,
    };
    const headers = Headers.received(response.rawHeaders);
    const init = {
      request,
      statusCode: response.statusCode!,
      reason: response.statusMessage ?? '',
      headers,
      httpVersion: response.httpVersion,
    };
    if (this.#options.stream) {
      let held: Buffer = Buffer.alloc(0);
      const read = async (size = Number.POSITIVE_INFINITY): Promise<Uint8Array> => {
        reading ??= wireBytes;
        while (held.length < size) {
          const next = await reading.next();
          if (next.done) break;
          held = Buffer.concat([held, next.value]);
        }
        const given = held.subarray(0, size);
        held = held.subarray(given.length);
        return given;
      };
      return new Response({ ...init, body, raw: { read, close } });
    }
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(piece);
    return new Response({ ...init, body: Buffer.concat(pieces) });
  }

  async *#wireBytes(response: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
    let ended = false;
    try {
      const source = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
      for (;;) {
        this.#arm(true);
        const next = await source.next();
        this.#disarm();
        if (next.done) break;
        yield next.value;
      }
      if (this.#failure) throw this.#failure.reason;
      ended = true;
    } catch (error) {
      if (this.#failure) throw this.#failure.reason;
      throw new ChunkedEncodingError('The body ended early', { request: this.#request, cause: error });
    } finally {
      if (!ended) response.destroy();
      this.#finish();
    }
  }

  #arm(inBody = false): void {
    this.#disarm();
    if (this.#limits.readMs === null || (this.sawHead && !inBody)) return;
    const timeout = new ReadTimeout('The server is silent', { request: this.#request });
    const error = inBody
      ? new ConnectionError('The server fell silent', { request: this.#request, cause: timeout })
      : timeout;
    this.#timer = setTimeout(() => this.#fail(error), this.#limits.readMs);
  }

  #disarm(): void {
    clearTimeout(this.#timer);
  }

  #fail(reason: unknown): void {
    if (this.sawHead && this.#response?.complete && !this.#options.signal?.aborted) return;
    this.#failure ??= { reason };
    this.#head.reject(this.#failure.reason);
    this.#wire?.destroy();
    this.#response?.destroy();
  }

  #finish(): void {
    if (!this.#wire?.writableEnded) this.#wire?.destroy();
    this.#disarm();
    clearTimeout(this.#total);
    this.#options.signal?.removeEventListener('abort', this.#onSignal);
  }

  #translate(error: Error & { code?: string }): unknown {
    const context = { request: this.#request, cause: error };
    if (this.#response) return new ChunkedEncodingError('The body ended early', context);
    const { message, code = '' } = error;
    const overTls = this.#request.split.scheme === 'https' && code !== 'ECONNREFUSED';
    return overTls ? new SSLError(message, context) : new ConnectionError(`Connection failed: ${code}`, context);
  }
}

async function* decoded(
  source: AsyncIterable<Uint8Array>,
  decoder: NodeJS.ReadWriteStream,
  request: PreparedRequest,
): AsyncGenerator<Uint8Array, void, undefined> {
  let seen = 0;
  let failure: unknown;
  const feeding = (async () => {
    try {
      for await (const piece of source) {
        seen += piece.length;
        if (!decoder.write(piece)) await new Promise((resolve) => decoder.once('drain', resolve));
      }
      decoder.end();
    } catch (error) {
      failure = error;
      decoder.end();
    }
  })();
  try {
    for await (const piece of decoder as unknown as AsyncIterable<Uint8Array>) yield piece;
    await feeding;
    if (failure !== undefined) throw failure;
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (error instanceof RequestException) throw error;
    if (seen > 0)
      throw new ContentDecodingError('The body is not what Content-Encoding says', { request, cause: error });
  }
}
