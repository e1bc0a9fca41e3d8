// biome-ignore-all lint/correctness/noUndeclaredDependencies: it runs where the packages are installed.
// What a user's program does, on any runtime: plain and encrypted requests, JSON, forms, files, cookies, streams, errors.
import { ok, deepStrictEqual as same } from 'node:assert';
import requests, {
  ConnectionError,
  ConnectTimeout,
  HTTPAdapter,
  HTTPDigestAuth,
  HTTPError,
  ReadTimeout,
  RequestException,
  RetryAdapter,
  Session,
  SSLError,
  Timeout,
} from 'requests-ts';
import manifest from 'requests-ts/package.json' with { type: 'json' };

const { BASE_URL: base, TLS_URL: tls, CLOSED_URL: closed, CA_FILE: ca } = process.env;

/** The error that a promise rejects with. */
async function failure(promise) {
  return promise.then(
    (response) => ok(false, `${response} instead of an error`),
    (error) => error,
  );
}

const found = await requests.get(`${base}/get`, { params: { q: 'a b' } });
same([found.statusCode, found.json().args], [200, { q: 'a b' }]);
same(found.json().headers['User-Agent'], `requests-ts/${manifest.version}`);

const posted = await requests.post(`${base}/post`, { json: { name: 'Ada' } });
same(posted.json().json, { name: 'Ada' });
same((await requests.post(`${base}/post`, { data: { a: 1 } })).json().form, { a: '1' });
same((await requests.post(`${base}/post`, { files: { f: new Blob(['text']) } })).json().files, { f: 'text' });
same((await requests.get(`${base}/gzip`)).json().gzipped, true);

const missing = await requests.get(`${base}/status/404`);
const refused = await failure((async () => missing.raiseForStatus())());
ok(refused instanceof HTTPError && refused instanceof RequestException && refused.response === missing, refused);

const noServer = await failure(requests.get(closed));
ok(noServer instanceof ConnectionError && !(noServer instanceof ConnectTimeout), noServer);
const late = await failure(requests.get(`${base}/delay/30`, { timeout: [10, 0.3] }));
ok(late instanceof ReadTimeout && late instanceof Timeout, late);

const session = new Session();
session.mount(`${base}/status/`, new RetryAdapter(new HTTPAdapter(), { total: 2, statusForcelist: [503] }));
await session.get(`${base}/cookies/set/flavour/vanilla`);
same((await session.get(`${base}/cookies`)).json(), { cookies: { flavour: 'vanilla' } });
ok((await failure(session.get(`${base}/status/503`))) instanceof RequestException);
const auth = new HTTPDigestAuth('user', 'pass');
same((await session.get(`${base}/digest-auth/auth/user/pass`, { auth })).statusCode, 200);
let bytes = 0;
const streamed = await session.get(`${base}/stream-bytes/100000`, { stream: true });
for await (const chunk of streamed.iterContent(4096)) bytes += chunk.length;
same(bytes, 100_000);
await session.close();

same((await requests.get(`${tls}/get`, { verify: ca })).json().url, `${tls}/get`);
const untrusted = await failure(requests.get(`${tls}/get`));
ok(untrusted instanceof SSLError && untrusted instanceof ConnectionError, untrusted);

console.log('done');
