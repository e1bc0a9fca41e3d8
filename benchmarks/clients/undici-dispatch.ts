import { Agent, type Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { BY_HAND, type CreateClient, POSTED, PROFILE } from '../client.ts';

type Options = Pick<Dispatcher.DispatchOptions, 'method' | 'headers' | 'body'>;

/** The layer below `request()`: callbacks instead of streams. */
class Collector implements Dispatcher.DispatchHandler {
  readonly #pieces: Buffer[] = [];
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;

  constructor(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(): void {}

  onResponseStart(): void {}

  onResponseData(_controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.#pieces.push(piece);
  }

  onResponseEnd(): void {
    const [first, ...more] = this.#pieces;
    this.#resolve(JSON.parse((more.length === 0 ? first! : Buffer.concat([first!, ...more])).toString()));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}

function send(url: string, options: Options): Promise<unknown> {
  const { origin, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    getGlobalDispatcher().dispatch({ origin, path: pathname + search, ...options }, new Collector(resolve, reject));
  });
}

export const createClient: CreateClient = () => {
  setGlobalDispatcher(new Agent());
  const posted = { 'content-type': 'application/json' };
  const headers = {
    ...PROFILE.headers,
    'accept-encoding': 'gzip, deflate, br, zstd',
    cookie: BY_HAND.cookie,
    authorization: BY_HAND.authorization,
  };
  return {
    get: (url) => send(url, { method: 'GET' }),
    post: (url) => send(url, { method: 'POST', headers: posted, body: JSON.stringify(POSTED) }),
    session: (url) => send(`${url}?${BY_HAND.query}`, { method: 'GET', headers }),
  };
};
