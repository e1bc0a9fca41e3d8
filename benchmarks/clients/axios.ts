import { createReadStream, statSync } from 'node:fs';
import axios from 'axios';
import { BY_HAND, type CreateClient, countBytes, POSTED, PROFILE } from '../client.ts';

export const createClient: CreateClient = ({ file }) => {
  const length = statSync(file).size;
  const get = async (url: string): Promise<unknown> => (await axios.get(url)).data;
  const shop = axios.create({
    headers: { ...PROFILE.headers, Cookie: BY_HAND.cookie },
    auth: { username: PROFILE.user, password: PROFILE.password },
    params: PROFILE.sessionParams,
  });
  return {
    get,
    gzip: get,
    redirects: get,
    post: async (url) => (await axios.post(url, POSTED)).data,
    download: async (url) => countBytes((await axios.get(url, { responseType: 'stream' })).data),
    // Without redirects axios does not keep a copy of the body.
    upload: async (url) =>
      (await axios.post(url, createReadStream(file), { headers: { 'Content-Length': length }, maxRedirects: 0 }))
        .status,
    session: async (url) => (await shop.get(url, { params: PROFILE.requestParams })).data,
  };
};
