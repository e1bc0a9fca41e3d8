import {
  crlf,
  type SocksServer,
  type SocksServerOptions,
  startRawServer,
  startSocksServer,
} from '@requests-ts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { open, type Peer } from './client.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function socksWith(options: SocksServerOptions = {}): Promise<{ socks: SocksServer; peer: Peer }> {
  const socks = await startSocksServer(options);
  closing.push(() => socks.close());
  const peer = open(socks);
  closing.push(async () => void peer.socket.destroy());
  return { socks, peer };
}

const OK = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');
const GET = crlf('GET / HTTP/1.1', '', '');

async function originPort(): Promise<number> {
  const server = await startRawServer(OK);
  closing.push(() => server.close());
  return server.port;
}

const port16 = (port: number): number[] => [port >> 8, port & 0xff];
const named = (name: string, port: number): Uint8Array =>
  Uint8Array.of(5, 1, 0, 3, name.length, ...Buffer.from(name), ...port16(port));

describe('startSocksServer: SOCKS5', () => {
  it('connects by name and passes bytes, those sent too early included', async () => {
    const port = await originPort();
    const { socks, peer } = await socksWith();
    peer.send(Uint8Array.of(5, 1, 0));
    expect([...(await peer.bytes(2))]).toEqual([5, 0]);
    peer.send(Buffer.concat([named('api.example', port), Buffer.from(GET)]));
    expect([...(await peer.bytes(10))]).toEqual([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    expect(await peer.until('ok')).toBe(OK);
    expect(socks.requests).toEqual([
      {
        version: 5,
        command: 1,
        host: 'api.example',
        hostType: 'name',
        port,
        user: undefined,
        password: undefined,
        methods: [0],
      },
    ]);
    expect(socks.handshakes[0]).toEqual(Buffer.concat([Buffer.of(5, 1, 0), named('api.example', port)]));
  });

  it.each([
    ['ipv4', [1, 127, 0, 0, 1], '127.0.0.1'],
    ['ipv6', [4, ...Array(15).fill(0), 1], '::1'],
  ] as const)('tells an %s address from a name', async (hostType, address, host) => {
    const port = await originPort();
    const { socks, peer } = await socksWith({ route: (target) => ({ host: '127.0.0.1', port: target.port }) });
    peer.send(Uint8Array.of(5, 1, 0, 5, 1, 0, ...address, ...port16(port)));
    await peer.bytes(12);
    expect(socks.requests[0]).toMatchObject({ hostType, host, port });
  });

  it('demands user and password', async () => {
    const port = await originPort();
    const { socks, peer } = await socksWith({ auth: ['user', 'pass'] });
    peer.send(Uint8Array.of(5, 2, 0, 2));
    expect([...(await peer.bytes(2))]).toEqual([5, 2]);
    peer.send(Buffer.concat([Buffer.of(1, 4), Buffer.from('user'), Buffer.of(4), Buffer.from('pass')]));
    expect([...(await peer.bytes(2))]).toEqual([1, 0]);
    peer.send(named('h', port));
    await peer.bytes(10);
    expect(socks.requests[0]).toMatchObject({ user: 'user', password: 'pass', methods: [0, 2] });
    expect(socks.url('socks5h', ['user', 'p@ss'])).toBe(`socks5h://user:p%40ss@127.0.0.1:${socks.port}`);
  });

  it('refuses wrong credentials, and clients that offer none', async () => {
    const wrong = await socksWith({ auth: ['user', 'pass'] });
    wrong.peer.send(Uint8Array.of(5, 1, 2, 1, 1, 97, 1, 98));
    expect(await wrong.peer.rest()).toBe('\x05\x02\x01\x01');
    const none = await socksWith({ auth: ['user', 'pass'] });
    none.peer.send(Uint8Array.of(5, 1, 0));
    expect(await none.peer.rest()).toBe('\x05\xff');
  });

  it('refuses with a code, also when the target cannot be reached', async () => {
    const refusing = await socksWith({ refuse: 2 });
    refusing.peer.send(Buffer.concat([Buffer.of(5, 1, 0), named('h', 80)]));
    expect((await refusing.peer.rest()).slice(2, 4)).toBe('\x05\x02');
    const unreachable = await socksWith({ route: () => ({ host: '127.0.0.1', port: 1 }) });
    unreachable.peer.send(Buffer.concat([Buffer.of(5, 1, 0), named('h', 80)]));
    expect((await unreachable.peer.rest()).slice(2, 4)).toBe('\x05\x01');
  });

  it('plays a function with its reply, and goes on when that says so', async () => {
    const { peer } = await socksWith({
      faults: {
        greeting: (client, reply) => {
          client.write(reply);
          return true;
        },
        connect: (client, reply) => {
          client.end(reply.subarray(0, 1));
          return false;
        },
      },
    });
    peer.send(Buffer.concat([Buffer.of(5, 1, 0), named('h', await originPort())]));
    expect(await peer.rest()).toBe('\x05\0\x05');
  });

  it.each([
    ['greeting', 'close', ''],
    ['greeting', Uint8Array.of(4, 0), '\x04\0'],
    ['connect', 'reset', 'ECONNRESET'],
    ['connect', 'close', '\x05\0'],
  ] as const)('breaks at %s with %j', async (step, fault, expected) => {
    const { peer } = await socksWith({
      faults: { [step]: fault },
      refuse: fault instanceof Uint8Array ? 1 : undefined,
    });
    peer.send(Buffer.concat([Buffer.of(5, 1, 0), named('h', await originPort())]));
    expect((await peer.rest()).slice(0, expected.length || 1)).toBe(expected);
  });
});

describe('startSocksServer: SOCKS4', () => {
  it('connects by address, with a user id', async () => {
    const port = await originPort();
    const { socks, peer } = await socksWith({ version: 4, auth: ['me', ''] });
    peer.send(Uint8Array.of(4, 1, ...port16(port), 127, 0, 0, 1, ...Buffer.from('me'), 0));
    expect([...(await peer.bytes(8))].slice(0, 2)).toEqual([0, 90]);
    peer.send(GET);
    expect(await peer.until('ok')).toBe(OK);
    expect(socks.requests[0]).toMatchObject({ version: 4, host: '127.0.0.1', hostType: 'ipv4', user: 'me' });
  });

  it('connects by name (SOCKS4a) and refuses', async () => {
    const { socks, peer } = await socksWith({ version: 4, refuse: 91 });
    peer.send(Uint8Array.of(4, 1, 0, 80, 0, 0, 0, 1, 0, ...Buffer.from('api.example'), 0));
    expect((await peer.rest()).slice(0, 2)).toBe('\0\x5b');
    expect(socks.requests[0]).toMatchObject({ host: 'api.example', hostType: 'name', port: 80, user: undefined });
  });

  it('refuses a wrong user id', async () => {
    const { peer } = await socksWith({ version: 4, auth: ['me', ''] });
    peer.send(Uint8Array.of(4, 1, 0, 80, 127, 0, 0, 1, 0));
    expect((await peer.rest()).slice(0, 2)).toBe('\0\x5d');
  });
});
