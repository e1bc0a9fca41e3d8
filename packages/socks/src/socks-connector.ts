import { EventEmitter } from 'node:events';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { lookup as systemLookup } from 'node:dns';
import { InvalidProxyURL, ProxyError } from '@requests-ts/core';
import type { Connector, ConnectorRequest } from '@requests-ts/http';
import type { ProxyUrl } from '@requests-ts/node-transport';
import { SocksProxyAgent } from 'socks-proxy-agent';
import { socksError } from './socks-error.ts';

/** How long a handshake may take when the caller sets no limit: the library cannot be stopped in any other way. */
const UNLIMITED_MS = 30_000;
/** RFC 1928 §5 and RFC 1929 §2 give each of them one byte of length. */
const MAX_BYTES = 255;
/** Schemes whose names are resolved here rather than by the proxy. */
const RESOLVES_HERE: ReadonlySet<string> = new Set(['socks4', 'socks5']);

/**
 * Opens connections through a SOCKS proxy (RFC 1928, RFC 1929, SOCKS 4 and 4a).
 *
 * `socks5` and `socks4` resolve the target's name here; `socks5h`, `socks4a` and `socks` leave that to the proxy, and look nothing up. User and
 * password come from the proxy URL, for SOCKS 4 the user alone.
 *
 * @throws InvalidProxyURL for credentials or names that the protocol cannot carry; ProxyError with the proxy's reply in words.
 */
export const socksConnector: Connector = { connect };

/** The connector under each of its schemes: `new HTTPAdapter({ connectors: socksConnectors })`. */
export const socksConnectors: Readonly<Record<'socks' | 'socks4' | 'socks4a' | 'socks5' | 'socks5h', Connector>> = {
  socks: socksConnector,
  socks4: socksConnector,
  socks4a: socksConnector,
  socks5: socksConnector,
  socks5h: socksConnector,
};

async function connect(request: ConnectorRequest): Promise<Socket> {
  const { proxy, target, signal, timeoutMs, socket: wanted } = request;
  checkLengths(proxy, target.hostname);
  signal.throwIfAborted();
  const agent = new SocksProxyAgent(agentUrl(proxy), {
    timeout: timeoutMs ?? UNLIMITED_MS,
    socketOptions: Object.assign(Object.create(null), {
      ...(wanted.lookup && { lookup: wanted.lookup }),
      ...(wanted.localAddress && { localAddress: wanted.localAddress }),
    }),
  });
  // The agent takes the host from a URL, where IPv6 stands in brackets.
  agent.proxy.host = proxy.hostname;
  const opening = agent.connect(fakeRequest(), {
    host: target.hostname,
    port: target.port,
    secureEndpoint: false,
    lookup: RESOLVES_HERE.has(proxy.scheme) ? resolver(proxy, wanted.lookup, wanted.family) : refuseLookup,
  } as never) as Promise<Socket>;
  return untilAborted(opening.then(prepared, (error: unknown) => Promise.reject(socksError(error, proxy))), signal);
}

/** The agent reports the proxy to the request that it believes it serves, and destroys that when an idle socket times out. */
function fakeRequest(): never {
  return Object.assign(new EventEmitter(), { destroy() {} }) as never;
}

/** The handshake's own limit must not end the connection later, when it idles in the pool. */
function prepared(socket: Socket): Socket {
  socket.setTimeout(0);
  socket.removeAllListeners('timeout');
  return socket;
}

/** Rejects as soon as the signal aborts; the agent's socket is destroyed when the agent hands it out, at its timeout at the latest. */
function untilAborted(opening: Promise<Socket>, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    opening.then(
      (socket) => {
        signal.removeEventListener('abort', onAbort);
        if (signal.aborted) socket.on('error', () => {}).destroy();
        else resolve(socket);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', onAbort);
        reject(error);
      },
    );
  });
}

/** Longer ones would end the process: the library writes them into buffers of 255 bytes. */
function checkLengths({ username = '', password = '', display }: ProxyUrl, hostname: string): void {
  for (const [what, text] of [
    ['user name', username],
    ['password', password],
  ] as const) {
    if (Buffer.byteLength(text) > MAX_BYTES) throw new InvalidProxyURL(`The ${what} for proxy ${display} is longer than ${MAX_BYTES} bytes (RFC 1929)`);
    if (text.includes('\0')) throw new InvalidProxyURL(`The ${what} for proxy ${display} holds a NUL`);
  }
  if (Buffer.byteLength(hostname) > MAX_BYTES) throw new ProxyError(`The host name is longer than ${MAX_BYTES} bytes, which SOCKS cannot carry`);
}

function agentUrl({ scheme, port, username, password }: ProxyUrl): URL {
  const url = new URL(`${scheme}://proxy.invalid:${port}`);
  url.username = encodeURIComponent(username ?? '');
  url.password = encodeURIComponent(password ?? '');
  return url;
}

/** Where the name of the target is looked up for the schemes that do so here; SOCKS 4 has room for IPv4 only. */
function resolver(proxy: ProxyUrl, lookup: LookupFunction | undefined, family: 0 | 4 | 6 | undefined): LookupFunction {
  const resolve = lookup ?? (systemLookup as LookupFunction);
  const wanted = proxy.scheme === 'socks4' ? 4 : (family ?? 0);
  return (hostname, _options, callback) => {
    const known = isIP(hostname);
    if (known) callback(null, hostname, known);
    else resolve(hostname, { family: wanted }, callback);
  };
}

/** With these schemes the name is the proxy's business: a look-up here would tell others where the user goes. */
const refuseLookup: LookupFunction = (hostname, _options, callback) => {
  callback(new Error(`'${hostname}' must be resolved by the proxy`), '', 0);
};
