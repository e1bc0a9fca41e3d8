import { describe, expect, it } from 'vitest';
import type { Body } from '../src/body.ts';
import { UnrewindableBodyError } from '../src/exceptions.ts';
import type { RequestOptions } from '../src/session-options.ts';
import { redirect } from './fake-adapter.ts';
import { bytes, FakeBody } from './fake-body.ts';
import { bench, rejection } from './fake-session.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const STATUSES = [301, 302, 303, 307, 308] as const;
const TARGETS = { 'same origin': '/x', 'another origin': 'https://o.test/x', downgrade: 'http://h.test/x' };

/** The method after each status, in the order of METHODS. */
const AFTER = {
  301: ['GET', 'HEAD', 'GET', 'PUT', 'PATCH', 'DELETE'],
  302: ['GET', 'HEAD', 'GET', 'GET', 'GET', 'GET'],
  303: ['GET', 'HEAD', 'GET', 'GET', 'GET', 'GET'],
  307: METHODS,
  308: METHODS,
};

const BODIES: Record<string, { options(): RequestOptions; type?: string; once?: true }> = {
  text: { options: () => ({ data: 'secret' }) },
  bytes: { options: () => ({ data: bytes('secret') }) },
  form: { options: () => ({ data: { secret: '' } }), type: 'application/x-www-form-urlencoded' },
  JSON: { options: () => ({ json: 'secret' }), type: 'application/json' },
  'a Blob': { options: () => ({ data: new Blob(['secret']) }) },
  'a function': { options: () => ({ data: () => new Blob(['secret']).stream() }) },
  multipart: { options: () => ({ files: { secret: 'x' } }), type: 'multipart/form-data; boundary=b' },
  'a list of chunks': { options: () => ({ data: new Set(['sec', 'ret']) }) },
  'an async iterator': {
    options: () => ({
      data: (async function* () {
        yield 'secret';
      })(),
    }),
    once: true,
  },
  'a web stream': { options: () => ({ data: new Blob(['secret']).stream() }), once: true },
};

const cells = STATUSES.flatMap((status) =>
  METHODS.flatMap((method, at) =>
    Object.keys(TARGETS).flatMap((target) =>
      Object.keys(BODIES).map((body) => ({ status, method, next: AFTER[status][at]!, target, body })),
    ),
  ),
);

