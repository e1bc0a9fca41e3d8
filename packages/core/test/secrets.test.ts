import { createCanaries, expectNoSecret } from '@requests-ts/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as authors from '../src/authors.ts';
import * as core from '../src/index.ts';
import { FakeAdapter, redirect } from './fake-adapter.ts';
import { FakeBody } from './fake-body.ts';
import { bench, rejection } from './fake-session.ts';

const secret = createCanaries();
const URL_OF = (rest: string): string =>
  `http://${secret.user}:${secret.password}@${rest}?token=${secret.query}#${secret.query}`;
const CALL: core.RequestOptions = {
  headers: {
    Authorization: `Bearer ${secret.authorization}`,
    Cookie: `sid=${secret.cookie}`,
    'Proxy-Authorization': secret.proxyAuthorization,
  },
  proxies: { http: `http://${secret.proxyUser}:${secret.proxyPassword}@proxy.test` },
  cert: { cert: 'c.pem', key: 'k.pem', passphrase: secret.keyPassphrase },
  data: secret.body,
};

const answer = (more: Partial<core.ResponseInit> = {}): Partial<core.ResponseInit> => ({
  statusCode: 200,
  ...more,
  headers: { 'Set-Cookie': `sid=${secret.setCookie}`, ...(more.headers as object) },
});

const get = (
  answers: Parameters<typeof bench>[0],
  options: core.RequestOptions = {},
  init = {},
): Promise<core.Response> => bench(answers, init).session.post(URL_OF('h.test/p'), { ...CALL, ...options });

const provocations: Record<string, () => Promise<unknown>> = {
  MissingSchema: () => bench({}).session.get(`${secret.user}:${secret.password}@h/?${secret.query}`.replace(':', '')),
  'InvalidURL (host)': () => bench({}).session.get(URL_OF('h h')),
  'InvalidURL (port)': () => bench({}).session.get(URL_OF('h:99999')),
  'InvalidURL (no host)': () => bench({}).session.get(`http://${secret.user}:${secret.password}@`),
  'InvalidSchema (no adapter)': () => new core.Session().get(URL_OF('h.test')),
  'InvalidSchema (redirect)': () =>
    get(answer(redirect(302, `ftp://${secret.user}:${secret.password}@h/?${secret.query}`))),
  'InvalidURL (redirect)': () =>
    get(answer(redirect(302, `http://${secret.user}:${secret.password}@h h/?${secret.query}`))),
  'InvalidSchema (policy)': () =>
    bench(answer(redirect(302, URL_OF('h.test'))), { redirectPolicy: { downgrade: 'refuse' } }).session.get(
      URL_OF('h.test').replace('http', 'https'),
    ),
  'InvalidURL (policy)': () =>
    get(answer(redirect(307, URL_OF('o.test'))), {}, { redirectPolicy: { crossOriginBody: 'refuse' } }),
  'InvalidHeader (value)': () => get({}, { headers: { 'X-Secret': `${secret.header}\r\n` } }),
  'InvalidHeader (several Locations)': () =>
    get({ statusCode: 302, headers: core.Headers.received(['Location', '/a', 'Location', `/${secret.query}`]) }),
  'InvalidHeader (user name)': () => get({}, { auth: [`${secret.user}:`, secret.password] }),
  'InvalidHeader (password)': () => get({}, { auth: ['u', `${secret.password}\u0000`] }),
  'InvalidHeader (URL)': () => bench({}).session.get(`http://u:${secret.password}%00@h/`),
  InvalidJSONError: () => {
    const json: Record<string, unknown> = { password: secret.body };
    json[secret.body] = json;
    return get({}, { json, data: null });
  },
  'InvalidJSONError (NaN)': () => get({}, { json: { [secret.body]: [secret.body, Number.NaN] }, data: null }),
  'TypeError (option)': () => get({}, { [`x${secret.header}`.slice(0, 1)]: secret.header } as core.RequestOptions),
  'TypeError (auth)': () => get({}, { auth: [secret.user, secret.password, 'x'] as never }),
  'TypeError (params)': () => get({}, { params: { q: { [secret.query]: secret.query } } as never }),
  'TypeError (timeout)': () =>
    get({}, { timeout: secret.header as never }).then(() => authors.resolveTimeout(secret.header as never)),
  'TypeError (cookies)': () => get({}, { cookies: { sid: secret.cookie } }, { cookies: null }),
  'TypeError (files)': () => get({}, { files: { f: secret.body }, data: null }),
  HTTPError: async () => (await get(answer({ statusCode: 404 }))).raiseForStatus(),
  JSONDecodeError: async () => (await get(answer({ body: `{"password":"${secret.body}"` }))).json(),
  TooManyRedirects: () => get(answer(redirect(302, URL_OF('o.test')))),
  UnrewindableBodyError: () =>
    get(answer(redirect(307, '/x')), {
      data: (function* () {
        yield secret.body;
      })(),
    }),
  StreamConsumedError: async () => {
    const r = await get(answer({ body: new FakeBody([secret.body]) }), { stream: true });
    r.iterContent();
    r.iterContent();
  },
  'Error (unread)': async () => (await get(answer({ body: new FakeBody([secret.body]) }), { stream: true })).content,
  ChunkedEncodingError: () => get(answer({ body: new FakeBody([secret.body], new core.ChunkedEncodingError('cut')) })),
  'ReadTimeout (total)': () =>
    get(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 15));
        return answer(redirect(302, '/x'));
      },
      { timeout: { total: 0.01 } },
    ),
  'RangeError (charset)': async () => {
    const r = await get(answer({ body: secret.body, headers: { 'Content-Type': 'text/plain; charset=nonsense' } }));
    for await (const _ of r.iterContent(1, { decodeUnicode: true }));
  },
};

