import { ProxyError } from '@requests-ts/core';
import { expectNoSecret, lookupAll, type RawStep, startRawServer, steps } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { adapterTo, get, OK, opened, requestFailure, socks } from './support.ts';

const REPLIES = [
  [1, 'general failure'],
  [2, 'rules do not allow'],
  [3, 'network of the target is unreachable'],
  [4, 'target is unreachable'],
  [5, 'target refused'],
  [6, 'time to live'],
  [7, 'does not support CONNECT'],
  [8, 'kind of address'],
  [9, 'does not know'],
  [255, 'does not know'],
] as const;

const url = (port: number, scheme = 'socks5h'): string => `${scheme}://127.0.0.1:${port}`;

async function failsWith(script: readonly RawStep[], scheme = 'socks5h'): Promise<Error> {
  const server = opened(await startRawServer(script));
  const error = await requestFailure(get(adapterTo(url(server.port, scheme)), 'http://a.example/', { timeout: 5 }));
  expect(error).toBeInstanceOf(ProxyError);
  expect(server.connections).toBe(1);
  // Nothing of the request was sent to a proxy that has not opened the way.
  expect(server.accepted[0]!.received.includes('GET')).toBe(false);
  return error;
}

const GREETING = steps.receive(Uint8Array.of(5, 1, 0));
const ACCEPT = Uint8Array.of(5, 0);
const GRANTED = Uint8Array.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 80);

