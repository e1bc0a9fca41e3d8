import { fetch } from 'undici';
import type { CreateClient } from '../client.ts';
import { createFetchClient } from './fetch.ts';

export const createClient: CreateClient = (setup) => createFetchClient(fetch, setup);