describe('Session: bodies across redirects', () => {
  it.each(cells)(
    'B-REDIR-01..05 [A07] $status: $method with $body, $target: $next',
    async ({ status, method, next, target, body }) => {
      const { session, adapter } = bench(
        (_, turn) => (turn === 0 ? redirect(status, TARGETS[target as keyof typeof TARGETS]) : {}),
        { encodeFiles: () => ({ body: 'secret', contentType: 'multipart/form-data; boundary=b' }) },
      );
      const { options, type, once } = BODIES[body]!;
      const call = session.request(method, 'https://h.test/', options());
      const kept = status > 303;
      if (kept && once) {
        const error = await rejection<UnrewindableBodyError>(call);
        expect(error).toBeInstanceOf(UnrewindableBodyError);
        expect([error.response?.statusCode, error.request?.method]).toEqual([status, method]);
        expect(adapter.sent).toHaveLength(1);
        return;
      }
      await call;
      const [first, second] = adapter.sent;
      expect(first!.body).toContain('secret');
      expect(second!.method).toBe(next);
      expect(second!.body).toBe(kept ? first!.body : null);
      for (const name of ['content-type', 'content-length', 'transfer-encoding'])
        expect(second!.headers[name]).toBe(kept ? first!.headers[name] : undefined);
      if (type) expect(first!.headers['content-type']).toBe(type);
    },
  );

  it('B-REDIR-05 [A07 CVE-2023-45803] drops what describes the body even where the method stays', async () => {
    const { session, adapter } = bench((_, turn) => (turn === 0 ? redirect(301, '/x') : {}));
    const headers = {
      'Content-Encoding': 'gzip',
      'Content-MD5': 'x',
      Expect: '100-continue',
      Digest: 'x',
      Trailer: 'y',
    };
    await session.put('http://h/', { data: 'x', headers: { ...headers, 'X-Trace': '1' } });
    const left = Object.keys(adapter.sent[1]!.headers);
    expect(left.sort()).toEqual(['accept', 'accept-encoding', 'connection', 'user-agent', 'x-trace']);
  });

  /** A file as Python has them: read from where it stands. */
  class File {
    position: number;
    readonly #text: string;
    readonly seek?: (position: number) => void;
    constructor(text: string, position: number, seekable: boolean | Error = true) {
      this.#text = text;
      this.position = position;
      if (seekable)
        this.seek = (to) => {
          if (seekable instanceof Error) throw seekable;
          this.position = to;
        };
    }
    get length(): number {
      return this.#text.length;
    }
    tell(): number {
      return this.position;
    }
    *[Symbol.iterator](): Generator<string> {
      const rest = this.#text.slice(this.position);
      this.position = this.#text.length;
      yield rest;
    }
  }

  it('B-REDIR-24 B-LEN-04 rewinds a file to where it was', async () => {
    const { session, adapter } = bench((_, turn) => (turn === 0 ? redirect(307, '/x') : {}));
    const file = new File('already:secret', 8);
    await session.post('http://h/', { data: file as unknown as Body });
    expect(adapter.sent.map(({ body, headers }) => [body, headers['content-length']])).toEqual([
      ['secret', '6'],
      ['secret', '6'],
    ]);
  });

  it.each([
    ['that cannot seek', new File('secret', 0, false), /[Uu]nable to rewind/],
    ['whose seek fails', new File('secret', 0, new Error('disk')), /error occurred when rewinding/],
  ])('B-REDIR-24 B-LEN-04 raises UnrewindableBodyError for a file %s', async (_, file, message) => {
    const { session } = bench(redirect(308, '/x'));
    const error = await rejection<UnrewindableBodyError>(session.post('http://h/', { data: file as unknown as Body }));
    expect(error).toBeInstanceOf(UnrewindableBodyError);
    expect(error.message).toMatch(message);
    expect(error.response?.statusCode).toBe(308);
  });

  it('B-REDIR-25 B-DIFF-23 [A07] never sends a generator again as an empty body', async () => {
    const { session, adapter } = bench(redirect(307, '/x'));
    const data = (function* () {
      yield 'secret';
    })();
    expect(await rejection(session.post('http://h/', { data }))).toBeInstanceOf(UnrewindableBodyError);
    expect(adapter.sent.map(({ body }) => body)).toEqual(['secret']);
  });

  it('B-REDIR-25 a redirect that drops the body needs no second reading', async () => {
    const { session, adapter } = bench((_, turn) => (turn === 0 ? redirect(303, '/x') : {}));
    const data = (function* () {
      yield 'secret';
    })();
    expect((await session.post('http://h/', { data })).statusCode).toBe(200);
    expect(adapter.sent[1]!.body).toBeNull();
  });

  it('B-REDIR-23 B-REDIR-24 next raises when it is asked for a request that cannot be made', async () => {
    const { session } = bench(redirect(307, '/x'));
    const data = (function* () {
      yield 'secret';
    })();
    const r = await session.post('http://h/', { data, allowRedirects: false });
    expect(r.statusCode).toBe(307);
    expect(() => r.next).toThrow(UnrewindableBodyError);
  });

  it('[F11] frees a streamed response when the request cannot be sent again', async () => {
    const body = new FakeBody([new Uint8Array(100_000)]);
    const { session } = bench(redirect(307, '/x', { body }));
    const data = (function* () {
      yield 'secret';
    })();
    await rejection(session.post('http://h/', { data, stream: true }));
    expect(body.closed).toBe(1);
  });
});
