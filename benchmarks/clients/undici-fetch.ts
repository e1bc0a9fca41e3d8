import { Agent, fetch, setGlobalDispatcher } from 'undici';
import type { CreateClient } from '../client.ts';
import { createFetchClient } from './fetch.ts';

export const createClient: CreateClient = (setup) => {
  setGlobalDispatcher(new Agent());
  return createFetchClient(fetch, setup);
};
