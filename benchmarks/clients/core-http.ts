import { Session } from '@requests-ts/core';
import { HTTPAdapter } from '@requests-ts/http';
import { type CreateClient, countBytes, POSTED } from '../client.ts';

export const createClient: CreateClient = ({ ca }) => {
  const transport = new HTTPAdapter({ poolMaxsize: 50, verify: ca });
  const session = new Session({ adapters: { 'https://': transport, 'http://': transport } });
  const get = async (url: string): Promise<unknown> => (await session.get(url)).json();
  return {
    get,
    gzip: get,
    redirects: get,
    post: async (url) => (await session.post(url, { json: POSTED })).json(),
    download: async (url) => countBytes((await session.get(url, { stream: true })).iterContent(null)),
  };
};
