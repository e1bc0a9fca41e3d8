import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  crlf,
  type Httpbin,
  type ProxyServer,
  type SocksServer,
  startHttpbin,
  startProxy,
  startSocksServer,
} from '@requests-ts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMutualTls } from './test/mutual-tls.ts';
import { runFile } from './test/runtime.ts';
import { startService } from './test/service.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** What each example prints. An example without a line here fails the last test. */
const printed: Readonly<Record<string, string>> = {
  'ask-password.ts': 'Password: \n200',
  'basic-auth.ts': `401 Basic realm="Fake Realm"\n200 { authenticated: true, user: 'ada' }`,
  'client-certificate.ts': 'Hello client\nHello client\nSSLError',
  'connection-options.ts': `{ origin: '127.0.0.1' }`,
  'cookie-header.ts': `{ 'session-id': '1234', theme: 'dark' }`,
  'corporate-proxy.ts': 'The proxy asks for Bearer\n200\nfalse',
  'custom-auth.ts': '8ae01d43cbba97339c2e1f5903ec44694797779c8507c8759bc8ffecbadee289',
  'digest-auth.ts': '200 [ 401 ]\n200 []',
  'download.ts': '25 %\n50 %\n75 %\n100 %\n100000 bytes written',
  'environment.ts': `{ https: 'http://proxy.example:3128' }\n{}\n200\n{}`,
  'express-services.ts': `200 { found: [ 'engine' ] }\n502 { error: 'The service said 404' }`,
  'fake-adapter.ts': [
    'GET https://users.example/v1/ada',
    'GET https://users.example/v1/nobody',
    'GET https://users.example/v1/broken',
  ].join('\n'),
  'get-json.ts': 'Sample Slide Show\n- Wake up to WonderWidgets!\n- Overview',
  'login-form.ts': `303 /\nOrders of ada\n[ 'visit', 'login' ]`,
  'oauth-refresh.ts': 'a new token\n200 0 ada\n200 0 ada\na new token\n200 1 ada',
  'own-adapter.ts': '200 Hello from memory\n404 No such page',
  'pagination.ts': 'engine\nnotes\nloom\ncards\nmill',
  'per-service.ts': 'RetryAdapter\nHTTPAdapter',
  'post-form.ts':
    `application/x-www-form-urlencoded\nname=Ada&topics=engines&topics=poems\n` +
    `{ name: 'Ada', topics: [ 'engines', 'poems' ] }`,
  'post-json.ts': `application/json\n{ name: 'Ada', born: 1815 }`,
  'query-parameters.ts': '?q=two+words+%26+more&page=2\n?tag=a&tag=b\n?10=first&2=second',
  'resume-download.ts': [
    ...['#', '##', '###', '####'].map((bar) => `[${bar.padEnd(10)}]`),
    'broken off at 420000 of 1000000 bytes',
    ...[5, 6, 7, 8, 9, 10].map((tenths) => `[${'#'.repeat(tenths).padEnd(10)}]`),
    'complete',
  ].join('\n'),
  'retry.ts': 'attempt 1 got 503\nattempt 2 got 502\n200',
  'save-cookies.ts': `{ cookies: { flavour: 'vanilla' } }\n# Netscape HTTP Cookie File`,
  'server-sent-events.ts': 'message { cards: 1 }\nprogress { cards: 2 }\ndone null',
  'session.ts': `{ flavour: 'vanilla' }\nweather-station/1.0`,
  'socks-proxy.ts': '200\none\ntwo',
  'ssh-tunnel.ts': `200 { page: 'Home' }`,
  'stream-lines.ts': '0\n1\n2',
  'upload-files.ts': `{ title: 'Figures' }\n{ report: 'year,sum\\n1842,7\\n', notes: 'first draft' }`,
  'upload-progress.ts': '50 %\n100 %\n200 true',
  'worker-sessions.ts': '[ 3, 7 ] make 10',
};

/** A proxy's question, until the token is there. */
const ASK = crlf('HTTP/1.1 407 Who are you', 'Proxy-Authenticate: Bearer', 'Content-Length: 0', '', '');

describe('examples', () => {
  let server: Httpbin;
  let socks: SocksServer;
  let proxy: ProxyServer;
  let service: Awaited<ReturnType<typeof startService>>;
  let mutualTls: Awaited<ReturnType<typeof startMutualTls>>;

  beforeAll(async () => {
    [server, socks, proxy, service, mutualTls] = await Promise.all([
      startHttpbin(),
      startSocksServer(),
      startProxy({
        authorize: (request) =>
          request.getAll('proxy-authorization').includes('Bearer example-token') ? undefined : ASK,
      }),
      startService(),
      startMutualTls(),
    ]);
  });

  afterAll(async () => {
    for (const each of [server, socks, proxy, service, mutualTls]) await each.close();
  });

  it.each(Object.entries(printed))('%s runs as it stands', async (name, text) => {
    const env = {
      BASE_URL: server.url,
      SERVICE_URL: service.url,
      SOCKS_PROXY: socks.url('socks5h'),
      CORPORATE_PROXY: proxy.url,
      INTRANET_PORT: String(server.port),
      MTLS_URL: mutualTls.url,
      CA_FILE: mutualTls.files.ca,
      CERT_FILE: mutualTls.files.cert,
      KEY_FILE: mutualTls.files.key,
      NO_COLOR: '1',
    };
    const { code, stdout, stderr } = await runFile(`${folder}${name}`, [], env, 'engine\n');
    expect({ code, stdout: stdout.trimEnd(), stderr }).toEqual({ code: 0, stdout: text, stderr: '' });
  });

  it('M106 ask for a password and do not show it', async () => {
    const { stdout, stderr } = await runFile(`${folder}ask-password.ts`, [], { BASE_URL: server.url }, 'engine\n');
    expect(stdout + stderr).toBe('Password: \n200\n');
  });

  it('are all in the table above', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.includes('.test.'));
    expect(files).toEqual(Object.keys(printed).sort());
  });
});
