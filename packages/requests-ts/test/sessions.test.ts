import { inspect } from 'node:util';
import { crlf, type Httpbin, startHttpbin, startRawServer } from '@requests-ts/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import requests, {
  AuthBase,
  BaseAdapter,
  codes,
  deserialize,
  HTTPAdapter,
  HTTPBasicAuth,
  HTTPDigestAuth,
  PreparedRequest,
  Request,
  RequestsCookieJar,
  Response,
  RetryAdapter,
  Session,
  serialize,
  TooManyRedirects,
} from '../src/index.ts';

let server: Httpbin;
let session: Session;
beforeAll(async () => {
  server = await startHttpbin();
});
afterAll(() => server.close());
beforeEach(() => {
  session = new Session();
  session.trustEnv = false;
  return () => session.close();
});

const at = (path: string): string => server.url + path;
const sentHeader = (name: string): string | undefined => {
  const { rawHeaders } = server.requests.at(-1)!;
  const index = rawHeaders.findIndex((header, i) => i % 2 === 0 && header.toLowerCase() === name);
  return index < 0 ? undefined : rawHeaders[index + 1];
};

describe('Session', () => {
  it('M195 M196 M204 has the methods of the module and open attributes', () => {
    expect(requests.session()).toBeInstanceOf(Session);
    expect(session).toMatchObject({
      auth: null,
      proxies: {},
      params: {},
      verify: true,
      cert: null,
      maxRedirects: 30,
      stream: false,
    });
    expect([...session.adapters.keys()]).toEqual(['https://', 'http://']);
    for (const verb of ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'request'] as const)
      expect(session[verb]).toBeTypeOf('function');
  });

  it('M197 M198 closes at the end of its block, and a buffered response stays', async () => {
    let kept: Response;
    {
      await using scoped = new Session();
      kept = await scoped.get(at('/get'));
    }
    expect(kept.ok).toBe(true);
    expect(kept.json()).toMatchObject({ url: at('/get') });
  });

  it('M199 M200 M201 M202 keeps what the session says and not what a call says', async () => {
    session.auth = ['user', 'pass'];
    session.headers.update({ 'x-test': 'true' });
    await session.get(at('/headers'), { headers: { 'x-test2': 'true' } });
    expect([sentHeader('x-test'), sentHeader('x-test2')]).toEqual(['true', 'true']);
    await session.get(at('/headers'));
    expect([sentHeader('x-test'), sentHeader('x-test2')]).toEqual(['true', undefined]);
    expect(sentHeader('authorization')).toBe('Basic dXNlcjpwYXNz');
  });

  it('M203 null removes a session header for one call', async () => {
    session.headers.set('x-test', 'true');
    await session.get(at('/headers'), { headers: { 'X-Test': null } });
    expect(sentHeader('x-test')).toBeUndefined();
  });

  it('M205 reuses connections', async () => {
    const before = server.connections;
    for (let i = 0; i < 3; i++) await session.get(at('/get'));
    expect(server.connections).toBe(before + 1);
  });

  it('S11 has the settings that few change', async () => {
    session.maxRedirects = 2;
    session.params = { a: '1' };
    expect((await session.get(at('/get'), { params: { b: '2' } })).url).toBe(at('/get?a=1&b=2'));
    await expect(session.get(at('/redirect/3'))).rejects.toBeInstanceOf(TooManyRedirects);
  });
});

