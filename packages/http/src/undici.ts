/** undici, loaded by the first request: 50 to 180 ms and 28 MB that a program may never need. */
export type Undici = typeof import('./client.ts');

let loaded: Undici | null = null;
let loading: Promise<Undici> | null = null;

/** undici if it is loaded, so that no request but the first ones waits for a promise. */
export function loadedUndici(): Undici | null {
  return loaded;
}

export function loadUndici(): Promise<Undici> {
  loading ??= import('./client.ts').then((module) => (loaded = module));
  return loading;
}
