import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { createCertificates } from '../certificates.ts';
import { extendListener, followTransports, type Listener, type ListenOptions, listen, urlOf } from '../listener.ts';
import { parseHead, type RawRequest } from '../raw/raw-request.ts';
import { crlf } from '../raw/raw-server.ts';
import { type Split, writeCut } from '../raw/split.ts';
import { BodyMeter } from './body-meter.ts';
import { ByteSource } from './byte-source.ts';
import { type Destination, join, passOnEnd, reach, toLoopback } from './relay.ts';

/**
 * Where a proxy can break: when a client connects, after the head of a request, after it has reached the target and before it answers, or, in a
 * tunnel, after its 200.
 */
export type ProxyStep = 'accept' | 'request' | 'answer' | 'tunnel';

/**
 * How it breaks: a proper close, a reset, or silence. Text is sent instead of whatever comes next, before a close. A function plays it by hand;
 * true lets the proxy go on as if nothing had happened.
 */
export type ProxyFault =
  | 'close'
  | 'reset'
  | 'stall'
  | { readonly send: string }
  | ((client: ProxyClient) => boolean | Promise<boolean>);

/** The connection of a client, for a fault that is played by hand. */
export interface ProxyClient {
  /** What the client's bytes come from: over TLS, the decrypted side. */
  readonly socket: Socket;
  /** Sends RST, below TLS where there is TLS. */
  reset(): void;
}

/** How a proxy is started. */
export interface ProxyOptions extends ListenOptions {
  /** True speaks TLS to its clients, with the good test certificate; an object adds to it or replaces it. */
  readonly tls?: boolean | TlsOptions | undefined;
  /** Demands these by Basic, with 407 otherwise. */
  readonly auth?: readonly [user: string, password: string] | undefined;
  /** Refuses a request: with the raw answer that it returns, undefined lets it pass. For schemes other than Basic. */
  readonly authorize?: ((request: ProxyRequest) => string | undefined) | undefined;
  /** Answers every request with this status. */
  readonly refuse?: number | undefined;
  /** Breaks at these steps, in every request. */
  readonly faults?: Readonly<Partial<Record<ProxyStep, ProxyFault>>> | undefined;
  /** The head of the answer to CONNECT; a plain 200 by default. */
  readonly established?: string | undefined;
  /** How that head is cut; whole by default. */
  readonly split?: Split | undefined;
  /** Where a target really is; every name on this machine by default. */
  readonly route?: ((target: Destination) => Destination) | undefined;
}

/** One request as the proxy saw it. */
export interface ProxyRequest extends RawRequest {
  /** `connect` asks for a tunnel, `forward` gives an absolute URL, `origin` neither, which no client of a proxy should send. */
  readonly kind: 'connect' | 'forward' | 'origin';
  /** As named by the client, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** Counts connections from 1. */
  readonly connectionId: number;
}

/** A running proxy. */
export interface ProxyServer extends Listener {
  /** `http://127.0.0.1:port` or `https://...`. */
  readonly url: string;
  /** The same with credentials in front of the host. */
  urlWith(user: string, password: string): string;
  /** Every request so far. */
  readonly requests: readonly ProxyRequest[];
  /** PEM of the test CA, when it speaks TLS. */
  readonly ca: string | undefined;
}

/**
 * Starts an HTTP proxy that forwards absolute URLs, opens tunnels and records what it was asked, on a free loopback port.
 *
 * It passes bytes on as they are, in both directions: a broken answer of the target arrives broken. `Proxy-` headers stop here.
 */
