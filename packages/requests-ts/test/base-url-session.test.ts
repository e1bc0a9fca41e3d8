import { InvalidURL, MissingSchema, type PreparedRequest, Response } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import { BaseAdapter, BaseUrlSession, Request } from '../src/index.ts';

class Recorder extends BaseAdapter {
  readonly requests: PreparedRequest[] = [];

  override async send(request: PreparedRequest): Promise<Response> {
    this.requests.push(request);
    return new Response({ request, statusCode: 200 });
  }
}

function recording(baseUrl: string): { session: BaseUrlSession; requests: readonly PreparedRequest[] } {
  const adapter = new Recorder();
  const adapters = { 'http://': adapter, 'https://': adapter };
  return { session: new BaseUrlSession(baseUrl, { adapters, trustEnv: false }), requests: adapter.requests };
}

describe('BaseUrlSession', () => {
  it.each([
    ['items/7', 'https://api.example/v2/items/7'],
    ['/items/7', 'https://api.example/items/7'],
    ['?page=2', 'https://api.example/v2/?page=2'],
    ['../v1/items', 'https://api.example/v1/items'],
    ['', 'https://api.example/v2/'],
    ['a b', 'https://api.example/v2/a%20b'],
    ['http://other.example/x', 'http://other.example/x'],
    ['//other.example/x', 'https://other.example/x'],
  ])('B-TB-11 requests %j from the base on', async (url, expected) => {
    const { session, requests } = recording('https://api.example/v2/');
    const response = await session.get(url);
    expect([requests[0]?.url, response.url]).toEqual([expected, expected]);
  });

  it('B-TB-11 drops the last segment of a base without a slash at its end', () => {
    expect(new BaseUrlSession(new URL('https://api.example/v2')).createUrl('items')).toBe('https://api.example/items');
  });

  it('B-TB-11 resolves what is prepared, and leaves the request as it was', () => {
    const { session } = recording('https://api.example/v2/');
    const request = new Request('POST', 'items', { json: { a: 1 }, params: { q: 'x' }, headers: { 'X-A': '1' } });
    const prepared = session.prepareRequest(request);
    expect([prepared.method, prepared.url, String(prepared.body), prepared.headers.get('x-a')]).toEqual([
      'POST',
      'https://api.example/v2/items?q=x',
      String(new TextEncoder().encode('{"a":1}')),
      '1',
    ]);
    expect(request.url).toBe('items');
  });

  it('takes another base at any time, and the attributes of every session', async () => {
    const { session, requests } = recording('https://api.example/v2/');
    session.headers.set('X-Tenant', 'north');
    session.baseUrl = 'https://api.example/v3/';
    await session.get('items');
    expect([requests[0]?.url, requests[0]?.headers.get('x-tenant')]).toEqual(['https://api.example/v3/items', 'north']);
    expect(() => new BaseUrlSession('https://api.example/', { baseURL: 'x' } as object)).toThrow(
      /unknown option 'baseURL'/,
    );
  });

  it('refuses a base that is no absolute URL', () => {
    expect(() => new BaseUrlSession('api.example/v2/')).toThrow(MissingSchema);
    expect(() => new BaseUrlSession('https:/v2/')).toThrow(InvalidURL);
    expect(() => new BaseUrlSession('')).toThrow(MissingSchema);
  });
});
