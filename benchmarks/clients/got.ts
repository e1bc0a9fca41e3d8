import { createReadStream, statSync } from 'node:fs';
import got from 'got';
import { CookieJar } from 'tough-cookie';
import { type CreateClient, countBytes, POSTED, PROFILE } from '../client.ts';

export const createClient: CreateClient = ({ file }) => {
  const length = String(statSync(file).size);
  const get = (url: string): Promise<unknown> => got(url).json();
  const cookieJar = new CookieJar();
  for (const [name, value] of Object.entries(PROFILE.cookies))
    cookieJar.setCookieSync(`${name}=${value}; Path=/`, 'http://127.0.0.1/');
  const shop = got.extend({
    headers: PROFILE.headers,
    username: PROFILE.user,
    password: PROFILE.password,
    searchParams: PROFILE.sessionParams,
    cookieJar,
  });
  return {
    get,
    gzip: get,
    redirects: get,
    http2: (url) => got(url, { http2: true }).json(),
    post: (url) => got.post(url, { json: POSTED }).json(),
    download: (url) => countBytes(got.stream(url)),
    upload: async (url) =>
      (await got.post(url, { headers: { 'content-length': length }, body: createReadStream(file) })).statusCode,
    session: (url) => shop(url, { searchParams: PROFILE.requestParams }).json(),
  };
};
