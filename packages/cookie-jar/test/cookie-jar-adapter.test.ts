import { Request, Session } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import { CookieJarAdapter, RequestsCookieJar } from '../src/index.ts';
import { ScriptedAdapter } from './scripted-adapter.ts';

const url = 'https://api.example/v1';

describe('CookieJarAdapter', () => {
  it('keeps a jar for one prefix: nothing of it reaches other mounts or the session', async () => {
    const [inner, other] = [
      new ScriptedAdapter({ [url]: { setCookie: ['sid=1; Domain=example; Path=/', 'api=1; Path=/'] } }),
      new ScriptedAdapter(),
    ];
    const adapter = new CookieJarAdapter(inner);
    const session = new Session({ adapters: { 'https://': other, 'https://api.example/': adapter } });
    await session.get(url);
    await session.get(`${url}/next`);
    await session.get('https://www.example/');
    expect(inner.cookies).toEqual([undefined, 'api=1']);
    expect(other.cookies).toEqual([undefined]);
  });

  it('stores the cookies of redirects too', async () => {
    const inner = new ScriptedAdapter({ [url]: { status: 302, location: '/v2', setCookie: ['hop=1; Path=/'] } });
    const jar = new RequestsCookieJar();
    const session = new Session({ adapters: { 'https://': new CookieJarAdapter(inner, jar) } });
    await session.get(url);
    expect(inner.cookies).toEqual([undefined, 'hop=1']);
    expect(jar.keys()).toEqual(['hop']);
  });

  it('adds to the cookies of the request, whose names win', async () => {
    const inner = new ScriptedAdapter();
    const jar = new RequestsCookieJar();
    for (const name of ['a', 'b', 'c']) jar.set(name, 'jar', { domain: 'api.example' });
    const adapter = new CookieJarAdapter(inner, jar);
    for (const cookie of ['b=request', 'a=1;b=2; c=3', 'x']) {
      await adapter.send(new Request('GET', url, { headers: { Cookie: cookie } }).prepare(), {});
    }
    expect(inner.cookies).toEqual(['b=request; a=jar; c=jar', 'a=1;b=2; c=3', 'x; a=jar; b=jar; c=jar']);
  });

  it('leaves the request that it was given as it is, and passes it on when it has nothing to add', async () => {
    const inner = new ScriptedAdapter();
    const jar = new RequestsCookieJar();
    const adapter = new CookieJarAdapter(inner, jar);
    const request = new Request('GET', url).prepare();
    await adapter.send(request, {});
    jar.set('elsewhere', '1', { domain: 'other.example' });
    await adapter.send(request, {});
    jar.set('a', '1', { domain: 'api.example' });
    const response = await adapter.send(request, {});
    expect(inner.requests.map((sent) => sent === request)).toEqual([true, true, false]);
    expect(request.headers.has('Cookie')).toBe(false);
    expect(response.request?.headers.get('Cookie')).toBe('a=1');
  });

  it('B-COOK-26 goes by a Host header of yours, for any scheme', async () => {
    const inner = new ScriptedAdapter({
      'https://127.0.0.1/': { setCookie: ['a=1'] },
      'canned://x/': { setCookie: ['b=$1'] },
    });
    const jar = new RequestsCookieJar();
    const adapter = new CookieJarAdapter(inner, jar);
    for (const target of ['https://127.0.0.1/', 'canned://x/']) {
      await adapter.send(new Request('GET', target, { headers: { Host: 'api.example' } }).prepare(), {});
    }
    expect([...jar].map(String)).toEqual(['<Cookie a for api.example/>', '<Cookie b for api.example/>']);
    expect(inner.cookies).toEqual([undefined, 'a=1']);
  });

  it('owns its inner adapter, and takes nothing but a jar', async () => {
    const inner = new ScriptedAdapter();
    const adapter = new CookieJarAdapter(inner);
    await adapter.close();
    await adapter.close();
    expect(inner.closed).toBe(2);
    expect(() => new CookieJarAdapter(inner, {} as never)).toThrow(TypeError);
  });

  it('hands on what the inner adapter rejects with', async () => {
    const failure = new Error('down');
    class Down extends ScriptedAdapter {
      override send(): Promise<never> {
        return Promise.reject(failure);
      }
    }
    await expect(new CookieJarAdapter(new Down()).send(new Request('GET', url).prepare(), {})).rejects.toBe(failure);
  });
});
