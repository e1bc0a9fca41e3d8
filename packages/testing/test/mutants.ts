/** Adapters that each break one rule of the contract, around a good one. */
import {
  type BaseAdapter,
  ConnectionError,
  Headers,
  type PreparedRequest,
  Request,
  RequestException,
  Response,
  type ResponseInit,
  type SendOptions,
  WrapperAdapter,
} from '@requests-ts/core';
import type { Feature } from '@requests-ts/testing';
import { NaiveAdapter } from './naive-adapter.ts';
import { NodeAdapter } from './node-adapter.ts';

type Send = (inner: BaseAdapter, request: PreparedRequest, options: SendOptions) => Promise<Response>;

class Mutant extends WrapperAdapter {
  readonly #send: Send;

  constructor(send: Send, inner: BaseAdapter = new NodeAdapter()) {
    super(inner);
    this.#send = send;
  }

  override send(request: PreparedRequest, options: SendOptions): Promise<Response> {
    return this.#send(this.inner, request, options);
  }
}

/** The same answer with something else about it; its body stays as it is. */
function rebuilt(response: Response, changes: Partial<ResponseInit>): Response {
  const { statusCode, reason, headers, request } = response;
  const body = response.loaded
    ? response.content
    : { [Symbol.asyncIterator]: () => response.iterContent(null), close: () => response.close() };
  return new Response({ statusCode, reason, headers, request: request!, body, raw: response.raw, ...changes });
}

function copyWith(request: PreparedRequest, change: (copy: PreparedRequest) => void): PreparedRequest {
  const copy = request.copy();
  change(copy);
  return copy;
}

/** Errors name the request that they were given, as a wrapper's must. */
async function naming(request: PreparedRequest, run: () => Promise<Response>): Promise<Response> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof RequestException) error.request = request;
    throw error;
  }
}

