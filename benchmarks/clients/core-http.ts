import { Session } from '@requests-ts/core';
import { HTTPAdapter } from '@requests-ts/http';
import { type CreateClient, countBytes, PIECE, POSTED } from '../client.ts';

export const createClient: CreateClient = ({ ca }) => {
  const transport = new HTTPAdapter({ poolMaxsize: 50, verify: ca });
  const session = new Session({ adapters: { 'https://': transport, 'http://': transport } });
  const overHttp2 = new Session({ adapters: { 'https://': new HTTPAdapter({ http2: true, verify: ca }) } });
  const get = async (url: string): Promise<unknown> => (await session.get(url)).json();
  return {
    get,
    gzip: get,
    redirects: get,
    http2: async (url) => (await overHttp2.get(url)).json(),
    post: async (url) => (await session.post(url, { json: POSTED })).json(),
    download: async (url) => countBytes((await session.get(url, { stream: true })).iterContent(PIECE)),
  };
};
