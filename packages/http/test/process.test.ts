import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import {
  createCertificates,
  crlf,
  listen,
  startHttpbin,
  startRawServer,
  steps,
  writePemFiles,
} from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { get, makeAdapter, opened, sleep } from './support.ts';

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** From the last line of output to the exit. */
  readonly lingeredMs: number;
}

/** Runs a script that uses HTTPAdapter in a process of its own. */
async function run(script: string, { env = {}, args = [] as string[] } = {}): Promise<Outcome> {
  const prelude = `
    import { HTTPAdapter } from '@requests-ts/http';
    import { Request } from '@requests-ts/core';
    const prepare = (method, url, init) => new Request(method, url, init).prepare();
    const get = (adapter, url, options = {}) => adapter.send(prepare('GET', url), options);
  `;
  const child = spawn(
    process.execPath,
    ['--conditions=@requests-ts/source', ...args, '--input-type=module', '--eval', prelude + script],
    {
      cwd: import.meta.dirname,
      env: { ...process.env, NODE_OPTIONS: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let out = '';
  let err = '';
  let lastOutput = performance.now();
  child.stdout.on('data', (chunk) => {
    out += chunk;
    lastOutput = performance.now();
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  const lingeredMs = performance.now() - lastOutput;
  return { code, out: out.trim(), err, lingeredMs };
}

const OK = crlf('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');

describe('[pitfall 15] a script exits at once', () => {
  const { ca, good } = createCertificates();

  it.each([
    ['after a response', `console.log((await get(new HTTPAdapter(), URL)).text);`],
    [
      'with an unread stream',
      `const r = await get(new HTTPAdapter(), URL + '/big', { stream: true }); console.log(r.statusCode);`,
    ],
    [
      'with a half-read stream',
      `const r = await get(new HTTPAdapter(), URL + '/big', { stream: true }); for await (const piece of r.iterContent(1000)) { console.log(piece.length); break; }`,
    ],
    [
      'with an open body that is not read',
      `const r = await get(new HTTPAdapter(), URL + '/open', { stream: true }); console.log(r.statusCode);`,
    ],
    [
      'after a timeout',
      `await get(new HTTPAdapter(), URL + '/silent', { timeout: 0.1 }).catch((e) => console.log(e.name));`,
    ],
    [
      'after an abort',
      `await get(new HTTPAdapter(), URL + '/silent', { signal: AbortSignal.timeout(50) }).catch((e) => console.log(e.name));`,
    ],
  ])('%s', async (_title, script) => {
    const server = opened(
      await startRawServer(async (connection) => {
        while (!connection.ended) {
          const { target } = await connection.nextRequest();
          if (target === '/big')
            await connection.send(
              crlf('HTTP/1.1 200 OK', 'Content-Length: 10000000', '', '').concat('x'.repeat(10_000_000)),
            );
          else if (target === '/open') await connection.send(crlf('HTTP/1.1 200 OK', 'Content-Length: 10', '', 'part'));
          else if (target !== '/silent') await connection.send(OK);
        }
      }),
    );
    const { code, out, err, lingeredMs } = await run(`const URL = ${JSON.stringify(server.url)}; ${script}`);
    expect([code, err]).toEqual([0, '']);
    expect(out).not.toBe('');
    expect(lingeredMs).toBeLessThan(4000);
  });

  it('not before an answer has come, on a connection that was streamed on before either', async () => {
    const server = opened(await startHttpbin());
    const { out, err } = await run(`
      const adapter = new HTTPAdapter();
      const response = await get(adapter, ${JSON.stringify(server.url)} + '/bytes/200000', { stream: true });
      await new Promise((resolve) => setTimeout(resolve, 50));
      await response.read();
      console.log((await get(adapter, ${JSON.stringify(server.url)} + '/delay/0.3')).statusCode);`);
    expect([out, err]).toEqual(['200', '']);
    expect(new Set(server.requests.map(({ connectionId }) => connectionId)).size).toBe(1);
  });

  it('after TLS and HTTP/2, too', async () => {
    const files = opened(await writePemFiles({ ca }));
    const https = opened(await startHttpbin({ tls: true }));
    const h2 = createSecureServer(good, (_request, response) => void response.end('ok'));
    const listener = opened(await listen(h2));
    for (const [url, options] of [
      [`${https.url}/get`, ''],
      [`https://localhost:${listener.port}/`, 'http2: true, '],
    ] as const) {
      const { code, out, err, lingeredMs } = await run(
        `console.log((await get(new HTTPAdapter({ ${options}verify: ${JSON.stringify(files.paths.ca)} }), ${JSON.stringify(url)})).httpVersion);`,
      );
      expect([code, err, out]).toEqual([0, '', options ? '2' : '1.1']);
      expect(lingeredMs).toBeLessThan(4000);
    }
  });
});

describe('a script goes on', () => {
  it.each([
    ['read to its end', 'await first.read();'],
    ['read piece by piece', 'for await (const piece of first.iterContent(10)) console.log(piece.length);'],
  ])('until the answer to the request after a stream that was %s', async (_title, read) => {
    const server = opened(await startHttpbin());
    const { code, out, err } = await run(`
      const adapter = new HTTPAdapter();
      const first = await get(adapter, '${server.url}/stream-bytes/20', { stream: true });
      ${read}
      console.log((await get(adapter, '${server.url}/delay/0.2')).statusCode);
    `);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/200$/);
  });
});

/** An undici whose client is in another file than today. */
const WITHOUT_CLIENT_FILE = `
  const { registerHooks } = await import('node:module');
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier.startsWith('undici/lib/')) throw new Error('Cannot find module ' + specifier);
      return next(specifier, context);
    },
  });`;

describe('undici', () => {
  it('is loaded by the first request, not by the import', async () => {
    const { out } = await run(`
      const before = process.moduleLoadList.length;
      new HTTPAdapter();
      console.log(globalThis[Symbol.for('undici.globalDispatcher.2')] === undefined, process.memoryUsage().heapUsed < 30e6);`);
    expect(out).toBe('true true');
  });

  it.each([
    ['nobody has used fetch', 'void FormData;'],
    ['fetch was used before', `await fetch(URL);`],
    ['its files have moved, and it is loaded as a whole', WITHOUT_CLIENT_FILE],
    ['its files have moved, and fetch was used before', `${WITHOUT_CLIENT_FILE} await fetch(URL);`],
  ])('[pitfall 21] leaves the dispatcher of the built-in fetch as it was when %s', async (_title, script) => {
    const server = opened(await startRawServer(OK));
    const { out, code, err } = await run(
      `const URL = ${JSON.stringify(server.url)};
      const names = [1, 2].map((n) => Symbol.for('undici.globalDispatcher.' + n));
      ${script}
      const before = names.map((name) => globalThis[name]);
      await get(new HTTPAdapter(), URL);
      console.log(names.every((name, i) => globalThis[name] === before[i]), (await fetch(URL)).status);`,
      { env: { NODE_USE_ENV_PROXY: '1' } },
    );
    expect([code, err, out]).toEqual([0, expect.any(String), 'true 200']);
  });

  it('loads once for requests that come at the same time', async () => {
    const server = opened(await startRawServer(OK));
    const { out } = await run(
      `const adapter = new HTTPAdapter(); console.log((await Promise.all([1, 2, 3].map(() => get(adapter, ${JSON.stringify(server.url)})))).map((r) => r.text).join());`,
    );
    expect(out).toBe('ok,ok,ok');
  });

  it('[J05] takes a snapshot of options and request before the first one has it loaded', async () => {
    const server = opened(await startRawServer([steps.request, OK]));
    const { out } = await run(`
      const options = { timeout: null, stream: false };
      const promise = get(new HTTPAdapter(), ${JSON.stringify(server.url)}, options);
      options.timeout = -1; options.stream = true;
      console.log((await promise).text);`);
    expect(out).toBe('ok');
  });
});

describe('[J03] a process without handlers survives', () => {
  it.each([
    ['garbage', ['garbage\r\n\r\n']],
    ['a reset', [steps.request, steps.reset]],
    [
      'a reset in the body',
      [steps.request, crlf('HTTP/1.1 200 OK', 'Content-Length: 9', '', 'x'), steps.wait(10), steps.reset],
    ],
    ['bytes after the answer', [steps.request, `${OK}more`]],
    ['two answers', [steps.request, OK + OK]],
    [
      'an early answer and a reset',
      [crlf('HTTP/1.1 413 No', 'Content-Length: 0', '', ''), steps.wait(10), steps.reset],
    ],
    ['a bad coding', [steps.request, crlf('HTTP/1.1 200 OK', 'Content-Encoding: zstd', 'Content-Length: 2', '', 'xx')]],
  ] as const)('%s, read, dropped and aborted', async (_title, script) => {
    const server = opened(await startRawServer(script as never));
    const { code, err, out } = await run(`
      const url = ${JSON.stringify(server.url)};
      const quiet = (promise) => promise.catch(() => {});
      for (let i = 0; i < 5; i++) {
        const adapter = new HTTPAdapter();
        await quiet(get(adapter, url, { timeout: 0.3 }));
        await quiet(adapter.send(prepare('POST', url, { data: (function* () { for (let i = 0; i < 50; i++) yield new Uint8Array(10000); })() }), { timeout: 0.3 }));
        const controller = new AbortController();
        const response = await quiet(get(adapter, url, { stream: true, timeout: 0.3, signal: controller.signal }));
        if (i === 0) response?.close();
        if (i === 1) controller.abort();
        if (i === 2) quiet(response?.read() ?? Promise.resolve());
        setImmediate(() => controller.abort());
        await adapter.close();
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      console.log('alive');`);
    expect([code, err, out]).toEqual([0, '', 'alive']);
  });

  it('[pitfall 23] what the caller writes: a body source, a lookup, addHeaders, a connector', async () => {
    const server = opened(await startRawServer(OK));
    const { code, err, out } = await run(`
      const url = ${JSON.stringify(server.url)};
      const boom = () => { throw new Error('boom'); };
      class Broken extends HTTPAdapter { addHeaders() { boom(); } }
      const names = [];
      for (const send of [
        () => new HTTPAdapter().send(prepare('POST', url, { data: (function* () { yield 'a'; boom(); })() }), {}),
        () => new HTTPAdapter().send(prepare('POST', url, { data: (async function* () { boom(); })() }), {}),
        () => new HTTPAdapter().send(prepare('POST', url, { data: boom }), {}),
        () => new HTTPAdapter().send(prepare('POST', url, { data: { [Symbol.asyncIterator]: boom } }), {}),
        () => get(new HTTPAdapter({ lookup: boom }), 'http://x.example'),
        () => get(new HTTPAdapter({ connectors: { x: { connect: boom } } }), url, { proxies: { all: 'x://h:1' } }),
        () => get(new HTTPAdapter({ connectors: { x: boom } }), url, { proxies: { all: 'x://h:1' } }),
        () => get(new Broken(), url),
      ]) names.push(await send().then(() => 'none', (error) => error.message.includes('boom')));
      console.log(names.join());`);
    expect([code, err, out]).toEqual([0, '', Array(8).fill('true').join()]);
  });
});

describe('[J01] a polluted Object.prototype', () => {
  it('changes neither the bytes on the wire nor the result', async () => {
    const server = opened(await startRawServer(OK));
    const secure = opened(await startRawServer(OK, { tls: true }));
    const files = opened(await writePemFiles({ ca: createCertificates().ca }));
    const names = [
      'poolBlock',
      'poolMaxsize',
      'maxRetries',
      'verify',
      'cert',
      'tls',
      'socketPath',
      'path',
      'host',
      'hostname',
      'port',
      'localAddress',
      'family',
      'lookup',
      'http2',
      'connectors',
      'stream',
      'timeout',
      'proxies',
      'signal',
      'connect',
      'read',
      'total',
      'rejectUnauthorized',
      'servername',
      'checkServerIdentity',
      'ca',
      'key',
      'pfx',
      'minVersion',
      'maxVersion',
      'ciphers',
      'assertHostname',
      'assertFingerprint',
      'ALPNProtocols',
      'session',
      'secureContext',
      'maxOutputLength',
      'allowH2',
      'pipelining',
      'body',
      'headers',
      'method',
      'query',
      'upgrade',
      'expectContinue',
      'reset',
      'idempotent',
      'headersTimeout',
      'bodyTimeout',
      'strictContentLength',
      'maxRequestsPerClient',
      'maxResponseSize',
      'useMilo',
      'all',
      'http',
      'https',
      'fd',
      'onread',
      'autoSelectFamily',
      'noDelay',
    ];
    const { out, code, err } = await run(`
      const names = ${JSON.stringify(names)};
      const changed = [];
      await get(new HTTPAdapter(), ${JSON.stringify(server.url)});
      for (const name of names) {
        for (const value of ['canary', false]) {
          Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
          try {
            const plain = await new HTTPAdapter().send(prepare('POST', ${JSON.stringify(`${server.url}/x`)}, { data: 'abc' }), { timeout: 2 });
            const tls = await get(new HTTPAdapter(), ${JSON.stringify(secure.url)}, { verify: ${JSON.stringify(files.paths.ca)}, timeout: 2 });
            const refused = await get(new HTTPAdapter(), ${JSON.stringify(secure.url)}, { timeout: 2 }).then(() => 'accepted', (e) => e.name);
            if (plain.text !== 'ok' || tls.text !== 'ok' || refused !== 'SSLError') changed.push(name + '=' + value + ':' + refused);
          } catch (error) {
            changed.push(name + '=' + value + ': ' + error.message);
          } finally {
            delete Object.prototype[name];
          }
        }
      }
      console.log(JSON.stringify(changed));`);
    expect([code, err]).toEqual([0, '']);
    // Node looks listeners up in an object with a prototype: two names of events break every socket, safely.
    const broken = (JSON.parse(out) as string[]).filter((line) => !/^(lookup|connect)=.*existing\.push/.test(line));
    expect(broken).toEqual([]);
    expect(new Set(server.requests.slice(1).map(({ head, body }) => head + body)).size).toBe(1);
  }, 60_000);
});

describe('[pitfall 14] [F11] responses that are forgotten unread', () => {
  it('free their places in the pool when they are collected', async () => {
    const server = opened(
      await startRawServer([steps.request, crlf('HTTP/1.1 200 OK', 'Content-Length: 10', '', 'part'), steps.stall]),
    );
    const { out, err, code } = await run(
      `
      const adapter = new HTTPAdapter({ poolMaxsize: 20, poolBlock: true });
      const url = ${JSON.stringify(server.url)};
      for (let i = 0; i < 20; i++) await get(adapter, url, { stream: true });
      for (let i = 0; i < 10; i++) { globalThis.gc(); await new Promise((resolve) => setTimeout(resolve, 10)); }
      const again = await Promise.all(Array.from({ length: 5 }, () => get(adapter, url, { stream: true, timeout: { total: 3 } })));
      console.log(again.length);
      await Promise.all(again.map((r) => r.close()));`,
      { args: ['--expose-gc'] },
    );
    expect([code, out]).toEqual([0, '5']);
    // M178: told once.
    expect(err.match(/ResourceWarning: A streamed response was forgotten unread/g)).toHaveLength(1);
  });
});

it('keeps no listener, timer or socket of requests that are over', async () => {
  const server = opened(await startRawServer(OK));
  const adapter = makeAdapter();
  for (let i = 0; i < 300; i++) await get(adapter, server.url, { timeout: 5 });
  await sleep(10);
  expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length).toBeLessThan(5);
  expect(server.connections).toBe(1);
});
