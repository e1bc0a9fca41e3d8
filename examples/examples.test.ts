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
import { runFile } from './test/runtime.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** What each example prints. An example without a line here fails the last test. */
const printed: Readonly<Record<string, string>> = {
  'basic-auth.ts': `401 Basic realm="Fake Realm"\n200 { authenticated: true, user: 'ada' }`,
  'connection-options.ts': `{ origin: '127.0.0.1' }`,
  'cookie-header.ts': `{ 'session-id': '1234', theme: 'dark' }`,
  'corporate-proxy.ts': 'The proxy asks for Bearer\n200\nfalse',
  'custom-auth.ts': '8ae01d43cbba97339c2e1f5903ec44694797779c8507c8759bc8ffecbadee289',
  'digest-auth.ts': '200 [ 401 ]\n200 []',
  'download.ts': '25 %\n50 %\n75 %\n100 %\n100000 bytes written',
  'environment.ts': `{ https: 'http://proxy.example:3128' }\n{}\n200\n{}`,
  'get-json.ts': 'Sample Slide Show\n- Wake up to WonderWidgets!\n- Overview',
  'own-adapter.ts': '200 Hello from memory\n404 No such page',
  'per-service.ts': 'RetryAdapter\nHTTPAdapter',
  'post-form.ts':
    `application/x-www-form-urlencoded\nname=Ada&topics=engines&topics=poems\n` +
    `{ name: 'Ada', topics: [ 'engines', 'poems' ] }`,
  'post-json.ts': `application/json\n{ name: 'Ada', born: 1815 }`,
  'query-parameters.ts': '?q=two+words+%26+more&page=2\n?tag=a&tag=b\n?10=first&2=second',
  'retry.ts': 'attempt 1 got 503\nattempt 2 got 502\n200',
  'save-cookies.ts': `{ cookies: { flavour: 'vanilla' } }\n# Netscape HTTP Cookie File`,
  'session.ts': `{ flavour: 'vanilla' }\nweather-station/1.0`,
  'socks-proxy.ts': '200\none\ntwo',
  'stream-lines.ts': '0\n1\n2',
  'upload-files.ts': `{ title: 'Figures' }\n{ report: 'year,sum\\n1842,7\\n', notes: 'first draft' }`,
  'upload-progress.ts': '50 %\n100 %\n200 true',
};

/** A proxy's question, until the token is there. */
const ASK = crlf('HTTP/1.1 407 Who are you', 'Proxy-Authenticate: Bearer', 'Content-Length: 0', '', '');

describe('examples', () => {
  let server: Httpbin;
  let socks: SocksServer;
  let proxy: ProxyServer;

  beforeAll(async () => {
    [server, socks, proxy] = await Promise.all([
      startHttpbin(),
      startSocksServer(),
      startProxy({
        authorize: (request) =>
          request.getAll('proxy-authorization').includes('Bearer example-token') ? undefined : ASK,
      }),
    ]);
  });

  afterAll(async () => {
    for (const each of [server, socks, proxy]) await each.close();
  });

  it.each(Object.entries(printed))('%s runs as it stands', async (name, text) => {
    const { code, stdout, stderr } = await runFile(`${folder}${name}`, [], {
      BASE_URL: server.url,
      SOCKS_PROXY: socks.url('socks5h'),
      CORPORATE_PROXY: proxy.url,
      NO_COLOR: '1',
    });
    expect({ code, stdout: stdout.trimEnd(), stderr }).toEqual({ code: 0, stdout: text, stderr: '' });
  });

  it('are all in the table above', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.includes('.test.'));
    expect(files).toEqual(Object.keys(printed).sort());
  });
});
