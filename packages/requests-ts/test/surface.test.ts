import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import * as core from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import requests, * as namespace from '../src/index.ts';

const VERBS = ['get', 'options', 'head', 'post', 'put', 'patch', 'delete', 'request'] as const;

describe('requests', () => {
  it('M4 gives the whole API with one import, as one object and by name', () => {
    for (const verb of VERBS) {
      expect(requests[verb], verb).toBeTypeOf('function');
      expect(namespace[verb], verb).toBe(requests[verb]);
    }
    for (const name of ['Session', 'codes', 'exceptions', 'auth', 'adapters', 'cookies'] as const) {
      expect(namespace[name], name).toBe(requests[name]);
    }
  });

  it('M10 names DELETE del as well, since JavaScript reserves the word', () => {
    expect(namespace.del).toBe(requests.delete);
  });

  it('B-API-19 exports the classes, errors and namespaces of Requests at the root', () => {
    const names =
      'request session Session Request PreparedRequest Response codes RequestException HTTPError ConnectionError ConnectTimeout Timeout ' +
      'ReadTimeout TooManyRedirects URLRequired JSONDecodeError utils exceptions adapters auth cookies hooks structures statusCodes';
    for (const name of names.split(' ')) expect(requests, name).toHaveProperty(name);
  });

  it('B-API-20 tells its version', () => {
    expect(namespace.__version__).toBe(core.VERSION);
    expect(namespace.__title__).toBe('requests-ts');
    expect(namespace.__license__).toBe('Apache-2.0');
  });

  it('S17 holds the whole tree of errors in exceptions', () => {
    for (const error of Object.values(requests.exceptions)) {
      expect(new error('x'), error.name).toBeInstanceOf(core.RequestException);
    }
    expect(Object.keys(requests.exceptions)).toHaveLength(22);
  });

  it('M40 looks codes up by every name', () => {
    const { codes } = requests;
    expect([codes.ok, codes.OK, codes['\\o/'], codes.notFound, codes.not_found, codes.NOT_FOUND]).toEqual([
      200, 200, 200, 404, 404, 404,
    ]);
  });

  it('S21 knows the teapot', () => {
    expect([requests.codes.teapot, requests.codes.im_a_teapot, requests.codes.imATeapot]).toEqual([418, 418, 418]);
  });

  it('M172 lists the events that hooks can have', () => {
    expect(requests.hooks.HOOKS).toEqual(['response']);
  });

  it('M87 calls its headers CaseInsensitiveDict, as Requests does', () => {
    expect(
      new requests.structures.CaseInsensitiveDict([
        ['B', '1'],
        ['A', '2'],
      ]).get('b'),
    ).toBe('1');
  });

  it('M76 S24 offers the utilities that people import', () => {
    const { utils } = requests;
    expect([...utils.defaultHeaders().keys()]).toEqual(['User-Agent', 'Accept-Encoding', 'Accept', 'Connection']);
    expect(utils.defaultHeaders().get('user-agent')).toBe(`requests-ts/${core.VERSION}`);
    expect(utils.superLen('é')).toBe(2);
    expect(utils.requoteUri('http://example.com/fiz?buz=%ppicture')).toBe('http://example.com/fiz?buz=%25ppicture');
    expect(utils.selectProxy({ scheme: 'http', host: 'a' }, { http: 'http://p' })).toBe('http://p');
    expect(utils.parseHeaderLinks('<http://x>; rel=front')).toMatchObject([{ url: 'http://x', rel: 'front' }]);
  });

  it('prints a session, and what a caller holds, in one line', () => {
    expect(inspect(new requests.Session())).toBe('<Session>');
    expect(inspect(new requests.Request('GET', 'http://a/'))).toBe('<Request [GET]>');
  });

  it('loads from CommonJS', () => {
    // Vitest resolves for itself: what matters here is that the name is one that require() may ask for.
    expect(() => createRequire(import.meta.url).resolve('requests-ts')).not.toThrow();
  });
});
