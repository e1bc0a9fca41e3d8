import { describe, expect, it, vi } from 'vitest';
import * as one from '../src/index.ts';

// What two versions in one node_modules tree are: the same sources, loaded twice.
vi.resetModules();
const two = (await import('../src/index.ts')) as typeof one;

type ErrorClass = typeof one.RequestException;

/** By name, from each copy. */
function errors(copy: object): ReadonlyMap<string, ErrorClass> {
  const entries = Object.entries(copy) as [string, ErrorClass][];
  return new Map(entries.filter(([, value]) => typeof value === 'function' && value.prototype instanceof Error));
}
const ours = errors(one);
const theirs = errors(two);

describe('two installed copies of core', () => {
  it('are two indeed', () => {
    expect(two.Session).not.toBe(one.Session);
    expect(two.RequestException).not.toBe(one.RequestException);
    expect([...theirs.keys()]).toEqual([...ours.keys()]);
    expect(ours.size).toBe(22);
  });

  it.each([...ours.keys()])('B-DIFF-30 recognise the %s of each other, and its parents', (name) => {
    for (const [mine, others] of [
      [ours.get(name)!, theirs],
      [theirs.get(name)!, ours],
    ] as const) {
      const error: unknown = new mine('text');
      expect(error instanceof others.get(name)!).toBe(true);
      expect(others.get(name)!.is(error)).toBe(true);
      const parents = (all: typeof others): string[] =>
        [...all].filter(([, type]) => error instanceof type).map(([other]) => other);
      expect(parents(ours)).toEqual(parents(theirs));
      expect(parents(ours)).toContain('RequestException');
    }
  });

  it('send the requests of each other', async () => {
    class Echo extends two.BaseAdapter {
      override async send(request: one.PreparedRequest): Promise<one.Response> {
        return new two.Response({ request, statusCode: 200, body: request.headers.get('x') ?? '' });
      }
    }
    const prepared = new two.Request('GET', 'http://h/', { headers: { X: 'y' } }).prepare();
    expect(prepared).toBeInstanceOf(one.PreparedRequest);
    const session = new one.Session({ adapters: { 'http://': new Echo() } });
    const response = await session.send(prepared);
    expect(response).toBeInstanceOf(one.Response);
    expect(response).toBeInstanceOf(two.Response);
    expect([response.text, response.constructor === one.Response]).toEqual(['y', false]);
  });

  it('take the auths, hooks and headers of each other', async () => {
    const session = new one.Session({
      adapters: {
        'http://': {
          send: async (request: one.PreparedRequest) => new two.Response({ request, statusCode: 200 }),
        } as unknown as one.BaseAdapter,
      },
    });
    const response = await session.get('http://h/', {
      auth: new two.HTTPBasicAuth('u', 'p'),
      headers: new two.Headers([
        ['A', '1'],
        ['A', '2'],
      ]),
      hooks: { response: () => new two.Response({ statusCode: 201 }) },
    });
    expect(response.statusCode).toBe(201);
    const { request } = await session.get('http://h/', {
      headers: new two.Headers([
        ['A', '1'],
        ['a', '2'],
      ]),
      auth: new two.HTTPBasicAuth('u', 'p'),
    });
    expect(request?.headers.getAll('A')).toEqual(['1', '2']);
    expect(request?.headers.get('Authorization')).toBe('Basic dTpw');
  });

  it('follow redirects that an adapter of the other copy answers', async () => {
    const adapter = {
      send: async (request: one.PreparedRequest) =>
        new two.Response({ request, statusCode: request.pathUrl === '/' ? 302 : 200, headers: { Location: '/next' } }),
      close: async () => {},
    } as unknown as one.BaseAdapter;
    const response = await new one.Session({ adapters: { 'http://': adapter } }).get('http://h/');
    expect([response.url, response.history.length]).toEqual(['http://h/next', 1]);
  });

  it('share nothing else: what is not theirs is not recognised', () => {
    for (const value of [null, undefined, {}, 'x', new Error('x'), new globalThis.Response()]) {
      expect([
        value instanceof one.Response,
        value instanceof one.PreparedRequest,
        value instanceof one.RequestException,
      ]).toEqual([false, false, false]);
    }
  });
});