describe('the SOCKS handshake', () => {
  it.each(REPLIES)('[H04] says reply %i of SOCKS 5 in words', async (code, words) => {
    const proxy = await socks({ refuse: code });
    const error = await requestFailure(get(adapterTo(proxy.url('socks5h')), 'http://a.example/'));
    expect(error).toBeInstanceOf(ProxyError);
    expect(error.message).toContain(words);
    expect(error.message).toContain(proxy.url('socks5h'));
  });

  it.each([
    [91, 'rejected or failed'],
    [92, 'identd'],
    [93, 'identd'],
  ] as const)('[H04] says reply %i of SOCKS 4 in words', async (code, words) => {
    const proxy = await socks({ version: 4, refuse: code });
    const error = await requestFailure(get(adapterTo(proxy.url('socks4a')), 'http://a.example/'));
    expect(error).toBeInstanceOf(ProxyError);
    expect(error.message).toContain(words);
  });

  it('says that the password is wrong', async () => {
    const proxy = await socks({ auth: ['ada', 'lovelace'] });
    const error = await requestFailure(
      get(adapterTo(proxy.url('socks5', ['ada', 'wrongpassword'])), 'http://127.0.0.1/'),
    );
    expect(error).toBeInstanceOf(ProxyError);
    expect(error.message).toContain('wrong');
    expectNoSecret(error, ['wrongpassword']);
  });

  it('says that the proxy wants a password', async () => {
    const proxy = await socks({ auth: ['ada', 'lovelace'] });
    const error = await requestFailure(get(adapterTo(proxy.url('socks5h')), 'http://a.example/'));
    expect(error).toBeInstanceOf(ProxyError);
    expect(error.message).toContain('credentials');
  });

  it('[H04] refuses a method that was not offered, and sends no empty password', async () => {
    const server = opened(await startRawServer([GREETING, Uint8Array.of(5, 2), steps.stall]));
    const error = await requestFailure(get(adapterTo(url(server.port)), 'http://a.example/'));
    expect(error).toBeInstanceOf(ProxyError);
    expect(error.message).toContain('user:password');
    await server.waitForOpenConnections(0);
    expect([...server.accepted[0]!.received]).toEqual([5, 1, 0]);
  });

  it.each([
    ['another version', [GREETING, Uint8Array.of(4, 0), steps.stall]],
    ['an HTTP server', [GREETING, 'HTTP/1.1 400 Bad Request\r\n\r\n', steps.stall]],
    ['an unknown method', [GREETING, Uint8Array.of(5, 9), steps.stall]],
    ['another version in the reply', [GREETING, ACCEPT, Uint8Array.of(4, 0, 0, 1, 0, 0, 0, 0, 0, 0), steps.stall]],
    ['an unknown address type', [GREETING, ACCEPT, Uint8Array.of(5, 0, 0, 7, 0, 0, 0, 0, 0, 0), steps.stall]],
  ])('[H04] [J03] refuses %s', async (_what, script) => {
    await failsWith(script as RawStep[]);
  });

  it('[H04] refuses a SOCKS 4 reply of another version', async () => {
    await failsWith([steps.receive('a.example'), Uint8Array.of(4, 90, 0, 0, 0, 0, 0, 0), steps.stall], 'socks4a');
  });

  it.each([
    ['one byte', Uint8Array.of(0x48)],
    ['an answer', OK],
  ])('[E08] [H04] refuses %s that came before the request', async (_what, early) => {
    const bytes = Buffer.concat([GRANTED, Buffer.from(early as string)]);
    const error = await failsWith([GREETING, ACCEPT, bytes, steps.stall]);
    expect(error.message).toContain('before the target');
  });

  it.each(['greeting', 'auth', 'connect'] as const)(
    'a close and a reset in the step %s are ProxyErrors',
    async (step) => {
      for (const fault of ['close', 'reset'] as const) {
        const proxy = await socks({ auth: ['ada', 'lovelace'], faults: { [step]: fault } });
        const error = await requestFailure(
          get(adapterTo(proxy.url('socks5h', ['ada', 'lovelace'])), 'http://a.example/'),
        );
        expect(error).toBeInstanceOf(ProxyError);
        expect(proxy.connections).toBe(1);
      }
    },
  );

  it('[H04] reads replies however they are cut, with each type of address', async () => {
    const addresses = [
      Uint8Array.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 80),
      Uint8Array.of(5, 0, 0, 3, 9, ...Buffer.from('a.example'), 0, 80),
      Uint8Array.of(5, 0, 0, 4, ...new Array(15).fill(0), 1, 0, 80),
    ];
    for (const granted of addresses) {
      const server = opened(
        await startRawServer([GREETING, ACCEPT, granted, steps.receive('\r\n\r\n'), OK, steps.stall], {
          split: 'bytes',
        }),
      );
      expect((await get(adapterTo(url(server.port)), 'http://a.example/')).text).toBe('ok');
    }
  });

  it('a proxy that is not there is a ProxyError with its address', async () => {
    const gone = await socks();
    await gone.close();
    const error = await requestFailure(get(adapterTo(gone.url('socks5h')), 'http://a.example/'));
    expect(error).toBeInstanceOf(ProxyError);
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.message).toContain(String(gone.port));
  });

  it('a proxy whose name is unknown is a ProxyError', async () => {
    const lookup = lookupAll({ 'proxy.example': 'ENOTFOUND' });
    const adapter = adapterTo('socks5h://proxy.example:1080', { lookup: lookup as never });
    const error = await requestFailure(get(adapter, 'http://a.example/'));
    expect(error).toBeInstanceOf(ProxyError);
    expect(error.message).toContain('ENOTFOUND');
    expect(lookup.names).toEqual(['proxy.example']);
  });

  it('B-RETRY a proxy that is not there is tried again with maxRetries, a refusal is not', async () => {
    const gone = await socks();
    await gone.close();
    let asked = 0;
    const lookup = (_name: string, _options: unknown, callback: (error: null, list: unknown) => void): void => {
      asked += 1;
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const adapter = adapterTo(`socks5h://proxy.example:${gone.port}`, { lookup: lookup as never, maxRetries: 2 });
    await requestFailure(get(adapter, 'http://a.example/'));
    expect(asked).toBe(3);
    const proxy = await socks({ refuse: 2 });
    await requestFailure(get(adapterTo(proxy.url('socks5h'), { maxRetries: 2 }), 'http://a.example/'));
    expect(proxy.connections).toBe(1);
  });

  it('[F10] a target that closes every connection is not tried for ever', async () => {
    const server = opened(await startRawServer([steps.close]));
    const proxy = await socks();
    await requestFailure(get(adapterTo(proxy.url('socks5h')), server.url));
    expect(proxy.connections).toBeLessThanOrEqual(2);
  });
});
