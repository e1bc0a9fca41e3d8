import { describe, expect, expectTypeOf, it } from 'vitest';
import { BaseAdapter, type SendOptions } from '../src/adapter.ts';
import { defaultHooks, deregisterHook, dispatchHook, HOOKS, type Hook, registerHook, toHooks } from '../src/hooks.ts';
import type { PreparedRequest } from '../src/prepared-request.ts';
import { Request } from '../src/request.ts';
import { Response } from '../src/response.ts';
import { Session } from '../src/session.ts';
import { redirect } from './fake-adapter.ts';
import { FakeBody } from './fake-body.ts';
import { bench, rejection } from './fake-session.ts';

const response = (statusCode = 200): Response => new Response({ statusCode });

describe('hooks', () => {
  it('B-HOOK-01 M172 there is one event', () => {
    expect(HOOKS).toEqual(['response']);
    expect(defaultHooks()).toEqual({ response: [] });
    expect(defaultHooks().response).not.toBe(defaultHooks().response);
  });

  it('B-HOOK-02 M168 each gets what the one before returned, if anything', async () => {
    const [first, second, third] = [response(), response(201), response(202)];
    const seen: Response[] = [];
    const hooks: Hook[] = [
      (r) => void seen.push(r),
      (r) => {
        seen.push(r);
        return second;
      },
      async (r) => {
        await null;
        seen.push(r);
        return null;
      },
      async (r) => {
        seen.push(r);
        return third;
      },
    ];
    expect(await dispatchHook(hooks, first, {})).toBe(third);
    expect(seen).toEqual([first, first, second, second]);
    expect(await dispatchHook([], first, {})).toBe(first);
  });

  it.each([
    ['a function', 1],
    ['a list', 2],
    ['a list with what is no function', 3],
  ])('B-HOOK-04 M165 M166 takes %s', (_, kind) => {
    const hook = (): void => {};
    const init = [hook, [hook], [hook, null, 'no', 5]][kind - 1];
    expect(toHooks({ response: init as Hook[] }).response).toEqual([hook]);
  });

  it('B-HOOK-04 takes null for none', () => {
    for (const init of [null, undefined, {}, { response: null }, { response: [] }])
      expect(toHooks(init)).toEqual({ response: [] });
  });

  it('B-HOOK-05 S12 registering and deregistering', () => {
    const hooks = defaultHooks();
    const [one, two]: Hook[] = [() => {}, () => {}];
    registerHook(hooks, 'response', one!);
    registerHook(hooks, 'response', [two!]);
    expect(hooks.response).toEqual([one, two]);
    expect([deregisterHook(hooks, 'response', one!), deregisterHook(hooks, 'response', one!)]).toEqual([true, false]);
    expect(hooks.response).toEqual([two]);
  });

  it('B-HOOK-05 names an event that there is not', () => {
    expect(() => registerHook(defaultHooks(), 'request', () => {})).toThrow(/"request"/);
    expect(() => deregisterHook(defaultHooks(), 'request', () => {})).toThrow(/"request"/);
    expect(() => toHooks({ request: () => {} } as never)).toThrow(/"request"/);
    expect(() => new Request('GET', 'http://h/', { hooks: { request: () => {} } as never })).toThrow(TypeError);
  });

  it('B-HOOK-05 S12 B-API-17 on Request and PreparedRequest', () => {
    const hook = (): void => {};
    const request = new Request('GET', 'http://h/');
    request.registerHook('response', hook);
    expect(request.deregisterHook('response', hook)).toBe(true);
    const prepared = request.prepare();
    prepared.registerHook('response', hook);
    expect([prepared.deregisterHook('response', hook), prepared.deregisterHook('response', hook)]).toEqual([
      true,
      false,
    ]);
  });

  it('M167 M168 types', () => {
    expectTypeOf<Hook>().parameters.toEqualTypeOf<[response: Response, options: SendOptions]>();
  });
});

