import { createServer, type Socket } from 'node:net';
import { extendListener, type Listener, type ListenOptions, listen } from '../listener.ts';
import { ByteSource } from './byte-source.ts';
import { type Destination, join, reach, toLoopback } from './relay.ts';

/** The steps of a SOCKS5 handshake; SOCKS4 has only the last one. */
export type SocksStep = 'greeting' | 'auth' | 'connect';

/**
 * What a server does at a step instead of its duty: close, reset, be silent, or send these bytes and go on. A function gets its reply and plays
 * it by hand; true goes on after what was sent, false ends the handshake there.
 */
export type SocksFault =
  | 'close'
  | 'reset'
  | 'stall'
  | Uint8Array
  | ((client: Socket, reply: Uint8Array) => boolean | Promise<boolean>);

/** How a SOCKS server is started. */
export interface SocksServerOptions extends ListenOptions {
  /** 5 by default; 4 speaks SOCKS4 and SOCKS4a. */
  readonly version?: 4 | 5 | undefined;
  /** SOCKS5 demands these (RFC 1929); SOCKS4 demands the first as user id. */
  readonly auth?: readonly [user: string, password: string] | undefined;
  /** Refuses with this code: 1 to 8 for SOCKS5 (RFC 1928 §6), 91 to 93 for SOCKS4. */
  readonly refuse?: number | undefined;
  readonly faults?: Readonly<Partial<Record<SocksStep, SocksFault>>> | undefined;
  /** Where a target really is; every name on this machine by default. */
  readonly route?: ((target: Destination) => Destination) | undefined;
}

/** One request as the server saw it. */
export interface SocksRequest extends Destination {
  readonly version: 4 | 5;
  /** 1 connects, 2 binds, 3 is for datagrams. */
  readonly command: number;
  /** Who resolves: `name` leaves it to the server. */
  readonly hostType: 'name' | 'ipv4' | 'ipv6';
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Of SOCKS5: what the client offered, 0 for none, 2 for user and password. */
  readonly methods: readonly number[];
}

/** A running SOCKS server. */
export interface SocksServer extends Listener {
  /** Every request so far. */
  readonly requests: readonly SocksRequest[];
  /** Every handshake so far as the client wrote it, byte by byte, whether it came to a request or not. */
  readonly handshakes: readonly Buffer[];
  /** `socks5h://127.0.0.1:port`, for that scheme. */
  url(
    scheme: 'socks4' | 'socks4a' | 'socks5' | 'socks5h',
    credentials?: readonly [user: string, password: string],
  ): string;
}

/** Starts a SOCKS server that connects, records what it was asked, and breaks where it is told to, on a free loopback port. */
export async function startSocksServer(options: SocksServerOptions = {}): Promise<SocksServer> {
  const requests: SocksRequest[] = [];
  const handshakes: Buffer[] = [];
  const server = createServer((socket) => {
    const index = handshakes.push(Buffer.alloc(0)) - 1;
    socket.setNoDelay(true).on('error', () => {});
    const handshake = new Handshake(socket, options, (bytes) => {
      handshakes[index] = Buffer.concat([handshakes[index]!, bytes]);
    });
    const done = options.version === 4 ? handshake.socks4(requests) : handshake.socks5(requests);
    done.catch(() => socket.destroy());
  });
  const listener = await listen(server, options);
  const url: SocksServer['url'] = (scheme, credentials) => {
    const userinfo = credentials ? `${credentials.map(encodeURIComponent).join(':')}@` : '';
    return `${scheme}://${userinfo}${listener.host === '::1' ? '[::1]' : listener.host}:${listener.port}`;
  };
  return extendListener(listener, { requests, handshakes, url });
}

class Handshake {
  readonly #client: Socket;
  readonly #source: ByteSource;
  readonly #options: SocksServerOptions;
  readonly #record: (bytes: Buffer) => void;

  constructor(client: Socket, options: SocksServerOptions, record: (bytes: Buffer) => void) {
    this.#client = client;
    this.#source = new ByteSource(client);
    this.#options = options;
    this.#record = record;
  }

