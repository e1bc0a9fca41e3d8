import { createReadStream, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Agent, interceptors, request, setGlobalDispatcher } from 'undici';
import { BY_HAND, type CreateClient, countBytes, POSTED, PROFILE } from '../client.ts';

/** The baseline: as little as a program can write. */
export const createClient: CreateClient = ({ file }) => {
  const length = String(statSync(file).size);
  const following = new Agent().compose(interceptors.redirect({ maxRedirections: 5 }));
  // undici's own: Node brings another copy, and whichever is loaded first sets the one for both.
  setGlobalDispatcher(new Agent());
  const get = async (url: string): Promise<unknown> => JSON.parse(await (await request(url)).body.text());
  const http2 = new Agent({ allowH2: true, connections: 1, pipelining: 100 });
  const posted = { 'content-type': 'application/json' };
  const headers = {
    ...PROFILE.headers,
    'accept-encoding': 'gzip, deflate, br, zstd',
    cookie: BY_HAND.cookie,
    authorization: BY_HAND.authorization,
  };
  return {
    get,
    wrappers: get,
    gzip: async (url) => {
      const { body } = await request(url);
      return JSON.parse(gunzipSync(await body.bytes()).toString());
    },
    redirects: async (url) => JSON.parse(await (await request(url, { dispatcher: following })).body.text()),
    http2: async (url) => JSON.parse(await (await request(url, { dispatcher: http2 })).body.text()),
    post: async (url) => {
      const { body } = await request(url, { method: 'POST', headers: posted, body: JSON.stringify(POSTED) });
      return JSON.parse(await body.text());
    },
    download: async (url) => countBytes((await request(url)).body),
    upload: async (url) => {
      const { body, statusCode } = await request(url, {
        method: 'POST',
        headers: { 'content-length': length },
        body: createReadStream(file),
      });
      await body.text();
      return statusCode;
    },
    session: async (url) => JSON.parse(await (await request(`${url}?${BY_HAND.query}`, { headers })).body.text()),
  };
};
