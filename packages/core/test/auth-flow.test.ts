import { describe, expect, it } from 'vitest';
import type { SendOptions } from '../src/adapter.ts';
import { AuthBase, type AuthFlow } from '../src/auth.ts';
import { ConnectionError, UnrewindableBodyError } from '../src/exceptions.ts';
import type { PreparedRequest } from '../src/prepared-request.ts';
import { Request } from '../src/request.ts';
import { Response } from '../src/response.ts';
import { type Answers, redirect, type Sent } from './fake-adapter.ts';
import { FakeBody } from './fake-body.ts';
import { bench, rejection } from './fake-session.ts';

const challenge = (nonce: string, more: object = {}): object => ({
  statusCode: 401,
  ...more,
  headers: { 'WWW-Authenticate': `Test ${nonce}`, ...(more as { headers?: object }).headers },
});

/** Answers each challenge with what it says, up to `steps` of them; notes when its flows end. */
class ChallengeAuth extends AuthBase {
  readonly ended: string[] = [];
  readonly options: SendOptions[] = [];
  readonly #steps: number;

  constructor(steps = 1) {
    super();
    this.#steps = steps;
  }

  override authenticate(request: PreparedRequest): PreparedRequest {
    return request;
  }

  override async *authFlow(request: PreparedRequest, options: SendOptions): AuthFlow {
    this.options.push(options);
    let how = 'left';
    try {
      let response = yield request;
      for (let step = 0; step < this.#steps && response.statusCode === 401; step++) {
        const nonce = response.headers.get('www-authenticate')?.replace('Test ', '');
        request.headers.set('Authorization', `Test ${nonce}`).set('X-Proof', `${nonce}`);
        response = yield request;
      }
      how = 'done';
    } catch (error) {
      how = 'failed';
      throw error;
    } finally {
      await null;
      this.ended.push(how);
    }
  }
}

const proofs = (sent: readonly Sent[]): (string | undefined)[] => sent.map(({ headers }) => headers['x-proof']);

