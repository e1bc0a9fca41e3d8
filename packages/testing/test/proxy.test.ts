import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import {
  createCertificates,
  crlf,
  type ProxyOptions,
  type ProxyServer,
  startHttpbin,
  startProxy,
  startRawServer,
  steps,
} from '@requests-ts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { open, type Peer } from './client.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function proxyWith(options: ProxyOptions = {}): Promise<{ proxy: ProxyServer; peer: Peer }> {
  const proxy = await startProxy(options);
  closing.push(() => proxy.close());
  const peer = open(proxy);
  closing.push(async () => void peer.socket.destroy());
  return { proxy, peer };
}

const OK = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');

async function origin(play: Parameters<typeof startRawServer>[0] = OK): ReturnType<typeof startRawServer> {
  const server = await startRawServer(play);
  closing.push(() => server.close());
  return server;
}

describe('startProxy: forwarding', () => {
  it('sends the request on in origin form, without what is for proxies, and records it as it came', async () => {
    const server = await origin();
    const { proxy, peer } = await proxyWith();
    const target = `http://name.example:${server.port}//a/../b?q`;
    peer.send(
      crlf(`PUT ${target} HTTP/1.1`, 'Host: h', 'Proxy-Authorization: x', 'X-A: 1', 'Content-Length: 4', '', 'body'),
    );
    expect(await peer.until('ok')).toBe(OK);
    const received = await server.waitForRequest();
    expect(received.head).toBe(crlf('PUT //a/../b?q HTTP/1.1', 'Host: h', 'X-A: 1', 'Content-Length: 4', '', ''));
    expect(received.body.toString()).toBe('body');
    expect(proxy.requests).toHaveLength(1);
    expect(proxy.requests[0]).toMatchObject({
      kind: 'forward',
      target,
      host: 'name.example',
      port: server.port,
      connectionId: 1,
    });
    expect(proxy.requests[0]!.getAll('proxy-authorization')).toEqual(['x']);
  });

  it('keeps both connections alive, passes chunked bodies, and finds the next request', async () => {
    const server = await origin();
    const { peer } = await proxyWith();
    const head = [`POST http://h:${server.port}/ HTTP/1.1`, 'Transfer-Encoding: chunked', ''];
    const bytes = crlf(...head, '3', 'abc', 'a;x', '0123456789', '0', 'T: t', '', '');
    for (const piece of [bytes.slice(0, 60), bytes.slice(60), bytes]) peer.send(piece);
    await peer.until(OK + OK);
    expect(server.requests.map(({ body }) => body.toString())).toEqual(['abc0123456789', 'abc0123456789']);
    expect(server.connections).toBe(1);
  });

  it('goes to another target on the same connection', async () => {
    const [first, second] = [await origin(), await origin(OK.replace('ok', 'no'))];
    const { peer } = await proxyWith();
    peer.send(crlf(`GET http://h:${first.port}/ HTTP/1.1`, '', ''));
    await peer.until('ok');
    peer.send(crlf(`GET http://h:${second.port}/ HTTP/1.1`, '', ''));
    expect(await peer.until('no')).toContain('200 OK');
  });

  it('passes a broken answer on as it is, and a reset as a reset', async () => {
    const broken = await origin([steps.request, 'garb', 'age', steps.close]);
    const { peer } = await proxyWith();
    peer.send(crlf(`GET http://h:${broken.port}/ HTTP/1.1`, '', ''));
    expect(await peer.rest()).toBe('garbage');
    const resetting = await origin([steps.request, steps.reset]);
    const second = await proxyWith();
    second.peer.send(crlf(`GET http://h:${resetting.port}/ HTTP/1.1`, '', ''));
    expect(await second.peer.rest()).toBe('ECONNRESET');
  });

  it('tells the target when the client has left', async () => {
    const server = await origin([steps.stall]);
    const { peer } = await proxyWith();
    peer.send(crlf(`GET http://h:${server.port}/ HTTP/1.1`, '', ''));
    await server.waitForRequest();
    peer.socket.destroy();
    await server.waitForOpenConnections(0);
  });

  it('answers 502 when the target cannot be reached', async () => {
    const { peer } = await proxyWith({ route: () => ({ host: '127.0.0.1', port: 1 }) });
    peer.send(crlf('GET http://gone.example/ HTTP/1.1', '', ''));
    expect(await peer.rest()).toMatch(/^HTTP\/1.1 502 /);
  });

  it('speaks TLS to its clients', async () => {
    const server = await origin();
    const proxy = await startProxy({ tls: true });
    closing.push(() => proxy.close());
    const socket = connectTls({
      host: proxy.host,
      port: proxy.port,
      ca: createCertificates().ca,
      servername: 'localhost',
    });
    socket.write(crlf(`GET http://h:${server.port}/ HTTP/1.1`, '', ''));
    expect(String((await once(socket, 'data'))[0])).toBe(OK);
    expect([proxy.url, proxy.ca]).toEqual([`https://127.0.0.1:${proxy.port}`, createCertificates().ca]);
    socket.destroy();
  });
});

