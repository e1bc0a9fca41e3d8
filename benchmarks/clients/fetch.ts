import { openAsBlob } from 'node:fs';
import type { BodyInit, fetch as undiciFetch } from 'undici';
import { BY_HAND, type Client, type ClientSetup, countBytes, POSTED, PROFILE } from '../client.ts';

/** What any implementation of `fetch` over web streams does. */
export function createFetchClient(fetch: typeof undiciFetch, { file }: ClientSetup): Client {
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
      const response = await fetch(url, { method: 'POST', body: (await openAsBlob(file)) as BodyInit });
      await response.text();
      return response.status;
    },
    session: async (url) => (await fetch(`${url}?${BY_HAND.query}`, { headers })).json(),
  };
}