describe('auth flows through a session', () => {
  it('asks, is challenged, answers: the challenge is history', async () => {
    const { session, adapter } = bench([challenge('n1', { body: 'who are you?' }), { body: 'welcome' }]);
    const auth = new ChallengeAuth();
    const r = await session.get('http://h/', { auth });
    expect([r.statusCode, r.text]).toEqual([200, 'welcome']);
    expect(r.history.map(({ statusCode, text }) => [statusCode, text])).toEqual([[401, 'who are you?']]);
    expect(proofs(adapter.sent)).toEqual([undefined, 'n1']);
    expect(r.request?.headers.get('authorization')).toBe('Test n1');
    expect(auth.ended).toEqual(['done']);
  });

  it('goes through several steps, each with the cookies of the one before', async () => {
    const cookie = (value: string): object => ({ headers: { 'Set-Cookie': value } });
    const { session, adapter, jar } = bench([
      challenge('n1', cookie('a=1')),
      challenge('n2', cookie('b=2')),
      challenge('n3', cookie('a=3')),
      {},
    ]);
    jar.set('own', '0', 'h');
    const r = await session.get('http://h/', { auth: new ChallengeAuth(3), cookies: { call: 'c' } });
    expect(proofs(adapter.sent)).toEqual([undefined, 'n1', 'n2', 'n3']);
    expect(adapter.sent.map(({ headers }) => headers.cookie)).toEqual([
      'own=0; call=c',
      'own=0; a=1; call=c',
      'own=0; a=1; b=2; call=c',
      'own=0; b=2; a=3; call=c',
    ]);
    expect(r.history).toHaveLength(3);
  });

  it('B-COOK-21 leaves a Cookie header of the caller alone', async () => {
    const { session, adapter } = bench([challenge('n1', { headers: { 'Set-Cookie': 'a=1' } }), {}]);
    await session.get('http://h/', { auth: new ChallengeAuth(), headers: { Cookie: 'mine=1' } });
    expect(adapter.sent.map(({ headers }) => headers.cookie)).toEqual(['mine=1', 'mine=1']);
  });

  it('B-DIG-04 B-DIFF-36 sends the same body again, and times the answer', async () => {
    const { session, adapter } = bench([challenge('n1'), {}]);
    const r = await session.post('http://h/', { auth: new ChallengeAuth(), data: { a: 1 } });
    expect(adapter.sent.map(({ body }) => body)).toEqual(['a=1', 'a=1']);
    expect(r.elapsed).toBeGreaterThan(0);
  });

  it('rewinds a body with a position', async () => {
    let position = 2;
    const data = {
      length: 8,
      tell: () => position,
      seek: (to: number) => {
        position = to;
      },
      *[Symbol.iterator]() {
        const from = position;
        position = 8;
        yield '..secret'.slice(from);
      },
    };
    const { session, adapter } = bench([challenge('n1'), {}]);
    await session.post('http://h/', { auth: new ChallengeAuth(), data });
    expect(adapter.sent.map(({ body }) => body)).toEqual(['secret', 'secret']);
  });

  it('B-DIFF-23 raises UnrewindableBodyError for a body that can be read once', async () => {
    const { session, adapter } = bench([challenge('n1'), {}]);
    const auth = new ChallengeAuth();
    const data = (async function* () {
      yield 'secret';
    })();
    const error = await rejection<UnrewindableBodyError>(session.post('http://h/', { auth, data }));
    expect(error).toBeInstanceOf(UnrewindableBodyError);
    expect([error.response?.statusCode, error.request?.url]).toEqual([401, 'http://h/']);
    expect(adapter.sent).toHaveLength(1);
    expect(auth.ended).toEqual(['left']);
  });

  it('needs no second reading when there is no challenge', async () => {
    const { session } = bench({});
    const data = (async function* () {
      yield 'secret';
    })();
    expect((await session.post('http://h/', { auth: new ChallengeAuth(), data })).statusCode).toBe(200);
  });

  it('hooks see the answer only', async () => {
    const { session } = bench([challenge('n1'), {}]);
    const seen: number[] = [];
    await session.get('http://h/', {
      auth: new ChallengeAuth(),
      hooks: { response: (r) => void seen.push(r.statusCode) },
    });
    expect(seen).toEqual([200]);
  });

  it('tells the flow how the request is sent', async () => {
    const { session } = bench({});
    const auth = new ChallengeAuth();
    await session.get('http://h/', { auth, proxies: { http: 'http://proxy.test' }, timeout: 3 });
    expect(auth.options[0]).toMatchObject({ timeout: 3, proxies: { http: 'http://proxy.test' } });
  });

  it('may answer with another request', async () => {
    const auth = {
      authenticate: (request: PreparedRequest) => request,
      async *authFlow(request: PreparedRequest): AuthFlow {
        const token = yield new Request('POST', 'http://token/', { data: 'grant' }).prepare();
        request.headers.set('Authorization', `Bearer ${token.text}`);
        yield request;
      },
    };
    const { session, adapter } = bench({ 'http://token/': { body: 't' }, 'http://h/': { body: 'here' } });
    const r = await session.get('http://h/', { auth });
    expect([r.url, r.text]).toEqual(['http://h/', 'here']);
    expect(adapter.sent.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
      ['POST', 'http://token/', undefined],
      ['GET', 'http://h/', 'Bearer t'],
    ]);
  });

  it('[O03] changes nothing about the request of the caller', async () => {
    const { session, adapter } = bench([challenge('n1'), {}, challenge('n2'), {}]);
    const prepared = session.prepareRequest(new Request('GET', 'http://h/', { auth: new ChallengeAuth() }));
    const before = [...prepared.headers];
    await session.send(prepared);
    expect([...prepared.headers]).toEqual(before);
    await session.send(prepared);
    expect(proofs(adapter.sent)).toEqual([undefined, 'n1', undefined, 'n2']);
  });

  it('[A05] [A06 CVE-2026-11856] takes no proof to the next hop, not even of the same origin', async () => {
    const { session, adapter } = bench([challenge('n1'), redirect(302, '/x'), challenge('n2'), {}]);
    const r = await session.get('http://h/', { auth: new ChallengeAuth() });
    expect(proofs(adapter.sent)).toEqual([undefined, 'n1', undefined, 'n2']);
    // B-DIG-05: the challenge before a redirect is not part of the way.
    expect(r.history.map(({ statusCode, history }) => [statusCode, history])).toEqual([[302, []]]);
  });

  it('B-DIG-15 [A08 CVE-2026-54276] answers no challenge of another origin', async () => {
    const auth = new ChallengeAuth();
    const { session, adapter } = bench([challenge('n1'), redirect(302, 'http://evil.test/'), challenge('n2')]);
    const r = await session.get('http://h/', { auth });
    expect([r.statusCode, r.url]).toEqual([401, 'http://evil.test/']);
    expect(proofs(adapter.sent)).toEqual([undefined, 'n1', undefined]);
    expect(auth.ended).toEqual(['done']);
  });

  it('[F11] frees a challenge with a long body before it is answered', async () => {
    const body = new FakeBody([new Uint8Array(100_000)]);
    const { session } = bench([challenge('n1', { body }), { body: new FakeBody(['welcome']) }]);
    const r = await session.get('http://h/', { auth: new ChallengeAuth(), stream: true });
    expect(body.closed).toBe(1);
    expect(r.loaded).toBe(false);
  });

  it('[F11] [J03] frees the response when the flow fails, and rejects with its error', async () => {
    const body = new FakeBody(['x']);
    const own = new Error('mine');
    let ended = 0;
    const auth = {
      authenticate: (request: PreparedRequest) => request,
      async *authFlow(request: PreparedRequest): AuthFlow {
        try {
          yield request;
          throw own;
        } finally {
          ended++;
        }
      },
    };
    const { session } = bench({ body });
    expect(await rejection(session.get('http://h/', { auth, stream: true }))).toBe(own);
    expect([body.closed, ended]).toEqual([1, 1]);
  });

  it('ends the flow when sending fails', async () => {
    const auth = new ChallengeAuth();
    const lost = new ConnectionError('lost');
    const { session } = bench([challenge('n1'), lost]);
    expect(await rejection(session.get('http://h/', { auth }))).toBe(lost);
    expect(auth.ended).toEqual(['left']);
  });

  it('a flow that yields nothing is an error of its author', async () => {
    const auth = {
      authenticate: (request: PreparedRequest) => request,
      async *authFlow(): AuthFlow {},
    };
    expect(await rejection(bench({}).session.get('http://h/', { auth }))).toBeInstanceOf(TypeError);
  });

  it('stops where the flow stops, whatever the status', async () => {
    const { session, adapter } = bench(challenge('n'));
    const r = await session.get('http://h/', { auth: new ChallengeAuth(1) });
    expect([r.statusCode, r.history.length, adapter.sent.length]).toEqual([401, 1, 2]);
  });

  it('[L04] gives up after three answers on one hop, and returns the last response', async () => {
    const auth = new ChallengeAuth(Number.POSITIVE_INFINITY);
    const { session, adapter } = bench((_, turn) => challenge(`n${turn}`));
    const r = await session.get('http://h/', { auth });
    expect([r.statusCode, r.history.length, adapter.sent.length]).toEqual([401, 3, 4]);
    expect(auth.ended).toEqual(['left']);
  });

  it('[L04] gives up after ten answers in one call, however many redirects there are', async () => {
    const auth = new ChallengeAuth(Number.POSITIVE_INFINITY);
    const answers: Answers = (sent, turn) =>
      sent.headers['x-proof'] === undefined ? challenge(`n${turn}`) : redirect(302, `/${turn}`);
    const { session, adapter } = bench(answers);
    const r = await session.get('http://h/', { auth });
    expect(r.statusCode).toBe(401);
    expect(r.history).toHaveLength(10);
    expect(adapter.sent).toHaveLength(21);
    expect(auth.ended).toHaveLength(11);
  });

  it('[L04] redirects alone use up no answers', async () => {
    const { session, adapter } = bench((_, turn) => (turn < 20 ? redirect(302, `/${turn}`) : {}));
    const r = await session.get('http://h/', { auth: new ChallengeAuth() });
    expect([r.statusCode, adapter.sent.length]).toEqual([200, 21]);
  });

  it('keeps the history of an adapter that sent more than once itself', async () => {
    const earlier = new Response({ statusCode: 503 });
    const { session } = bench([challenge('n1'), {}]);
    const { adapter } = bench({});
    const send = adapter.send.bind(adapter);
    let turn = 0;
    session.mount(
      'http://h/',
      Object.assign(adapter, {
        async send(...given: Parameters<typeof send>) {
          const r = await send(...given);
          if (turn++ === 0) r.statusCode = 401;
          else r.history = [earlier];
          return r;
        },
      }),
    );
    const r = await session.get('http://h/', { auth: new ChallengeAuth() });
    expect(r.history.map(({ statusCode }) => statusCode)).toEqual([401, 503]);
  });
});
