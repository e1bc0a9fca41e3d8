import { openAsBlob } from 'node:fs';
import ky from 'ky';
import { BY_HAND, type CreateClient, countBytes, POSTED, PROFILE } from '../client.ts';

export const createClient: CreateClient = ({ file }) => {
  const get = (url: string): Promise<unknown> => ky(url).json();
  const shop = ky.create({
    headers: { ...PROFILE.headers, cookie: BY_HAND.cookie, authorization: BY_HAND.authorization },
    searchParams: PROFILE.sessionParams,
  });
  return {
    get,
    gzip: get,
    redirects: get,
    post: (url) => ky.post(url, { json: POSTED }).json(),
    download: async (url) => countBytes((await ky(url)).body!),
    upload: async (url) => {
      const response = await ky.post(url, { body: await openAsBlob(file) });
      await response.text();
      return response.status;
    },
    session: (url) => shop(url, { searchParams: PROFILE.requestParams }).json(),
  };
};
