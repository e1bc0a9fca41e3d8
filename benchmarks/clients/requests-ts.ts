import { createReadStream } from 'node:fs';
import { CookieJarAdapter } from '@requests-ts/cookie-jar';
import { HTTPAdapter } from '@requests-ts/http';
import { MultipartAdapter } from '@requests-ts/multipart';
import { RetryAdapter } from '@requests-ts/retry';
import { RequestsCookieJar, Session } from 'requests-ts';
import { type CreateClient, countBytes, PIECE, POSTED, PROFILE } from '../client.ts';

/** As many connections are kept as requests are under way, as all other clients do by default. */
const POOL = { poolMaxsize: 50 };

export const createClient: CreateClient = ({ ca, file }) => {
  const transport = new HTTPAdapter({ ...POOL, verify: ca });
  const session = new Session({ adapters: { 'https://': transport, 'http://': transport } });
  const overHttp2 = new Session({ adapters: { 'https://': new HTTPAdapter({ http2: true, verify: ca }) } });
  const shop = new Session({
    headers: PROFILE.headers,
    params: PROFILE.sessionParams,
    auth: [PROFILE.user, PROFILE.password],
    adapters: { 'http://': new HTTPAdapter(POOL) },
  });
  for (const [name, value] of Object.entries(PROFILE.cookies)) shop.cookies.set(name, value, { domain: '127.0.0.1' });
  const wrapped = new Session({
    adapters: {
      'http://': new RetryAdapter(
        new MultipartAdapter(new CookieJarAdapter(new HTTPAdapter(POOL), new RequestsCookieJar())),
        3,
      ),
    },
  });
  const get = async (url: string): Promise<unknown> => (await session.get(url)).json();
  return {
    get,
    gzip: get,
    redirects: get,
    post: async (url) => (await session.post(url, { json: POSTED })).json(),
    download: async (url) => countBytes((await session.get(url, { stream: true })).iterContent(PIECE)),
    upload: async (url) => (await session.post(url, { data: createReadStream(file) })).statusCode,
    session: async (url) => (await shop.get(url, { params: PROFILE.requestParams })).json(),
    http2: async (url) => (await overHttp2.get(url)).json(),
    wrappers: async (url) => (await wrapped.get(url)).json(),
  };
};