describe('errors', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each(Object.entries(provocations))('[A14 CVE-2026-48615] %s shows no secret', async (_, provoke) => {
    const warnings: unknown[] = [];
    vi.spyOn(process, 'emitWarning').mockImplementation((...given) => void warnings.push(given));
    const error = await rejection(Promise.resolve().then(provoke) as Promise<unknown>);
    expect(error).toBeInstanceOf(Error);
    expectNoSecret(error, secret);
    expectNoSecret(warnings, secret);
  });

  it('[A14] B-EXC-15 hold request and response, which print themselves without secrets', async () => {
    const error = await rejection<core.TooManyRedirects>(get(answer(redirect(302, '/x'))));
    expect([error.request, error.response].every(Boolean)).toBe(true);
    expectNoSecret([error.request, error.response, error.response?.history], secret);
  });

  it.each([
    ['terminal escapes', '\x1b[31mred\x1b[0m'],
    ['line ends', 'a\r\nb'],
    ['NUL', 'a\u0000b'],
    ['10,000 letters', 'x'.repeat(10_000)],
  ])('[A14 CVE-2026-42507 CVE-2020-7694] escape and cut %s that a server sent', async (_, text) => {
    const errors = [
      await rejection(get({ statusCode: 500, reason: text }).then((r) => r.raiseForStatus())),
      await rejection(get({ statusCode: 302, headers: core.Headers.received(['Location', `ftp://h/${text}`]) })),
      await rejection(get({ statusCode: 302, headers: core.Headers.received(['Location', `http://h h/${text}`]) })),
    ];
    for (const { message } of errors) {
      expect(message).not.toMatch(/[\x00-\x1f\x7f]/);
      expect(message.length).toBeLessThan(500);
    }
  });
});

describe('everything that holds a secret', () => {
  it('[A14] prints without it', async () => {
    const auth = new core.HTTPBasicAuth('u', secret.password);
    const session = new core.Session({
      auth,
      headers: { Authorization: secret.authorization, Cookie: secret.cookie },
      proxies: { http: `http://${secret.proxyUser}:${secret.proxyPassword}@p` },
      cert: { cert: 'c', passphrase: secret.keyPassphrase },
      adapters: { 'http://': new FakeAdapter(answer({ body: secret.body })) },
    });
    const request = new core.Request('POST', URL_OF('h'), {
      auth,
      data: secret.body,
      headers: { Cookie: secret.cookie },
    });
    const prepared = session.prepareRequest(request);
    const response = await session.send(prepared);
    for (const value of [
      session,
      request,
      prepared,
      prepared.headers,
      response,
      response.headers,
      auth,
      session.headers,
    ])
      expectNoSecret(value, secret);
    expectNoSecret({ nested: [session, request, prepared, response, auth] }, secret);
  });
});