/** What is wrong, the feature whose checks must see it, and the adapter. */
export const mutants: readonly [wrong: string, feature: Feature, make: () => BaseAdapter][] = [
  [
    'rejects for an error status',
    'statuses',
    () =>
      new Mutant(async (inner, request, options) => {
        const response = await inner.send(request, options);
        if (!response.ok) throw new ConnectionError('status', { request });
        return response;
      }),
  ],
  [
    'gives another url',
    'statuses',
    () =>
      new Mutant(async (inner, request, options) =>
        rebuilt(await inner.send(request, options), { url: `${request.url}#` }),
      ),
  ],
  [
    'loses the reason',
    'reason',
    () => new Mutant(async (inner, request, options) => rebuilt(await inner.send(request, options), { reason: 'OK' })),
  ],
  [
    'lowers the case of response headers',
    'responseHeaders',
    () =>
      new Mutant(async (inner, request, options) => {
        const response = await inner.send(request, options);
        return rebuilt(response, {
          headers: Array.from(response.headers.lines(), ([name, value]) => [name.toLowerCase(), value] as const),
        });
      }),
  ],
  [
    'joins Set-Cookie lines',
    'responseHeaders',
    () =>
      new Mutant(async (inner, request, options) => {
        const response = await inner.send(request, options);
        return rebuilt(response, { headers: [...response.headers] });
      }),
  ],
  [
    'takes header values as UTF-8',
    'responseHeaders',
    () =>
      new Mutant(async (inner, request, options) => {
        const response = await inner.send(request, options);
        const utf8 = (value: string): string => Buffer.from(value, 'latin1').toString('utf8');
        return rebuilt(response, {
          headers: Headers.received([...response.headers.lines()].flatMap(([name, value]) => [name, utf8(value)])),
        });
      }),
  ],
  [
    'follows redirects',
    'redirects',
    () =>
      new Mutant(async (inner, request, options) => {
        const response = await inner.send(request, options);
        const location = response.headers.get('location');
        if (location === undefined) return response;
        return inner.send(new Request('GET', new URL(location, request.url)).prepare(), options);
      }),
  ],
  [
    'keeps cookies',
    'cookies',
    () => {
      let cookie: string | undefined;
      return new Mutant(async (inner, request, options) => {
        const response = await inner.send(
          cookie ? copyWith(request, (copy) => copy.headers.set('Cookie', cookie)) : request,
          options,
        );
        cookie = response.headers.getSetCookie()[0]?.split(';')[0];
        return response;
      });
    },
  ],
  [
    'sends every method as GET',
    'methods',
    () =>
      new Mutant((inner, request, options) =>
        inner.send(
          copyWith(request, (copy) => Object.assign(copy, { method: 'GET' })),
          options,
        ),
      ),
  ],
  [
    'knows only the usual methods',
    'customMethods',
    () =>
      new Mutant((inner, request, options) => {
        if (!/^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|PROPFIND)$/.test(request.method))
          throw new TypeError('method');
        return inner.send(request, options);
      }),
  ],
  [
    'lowers the case of request headers',
    'requestHeaders',
    () =>
      new Mutant((inner, request, options) => {
        const headers = new Headers(
          Array.from(request.headers.lines(), ([name, value]) => [name.toLowerCase(), value] as const),
        );
        return inner.send(
          copyWith(request, (copy) => Object.assign(copy, { headers })),
          options,
        );
      }),
  ],
  [
    'sorts request headers',
    'requestHeaders',
    () =>
      new Mutant((inner, request, options) => {
        const headers = new Headers([...request.headers.lines()].sort(([a], [b]) => a.localeCompare(b)));
        return inner.send(
          copyWith(request, (copy) => Object.assign(copy, { headers })),
          options,
        );
      }),
  ],
  [
    'adds a header',
    'requestHeaders',
    () =>
      new Mutant((inner, request, options) =>
        inner.send(
          copyWith(request, (copy) => copy.headers.set('Accept-Language', 'en')),
          options,
        ),
      ),
  ],
  [
    "ignores the caller's Host",
    'requestHeaders',
    () =>
      new Mutant((inner, request, options) =>
        inner.send(
          copyWith(request, (copy) => copy.headers.delete('Host')),
          options,
        ),
      ),
  ],
  [
    'normalises the path',
    'target',
    () =>
      new Mutant((inner, request, options) =>
        inner.send(
          copyWith(request, (copy) =>
            Object.assign(copy, { url: new URL(request.url.replace(/([^:])\/\//g, '$1/')).href }),
          ),
          options,
        ),
      ),
  ],
  [
    'writes into the request',
    'untouched',
    () =>
      new Mutant((inner, request, options) => {
        request.headers.set('X-Sent', '1');
        return inner.send(request, options);
      }),
  ],
  [
    'writes into the request when it fails',
    'untouched',
    () =>
      new Mutant((inner, request, options) =>
        inner.send(request, options).catch((error: unknown) => {
          request.headers.set('X-Failed', '1');
          throw error;
        }),
      ),
  ],
  [
    'repairs bad methods and headers',
    'invalidRequests',
    () =>
      new Mutant((inner, request, options) =>
        inner.send(
          copyWith(request, (copy) => {
            copy.method = copy.method.replace(/[^A-Z]/g, '') || 'GET';
            copy.headers = new Headers();
          }),
          options,
        ),
      ),
  ],
  [
    'sends text as ISO-8859-1',
    'bodies',
    () =>
      new Mutant((inner, request, options) =>
        inner.send(
          typeof request.body === 'string'
            ? copyWith(request, (copy) => Object.assign(copy, { body: Buffer.from(request.body as string, 'latin1') }))
            : request,
          options,
        ),
      ),
  ],
  [
    'sends bodies of known length chunked',
    'bodies',
    () =>
      new Mutant((inner, request, options) =>
        inner.send(
          typeof request.body === 'string'
            ? copyWith(request, (copy) => Object.assign(copy, { body: [request.body as string].values() }))
            : request,
          options,
        ),
      ),
  ],
  [
    'reads a stream before it sends',
    'streamedUploads',
    () =>
      new Mutant(async (inner, request, options) => {
        const { body } = request;
        if (body === null || typeof body !== 'object' || !(Symbol.asyncIterator in body))
          return inner.send(request, options);
        const pieces: (string | Uint8Array)[] = [];
        for await (const piece of body as AsyncIterable<string | Uint8Array>) pieces.push(piece);
        return inner.send(
          copyWith(request, (copy) => Object.assign(copy, { body: pieces.values() })),
          options,
        );
      }),
  ],
  [
    'wraps the error of a body source',
    'uploadErrors',
    () =>
      new Mutant(async (inner, request, options) => {
        try {
          return await inner.send(request, options);
        } catch (error) {
          throw error instanceof RequestException
            ? error
            : new ConnectionError('upload failed', { request, cause: error });
        }
      }),
  ],
  [
    'takes everything from a body source at once',
    'uploadBackPressure',
    () =>
      new Mutant((inner, request, options) => {
        const { body } = request;
        if (body === null || typeof body !== 'object' || !(Symbol.asyncIterator in body))
          return inner.send(request, options);
        const pieces: Uint8Array[] = [];
        const taking = (async () => {
          for await (const piece of body as AsyncIterable<Uint8Array>) {
            pieces.push(piece);
            if (pieces.length > 1000) return;
            await new Promise((resolve) => setImmediate(resolve));
          }
        })();
        async function* buffered(): AsyncGenerator<Uint8Array> {
          await taking;
          yield* pieces;
        }
        return inner.send(
          copyWith(request, (copy) => Object.assign(copy, { body: buffered() })),
          options,
        );
      }),
  ],
  [
    'waits for a body after HEAD',
    'bodiless',
    () =>
      new Mutant(async (inner, request, options) => {
        const response = await inner.send(request, options);
        if (request.method === 'HEAD' || response.statusCode === 304) await new Promise(() => {});
        return response;
      }),
  ],
  ...(['gzip', 'deflate', 'brotli', 'zstd'] as const).map((feature): [string, Feature, () => BaseAdapter] => [
    `does not decode ${feature}`,
    feature,
    () =>
      new Mutant(async (inner, request, options) => {
        const response = await inner.send(request, { ...options, stream: true });
        const coding = feature === 'brotli' ? 'br' : feature;
        if (response.headers.get('content-encoding') !== coding) await response.read();
        const body = response.loaded ? response.content : await response.raw.read();
        return rebuilt(response, { body });
      }),
  ]),
  [
    'does not decode answers that are errors',
    'gzip',
    () =>
      new Mutant(async (inner, request, options) => {
        const response = await inner.send(request, { ...options, stream: true });
        return rebuilt(response, { body: response.ok ? await response.read() : await response.raw.read() });
      }),
  ],
  [
    'gives decoded bytes as raw ones',
    'raw',
    () =>
      new Mutant(async (inner, request, options) => {
        const response = await inner.send(request, options);
        const { statusCode, headers } = response;
        const body = { [Symbol.asyncIterator]: () => response.iterContent(null), close: () => response.close() };
        return new Response({ statusCode, headers, request, body: response.loaded ? response.content : body });
      }),
  ],
  [
    'streams although it is not asked to',
    'streaming',
    () => new Mutant((inner, request, options) => inner.send(request, { ...options, stream: true })),
  ],
  [
    'reads the body although it must stream',
    'streaming',
    () => new Mutant((inner, request, options) => inner.send(request, { ...options, stream: false })),
  ],
  [
    'reads ahead without limit',
    'backPressure',
    () =>
      new Mutant(async (inner, request, options) => {
        const response = await inner.send(request, options);
        const reading = response.read();
        async function* later(): AsyncGenerator<Uint8Array> {
          yield await reading;
        }
        return rebuilt(response, { body: later() });
      }),
  ],
  ['never uses a connection again', 'reuse', () => new NodeAdapter({ keepAlive: false })],
  [
    'keeps connections open that an early close leaves',
    'earlyClose',
    () =>
      new Mutant(async (inner, request, options) => {
        const response = await inner.send(request, options);
        return response.loaded
          ? response
          : rebuilt(response, {
              body: { [Symbol.asyncIterator]: () => response.iterContent(null), close: () => {} },
              raw: { read: () => response.raw.read() },
            });
      }),
  ],
  [
    'mixes concurrent answers up',
    'concurrency',
    () => {
      let waiting: ((response: Response) => void) | null = null;
      return new Mutant(async (inner, request, options) => {
        const response = await inner.send(request, options);
        if (waiting) {
          waiting(response);
          waiting = null;
          return response;
        }
        return new Promise((resolve) => {
          waiting = resolve;
          setTimeout(resolve, 100, response);
        });
      });
    },
  ],
  [
    'cannot be closed twice',
    'close',
    () => {
      class ClosesOnce extends NodeAdapter {
        #closed = false;
        override async close(): Promise<void> {
          await super.close();
          if (this.#closed) throw new Error('closed already');
          this.#closed = true;
        }
      }
      return new ClosesOnce();
    },
  ],
  [
    'does not send once closed',
    'close',
    () => {
      class StaysClosed extends NodeAdapter {
        #closed = false;
        override send(request: PreparedRequest, options: SendOptions): Promise<Response> {
          return this.#closed
            ? Promise.reject(new ConnectionError('closed', { request }))
            : super.send(request, options);
        }
        override close(): Promise<void> {
          this.#closed = true;
          return super.close();
        }
      }
      return new StaysClosed();
    },
  ],
  [
    'ignores the signal',
    'abort',
    () => new Mutant((inner, request, { signal: _, ...options }) => inner.send(request, options)),
  ],
  [
    'ignores the signal while connecting',
    'abortConnecting',
    () => new Mutant((inner, request, { signal: _, ...options }) => inner.send(request, options)),
  ],
  [
    'wraps the reason of an abort',
    'abort',
    () =>
      new Mutant(async (inner, request, options) => {
        try {
          return await inner.send(request, options);
        } catch (error) {
          throw options.signal?.aborted ? new ConnectionError('aborted', { request, cause: error }) : error;
        }
      }),
  ],
  [
    'forgets the signal once the head is there',
    'abort',
    () =>
      new Mutant(async (inner, request, options) => {
        const own = new AbortController();
        const { signal } = options;
        const pass = (): void => own.abort(signal?.reason);
        if (signal?.aborted) pass();
        signal?.addEventListener('abort', pass);
        try {
          return await inner.send(request, { ...options, signal: own.signal });
        } finally {
          signal?.removeEventListener('abort', pass);
        }
      }),
  ],
  [
    'leaves a listener on the signal',
    'abort',
    () =>
      new Mutant((inner, request, options) => {
        options.signal?.addEventListener('abort', () => {});
        return inner.send(request, options);
      }),
  ],
  [
    'leaves the connection open after an abort',
    'abort',
    () =>
      new Mutant((inner, request, { signal, ...options }) => {
        signal?.throwIfAborted();
        const aborted = new Promise<never>((_, reject) =>
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true }),
        );
        aborted.catch(() => {});
        const sending = inner.send(request, options);
        sending.catch(() => {});
        return Promise.race([sending, aborted]);
      }),
  ],
  [
    'ignores the timeout',
    'timeouts',
    () => new Mutant((inner, request, { timeout: _, ...options }) => inner.send(request, options)),
  ],
  [
    'ignores the connect timeout',
    'connectTimeout',
    () => new Mutant((inner, request, { timeout: _, ...options }) => inner.send(request, options)),
  ],
  [
    'ignores the total timeout',
    'totalTimeout',
    () => new Mutant((inner, request, { timeout: _, ...options }) => inner.send(request, options)),
  ],
  [
    'takes seconds for whole ones',
    'timeouts',
    () =>
      new Mutant((inner, request, { timeout, ...options }) => {
        const up = (seconds: number | null): number | null => (seconds === null ? null : Math.ceil(seconds));
        return inner.send(request, {
          ...options,
          timeout: Array.isArray(timeout) ? [up(timeout[0]), up(timeout[1])] : (timeout ?? null),
        });
      }),
  ],
  [
    'limits the whole answer instead of each silence',
    'timeouts',
    () =>
      new Mutant((inner, request, { timeout, ...options }) =>
        inner.send(request, {
          ...options,
          timeout: Array.isArray(timeout) ? { total: timeout[1] } : (timeout ?? null),
        }),
      ),
  ],
  [
    'throws errors of its own',
    'connectionErrors',
    () =>
      new Mutant(async (inner, request, options) => {
        try {
          return await inner.send(request, options);
        } catch (error) {
          throw error instanceof RequestException ? new Error('failed') : error;
        }
      }),
  ],
  [
    'forgets the request in errors',
    'connectionErrors',
    () =>
      new Mutant(async (inner, request, options) => {
        try {
          return await inner.send(request, options);
        } catch (error) {
          if (error instanceof RequestException) error.request = null;
          throw error;
        }
      }),
  ],
  [
    'sends again when the connection broke',
    'connectionErrors',
    () =>
      new Mutant((inner, request, options) => inner.send(request, options).catch(() => inner.send(request, options))),
  ],
  [
    'takes a body that ended early for a whole one',
    'truncation',
    () =>
      new Mutant(async (inner, request, options) => {
        const response = await inner.send(request, { ...options, stream: true });
        const pieces: Uint8Array[] = [];
        try {
          for await (const piece of response.iterContent(null)) pieces.push(piece);
        } catch {
          // What came is what there is.
        }
        return rebuilt(response, { body: Buffer.concat(pieces) });
      }),
  ],
  [
    'puts the URL into messages',
    'secrets',
    () =>
      new Mutant((inner, request, options) =>
        inner.send(request, options).catch((error: unknown) => {
          throw new ConnectionError(`Failed: ${request.url}`, { request, cause: error });
        }),
      ),
  ],
  [
    'hangs the headers on the cause',
    'secrets',
    () =>
      new Mutant((inner, request, options) =>
        inner.send(request, options).catch((error: unknown) => {
          throw new ConnectionError('Failed', {
            request,
            cause: Object.assign(new Error('inner', { cause: error }), { sent: [...request.headers] }),
          });
        }),
      ),
  ],
  [
    'trusts anybody',
    'tls',
    () =>
      new Mutant((inner, request, options) =>
        naming(request, () => inner.send(request, { ...options, verify: false })),
      ),
  ],
  [
    'trusts by the Host header',
    'tls',
    () =>
      new Mutant((inner, request, options) => {
        const wrong = request.split.scheme === 'https' && request.headers.get('host') === 'another.example';
        return inner.send(request, wrong ? { ...options, verify: false } : options);
      }),
  ],
  [
    'presents no certificate',
    'clientCertificates',
    () => new Mutant((inner, request, { cert: _, ...options }) => inner.send(request, options)),
  ],
  [
    'presents the first certificate for ever',
    'clientCertificates',
    () => {
      let first: SendOptions['cert'];
      return new Mutant((inner, request, options) => {
        first ??= options.cert;
        return inner.send(request, { ...options, cert: first });
      });
    },
  ],
  ['keeps bytes after an answer for the next one', 'desync', () => new NaiveAdapter()],
  ['takes 103 for the answer', 'informational', () => new NaiveAdapter()],
  ['believes any framing', 'framing', () => new NaiveAdapter()],
  [
    'sends POST again on a new connection',
    'reuse',
    () => {
      const used = new Set<string>();
      return new Mutant((inner, request, options) => {
        const again = used.has(request.split.host);
        used.add(request.split.host);
        return inner.send(request, options).catch((error: unknown) => {
          if (again) return inner.send(request, options);
          throw error;
        });
      });
    },
  ],
  [
    'lets the environment turn verification off',
    'tls',
    () =>
      new Mutant((inner, request, options) =>
        naming(request, () =>
          inner.send(
            request,
            process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0' ? { ...options, verify: false } : options,
          ),
        ),
      ),
  ],
  [
    'takes a falsy verify for false',
    'tls',
    () =>
      new Mutant((inner, request, options) =>
        inner.send(request, { ...options, verify: options.verify ?? !('verify' in options) }),
      ),
  ],
  [
    'sends a Host that is none',
    'invalidRequests',
    () =>
      new Mutant((inner, request, options) => {
        const hosts = request.headers.getAll('host');
        return inner.send(
          hosts.length > 0
            ? copyWith(request, (copy) => copy.headers.set('Host', hosts[0]!.replace(/[^\w.]/g, '') || 'h'))
            : request,
          options,
        );
      }),
  ],
  [
    'leaves a timer behind',
    'close',
    () =>
      new Mutant((inner, request, options) => {
        const timer = setTimeout(() => {}, 20_000);
        // For the test of the mutant, not for the mutant.
        setTimeout(() => clearTimeout(timer), 5_000).unref();
        return inner.send(request, options);
      }),
  ],
  [
    'rejects with a bare error when refused',
    'refused',
    () =>
      new Mutant((inner, request, options) =>
        inner.send(request, options).catch(() => Promise.reject(new Error('refused'))),
      ),
  ],
];
