import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as exceptions from './exceptions.ts';
import { PreparedRequest } from './prepared-request.ts';
import { Response } from './response.ts';

type ErrorClass = new (message?: string, context?: exceptions.JSONErrorContext) => exceptions.RequestException;

const {
  ChunkedEncodingError,
  ConnectionError,
  ConnectTimeout,
  ContentDecodingError,
  HTTPError,
  InvalidHeader,
  InvalidJSONError,
  InvalidProxyURL,
  InvalidSchema,
  InvalidURL,
  JSONDecodeError,
  MissingSchema,
  ProxyError,
  ReadTimeout,
  RequestException,
  RetryError,
  SSLError,
  StreamConsumedError,
  Timeout,
  TooManyRedirects,
  UnrewindableBodyError,
  URLRequired,
} = exceptions;

/** Rule, class, code, and every class that it answers `instanceof` for besides itself and RequestException. */
const TREE: readonly (readonly [
  string,
  ErrorClass,
  string,
  readonly (abstract new (...args: never[]) => unknown)[],
])[] = [
  ['B-EXC-01 M147', RequestException, 'ERR_REQUEST', []],
  ['B-EXC-02', InvalidJSONError, 'ERR_INVALID_JSON', []],
  ['B-EXC-03 B-DIFF-30', JSONDecodeError, 'ERR_JSON_DECODE', [InvalidJSONError, SyntaxError]],
  ['B-EXC-04 M144', HTTPError, 'ERR_HTTP_STATUS', []],
  ['B-EXC-04 M143', ConnectionError, 'ERR_CONNECTION', []],
  ['B-EXC-04 M145', Timeout, 'ERR_TIMEOUT', []],
  ['B-EXC-05', ProxyError, 'ERR_PROXY', [ConnectionError]],
  ['B-EXC-05', SSLError, 'ERR_SSL', [ConnectionError]],
  ['B-EXC-06 B-DIFF-30 M141', ConnectTimeout, 'ERR_CONNECT_TIMEOUT', [ConnectionError, Timeout]],
  ['B-EXC-07', ReadTimeout, 'ERR_READ_TIMEOUT', [Timeout]],
  ['B-EXC-08', URLRequired, 'ERR_URL_REQUIRED', []],
  ['B-EXC-08 M146', TooManyRedirects, 'ERR_TOO_MANY_REDIRECTS', []],
  ['B-EXC-08', ChunkedEncodingError, 'ERR_CHUNKED_ENCODING', []],
  ['B-EXC-08', RetryError, 'ERR_RETRY', []],
  ['B-EXC-08', UnrewindableBodyError, 'ERR_UNREWINDABLE_BODY', []],
  ['B-EXC-09 B-DIFF-31', MissingSchema, 'ERR_MISSING_SCHEMA', [TypeError]],
  ['B-EXC-09 B-DIFF-31', InvalidSchema, 'ERR_INVALID_SCHEMA', [TypeError]],
  ['B-EXC-09 B-DIFF-31', InvalidURL, 'ERR_INVALID_URL', [TypeError]],
  ['B-EXC-09 B-DIFF-31', InvalidHeader, 'ERR_INVALID_HEADER', [TypeError]],
  ['B-EXC-10', InvalidProxyURL, 'ERR_INVALID_PROXY_URL', [InvalidURL, TypeError]],
  ['B-EXC-11', ContentDecodingError, 'ERR_CONTENT_DECODING', []],
  ['B-EXC-12 B-DIFF-30', StreamConsumedError, 'ERR_STREAM_CONSUMED', [TypeError]],
];
const CLASSES = [...TREE.map(([, type]) => type), SyntaxError, TypeError, RangeError];

