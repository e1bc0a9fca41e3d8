import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { ProxyError } from '@requests-ts/core';
import type { ConnectorRequest } from '@requests-ts/http';
import type { ProxyUrl } from '@requests-ts/node-transport';
import { SocksProxyAgent } from 'socks-proxy-agent';
import { isVersion4 } from './limits.ts';
import { captureSocket } from './socket-capture.ts';
import { socksError } from './socks-error.ts';

/** The library's own limit where the caller sets none: it has one in any case, and holds what it needs until then. */
const UNLIMITED_MS = 300_000;
const KEEP_ALIVE_MS = 60_000;
const NO_AUTHENTICATION = 0;
const USER_AND_PASSWORD = 2;

const ignore = (): void => {};

/**
 * One SOCKS connection to an address, or to a name that the proxy resolves.
 *
 * @returns A socket on which the next byte is the target's, without listeners or limits of the handshake.
 */
export function shakeHands(request: ConnectorRequest, host: string): Promise<Socket> {
  const { proxy, target, signal } = request;
  signal.throwIfAborted();
  const agent = createAgent(request);
  // With an address, or a name that is not looked up here, the agent opens its socket before it returns.
  const { result, socket, timer } = captureSocket(
    () => agent.connect(fakeRequest(), { host, port: target.port, secureEndpoint: false } as never) as Promise<Socket>,
  );
  return new Promise((resolve, reject) => {
    let broken: unknown;
    let connected = socket === undefined;
    const end = (error: unknown, opened?: Socket): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket?.off('data', onData);
      if (opened && error === null) resolve(opened);
      else {
        opened?.on('error', ignore).destroy();
        socket?.destroy();
        reject(error);
      }
    };
    const onAbort = (): void => end(signal.reason);
    const replies = new ReplyCheck(proxy);
    const onData = (bytes: Buffer): void => {
      const error = replies.add(bytes);
      if (error) end(error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket?.on('error', (error) => (broken ??= error));
    socket?.once('connect', () => (connected = true));
    // Before the library acts on what the proxy sent.
    socket?.prependListener('data', onData);
    result.then(
      (opened) => {
        if (signal.aborted) return end(signal.reason, opened);
        socket?.off('data', onData);
        untouched(opened, proxy).then(
          (ready) => end(signal.aborted ? signal.reason : null, ready),
          (error: unknown) => end(error, opened),
        );
      },
      (error: unknown) => end(socksError(broken ?? error, proxy, connected)),
    );
  });
}

function createAgent({ proxy, timeoutMs, socket }: ConnectorRequest): SocksProxyAgent {
  const version = isVersion4(proxy) ? 'socks4a' : 'socks5h';
  const url = new URL(`${version}://proxy.invalid:${proxy.port}`);
  url.username = encodeURIComponent(proxy.username ?? '');
  url.password = encodeURIComponent(proxy.password ?? '');
  const agent = new SocksProxyAgent(url, {
    timeout: timeoutMs === null ? UNLIMITED_MS : Math.ceil(timeoutMs) + 1,
    // Each written out: the library copies them into a record that inherits whatever a prototype holds.
    socketOptions: {
      lookup: socket.lookup,
      family: socket.family ?? 0,
      localAddress: socket.localAddress,
      localPort: undefined,
      path: undefined,
      hints: undefined,
      autoSelectFamily: true,
    } as never,
  });
  // The agent takes the host from a URL, where IPv6 stands in brackets.
  Object.assign(agent.proxy, { host: proxy.hostname, ipaddress: undefined, custom_auth_method: undefined });
  return agent;
}

/** The agent reports the proxy to the request that it believes it serves, and destroys that when an idle socket times out. */
function fakeRequest(): never {
  return Object.assign(new EventEmitter(), { destroy() {} }) as never;
}

/** The library's limit must not end the connection when it idles later; bytes that came early would be taken for the target's. */
async function untouched(socket: Socket, { display }: ProxyUrl): Promise<Socket> {
  let early = false;
  const onData = (): void => {
    early = true;
  };
  socket.on('error', ignore).on('data', onData).setTimeout(0).removeAllListeners('timeout');
  // In this turn the library hands out what it has read too much, and lets the rest flow.
  await new Promise((resolve) => setImmediate(resolve));
  socket.off('data', onData).pause();
  if (early) throw new ProxyError(`SOCKS proxy ${display}: bytes came before the target could send any`);
  return socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
}

/** What the library does not look at. */
class ReplyCheck {
  readonly #proxy: ProxyUrl;
  #first: Buffer | null = Buffer.alloc(0);

  constructor(proxy: ProxyUrl) {
    this.#proxy = proxy;
  }

  /** @returns What is wrong with the proxy's first reply, once its two bytes are there. */
  add(bytes: Buffer): ProxyError | undefined {
    if (this.#first === null) return undefined;
    this.#first = Buffer.concat([this.#first, bytes.subarray(0, 2)]);
    if (this.#first.length < 2) return undefined;
    const [version, method] = this.#first;
    this.#first = null;
    const { display, username } = this.#proxy;
    if (isVersion4(this.#proxy))
      return version === 0 ? undefined : new ProxyError(`SOCKS proxy ${display}: it does not speak SOCKS 4`);
    if (version !== 5) return new ProxyError(`SOCKS proxy ${display}: it does not speak SOCKS 5`);
    // A method that was not offered: the library would send an empty user and password.
    if (method === USER_AND_PASSWORD && !username)
      return new ProxyError(
        `SOCKS proxy ${display}: it asks for a user name and a password: ${this.#proxy.scheme}://user:password@host:port`,
      );
    return method === NO_AUTHENTICATION || method === USER_AND_PASSWORD || method === 0xff
      ? undefined
      : new ProxyError(`SOCKS proxy ${display}: it chose an authentication that was not offered`);
  }
}
