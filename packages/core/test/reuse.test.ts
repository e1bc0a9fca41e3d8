import { describe, expect, it } from 'vitest';
import { AuthBase, type AuthFlow } from '../src/auth.ts';
import { UnrewindableBodyError } from '../src/exceptions.ts';
import type { PreparedRequest } from '../src/prepared-request.ts';
import { Request } from '../src/request.ts';
import type { RequestOptions } from '../src/session-options.ts';
import { redirect, type Sent } from './fake-adapter.ts';
import { type Bench, bench, rejection } from './fake-session.ts';

class Challenged extends AuthBase {
  override authenticate(request: PreparedRequest): PreparedRequest {
    return request;
  }
  override async *authFlow(request: PreparedRequest): AuthFlow {
    const response = yield request;
    if (response.statusCode !== 401) return;
    request.headers.set('Authorization', 'Proof');
    yield request;
  }
}

const generator = function* (): Generator<string> {
  yield 'streamed';
};

/** Kinds of requests that leave different things behind. */
const KINDS: Record<string, [method: string, path: string, options: () => RequestOptions]> = {
  'a plain GET': ['GET', 'ok', () => ({})],
  'a HEAD': ['HEAD', 'ok', () => ({})],
  'a DELETE': ['DELETE', 'ok', () => ({})],
  'a POST of a form': ['POST', 'ok', () => ({ data: { a: 1 } })],
  'a PUT of text': ['PUT', 'ok', () => ({ data: 'put' })],
  'a POST of JSON': ['POST', 'ok', () => ({ json: [1] })],
  'a POST of nothing': ['POST', 'ok', () => ({})],
  'a chunked POST': ['POST', 'ok', () => ({ data: generator() })],
  'a PATCH of a Blob': ['PATCH', 'ok', () => ({ data: new Blob(['blob']) })],
  'a GET with params': ['GET', 'ok', () => ({ params: { q: 1 } })],
  'a GET with headers': ['GET', 'ok', () => ({ headers: { Referer: 'r', Accept: 'a/b', 'User-Agent': null } })],
  'a GET with a Host': ['GET', 'ok', () => ({ headers: { Host: 'other.test' } })],
  'a GET with Basic auth': ['GET', 'ok', () => ({ auth: ['u', 'p'] })],
  'a challenged GET': ['GET', 'challenge', () => ({ auth: new Challenged() })],
  'a GET with cookies': ['GET', 'ok', () => ({ cookies: { once: '1' } })],
  'a redirected POST': ['POST', 'see-other', () => ({ data: 'x' })],
  'a POST redirected with its body': ['POST', 'temporary', () => ({ data: 'x' })],
  'a GET redirected to another host': ['GET', 'away', () => ({ auth: ['u', 'p'], headers: { 'X-A': '1' } })],
  'a GET over a proxy': ['GET', 'ok', () => ({ proxies: { http: 'http://p' }, verify: false, timeout: 3 })],
  'a GET that fails': ['GET', 'fails', () => ({ headers: { 'X-B': '1' } })],
};

const answers = ({ path, headers }: Sent): ReturnType<typeof redirect> | Error => {
  if (path.startsWith('/see-other')) return redirect(303, '/ok');
  if (path.startsWith('/temporary')) return redirect(307, '/ok');
  if (path.startsWith('/away')) return redirect(302, 'http://o.test/ok');
  if (path.startsWith('/fails')) return new Error('lost');
  return { statusCode: path.startsWith('/challenge') && !headers.authorization ? 401 : 200 };
};

async function wire({ session, adapter }: Bench, kind: string): Promise<unknown[]> {
  const [method, path, options] = KINDS[kind]!;
  const from = adapter.sent.length;
  await session.request(method, `http://h.test/${path}`, options()).catch(() => {});
  return adapter.sent.slice(from).map(({ method: verb, url, lines, body, options: { timeout, verify, proxies } }) => ({
    verb,
    url,
    lines,
    body,
    timeout,
    verify,
    proxies: { ...proxies },
  }));
}

