/// <reference path="./undici-client.d.ts" />
import type { Client } from 'undici';

type ClientConstructor = typeof Client;

let loaded: ClientConstructor | null = null;
let loading: Promise<ClientConstructor> | null = null;

/** undici's client if it is loaded, so that no request but the first ones waits for a promise. */
export function loadedClient(): ClientConstructor | null {
  return loaded;
}

/** Loads it with the first request: a program may never send one. */
export function loadClient(): Promise<ClientConstructor> {
  loading ??= importClient().then((Client) => (loaded = Client));
  return loading;
}

/**
 * Its client alone: all of undici takes 50 ms and 14 MB more, and replaces the dispatcher of the built-in `fetch`. undici promises nothing about
 * its files: without this one, it is loaded as a whole.
 */
async function importClient(): Promise<ClientConstructor> {
  try {
    return (await import('undici/lib/dispatcher/client.js')).default;
  } catch {
    return (await import('./whole-undici.ts')).WholeClient;
  }
}
