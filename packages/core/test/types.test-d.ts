/** What the compiler promises; checked by `tsc -p tsconfig.json`, never run. */
import type { FileHandle } from 'node:fs/promises';
import { expectTypeOf } from 'vitest';
import type * as core from '../src/index.ts';
import {
  AuthBase,
  BaseAdapter,
  Headers,
  HTTPBasicAuth,
  HTTPError,
  JSONDecodeError,
  PreparedRequest,
  Request,
  RequestException,
  Response,
  Session,
} from '../src/index.ts';
import { codes } from '../src/status-codes.ts';

declare const session: core.Session;
declare const response: core.Response;
declare const error: unknown;

// B-API-01, B-API-24: the options are these, and no others.
type OptionNames =
  | 'params'
  | 'data'
  | 'json'
  | 'headers'
  | 'cookies'
  | 'files'
  | 'auth'
  | 'timeout'
  | 'allowRedirects'
  | 'proxies'
  | 'hooks'
  | 'stream'
  | 'verify'
  | 'cert'
  | 'signal';
expectTypeOf<keyof core.RequestOptions>().toEqualTypeOf<OptionNames>();
expectTypeOf<keyof core.SessionSendOptions>().toEqualTypeOf<
  'stream' | 'verify' | 'cert' | 'proxies' | 'timeout' | 'allowRedirects' | 'signal'
>();
expectTypeOf<keyof core.RequestInit>().toEqualTypeOf<
  'params' | 'data' | 'json' | 'headers' | 'cookies' | 'files' | 'auth' | 'hooks'
>();
// B-ADAPT-02: an adapter gets these.
expectTypeOf<keyof core.SendOptions>().toEqualTypeOf<'stream' | 'verify' | 'cert' | 'proxies' | 'timeout' | 'signal'>();
// Every option may be left out, and given as undefined.
expectTypeOf<{ [Name in OptionNames]: undefined }>().toExtend<core.RequestOptions>();
expectTypeOf<object>().toExtend<core.RequestOptions>();

// @ts-expect-error B-API-24: an unknown option is an error
void session.get('http://h/', { header: {} });
// @ts-expect-error B-API-24
void session.request('GET', 'http://h/', { query: {} });
// @ts-expect-error B-API-24
void session.send(new PreparedRequest(), { params: {} });
// @ts-expect-error B-API-24
new Session({ header: {} });
// @ts-expect-error B-API-24: a timeout belongs to sending
new Request('GET', 'http://h/', { timeout: 1 });
// @ts-expect-error M29: params are an option
void session.get('http://h/', 'q=1');
// @ts-expect-error M29: headers too
void session.get('http://h/', { Accept: 'text/html' });
// @ts-expect-error B-BODY-03: no positional data
void session.post('http://h/', 'body');

// M14: one signature for every verb.
type Verb = (url: string | URL, options?: core.RequestOptions) => Promise<core.Response>;
expectTypeOf<core.Session['get']>().toEqualTypeOf<Verb>();
expectTypeOf<core.Session['options']>().toEqualTypeOf<Verb>();
expectTypeOf<core.Session['head']>().toEqualTypeOf<Verb>();
expectTypeOf<core.Session['post']>().toEqualTypeOf<Verb>();
expectTypeOf<core.Session['put']>().toEqualTypeOf<Verb>();
expectTypeOf<core.Session['patch']>().toEqualTypeOf<Verb>();
expectTypeOf<core.Session['delete']>().toEqualTypeOf<Verb>();
// M18: the method is any string.
expectTypeOf<core.Session['request']>().parameter(0).toEqualTypeOf<string>();

