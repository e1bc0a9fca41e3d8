/** What a client can be asked to do; each operation resolves with something that the scenario checks. */
export type Operation =
  | 'get'
  | 'post'
  | 'gzip'
  | 'download'
  | 'upload'
  | 'session'
  | 'wrappers'
  | 'redirects'
  | 'http2';

/** The operations that a client has, each for one URL. */
export type Client = Readonly<Partial<Record<Operation, (url: string) => Promise<unknown>>>>;

/** What every client is given. */
export interface ClientSetup {
  /** File of the CA that signed the server's certificate; Node has it by `NODE_EXTRA_CA_CERTS`. */
  readonly ca: string;
  /** File to upload. */
  readonly file: string;
}

/** Every module of `clients/` exports one under this name. */
export type CreateClient = (setup: ClientSetup) => Client | Promise<Client>;

/** What the scenario `post` sends. */
export const POSTED = { id: 7, name: 'Ada Lovelace', tags: ['analyst', 'metaphysician'], active: true };

/** Bytes of the pieces of a download where one has to choose; other clients give pieces of 64 KiB at most, as they arrive. */
export const PIECE: number = 16 * 1024;

/** What the scenario `session` sends with every request. */
export const PROFILE = {
  cookies: { session: '8f14e45fceea167a', theme: 'dark', locale: 'en-GB', consent: 'yes', cart: '3f2a' },
  headers: { 'User-Agent': 'shop/1.0', Accept: 'application/json', 'Accept-Language': 'en', 'X-Tenant': 'north' },
  user: 'ada',
  password: 'lovelace',
  sessionParams: { version: '2', lang: 'en' },
  requestParams: { q: 'difference engine', page: '3' },
} as const;

/** The same as finished text, for clients that have no jar, no auth or no parameters of their own. */
export const BY_HAND = {
  cookie: Object.entries(PROFILE.cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; '),
  authorization: `Basic ${Buffer.from(`${PROFILE.user}:${PROFILE.password}`).toString('base64')}`,
  query: new URLSearchParams({ ...PROFILE.sessionParams, ...PROFILE.requestParams }).toString(),
} as const;

/** The number of bytes of a streamed body. */
export async function countBytes(body: AsyncIterable<unknown>): Promise<number> {
  let bytes = 0;
  for await (const piece of body) bytes += (piece as Uint8Array).length;
  return bytes;
}