describe('cookies', () => {
  it('M151 reads a response cookie', async () => {
    const response = await session.get(at('/cookies/set/example-cookie-name/value'), { allowRedirects: false });
    expect(response.cookies.get('example-cookie-name')).toBe('value');
  });

  it('M152 M158 M202 sends cookies with one call only', async () => {
    expect((await session.get(at('/cookies'), { cookies: { cookies_are: 'working' } })).json()).toEqual({
      cookies: { cookies_are: 'working' },
    });
    expect((await session.get(at('/cookies'))).json()).toEqual({ cookies: {} });
  });

  it('M153 M154 M155 a jar sends what matches domain and path', async () => {
    const jar = new RequestsCookieJar();
    jar.set('tasty-cookie', 'yum', { domain: '127.0.0.1', path: '/cookies' });
    jar.set('gross-cookie', 'blech', { domain: '127.0.0.1', path: '/elsewhere' });
    expect((await session.get(at('/cookies'), { cookies: jar })).json()).toEqual({
      cookies: { 'tasty-cookie': 'yum' },
    });
    expect([...jar.keys()].sort()).toEqual(['gross-cookie', 'tasty-cookie']);
  });

  it('M156 prints a jar without its values', async () => {
    expect(inspect(new RequestsCookieJar())).toBe('<RequestsCookieJar[]>');
  });

  it('M157 B-COOK-23 keeps cookies of every hop', async () => {
    await session.get(at('/cookies/set/sessioncookie/123456789'));
    expect((await session.get(at('/cookies'))).json()).toEqual({ cookies: { sessioncookie: '123456789' } });
    expect(session.cookies.getDict()).toEqual({ sessioncookie: '123456789' });
  });

  it('M159 has helpers for dictionaries', () => {
    const jar = requests.cookies.cookiejarFromDict({ a: '1' });
    requests.cookies.addDictToCookiejar(jar, { b: '2' });
    expect(requests.cookies.dictFromCookiejar(jar)).toEqual({ a: '1', b: '2' });
  });
});

describe('auth', () => {
  it('M105 M108 M12 takes a pair or HTTPBasicAuth', async () => {
    expect((await session.get(at('/basic-auth/user/pass'), { auth: ['user', 'pass'] })).statusCode).toBe(200);
    expect(
      (await session.get(at('/basic-auth/user/pass'), { auth: new HTTPBasicAuth('user', 'pass') })).statusCode,
    ).toBe(200);
    expect((await session.get(at('/basic-auth/user/pass'), { auth: ['user', 'wrong'] })).statusCode).toBe(401);
  });

  it('M109 M206 answers a digest challenge, and remembers it', async () => {
    const auth = new HTTPDigestAuth('user', 'pass');
    const first = await session.get(at('/digest-auth/auth/user/pass'), { auth });
    expect([first.statusCode, first.history.map((hop) => hop.statusCode)]).toEqual([200, [401]]);
    const second = await session.get(at('/digest-auth/auth/user/pass'), { auth });
    expect(second.statusCode).toBe(200);
  });

  it('M111 M112 M114 subclasses of AuthBase sign', async () => {
    class TokenAuth extends AuthBase {
      readonly token: string;
      constructor(token: string) {
        super();
        this.token = token;
      }
      override authenticate(request: PreparedRequest): PreparedRequest {
        request.headers.set('X-TokenAuth', this.token);
        return request;
      }
    }
    await session.get(at('/headers'), { auth: new TokenAuth('12345abcde-token') });
    expect(sentHeader('x-tokenauth')).toBe('12345abcde-token');
  });

  it('M113 functions sign, async ones too', async () => {
    await session.get(at('/headers'), {
      auth: async (request) => {
        request.headers.set('X-Pizza', await Promise.resolve('kenneth'));
        return request;
      },
    });
    expect(sentHeader('x-pizza')).toBe('kenneth');
  });

  it('M81 auth beats an Authorization header', async () => {
    await session.get(at('/headers'), { headers: { Authorization: 'Bearer x' }, auth: ['user', 'pass'] });
    expect(sentHeader('authorization')).toBe('Basic dXNlcjpwYXNz');
  });

  it('M82 drops Authorization when a redirect leaves the origin', async () => {
    await using other = await startHttpbin();
    await session.get(at('/redirect-to'), { params: { url: `${other.url}/headers` }, auth: ['user', 'pass'] });
    expect(other.requests.at(-1)?.rawHeaders.map((name) => name.toLowerCase())).not.toContain('authorization');
  });
});