// What options take.
void session.get('http://h/', {
  params: { a: 1, b: [1, 'x', null], c: undefined, d: true, e: 10n, f: new Uint8Array() },
});
void session.get('http://h/', {
  params: [
    ['a', 1],
    ['a', 2],
  ],
});
void session.get('http://h/', { params: new Map([['a', 1]]) });
void session.get('http://h/', { params: new URLSearchParams() });
void session.get('http://h/', { params: 'a=b' });
void session.get('http://h/', { params: new TextEncoder().encode('a=b') });
// @ts-expect-error B-PARAM-05: a nested object has no form
void session.get('http://h/', { params: { a: { b: 1 } } });
// @ts-expect-error B-PARAM-05: nor has a Date
void session.get('http://h/', { params: { a: new Date() } });
void session.get('http://h/', { headers: { A: 'b', C: null, D: undefined } });
void session.get('http://h/', { headers: [['A', 'b']] });
void session.get('http://h/', { headers: new Headers() });
void session.get('http://h/', { headers: new globalThis.Headers() });
// @ts-expect-error B-HDR-02: a header is text
void session.get('http://h/', { headers: { A: 1 } });
// @ts-expect-error B-HDR-02
void session.get('http://h/', { headers: { A: ['b'] } });
void session.post('http://h/', { data: { a: 'b' } });
void session.post('http://h/', { data: new Blob([]) });
void session.post('http://h/', { data: new ReadableStream<Uint8Array>() });
void session.post('http://h/', { data: { stream: ['a'], length: 1 } });
void session.post('http://h/', { data: () => ['a'] });
void session.post('http://h/', { data: new FormData() });
void session.post('http://h/', { data: new ArrayBuffer(1) });
void session.post('http://h/', { data: Buffer.from('a') });
void session.post('http://h/', {
  data: (async function* () {
    yield 'a';
  })(),
});
// @ts-expect-error B-BODY-02: a number is no body
void session.post('http://h/', { data: 5 });
void session.get('http://h/', { auth: ['user', 'pass'] });
void session.get('http://h/', { auth: new HTTPBasicAuth('user', 'pass') });
void session.get('http://h/', { auth: (request) => request });
void session.get('http://h/', { auth: async (request) => request });
void session.get('http://h/', { auth: { authenticate: (request) => request } });
void session.get('http://h/', { auth: false });
// @ts-expect-error B-DIFF-09: exactly two
void session.get('http://h/', { auth: ['user'] });
// @ts-expect-error B-DIFF-12: strings
void session.get('http://h/', { auth: ['user', 5] });
// @ts-expect-error B-DIFF-09: a string is no auth
void session.get('http://h/', { auth: 'user:pass' });
void session.get('http://h/', { timeout: 3.05 });
void session.get('http://h/', { timeout: [3.05, null] });
void session.get('http://h/', { timeout: { connect: 1, read: 2, total: 3 } });
void session.get('http://h/', { timeout: null });
// @ts-expect-error B-TIME-03
void session.get('http://h/', { timeout: '5' });
// @ts-expect-error B-TIME-04
void session.get('http://h/', { timeout: [1, 2, 3] });
void session.get('http://h/', { verify: 'ca.pem', cert: ['c', 'k'] });
void session.get('http://h/', { cert: { cert: 'c', key: 'k', passphrase: 'p' } });
// @ts-expect-error B-DIFF-37: an accident must not turn verification off
void session.get('http://h/', { verify: 0 });
void session.get('http://h/', { proxies: { http: 'http://p', https: null } });
void session.get('http://h/', { signal: AbortSignal.timeout(1000) });
void session.get('http://h/', { files: { f: ['n', 'content', 'text/plain', { X: 'y' }] } });
void session.get('http://h/', { files: [['f', new Blob([])]] });
// @ts-expect-error B-FILES-06: at most four
void session.get('http://h/', { files: { f: ['n', 'c', 't', {}, 5] } });

// B-API-25..34: what a response is made of.
expectTypeOf(response.statusCode).toEqualTypeOf<number>();
expectTypeOf(response.reason).toEqualTypeOf<string>();
expectTypeOf(response.url).toEqualTypeOf<string>();
expectTypeOf(response.headers.get('x')).toEqualTypeOf<string | undefined>();
expectTypeOf(response.headers.get('x', null)).toEqualTypeOf<string | null>();
expectTypeOf(response.encoding).toEqualTypeOf<string | null>();
expectTypeOf(response.content).toEqualTypeOf<Uint8Array>();
expectTypeOf(response.text).toEqualTypeOf<string>();
expectTypeOf(response.elapsed).toEqualTypeOf<core.Seconds>();
expectTypeOf(response.history).toEqualTypeOf<core.Response[]>();
expectTypeOf(response.next).toEqualTypeOf<core.PreparedRequest | null>();
expectTypeOf(response.request).toEqualTypeOf<core.PreparedRequest | null>();
expectTypeOf(response.links.next?.url).toEqualTypeOf<string | undefined>();
expectTypeOf(response.raiseForStatus()).toEqualTypeOf<core.Response>();
expectTypeOf(response.read()).toEqualTypeOf<Promise<Uint8Array>>();
expectTypeOf(response).toExtend<AsyncDisposable & AsyncIterable<Uint8Array>>();
expectTypeOf(response.iterContent(1)).toEqualTypeOf<AsyncGenerator<Uint8Array, void, undefined>>();
expectTypeOf(response.iterContent(1, { decodeUnicode: true })).toEqualTypeOf<AsyncGenerator<string, void, undefined>>();
expectTypeOf(response.iterLines()).toEqualTypeOf<AsyncGenerator<Uint8Array, void, undefined>>();
expectTypeOf(response.iterLines({ decodeUnicode: true })).toEqualTypeOf<AsyncGenerator<string, void, undefined>>();
// @ts-expect-error B-API-33: derived, read-only
response.ok = true;
// @ts-expect-error B-DIFF-43: no index access
response.headers['Content-Type'].length;