describe('Session: hooks', () => {
  it('M165 refuses a bare function, which would never be called', async () => {
    const { session } = bench({});
    const hooks = (() => {}) as unknown as { response: Hook };
    const refusal = new TypeError('hooks: expected { name: value }');
    await expect(session.get('http://h/', { hooks })).rejects.toThrow(refusal);
    expect(() => new Session({ hooks })).toThrow(refusal);
  });

  it('B-FLOW-12 M165 M166 M169 B-HOOK-06 runs them in order, before the body is read', async () => {
    const { session } = bench({ body: new FakeBody(['x']) });
    const order: string[] = [];
    const print: Hook = (r) => {
      order.push(`${r.url} ${r.loaded}`);
      r.context.hookCalled = true;
    };
    const record: Hook = async () => {
      await null;
      order.push('recorded');
    };
    const r = await session.get('http://h/', { hooks: { response: [print, record] } });
    expect(order).toEqual(['http://h/ false', 'recorded']);
    expect(r.context.hookCalled).toBe(true);
    expect(r.text).toBe('x');
  });

  it('B-HOOK-03 M167 are told how the request was sent, but not allowRedirects', async () => {
    const { session } = bench({});
    const seen: SendOptions[] = [];
    await session.get('http://h/', {
      timeout: 5,
      stream: true,
      verify: 'ca.pem',
      cert: 'me.pem',
      proxies: { http: 'http://p' },
      allowRedirects: false,
      hooks: { response: (_, options) => void seen.push(options) },
    });
    const { proxies, ...rest } = seen[0]!;
    expect(rest).toMatchObject({ timeout: 5, stream: true, verify: 'ca.pem', cert: 'me.pem' });
    expect({ ...proxies }).toEqual({ http: 'http://p' });
    expect(rest).not.toHaveProperty('allowRedirects');
  });

  it('B-HOOK-06 run on every hop', async () => {
    const { session } = bench((_, turn) => (turn < 2 ? redirect(302, `/${turn}`) : {}));
    const seen: string[] = [];
    await session.get('http://h/', { hooks: { response: (r) => void seen.push(r.url) } });
    expect(seen).toEqual(['http://h/', 'http://h/0', 'http://h/1']);
  });

  it('B-HOOK-06 a hook may turn a redirect into something else, or the reverse', async () => {
    const { session, adapter } = bench((_, turn) => (turn === 0 ? redirect(302, '/x') : {}));
    await session.get('http://h/', { hooks: { response: (r) => void r.headers.delete('location') } });
    expect(adapter.sent).toHaveLength(1);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('mine');
      },
    ],
    ['rejects', () => Promise.reject(new Error('mine'))],
  ])(
    'B-HOOK-07 M150 [J03] [F11] an error of a hook that %s rejects the call, and frees the response',
    async (_, hook) => {
      const body = new FakeBody(['x']);
      const { session } = bench({ body });
      const error = await rejection(session.get('http://h/', { stream: true, hooks: { response: hook as Hook } }));
      expect(error.message).toBe('mine');
      expect(body.closed).toBe(1);
    },
  );

  it('B-HOOK-08 a prepared request has a list of its own', async () => {
    const { session, adapter } = bench({});
    const seen: string[] = [];
    session.hooks.response.push(() => void seen.push('early'));
    const prepared = session.prepareRequest(new Request('GET', 'http://h/'));
    session.hooks.response.push(() => void seen.push('late'));
    await session.send(prepared);
    expect(seen).toEqual(['early']);
    expect(prepared.copy().hooks).toBe(prepared.hooks);
    expect(adapter.sent).toHaveLength(1);
  });

  it('M170 M171 S11 hooks of the session run on every call, in order', async () => {
    const seen: number[] = [];
    const { session } = bench({}, { hooks: { response: () => void seen.push(1) } });
    session.hooks.response.push(() => void seen.push(2));
    await session.get('http://h/');
    await session.get('http://h/');
    expect(seen).toEqual([1, 2, 1, 2]);
  });

  it('B-SESS-07 hooks of a call replace those of the session', async () => {
    const seen: string[] = [];
    const { session } = bench({}, { hooks: { response: () => void seen.push('session') } });
    await session.get('http://h/', { hooks: { response: () => void seen.push('call') } });
    await session.get('http://h/', { hooks: { response: [] } });
    expect(seen).toEqual(['call', 'session']);
  });

  it('B-HOOK-09 B-SESS-16 a hook sends again through the connection, and its cookies are kept', async () => {
    class Twice extends BaseAdapter {
      count = 0;
      async send(request: PreparedRequest): Promise<Response> {
        this.count++;
        const headers = { 'Set-Cookie': `c${this.count}=1` };
        return new Response({ request, statusCode: this.count === 1 ? 401 : 200, headers });
      }
    }
    const { session, jar } = bench({});
    const twice = new Twice();
    session.mount('http://h/', twice);
    const again: Hook = async (r, options) => {
      if (r.statusCode !== 401) return;
      const next = await r.connection!.send(r.request!, options);
      next.history = [r];
      return next;
    };
    const r = await session.get('http://h/', { hooks: { response: again } });
    expect([r.statusCode, twice.count]).toEqual([200, 2]);
    expect(jar.cookies.map(({ name }) => name)).toEqual(['c1', 'c2']);
    expect((r.cookies as unknown as { size: number }).size).toBe(1);
  });

  it('M168 the response that a hook returns is the answer', async () => {
    const { session } = bench({ body: 'theirs' });
    const mine = new Response({ statusCode: 299, body: 'mine' });
    const r = await session.get('http://h/', { hooks: { response: () => mine } });
    expect(r).toBe(mine);
    expect(r.text).toBe('mine');
  });

  it('a hook that returns something else is a mistake that says so', async () => {
    const { session } = bench({ body: new FakeBody(['x']) });
    const error = await rejection(session.get('http://h/', { hooks: { response: (() => true) as unknown as Hook } }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('hook');
  });

  it('hooks of a session can be replaced', async () => {
    const session = new Session({ adapters: { 'http://': bench({}).adapter } });
    const seen: number[] = [];
    session.hooks = { response: [() => void seen.push(1)] };
    await session.get('http://h/');
    expect(seen).toEqual([1]);
  });
});