export async function startProxy(options: ProxyOptions = {}): Promise<ProxyServer> {
  const { tls = false, host, port } = options;
  const requests: ProxyRequest[] = [];
  let lastId = 0;
  const accept = (socket: Socket): void => {
    lastId += 1;
    socket.setNoDelay(true).on('error', () => {});
    const client: ProxyClient = { socket, reset: () => void transportOf(socket).resetAndDestroy() };
    serve(client, lastId, options, requests).catch(() => socket.destroy());
  };
  const certificates = tls === false ? undefined : createCertificates();
  const server = certificates
    ? createTlsServer({ ...certificates.good, ...(tls === true ? {} : (tls as TlsOptions)) }, accept)
    : createServer(accept);
  server.on('tlsClientError', () => {});
  const transportOf = followTransports(server);
  const listener = await listen(server, { host, port });
  const url = urlOf(listener, certificates ? 'https' : 'http');
  const urlWith = (user: string, password: string): string =>
    url.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`);
  return extendListener(listener, { url, urlWith, requests, ca: certificates?.ca });
}

/** Until the connection ends or becomes a tunnel. */
async function serve(
  peer: ProxyClient,
  connectionId: number,
  options: ProxyOptions,
  requests: ProxyRequest[],
): Promise<void> {
  const { route = toLoopback, established = crlf('HTTP/1.1 200 Connection established', '', '') } = options;
  const { split = 'whole' } = options;
  const client = peer.socket;
  if (await breaks(peer, options, 'accept')) return;
  const source = new ByteSource(client);
  let target: Socket | undefined;
  let reached = '';
  let detach: (() => void) | undefined;
  for (;;) {
    const request = toProxyRequest(parseHead(await source.takeThrough('\r\n\r\n'))!, connectionId);
    requests.push(request);
    if (await breaks(peer, options, 'request')) return;
    const refusal = refuse(request, options);
    if (refusal !== undefined) {
      client.write(refusal, 'latin1');
      if (request.kind === 'connect') return void client.end();
      await discardBody(source, request);
      continue;
    }
    const { host, port } = route(request);
    if (!target || target.destroyed || reached !== `${host}:${port}`) {
      detach?.();
      target?.unpipe(client).destroy();
      target = await reach({ host, port }, client).catch(() => undefined);
      if (!target)
        return void client.end(crlf('HTTP/1.1 502 Bad Gateway', 'Content-Length: 0', 'Connection: close', '', ''));
      reached = `${host}:${port}`;
      if (request.kind !== 'connect') {
        target.pipe(client);
        detach = passOnEnd(target, client, peer.reset);
      }
    }
    if (await breaks(peer, options, 'answer')) return;
    if (request.kind === 'connect') {
      await writeCut(client, Buffer.from(established, 'latin1'), split);
      if (await breaks(peer, options, 'tunnel')) return;
      source.release();
      return join(client, target, peer.reset);
    }
    await forward(source, request, target);
  }
}

/** Sends the request to its target, in origin form and without what is for proxies. */
async function forward(source: ByteSource, request: ProxyRequest, target: Socket): Promise<void> {
  const path = request.target.replace(/^https?:\/\/[^/?#]*/i, '');
  const [, ...lines] = request.head.split('\r\n');
  const kept = lines.filter((line) => !/^proxy-/i.test(line));
  target.write(
    crlf(`${request.method} ${path.startsWith('/') ? path : `/${path}`} ${request.version}`, ...kept),
    'latin1',
  );
  await passBody(source, request, (bytes) => new Promise((resolve) => target.write(bytes, () => resolve())));
}

async function discardBody(source: ByteSource, request: ProxyRequest): Promise<void> {
  await passBody(source, request, async () => {});
}

async function passBody(
  source: ByteSource,
  request: ProxyRequest,
  to: (bytes: Buffer) => Promise<void>,
): Promise<void> {
  const meter = new BodyMeter(request);
  while (!meter.done) {
    const bytes = await source.takeSome();
    const taken = meter.take(bytes);
    source.unread(bytes.subarray(taken));
    await to(bytes.subarray(0, taken));
  }
}

function toProxyRequest(head: RawRequest, connectionId: number): ProxyRequest {
  const kind = head.method === 'CONNECT' ? 'connect' : /^https?:\/\//i.test(head.target) ? 'forward' : 'origin';
  const [, authority = ''] =
    kind === 'connect' ? ['', head.target] : (/^https?:\/\/([^/?#]*)/i.exec(head.target) ?? []);
  const [, host = '', port = '80'] =
    /^(?:.*@)?(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(authority || (head.getAll('host')[0] ?? '')) ?? [];
  return { ...head, kind, host: host.replace(/^\[|\]$/g, ''), port: Number(port), connectionId };
}

/** The answer of a proxy that does not do it. */
function refuse(request: ProxyRequest, { auth, authorize, refuse: status }: ProxyOptions): string | undefined {
  if (status !== undefined)
    return crlf(`HTTP/1.1 ${status} Refused`, 'Content-Length: 7', 'X-Proxy: refused', '', 'refused');
  if (authorize) return authorize(request);
  if (!auth) return undefined;
  const expected = `Basic ${Buffer.from(auth.join(':')).toString('base64')}`;
  if (request.getAll('proxy-authorization').includes(expected)) return undefined;
  return crlf(
    'HTTP/1.1 407 Proxy Authentication Required',
    'Proxy-Authenticate: Basic realm="test"',
    'Content-Length: 0',
    '',
    '',
  );
}

/** True when the proxy was told to break here, and has done so. */
async function breaks(client: ProxyClient, { faults = {} }: ProxyOptions, step: ProxyStep): Promise<boolean> {
  const fault = faults[step];
  if (fault === undefined) return false;
  if (typeof fault === 'function') return !(await fault(client));
  if (fault === 'close') client.socket.end();
  else if (fault === 'reset') client.reset();
  else if (fault !== 'stall') client.socket.end(fault.send, 'latin1');
  return true;
}