  async #take(length: number): Promise<Buffer> {
    const bytes = await this.#source.take(length);
    this.#record(bytes);
    return bytes;
  }

  /** Text that ends with a zero byte. */
  async #text(): Promise<string> {
    const bytes = await this.#source.takeThrough(Buffer.of(0));
    this.#record(bytes);
    return bytes.toString('utf8', 0, bytes.length - 1);
  }

  /** Sends the reply of a step, or what was ordered instead; true when the handshake ends here. */
  async #reply(step: SocksStep, bytes: Uint8Array): Promise<boolean> {
    const fault = this.#options.faults?.[step];
    if (typeof fault === 'function') return !(await fault(this.#client, bytes));
    if (fault === undefined || fault instanceof Uint8Array) {
      this.#client.write(fault ?? bytes);
      return false;
    }
    if (fault === 'close') this.#client.end();
    else if (fault === 'reset') this.#client.resetAndDestroy();
    return true;
  }

  /** RFC 1928, with user and password of RFC 1929. */
  async socks5(requests: SocksRequest[]): Promise<void> {
    const { auth } = this.#options;
    const [, count = 0] = await this.#take(2);
    const methods = [...(await this.#take(count))];
    const method = methods.includes(auth ? 2 : 0) ? (auth ? 2 : 0) : 0xff;
    if (await this.#reply('greeting', Buffer.of(5, method))) return;
    if (method === 0xff) return void this.#client.end();

    let user: string | undefined;
    let password: string | undefined;
    if (method === 2) {
      const [, length = 0] = await this.#take(2);
      user = (await this.#take(length)).toString();
      password = (await this.#take((await this.#take(1))[0]!)).toString();
      const right = user === auth![0] && password === auth![1];
      if (await this.#reply('auth', Buffer.of(1, right ? 0 : 1))) return;
      if (!right) return void this.#client.end();
    }

    const [, command = 0, , kind] = await this.#take(4);
    const hostType = kind === 1 ? 'ipv4' : kind === 4 ? 'ipv6' : 'name';
    const length = hostType === 'ipv4' ? 4 : hostType === 'ipv6' ? 16 : (await this.#take(1))[0]!;
    const host = formatHost(await this.#take(length), hostType);
    const port = (await this.#take(2)).readUInt16BE();
    requests.push({ version: 5, command, host, hostType, port, user, password, methods });
    await this.#connect({ host, port }, 0, 1, (code) => Buffer.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0));
  }

  /** SOCKS4, with the names of SOCKS4a: an address 0.0.0.x means that the name follows. */
  async socks4(requests: SocksRequest[]): Promise<void> {
    const { auth } = this.#options;
    const head = await this.#take(8);
    const port = head.readUInt16BE(2);
    const address = head.subarray(4, 8);
    const user = await this.#text();
    const named = address[0] === 0 && address[1] === 0 && address[2] === 0 && address[3] !== 0;
    const host = named ? await this.#text() : formatHost(address, 'ipv4');
    const hostType = named ? 'name' : 'ipv4';
    requests.push({
      version: 4,
      command: head[1]!,
      host,
      hostType,
      port,
      user: user || undefined,
      password: undefined,
      methods: [],
    });
    const reply = (code: number): Buffer => Buffer.of(0, code, 0, 0, 0, 0, 0, 0);
    if (auth && user !== auth[0]) return void ((await this.#reply('connect', reply(93))) || this.#client.end());
    await this.#connect({ host, port }, 90, 91, reply);
  }

  async #connect(target: Destination, granted: number, failed: number, reply: (code: number) => Buffer): Promise<void> {
    const { route = toLoopback, refuse } = this.#options;
    const upstream = refuse === undefined ? await reach(route(target), this.#client).catch(() => undefined) : undefined;
    const stopped = await this.#reply('connect', reply(upstream ? granted : (refuse ?? failed)));
    if (!upstream) return void (stopped || this.#client.end());
    if (stopped) return void upstream.destroy();
    this.#source.release();
    join(this.#client, upstream);
  }
}

function formatHost(bytes: Buffer, type: SocksRequest['hostType']): string {
  if (type === 'name') return bytes.toString('latin1');
  if (type === 'ipv4') return [...bytes].join('.');
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
  return groups.join(':').replace(/(^|:)0(?::0)+(:|$)/, '::');
}
