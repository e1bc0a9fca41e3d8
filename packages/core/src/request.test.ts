import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Hook } from './hooks.ts';
import { PreparedRequest } from './prepared-request.ts';
import { Request, type RequestInit } from './request.ts';

describe('Request', () => {
  it('B-API-12 M207 stores what it is given, and these defaults', () => {
    const request = new Request('get', 'http://h/');
    expect({ ...request }).toEqual({
      method: 'get',
      url: 'http://h/',
      headers: {},
      files: [],
      data: [],
      params: {},
      auth: null,
      cookies: null,
      hooks: { response: [] },
      json: null,
    });
    const hook: Hook = () => {};
    const init = {
      headers: { a: 'b' },
      data: 'x',
      params: 'q',
      auth: ['u', 'p'],
      cookies: { c: 'd' },
      json: 0,
      files: { f: 'x' },
    } as const;
    expect({ ...new Request('POST', 'http://h/', { ...init, hooks: { response: hook } }) }).toEqual({
      method: 'POST',
      url: 'http://h/',
      ...init,
      hooks: { response: [hook] },
    });
  });

  it('B-API-13 M208 M214 M215 is prepared without anything of a session', () => {
    const prepared = new Request('get', 'http://h', { headers: { A: '1' } }).prepare();
    expect(prepared).toBeInstanceOf(PreparedRequest);
    expect([prepared.method, prepared.url, [...prepared.headers], prepared.body]).toEqual([
      'GET',
      'http://h/',
      [['A', '1']],
      null,
    ]);
  });

  it('M78 can be prepared again and again, and is not changed by it', () => {
    const request = new Request('POST', 'http://h/', { data: { a: 'b' }, params: { q: 1 }, headers: { X: '1' } });
    const before = structuredClone({ ...request });
    const [first, second] = [request.prepare(), request.prepare()];
    expect(first).not.toBe(second);
    expect(first.headers.equals(second.headers)).toBe(true);
    expect({ ...request }).toEqual(before);
  });

  it('B-API-24 refuses an unknown option', () => {
    expect(() => new Request('GET', 'http://h/', { header: {} } as RequestInit)).toThrow(
      "Request: unknown option 'header'; known are params, data, json, headers, cookies, files, auth, hooks",
    );
    expect(() => new Request('GET', 'http://h/', { timeout: 1 } as RequestInit)).toThrow("unknown option 'timeout'");
  });

  it('B-API-17 S12 B-HOOK-05 registers hooks and deregisters them', () => {
    const request = new Request('GET', 'http://h/');
    const hook: Hook = () => {};
    request.registerHook('response', hook);
    request.registerHook('response', [hook, hook]);
    expect(request.hooks.response).toEqual([hook, hook, hook]);
    expect(request.deregisterHook('response', hook)).toBe(true);
    expect(request.hooks.response).toHaveLength(2);
    expect(request.deregisterHook('response', () => {})).toBe(false);
    expect(() => request.registerHook('request', hook)).toThrow('event name "request"');
    expect(() => request.deregisterHook('request', hook)).toThrow(TypeError);
  });

  it('B-API-23 prints as <Request [GET]>', () => {
    const request = new Request('GET', 'http://h/');
    expect([String(request), inspect(request)]).toEqual(['<Request [GET]>', '<Request [GET]>']);
  });

  it('[A14] shows none of its secrets when it is printed', () => {
    const request = new Request('POST', 'http://u:CANARY@h/?CANARY', {
      headers: { Authorization: 'CANARY' },
      auth: ['u', 'CANARY'],
      data: 'CANARY',
      params: { token: 'CANARY' },
      cookies: { c: 'CANARY' },
    });
    for (const shown of [
      String(request),
      JSON.stringify(request),
      inspect(request, { showHidden: true, depth: Number.POSITIVE_INFINITY }),
    ]) {
      expect(shown).not.toContain('CANARY');
    }
  });
});