describe('redirects', () => {
  it('M161 M162 M163 follows and remembers', async () => {
    const response = await session.get(at('/redirect/2'));
    expect([response.url, response.statusCode, response.history.map((hop) => hop.statusCode)]).toEqual([
      at('/get'),
      200,
      [302, 302],
    ]);
  });

  it('M164 stops when told so', async () => {
    const response = await session.get(at('/redirect/2'), { allowRedirects: false });
    expect([response.statusCode, response.history]).toEqual([302, []]);
  });

  it('M146 TooManyRedirects holds the last response', async () => {
    session.maxRedirects = 1;
    const error: unknown = await session.get(at('/redirect/3')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TooManyRedirects);
    expect((error as TooManyRedirects).response?.history).toHaveLength(1);
  });
});

describe('redirects with a broken body', () => {
  it.each([
    [
      'a coding that is not what it says',
      crlf('HTTP/1.1 302 Found', 'Location: /next', 'Content-Encoding: gzip', 'Content-Length: 3', '', 'abc'),
    ],
    ['fewer bytes than announced', crlf('HTTP/1.1 302 Found', 'Location: /next', 'Content-Length: 30', '', 'abc')],
  ])('B-REDIR-12 are followed all the same: %s', async (_, redirect) => {
    const raw = await startRawServer(async (connection) => {
      const { target } = await connection.nextRequest();
      await connection.send(
        target === '/next' ? crlf('HTTP/1.1 200 OK', 'Content-Length: 2', 'Connection: close', '', 'ok') : redirect,
      );
      connection.halfClose();
    });
    try {
      const response = await session.get(`${raw.url}/`);
      expect([response.statusCode, response.text, response.history.map((hop) => hop.statusCode)]).toEqual([
        200,
        'ok',
        [302],
      ]);
      const stopped = await session.get(`${raw.url}/`, { allowRedirects: false });
      expect(stopped.statusCode).toBe(302);
      expect(() => stopped.content).toThrow();
    } finally {
      await raw.close();
    }
  });
});

describe('hooks', () => {
  it('M165 M166 M167 M171 calls them in order, those of the session too', async () => {
    const seen: string[] = [];
    const hook =
      (name: string) =>
      (response: Response): void =>
        void seen.push(`${name} ${response.statusCode}`);
    await session.get(at('/get'), { hooks: { response: [hook('a'), hook('b')] } });
    session.hooks.response.push(hook('s'));
    await session.get(at('/redirect/1'));
    expect(seen).toEqual(['a 200', 'b 200', 's 302', 's 200']);
  });

  it('M168 M169 M170 a hook replaces or marks the response', async () => {
    session.hooks.response.push((response) => {
      response.context.hookCalled = true;
    });
    expect((await session.get(at('/get'))).context.hookCalled).toBe(true);
    const other = new Response({ statusCode: 299 });
    expect((await session.get(at('/get'), { hooks: { response: () => other } })).statusCode).toBe(299);
  });

  it('M150 an error in a hook rejects the call', async () => {
    const hooks = { response: () => Promise.reject(new Error('from the hook')) };
    await expect(session.get(at('/get'), { hooks })).rejects.toThrow('from the hook');
  });
});