for (const [rule, type, code, parents] of TREE) {
  const title = `${rule} ${type.name}`;

  it(`${title} answers instanceof for its parents and for nothing else`, () => {
    const error: unknown = new type('text');
    const yes = new Set<unknown>([type, RequestException, ...parents]);
    for (const other of CLASSES) expect([other.name, error instanceof other]).toEqual([other.name, yes.has(other)]);
    expect(error).toBeInstanceOf(Error);
    expect(RequestException.is.call(type, error)).toBe(true);
  });

  it(`S17 ${title} has its name, its code and a stack`, () => {
    const error = new type('text');
    expect([error.name, error.code, String(error).split(':')[0]]).toEqual([type.name, code, type.name]);
    expect(error.stack).toContain(`${type.name}: text`);
    expect(Object.keys(error)).toEqual([]);
  });

  it(`B-EXC-15 ${type.name} has a request and a response, null unless given`, () => {
    const request = new PreparedRequest();
    const response = new Response({ statusCode: 500, request });
    const other = new PreparedRequest();
    expect([new type().request, new type().response]).toEqual([null, null]);
    expect(new type('', { request }).request).toBe(request);
    expect(new type('', { request }).response).toBeNull();
    expect(new type('', { response }).request).toBe(request);
    expect(new type('', { response, request: other }).request).toBe(other);
    expect(new type('', { response }).response).toBe(response);
    const error = new type();
    error.request ??= request;
    expect(error.request).toBe(request);
  });

  it(`B-EXC-16 ${type.name} has its first argument as message, none gives an empty one`, () => {
    const position = type === JSONDecodeError ? ': line 1 column 1 (char 0)' : '';
    expect(new type('text').message).toBe(`text${position}`);
    expect(new type().message).toBe(position);
  });

  it(`B-DIFF-30 ${type.name} keeps a cause, and has none otherwise`, () => {
    const cause = new Error('low');
    expect(new type('', { cause }).cause).toBe(cause);
    expect('cause' in new type()).toBe(false);
  });

  it(`[A14] ${type.name} shows neither request, response nor document when it is printed`, () => {
    const request = new PreparedRequest();
    request.prepareMethod('GET');
    request.prepareUrl('https://user:CANARY@example.com/?token=CANARY');
    request.prepareHeaders({ Authorization: 'CANARY', Cookie: 'CANARY' });
    request.body = 'CANARY';
    const response = new Response({ statusCode: 400, request, headers: { 'Set-Cookie': 'CANARY' }, body: 'CANARY' });
    const error = new type('text', { response, doc: 'CANARY' });
    for (const shown of [
      inspect(error, { depth: Number.POSITIVE_INFINITY }),
      inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
      JSON.stringify(error),
      String(error),
      error.stack,
    ]) {
      expect(shown).not.toContain('CANARY');
    }
    expect(JSON.parse(JSON.stringify(error))).toEqual({ name: type.name, code, message: error.message });
  });
}

describe('RequestException', () => {
  it('M38 B-EXC-06 is caught narrow before wide, and asked with is()', () => {
    const error: unknown = new ConnectTimeout('slow');
    expect(ConnectTimeout.is(error) && Timeout.is(error) && ConnectionError.is(error)).toBe(true);
    expect(ReadTimeout.is(error)).toBe(false);
    for (const value of [null, undefined, 'x', {}, new Error('x')]) expect(RequestException.is(value)).toBe(false);
  });

  it('B-DIFF-30 matches subclasses of yours as usual', () => {
    class Mine extends ConnectTimeout {}
    class Other extends ConnectTimeout {}
    const mine: unknown = new Mine();
    expect(mine instanceof Mine && mine instanceof ConnectTimeout && mine instanceof Timeout).toBe(true);
    expect(mine instanceof Other).toBe(false);
    expect(new ConnectTimeout() instanceof Mine).toBe(false);
    expect((mine as Mine).code).toBe('ERR_CONNECT_TIMEOUT');
  });

  it('B-EXC-13 B-EXC-14 has neither the conflict of a jar nor warnings in its tree', () => {
    expect(Object.keys(exceptions).sort()).toEqual(TREE.map(([, type]) => type.name).sort());
  });

  it('[J01] takes nothing from a polluted prototype', () => {
    const polluted = Object.prototype as Record<string, unknown>;
    const names = ['request', 'response', 'cause', 'doc', 'pos', 'get', 'set', 'value', 'writable', 'enumerable'];
    const seen: unknown[] = [];
    try {
      for (const name of names) polluted[name] = 'CANARY';
      const error = new JSONDecodeError('text');
      seen.push(
        error.request,
        error.response,
        error.doc,
        error.pos,
        Object.hasOwn(error, 'cause'),
        Object.keys(error).length,
      );
    } finally {
      for (const name of names) delete polluted[name];
    }
    expect(seen).toEqual([null, null, '', 0, false, 0]);
  });
});

describe('JSONDecodeError', () => {
  it.each([
    ['', 0, 1, 1],
    ['abc', 0, 1, 1],
    ['abc', 2, 1, 3],
    ['\nabc', 0, 1, 1],
    ['\nabc', 1, 2, 1],
    ['a\nb\nc', 4, 3, 1],
    ['{"a": 1,\n "b"}', 13, 2, 5],
    ['a\n', 2, 2, 1],
  ])('B-EXC-17 B-DIFF-17 says of %j at %d line %d, column %d', (doc, pos, lineno, colno) => {
    const error = new JSONDecodeError('Bad', { doc, pos });
    expect([error.msg, error.doc, error.pos, error.lineno, error.colno]).toEqual(['Bad', doc, pos, lineno, colno]);
    expect(error.message).toBe(`Bad: line ${lineno} column ${colno} (char ${pos})`);
  });

  it('B-EXC-17 [A14] departure 13: toJSON gives name, code and message, and leaves the document to who asks for it', () => {
    const error = new JSONDecodeError('Bad', { doc: '{"password": x}', pos: 13 });
    expect(JSON.stringify(error)).not.toContain('password');
    expect(error.doc).toBe('{"password": x}');
  });
});