describe('Session', () => {
  it.each(Object.keys(KINDS))(
    '[O03 CVE-2022-32221 CVE-2015-3236] sends any request as before after %s',
    async (first) => {
      for (const second of Object.keys(KINDS)) {
        const used = bench(answers);
        await wire(used, first);
        expect([second, await wire(used, second)]).toEqual([second, await wire(bench(answers), second)]);
      }
    },
  );

  it('[O03] B-DIFF-44 sends interleaved requests as it sends them one by one', async () => {
    const kinds = Object.keys(KINDS);
    const one = bench(answers);
    const alone = await Promise.all(kinds.map((kind) => wire(bench(answers), kind)));
    await Promise.all(kinds.map((kind) => wire(one, kind)));
    const all = (entries: unknown[]): string[] => entries.map((entry) => JSON.stringify(entry)).sort();
    const sent = one.adapter.sent.map(({ method: verb, url, lines, body, options: { timeout, verify, proxies } }) => ({
      verb,
      url,
      lines,
      body,
      timeout,
      verify,
      proxies: { ...proxies },
    }));
    expect(all(sent)).toEqual(all(alone.flat()));
  });

  it('B-DIFF-44 [J05] one flow auth serves parallel requests, each with its own answers', async () => {
    const { session, adapter } = bench(answers);
    const auth = new Challenged();
    const bodies = ['a', 'b', 'c'];
    const all = await Promise.all(bodies.map((data) => session.post('http://h.test/challenge', { auth, data })));
    expect(all.map(({ statusCode, history }) => [statusCode, history.length])).toEqual(bodies.map(() => [200, 1]));
    const proofs = adapter.sent.filter(({ headers }) => headers.authorization).map(({ body }) => body);
    expect(proofs.sort()).toEqual(bodies);
  });
});

describe('PreparedRequest', () => {
  it.each(Object.keys(KINDS).filter((kind) => !['a chunked POST', 'a GET that fails'].includes(kind)))(
    '[O03] sent twice is sent the same: %s',
    async (kind) => {
      const [method, path, options] = KINDS[kind]!;
      const { params, data, json, headers, auth, cookies } = options();
      const { session, adapter } = bench(answers);
      const prepared = session.prepareRequest(
        new Request(method, `http://h.test/${path}`, { params, data, json, headers, auth, cookies }),
      );
      const before = JSON.stringify([prepared.method, prepared.url, [...prepared.headers.lines()]]);
      await session.send(prepared);
      const once = adapter.sent.map(({ lines, body, url }) => ({ lines, body, url }));
      expect(JSON.stringify([prepared.method, prepared.url, [...prepared.headers.lines()]])).toBe(before);
      await session.send(prepared);
      expect(adapter.sent.slice(once.length).map(({ lines, body, url }) => ({ lines, body, url }))).toEqual(once);
    },
  );

  it.each([
    ['a generator', () => generator()],
    [
      'an async generator',
      () =>
        (async function* () {
          yield 'streamed';
        })(),
    ],
    ['a web stream', () => new Blob(['streamed']).stream()],
    ['a stream of known length', () => ({ stream: new Blob(['streamed']).stream(), length: 8 })],
  ])('[O03] B-DIFF-23 with %s raises when it is sent twice, instead of sending nothing', async (_, data) => {
    const { session, adapter } = bench({});
    const prepared = session.prepareRequest(new Request('POST', 'http://h/', { data: data() }));
    await session.send(prepared);
    expect(await rejection(session.send(prepared))).toBeInstanceOf(UnrewindableBodyError);
    expect(await rejection(session.send(prepared.copy()))).toBeInstanceOf(UnrewindableBodyError);
    expect(adapter.sent.map(({ body }) => body)).toEqual(['streamed']);
  });

  it('[O03] one generator in two requests is sent once', async () => {
    const { session, adapter } = bench({});
    const data = generator();
    await session.post('http://h/', { data });
    expect(await rejection(session.post('http://h/', { data }))).toBeInstanceOf(UnrewindableBodyError);
    expect(adapter.sent).toHaveLength(1);
  });

  it('[O03] a function, a Blob or a collection is sent as often as one likes', async () => {
    const { session, adapter } = bench({});
    for (const data of [() => new Blob(['streamed']).stream(), new Blob(['streamed']), new Set(['stream', 'ed'])]) {
      const prepared = session.prepareRequest(new Request('POST', 'http://h/', { data }));
      await session.send(prepared);
      await session.send(prepared);
    }
    expect(adapter.sent.map(({ body }) => body)).toEqual(Array(6).fill('streamed'));
  });
});
