import { type Httpbin, startHttpbin } from '@requests-ts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import requests, {
  BaseAdapter,
  ConnectionError,
  type PreparedRequest,
  type RequestOptions,
  Response,
  Session,
} from '../src/index.ts';

let server: Httpbin;
beforeAll(async () => {
  server = await startHttpbin();
});
afterAll(() => server.close());

interface Echo {
  readonly args: Record<string, string | string[]>;
  readonly form: Record<string, string | string[]>;
  readonly data: string;
  readonly method: string;
  readonly url: string;
}

const echo = (response: Response): Echo => response.json<Echo>();

describe('verbs', () => {
  it('M5 M7 gets a URL, the body in memory after one await', async () => {
    const response = await requests.get(`${server.url}/get`);
    expect(response.statusCode).toBe(200);
    expect(response.text).toContain('"url"');
    expect(echo(response).url).toBe(`${server.url}/get`);
  });

  it('M6 prints <Response [200]>', async () => {
    expect(String(await requests.get(`${server.url}/get`))).toBe('<Response [200]>');
  });

  it.each([
    ['M8', 'post'],
    ['M9', 'put'],
    ['M12', 'patch'],
  ] as const)('%s sends form data with %s', async (_, verb) => {
    const response = await requests[verb](`${server.url}/${verb}`, { data: { key: 'value' } });
    expect(echo(response).form).toEqual({ key: 'value' });
  });

  it('M10 M15 deletes, and the JSON is read alike', async () => {
    expect(echo(await requests.delete(`${server.url}/delete`, { params: { a: '1' } })).args).toEqual({ a: '1' });
  });

  it('M11 B-API-04 M160 head has an empty body and follows no redirect unless asked', async () => {
    expect((await requests.head(`${server.url}/get`)).content).toHaveLength(0);
    expect((await requests.head(`${server.url}/redirect/1`)).statusCode).toBe(302);
    expect((await requests.head(`${server.url}/redirect/1`, { allowRedirects: true })).statusCode).toBe(200);
    expect((await requests.request('HEAD', `${server.url}/redirect/1`)).statusCode).toBe(200);
  });

  it('[J01] B-API-04 head takes null for no options, and nothing off Object.prototype', async () => {
    const nothing = null as unknown as RequestOptions;
    expect((await requests.head(`${server.url}/redirect/1`, nothing)).statusCode).toBe(302);
    Object.assign(Object.prototype, { allowRedirects: true });
    try {
      expect((await requests.head(`${server.url}/redirect/1`)).statusCode).toBe(302);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'allowRedirects');
    }
  });

  it('S9 head follows redirects with allowRedirects: true', async () => {
    const response = await requests.head(`${server.url}/redirect/2`, { allowRedirects: true });
    expect(response.history.map((hop) => hop.statusCode)).toEqual([302, 302]);
  });

  it('M13 M16 options tells what is allowed', async () => {
    expect((await requests.options(`${server.url}/get`)).headers.get('allow')).toContain('GET');
  });

  it('M14 takes the same options for every verb', async () => {
    for (const verb of ['get', 'post', 'put', 'patch', 'delete'] as const) {
      const response = await requests[verb](`${server.url}/anything`, {
        params: { v: verb },
        headers: { 'X-Test': '1' },
        timeout: 5,
      });
      expect(echo(response)).toMatchObject({ method: verb.toUpperCase(), args: { v: verb } });
    }
  });

  it('M17 M107 a failing status resolves', async () => {
    class Failing extends BaseAdapter {
      async send(request: PreparedRequest): Promise<Response> {
        return new Response({ request, statusCode: 500 });
      }
    }
    await using session = new Session({ adapters: { 'http://failing.test/': new Failing() } });
    expect((await session.options('http://failing.test/')).statusCode).toBe(500);
    expect((await requests.get(`${server.url}/basic-auth/u/p`)).statusCode).toBe(401);
  });

  it('M18 sends any verb', async () => {
    expect(echo(await requests.request('MKCOL', `${server.url}/anything`, { data: 'x' }))).toMatchObject({
      method: 'MKCOL',
      data: 'x',
    });
  });

  it('M19 builds the next URL from the final one', async () => {
    const first = await requests.get(`${server.url}/anything`);
    expect(echo(await requests.get(`${first.url}/comments`)).url).toBe(`${server.url}/anything/comments`);
  });

  it('M20 takes the body by name', async () => {
    expect(echo(await requests.post(`${server.url}/post`, { data: 'body' })).data).toBe('body');
  });

  it('M22 M23 reads any header of a HEAD', async () => {
    const response = await requests.head(`${server.url}/response-headers`, {
      params: { 'X-RateLimit-Remaining': '4987', Status: '200 OK' },
    });
    expect(response.headers.get('x-ratelimit-remaining')).toBe('4987');
    expect(response.headers.get('status')).toBe('200 OK');
  });

  it('M143 M225 a refused connection is a ConnectionError', async () => {
    await expect(requests.get('http://127.0.0.1:1/')).rejects.toBeInstanceOf(ConnectionError);
  });

  it('B-API-22 keeps no cookie from one call to the next, and a streamed body stays readable', async () => {
    await requests.get(`${server.url}/cookies/set/a/1`);
    expect((await requests.get(`${server.url}/cookies`)).json()).toEqual({ cookies: {} });
    const streamed = await requests.get(`${server.url}/bytes/100`, { stream: true });
    expect(await streamed.read()).toHaveLength(100);
  });

  it('B-API-24 refuses an unknown option before anything is sent', async () => {
    const before = server.requests.length;
    // @ts-expect-error: no such option
    await expect(requests.get(`${server.url}/get`, { qs: { a: 1 } })).rejects.toThrow(/unknown option 'qs'/);
    expect(server.requests).toHaveLength(before);
  });
});

describe('params', () => {
  it.each([
    ['M24', { q: 'requests+language:python' }, '?q=requests%2Blanguage%3Apython'],
    [
      'M25',
      [
        ['q', 'a'],
        ['q', 'b'],
      ] as const,
      '?q=a&q=b',
    ],
    ['M26', new TextEncoder().encode('q=requests+language:python'), '?q=requests+language:python'],
    ['M27', { name: 'john', age: 12 }, '?name=john&age=12'],
    ['S6', { k: ['a', 'b'], x: null }, '?k=a&k=b'],
  ] as const)('%s %j becomes %s, as M28 shows in response.url', async (_, params, query) => {
    const response = await requests.get(`${server.url}/get`, { params });
    expect(response.url).toBe(`${server.url}/get${query}`);
    expect(server.requests.at(-1)?.url).toBe(`/get${query}`);
  });
});