describe('startProxy: tunnels', () => {
  it('opens a tunnel and passes bytes both ways', async () => {
    const httpbin = await startHttpbin({ tls: true });
    closing.push(() => httpbin.close());
    const { proxy, peer } = await proxyWith();
    peer.send(crlf(`CONNECT api.example:${httpbin.port} HTTP/1.1`, 'Host: x', '', ''));
    expect(await peer.until('\r\n\r\n')).toBe('HTTP/1.1 200 Connection established\r\n\r\n');
    peer.socket.removeAllListeners('data');
    const secure = connectTls({ socket: peer.socket, ca: httpbin.ca, servername: 'localhost' });
    secure.write(crlf('GET /ip HTTP/1.1', 'Host: h', '', ''));
    expect(String((await once(secure, 'data'))[0])).toContain('"origin": "127.0.0.1"');
    expect(proxy.requests[0]).toMatchObject({ kind: 'connect', host: 'api.example', port: httpbin.port });
    secure.destroy();
  });

  it('passes bytes that came with the request', async () => {
    const server = await origin();
    const { peer } = await proxyWith({ established: crlf('HTTP/1.1 200 Yes', 'X-Early: 1', '', '') });
    peer.send(crlf(`CONNECT h:${server.port} HTTP/1.1`, '', '') + crlf('GET / HTTP/1.1', '', ''));
    expect(await peer.until('ok')).toBe(crlf('HTTP/1.1 200 Yes', 'X-Early: 1', '', '') + OK);
  });

  it('names IPv6 targets without brackets', async () => {
    const { proxy, peer } = await proxyWith({ refuse: 403 });
    peer.send(crlf('CONNECT [::1]:8443 HTTP/1.1', '', ''));
    expect(await peer.rest()).toMatch(/^HTTP\/1.1 403 /);
    expect(proxy.requests[0]).toMatchObject({ host: '::1', port: 8443 });
  });
});

describe('startProxy: refusing and breaking', () => {
  it('demands Basic', async () => {
    const server = await origin();
    const { proxy, peer } = await proxyWith({ auth: ['user', 'p:w'] });
    expect(proxy.urlWith('user', 'p:w')).toBe(`http://user:p%3Aw@127.0.0.1:${proxy.port}`);
    const line = `GET http://h:${server.port}/ HTTP/1.1`;
    peer.send(crlf(line, '', ''));
    expect(await peer.until('\r\n\r\n')).toContain('407 Proxy Authentication Required\r\nProxy-Authenticate: Basic');
    peer.send(crlf(line, `Proxy-Authorization: Basic ${btoa('user:p:w')}`, '', ''));
    expect(await peer.until('ok')).toBe(OK);
  });

  it('lets a function decide', async () => {
    const { peer } = await proxyWith({
      authorize: ({ kind }) => crlf(`HTTP/1.1 407 ${kind}`, 'Proxy-Authenticate: Negotiate', '', ''),
    });
    peer.send(crlf('CONNECT h:443 HTTP/1.1', '', ''));
    expect(await peer.rest()).toContain('407 connect');
  });

  it.each([
    ['accept', 'close', ''],
    ['accept', 'reset', 'ECONNRESET'],
    ['request', { send: 'odd' }, 'odd'],
    ['answer', 'close', ''],
    ['tunnel', 'close', 'HTTP/1.1 200 Connection established\r\n\r\n'],
    ['tunnel', { send: 'x' }, 'HTTP/1.1 200 Connection established\r\n\r\nx'],
  ] as const)('breaks at %s with %j', async (step, fault, expected) => {
    const server = await origin();
    const { peer } = await proxyWith({ faults: { [step]: fault } });
    peer.send(crlf(`CONNECT h:${server.port} HTTP/1.1`, '', ''));
    expect(await peer.rest()).toBe(expected);
  });

  it('plays a function: it may go on as if nothing had happened, or end it its own way', async () => {
    const server = await origin();
    let count = 0;
    const { proxy, peer } = await proxyWith({
      faults: {
        request: ({ socket, reset }) => {
          count += 1;
          if (count === 1) return true;
          socket.write('lie', () => reset());
          return false;
        },
      },
    });
    peer.send(crlf(`GET http://name.example:${server.port}/ HTTP/1.1`, 'Host: h', '', ''));
    expect(await peer.until('ok')).toBe(OK);
    const second = open(proxy);
    second.send(crlf(`GET http://name.example:${server.port}/ HTTP/1.1`, 'Host: h', '', ''));
    expect(await second.until('lie')).toBe('lie');
    expect(await second.rest()).toBe('ECONNRESET');
  });

  it('is silent where it is told to be', async () => {
    const { proxy, peer } = await proxyWith({ faults: { request: 'stall' } });
    peer.send(crlf('CONNECT h:1 HTTP/1.1', '', ''));
    while (proxy.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(peer.socket.bytesRead).toBe(0);
    expect(proxy.openConnections).toBe(1);
  });
});
