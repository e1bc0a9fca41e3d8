import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import {
  createCanaries,
  expectNoSecret,
  lookupAll,
  startDeafServer,
  trackHandles,
  withCanaries,
} from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';

const SECRET = 'canary-5fA/+9';

class Holder {
  readonly #secret: string = SECRET;

  knows(text: string): boolean {
    return text === this.#secret;
  }
}

describe('expectNoSecret', () => {
  const hidden = Object.defineProperty(new Error('x'), 'request', { value: { headers: { a: SECRET } } });
  it.each<[string, unknown]>([
    ['a message', new Error(`failed: ${SECRET}`)],
    ['a cause', new Error('x', { cause: new Error('y', { cause: SECRET }) })],
    ['an inner error', new AggregateError([new Error(SECRET)])],
    ['a property that is not enumerable', hidden],
    ['something deep', { a: [{ b: new Map([['c', { d: [SECRET] }]]) }] }],
    ['JSON', { toJSON: () => ({ a: SECRET }), [Symbol.for('nodejs.util.inspect.custom')]: () => '' }],
    ['a text', { toString: () => SECRET, [Symbol.for('nodejs.util.inspect.custom')]: () => '' }],
    ['the end of a long text', 'x'.repeat(100_000) + SECRET],
    ['percent-encoding', encodeURIComponent(SECRET)],
    ['Base64', btoa(`${SECRET}`)],
    ['Base64 after a user name', btoa(`user:${SECRET}`)],
    ['Base64 between others', btoa(`ab:${SECRET}:cd`)],
  ])('finds a secret in %s', (_, value) => {
    expect(() => expectNoSecret(value, [SECRET])).toThrow(/The secret canary-5fA/);
  });

  it('passes what hides it', () => {
    const cyclic = new Error('x') as Error & { self?: unknown };
    cyclic.self = cyclic;
    cyclic.cause = cyclic;
    for (const value of [new Holder(), new Error('canary'), cyclic, null, undefined, 5n, Symbol('s')])
      expectNoSecret(value, [SECRET]);
  });

  it('takes canaries, which are all different', () => {
    const canaries = createCanaries();
    expect(new Set(Object.values(canaries)).size).toBe(14);
    expect(() => expectNoSecret(canaries.cookie, canaries)).toThrow();
  });
});

describe('withCanaries', () => {
  it('gives what was returned', async () => expect(await withCanaries(async () => 5)).toBe(5));
  it('throws what was thrown when it is clean', async () => {
    await expect(withCanaries(() => Promise.reject(new Error('clean')))).rejects.toThrow('clean');
  });
  it.each<[string, (secret: string) => unknown]>([
    [
      'an error',
      (secret) => {
        throw new Error(secret);
      },
    ],
    ['a warning', (secret) => process.emitWarning(`look: ${secret}`)],
    ['the console', (secret) => process.stdout.write(`look: ${secret}\n`)],
  ])('fails when a canary gets out through %s', async (_, leak) => {
    await expect(withCanaries(async ({ password }) => leak(password))).rejects.toThrow(/The secret canarypassword/);
  });
});

describe('trackHandles', () => {
  it('finds a server, a socket and a timer that are left, and none when they are gone', async () => {
    const handles = trackHandles();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const timer = setTimeout(() => {}, 100_000);
    const socket = connect((server.address() as { port: number }).port, '127.0.0.1');
    await once(server, 'connection');
    expect(handles.left()).toEqual({ Timeout: 1, TCPSERVERWRAP: 1, TCPWRAP: 2 });
    clearTimeout(timer);
    socket.destroy();
    server.close();
    await handles.expectNone();
    expect(handles.left()).toEqual({});
  });

  it('says what is left when it does not go', async () => {
    const handles = trackHandles();
    const timer = setInterval(() => {}, 100_000);
    setTimeout(() => {}, 100_000).unref();
    await expect(handles.expectNone()).rejects.toThrow('Left behind: {"Timeout":1}');
    clearInterval(timer);
  });
});

describe('lookupAll', () => {
  const ask = (lookup: ReturnType<typeof lookupAll>, name: string, options: unknown = {}): Promise<unknown[]> =>
    new Promise((resolve) => lookup(name, options, (...answer) => resolve(answer)));

  it('gives 127.0.0.1 for every name, and records it', async () => {
    const lookup = lookupAll();
    expect(await ask(lookup, 'a.example')).toEqual([null, '127.0.0.1', 4]);
    expect(await ask(lookup, 'b.example', { all: true })).toEqual([null, [{ address: '127.0.0.1', family: 4 }]]);
    expect(lookup.names).toEqual(['a.example', 'b.example']);
  });

  it('gives what the map says, by family', async () => {
    const lookup = lookupAll({ 'a.example': ['::1', '127.0.0.2'] });
    expect(await ask(lookup, 'a.example')).toEqual([null, '::1', 6]);
    expect(await ask(lookup, 'a.example', { family: 4 })).toEqual([null, '127.0.0.2', 4]);
  });

  it('fails by code, by error, and on the call it is told to', async () => {
    const mine = new Error('mine');
    const lookup = lookupAll({ a: 'ENOTFOUND', b: mine, c: (n) => (n === 2 ? 'EAI_AGAIN' : '127.0.0.1') });
    expect(await ask(lookup, 'a')).toMatchObject([{ code: 'ENOTFOUND', hostname: 'a' }]);
    expect(await ask(lookup, 'b')).toEqual([mine]);
    expect((await ask(lookup, 'c'))[0]).toBeNull();
    expect(await ask(lookup, 'c')).toMatchObject([{ code: 'EAI_AGAIN' }]);
  });

  it('serves net.connect', async () => {
    const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const lookup = lookupAll();
    const socket = connect({
      host: 'anything.example',
      port: (server.address() as { port: number }).port,
      lookup: lookup as never,
    });
    expect(String((await once(socket, 'data'))[0])).toBe('hello');
    expect(lookup.names).toEqual(['anything.example']);
    server.close();
  });
});

describe('startDeafServer', () => {
  it('never accepts, and can be closed', async () => {
    const server = await startDeafServer();
    const socket = connect(server.port, server.host);
    const late = new Promise((resolve) => setTimeout(resolve, 200, 'waiting'));
    expect(await Promise.race([once(socket, 'connect').then(() => 'connected'), late])).toBe('waiting');
    socket.on('error', () => {}).destroy();
    await server.close();
    await server.close();
  });
});
