import { InvalidHeader, Session, UnrewindableBodyError } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import { GuessAuth, GuessProxyAuth } from '../src/index.ts';
import { DigestServer, type DigestServerOptions } from './digest-server.ts';

const URL = 'http://service.example/path';
const BASIC = `Basic ${btoa('user:pass')}`;

function setUp(options: DigestServerOptions = {}) {
  const server = new DigestServer(options);
  return { server, session: new Session({ auth: new GuessAuth('user', 'pass'), adapters: { 'http://': server } }) };
}

function offers(...challenges: string[]): DigestServerOptions {
  const headers = challenges.map((challenge): [string, string] => ['WWW-Authenticate', challenge]);
  return { before: (request) => (request.headers.has('Authorization') ? {} : { statusCode: 401, headers }) };
}

describe('GuessAuth', () => {
  it('B-TB-12 answers with Basic where it is offered, and remembers that for the origin', async () => {
    const { server, session } = setUp(offers('Digest realm="r", nonce="n"', 'basic realm="r"'));
    await session.get(URL);
    await session.get(URL);
    await session.get('http://other.example/');
    expect(server.authorizations).toEqual([undefined, BASIC, BASIC, undefined, BASIC]);
  });

  it('B-TB-12 else answers with Digest, and remembers that', async () => {
    const { server, session } = setUp();
    expect((await session.get(URL)).statusCode).toBe(200);
    expect((await session.get(URL)).statusCode).toBe(200);
    expect(server.seen.map(({ fields }) => fields.nc)).toEqual([undefined, '00000001', '00000002']);
  });

  it('credentials that Basic cannot carry free the connection of the challenge', async () => {
    let closed = 0;
    const body = { [Symbol.asyncIterator]: () => [][Symbol.iterator]() as never, close: () => void closed++ };
    const headers = { 'WWW-Authenticate': 'Basic realm="r"' };
    const server = new DigestServer({ before: () => ({ statusCode: 401, headers, body }) });
    const session = new Session({ auth: new GuessAuth('user', '\u2713'), adapters: { 'http://': server } });
    await expect(session.get(URL, { stream: true })).rejects.toBeInstanceOf(InvalidHeader);
    expect(closed).toBe(1);
  });

  it.each([
    ['Bearer realm="r"', 401],
    ['Basic realm="r"', 403],
  ])('returns what it cannot answer: %s with %i', async (challenge, statusCode) => {
    const headers = { 'WWW-Authenticate': challenge };
    const { server, session } = setUp({ before: () => ({ statusCode, headers }) });
    expect((await session.get(URL)).statusCode).toBe(statusCode);
    expect(server.seen).toHaveLength(1);
  });

  it('[L04] B-TB-12 asks with Basic once', async () => {
    const headers = { 'WWW-Authenticate': 'Basic realm="r"' };
    const { server, session } = setUp({ before: () => ({ statusCode: 401, headers }) });
    await session.get(URL);
    expect(server.seen).toHaveLength(2);
    await session.get(URL);
    expect(server.seen).toHaveLength(3);
  });

  it('B-TB-12 sends the body again, or says that it cannot', async () => {
    const { server, session } = setUp(offers('Basic realm="r"'));
    await session.post(URL, { data: 'text' });
    expect(server.seen.map(({ body }) => String(body))).toEqual(['text', 'text']);
    const other = session.post('http://other.example/', { data: ['once'].values() });
    await expect(other).rejects.toBeInstanceOf(UnrewindableBodyError);
  });
});

describe('GuessProxyAuth', () => {
  const proxies = { http: 'http://proxy.example:3128' };

  it('B-TB-12 answers the 407 of a proxy and the 401 behind it, each with its own credentials', async () => {
    const seen: [proxy: string | undefined, server: string | undefined][] = [];
    const server = new DigestServer({
      before: ({ headers }) => {
        const [proxy, origin] = [headers.get('Proxy-Authorization'), headers.get('Authorization')];
        seen.push([proxy?.replace(/ .*/, ''), origin?.replace(/ .*/, '')]);
        if (!proxy) {
          const challenge = { 'Proxy-Authenticate': 'Digest realm="p", nonce="n", qop="auth"' };
          return { statusCode: 407, headers: challenge };
        }
        return origin ? {} : { statusCode: 401, headers: { 'WWW-Authenticate': 'Basic realm="r"' } };
      },
    });
    const auth = new GuessProxyAuth('user', 'pass', 'proxy-user', 'proxy-pass');
    const session = new Session({ auth, adapters: { 'http://': server } });
    expect((await session.get(URL, { proxies })).statusCode).toBe(200);
    expect(seen).toEqual([
      [undefined, undefined],
      ['Digest', undefined],
      ['Digest', 'Basic'],
    ]);
    expect((await session.get(URL, { proxies })).statusCode).toBe(200);
    expect(seen).toHaveLength(4);
  });

  it('[A08] B-TB-12 answers no 407 when there is no proxy', async () => {
    const headers = { 'Proxy-Authenticate': 'Basic realm="p"' };
    const server = new DigestServer({ before: () => ({ statusCode: 407, headers }) });
    const session = new Session({ auth: new GuessProxyAuth('u', 'p', 'x', 'y'), adapters: { 'http://': server } });
    expect((await session.get(URL)).statusCode).toBe(407);
    expect(server.seen).toHaveLength(1);
  });
});
