import { createReadStream, statSync } from 'node:fs';
import fetch from 'node-fetch';
import { BY_HAND, type CreateClient, countBytes, POSTED, PROFILE } from '../client.ts';

export const createClient: CreateClient = ({ file }) => {
  const length = String(statSync(file).size);
  const get = async (url: string): Promise<unknown> => (await fetch(url)).json();
  const posted = { 'content-type': 'application/json' };
  const headers = { ...PROFILE.headers, cookie: BY_HAND.cookie, authorization: BY_HAND.authorization };
  return {
    get,
    gzip: get,
    redirects: get,
    post: async (url) => (await fetch(url, { method: 'POST', headers: posted, body: JSON.stringify(POSTED) })).json(),
    download: async (url) => countBytes((await fetch(url)).body!),
    upload: async (url) => {
      const body = createReadStream(file);
      const response = await fetch(url, { method: 'POST', headers: { 'content-length': length }, body });
      await response.text();
      return response.status;
    },
    session: async (url) => (await fetch(`${url}?${BY_HAND.query}`, { headers })).json(),
  };
};