// json(): unknown unless somebody says what, and the output of a schema.
expectTypeOf(response.json()).toEqualTypeOf<unknown>();
expectTypeOf(response.json<{ a: number }>()).toEqualTypeOf<{ a: number }>();
expectTypeOf(response.json((_key, value) => value)).toEqualTypeOf<unknown>();
interface Repository {
  readonly id: number;
  readonly name: string;
}
declare const schema: core.StandardSchema<Repository>;
expectTypeOf(response.json(schema)).toEqualTypeOf<Repository>();
declare const transforming: {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'test';
    readonly validate: (
      value: unknown,
    ) => { readonly value: Date } | { readonly issues: readonly { readonly message: string }[] };
    readonly types?: { readonly input: string; readonly output: Date };
  };
};
expectTypeOf(response.json(transforming)).toEqualTypeOf<Date>();

// Errors narrow.
if (error instanceof HTTPError) expectTypeOf(error.response).toEqualTypeOf<core.Response | null>();
if (RequestException.is(error)) expectTypeOf(error).toExtend<core.RequestException>();
if (HTTPError.is(error)) expectTypeOf(error.code).toEqualTypeOf<string>();
if (error instanceof JSONDecodeError) expectTypeOf(error.pos).toEqualTypeOf<number>();

// Codes are known by name.
expectTypeOf(codes.ok).toEqualTypeOf<number>();
expectTypeOf(codes.notFound).toEqualTypeOf<number>();
expectTypeOf(codes.NOT_FOUND).toEqualTypeOf<number>();
expectTypeOf(codes['\\o/']).toEqualTypeOf<number>();
expectTypeOf(codes.get('x')).toEqualTypeOf<number | undefined>();
// @ts-expect-error B-DIFF-43: not a code
codes.noSuchCode;

// The contracts that others implement.
class Minimal extends BaseAdapter {
  override async send(request: core.PreparedRequest): Promise<core.Response> {
    return new Response({ request, statusCode: 200, body: 'hello' });
  }
}
session.mount('http://', new Minimal());
// @ts-expect-error B-ADAPT-01: an adapter has send
session.mount('http://', {});
class TokenAuth extends AuthBase {
  override authenticate(request: core.PreparedRequest): core.PreparedRequest {
    return request;
  }
}
session.auth = new TokenAuth();
// @ts-expect-error AuthBase is abstract
new AuthBase();
// @ts-expect-error BaseAdapter is abstract
new BaseAdapter();

// No `any` in anything that is exported: neither in a value, nor in a member, a parameter, a result or a promised result.
type IsAny<T> = 0 extends 1 & T ? true : false;
type InCall<T> = T extends (...args: infer Args) => infer Result
  ? IsAny<Result> extends true
    ? true
    : IsAny<Args[number]> extends true
      ? true
      : Result extends Promise<infer Promised>
        ? IsAny<Promised>
        : false
  : false;
type AnyMembers<T> = {
  [Key in keyof T]-?: IsAny<T[Key]> extends true ? Key : InCall<T[Key]> extends true ? Key : never;
}[keyof T];
type Instances<T> = {
  [Key in keyof T]: T[Key] extends abstract new (...args: never[]) => infer Instance ? AnyMembers<Instance> : never;
}[keyof T];

expectTypeOf<AnyMembers<typeof core>>().toEqualTypeOf<never>();
expectTypeOf<Instances<typeof core>>().toEqualTypeOf<never>();
expectTypeOf<AnyMembers<core.RequestOptions>>().toEqualTypeOf<never>();
expectTypeOf<AnyMembers<core.SessionInit>>().toEqualTypeOf<never>();
expectTypeOf<AnyMembers<core.ResponseInit>>().toEqualTypeOf<never>();
expectTypeOf<AnyMembers<core.PrepareFields>>().toEqualTypeOf<never>();
expectTypeOf<AnyMembers<core.CookieStore>>().toEqualTypeOf<never>();
expectTypeOf<AnyMembers<core.Environment>>().toEqualTypeOf<never>();
// The check itself can fail.
expectTypeOf<AnyMembers<{ a: () => Promise<ReturnType<typeof JSON.parse>> }>>().toEqualTypeOf<'a'>();

// M92, M100: an open file of Node's is a body, and a file.
declare const handle: FileHandle;
void session.post('https://h/', { data: handle, files: { f: handle, g: ['g.txt', handle] } });