describe('prepared requests', () => {
  it('M207 M208 M209 M210 M211 M212 exactly what was prepared goes out', async () => {
    const request = new Request('POST', at('/post'), { data: { a: '1' }, headers: { 'X-A': '1' } });
    const prepared = request.prepare();
    prepared.body = 'No, I want exactly this as the body.';
    prepared.headers.delete('Content-Type');
    prepared.headers.set('Keep-Dead', 'parrot');
    const response = await session.send(prepared, { stream: false, timeout: 5 });
    expect(response.json()).toMatchObject({ data: 'No, I want exactly this as the body.' });
    expect([sentHeader('content-type'), sentHeader('keep-dead'), sentHeader('user-agent')]).toEqual([
      undefined,
      'parrot',
      undefined,
    ]);
  });

  it('M213 M214 session state comes with prepareRequest only', async () => {
    session.headers.set('X-Session', '1');
    session.cookies.set('a', '1', { domain: '127.0.0.1' });
    const request = new Request('GET', at('/cookies'), {});
    expect(request.prepare().headers.has('X-Session')).toBe(false);
    const prepared = session.prepareRequest(request);
    expect(prepared).toBeInstanceOf(PreparedRequest);
    expect([prepared.headers.get('X-Session'), prepared.headers.get('Cookie')]).toEqual(['1', 'a=1']);
  });

  it('M215 M216 M132 the environment is merged by hand', async () => {
    const prepared = session.prepareRequest(new Request('GET', at('/get')));
    const settings = session.mergeEnvironmentSettings(prepared.url, {});
    expect(settings).toEqual({ proxies: {}, stream: false, verify: true, cert: null });
    expect((await session.send(prepared, settings)).statusCode).toBe(codes.ok);
  });

  it('M75 serialises json when it is prepared, files and cookies too', () => {
    const prepared = new Request('POST', 'http://a.test/', { json: { a: 1 }, cookies: { c: '1' } }).prepare();
    expect(new TextDecoder().decode(prepared.body as Uint8Array)).toBe('{"a":1}');
    expect(prepared.headers.get('cookie')).toBe('c=1');
    expect(
      new Request('POST', 'http://a.test/', { files: { f: 'x' } }).prepare().headers.get('content-type'),
    ).toContain('multipart/form-data');
  });
});

describe('adapters', () => {
  it('M218 M219 M220 M221 are mounted by prefix, the longest first', async () => {
    class Canned extends BaseAdapter {
      override async send(request: PreparedRequest): Promise<Response> {
        return new Response({ request, statusCode: 200, body: `canned ${request.url}` });
      }
    }
    session.mount(at('/canned/'), new Canned());
    expect((await session.get(at('/canned/x'))).text).toBe(`canned ${at('/canned/x')}`);
    expect((await session.get(at('/get'))).json()).toHaveProperty('args');
  });

  it('M224 S5 retries by a mounted policy', async () => {
    const calls: string[] = [];
    class Flaky extends BaseAdapter {
      override async send(request: PreparedRequest): Promise<Response> {
        calls.push(request.url);
        return new Response({ request, statusCode: calls.length < 3 ? 503 : 200 });
      }
    }
    session.mount(
      'http://flaky.test/',
      new RetryAdapter(new Flaky(), { total: 5, backoffFactor: 0, statusForcelist: [503] }),
    );
    expect((await session.get('http://flaky.test/')).statusCode).toBe(200);
    expect(calls).toHaveLength(3);
  });

  it('refuses what is no object, and cookies that are no jar', () => {
    const make = (init: unknown): Session => new Session(init as object);
    expect(() => make('https://api.example/')).toThrow(new TypeError('Session: expected { name: value }'));
    for (const cookies of [{ flavour: 'vanilla' }, 'flavour=vanilla', true])
      expect(() => make({ cookies })).toThrow('Session: cookies must be a jar');
    expect(make({ cookies: null }).cookies).toBeNull();
    expect(make(null).cookies).toBeInstanceOf(RequestsCookieJar);
  });

  it('M223 M224 HTTPAdapter retries nothing unless it is told a number', () => {
    expect(() => new HTTPAdapter({ maxRetries: 3 })).not.toThrow();
    expect(() => new HTTPAdapter({ maxRetries: -1 })).toThrow(RangeError);
  });

  it('S14 is restored as the class that was asked for, cookies and adapters included', async () => {
    session.headers.set('X-App', 'atlas');
    session.cookies.set('flavour', 'vanilla', { domain: 'shop.example' });
    const restored = deserialize(await serialize(session), Session);
    expect(restored).toBeInstanceOf(Session);
    expect(restored.headers.get('x-app')).toBe('atlas');
    expect(restored.cookies.get('flavour')).toBe('vanilla');
    expect(restored.getAdapter('https://a.example/')).toBeInstanceOf(HTTPAdapter);

    const given = new Session();
    expect(deserialize(await serialize(session), Session, given)).toBe(given);
  });
});
