/**
 * Run by pollution.test.ts in a process of its own: puts each name on `Object.prototype`, runs the same requests, and prints the names for which
 * anything was not as without them.
 */

import * as authors from '../src/authors.ts';
import type { PreparedRequest } from '../src/index.ts';
import * as core from '../src/index.ts';

const { Response, Request, Session } = core;

/** Options of ours, of undici, tls, net, zlib and socks; fields of records; what descriptors, promises and JSON look for. */
const NAMES =
  'params data json headers cookies files auth timeout allowRedirects proxies hooks stream verify cert signal method url ' +
  'connect read total pool write downgrade crossOriginBody sensitiveHeaders maxRedirects redirectPolicy trustEnv defaultEncoding environment ' +
  'encodeFiles detectEncoding adapters jar statusCode reason request response body raw elapsed httpVersion trailers history next encoding cause doc pos ' +
  'chunkSize decodeUnicode delimiter no_proxy http https all http://h https://h all://h proxy noProxy username password user pass passphrase key ca pfx ' +
  'rejectUnauthorized servername checkServerIdentity lookup socketPath agent dispatcher origin path query host hostname port protocol search hash href ' +
  'maxOutputLength finishFlush level highWaterMark keepAlive keepAliveTimeout headersTimeout bodyTimeout maxSockets pipelining upgrade expectContinue ' +
  'reset blocking idempotent throwOnError opaque maxRedirections localAddress family hints autoSelectFamily ALPNProtocols secureContext minVersion ' +
  'maxVersion ciphers session createConnection transformRequest transformResponse validateStatus paramsSerializer adapter baseURL responseType ' +
  'authorization Authorization cookie Cookie Host host content-type Content-Type Content-Length Transfer-Encoding location Location Link Set-Cookie ' +
  'then catch toJSON get set value writable enumerable configurable default name message code type replayable createReadStream ' +
  'authenticate authFlow getCookieHeader storeSetCookie ~standard close lines copy entries fatal ignoreBOM errors index groups flags once passive';

type Seen = unknown[];

class Recorder extends core.BaseAdapter {
  readonly seen: Seen = [];
  override async send(request: PreparedRequest, options: core.SendOptions): Promise<core.Response> {
    const { body, method, url, pathUrl } = request;
    let text = '';
    if (body !== null && authors.isStreamBody(body))
      for await (const piece of authors.openBody(body)) text += new TextDecoder().decode(piece);
    else text = body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body);
    const all = {
      stream: options.stream,
      timeout: options.timeout,
      verify: options.verify,
      cert: options.cert,
      signal: options.signal,
    };
    this.seen.push(
      method,
      url,
      pathUrl,
      [...request.headers.lines()],
      text,
      Object.entries(all),
      Object.entries(options.proxies ?? {}),
    );
    this.seen.push(authors.selectProxy(request.split, options.proxies));
    if (pathUrl === '/302')
      return new Response({ request, statusCode: 302, headers: [['Location', 'http://other/200']] });
    if (pathUrl === '/307') return new Response({ request, statusCode: 307, headers: [['Location', '/200']] });
    const pieces = (async function* () {
      yield new TextEncoder().encode('{"a": 1}\r\nline');
    })();
    return new Response({
      request,
      statusCode: pathUrl === '/404' ? 404 : 200,
      headers: [
        ['Content-Type', 'text/plain'],
        ['Link', '<x>; rel=next'],
      ],
      body: pieces,
    });
  }
}

async function attempt(seen: Seen, run: () => unknown): Promise<void> {
  try {
    const result = await run();
    if (!(result instanceof Response)) return void seen.push(typeof result === 'object' ? 'object' : result);
    seen.push(
      result.statusCode,
      result.reason,
      result.url,
      result.httpVersion,
      result.encoding,
      result.history.length,
      [...result.trailers],
    );
    seen.push(result.loaded ? result.text : 'unread', result.links.next?.url, result.links.canary?.url);
  } catch (error) {
    const { name, message } = error as Error;
    seen.push(name, message, Object.hasOwn(error as Error, 'cause'));
    if (error instanceof core.RequestException) seen.push(error.code, error.request === null, error.response === null);
  }
}

async function run(): Promise<Seen> {
  const adapter = new Recorder();
  const { seen } = adapter;
  const session = new Session({ adapters: { 'http://': adapter } });
  const get = (path: string, options: core.RequestOptions = {}): Promise<core.Response> =>
    session.get(`http://h${path}`, options);
  await attempt(seen, () => get('/200'));
  await attempt(seen, () =>
    get('/200', { params: { a: '1' }, headers: { X: 'y' }, auth: ['u', 'p'], timeout: { connect: 1 } }),
  );
  await attempt(seen, () => session.post('http://h/302', { data: { a: ['b', 'c'] } }));
  await attempt(seen, () => session.post('http://h/307', { json: { a: [1] }, headers: { 'X-Api-Key': 'k' } }));
  await attempt(seen, () => session.head('http://h/302'));
  await attempt(seen, () => session.put('http://h/200', { data: new Blob(['blob']) }));
  await attempt(seen, () =>
    session.put('http://h/200', {
      data: (function* () {
        yield 'piece';
      })(),
    }),
  );
  await attempt(seen, () => session.send(new Request('GET', 'http://h/200').prepare()));
  await attempt(seen, async () => {
    for await (const next of session.resolveRedirects(
      await get('/302', { allowRedirects: false }),
      new Request('GET', 'http://h/302').prepare(),
    ))
      seen.push(next.statusCode);
  });
  const streamed = await get('/200', { stream: true });
  for await (const line of streamed.iterLines({})) seen.push(line.length, typeof line);
  for await (const piece of (await get('/200')).iterContent(4, {})) seen.push(piece.length, typeof piece);
  await attempt(seen, async () => (await get('/404')).raiseForStatus());
  await attempt(seen, async () => (await get('/200')).json());
  await attempt(seen, () => get('/200', { files: { f: 'x' } }));
  await attempt(seen, () => get('/200', { unknown: 1 } as core.RequestOptions));
  await attempt(seen, () => session.get('http://127.1/'));
  await attempt(seen, () => new core.RequestException('text').message);
  seen.push(Object.entries(authors.resolveTimeout({ read: 1 })), Object.entries(authors.resolveTimeout(1)));
  seen.push(
    Object.entries(session.mergeEnvironmentSettings('http://h/', {})).map(([key, value]) => [
      key,
      typeof value === 'object' ? Object.keys(value ?? {}) : value,
    ]),
  );
  session.environment = {
    getProxies: (_url, noProxy) => ({ no_proxy: String(noProxy) }),
    getCaBundle: () => undefined,
    getAuth: () => null,
  };
  await attempt(seen, () => get('/302'));
  return seen;
}

const expected = JSON.stringify(await run());
const changed: string[] = [];
const prototype = Object.prototype as Record<string, unknown>;
const canary = (): string => 'CANARY';
for (const name of new Set(NAMES.split(' '))) {
  for (const value of ['CANARY', true, 7, canary, { CANARY: 'CANARY' }]) {
    // A callable `then` or `toJSON` changes the language itself: promises and JSON.
    if (value === canary && /^(?:then|toJSON)$/.test(name)) continue;
    let seen: Seen | string;
    prototype[name] = value;
    try {
      seen = await run();
    } catch (error) {
      seen = String(error);
    }
    delete prototype[name];
    if (JSON.stringify(seen) !== expected) changed.push(`${name} = ${typeof value}`);
  }
}
console.log(JSON.stringify(changed));
