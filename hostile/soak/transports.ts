import { CookieJarAdapter, RequestsCookieJar } from '@requests-ts/cookie-jar';
import type { BaseAdapter } from '@requests-ts/core';
import { DigestAuthAdapter } from '@requests-ts/digest-auth';
import { HTTPAdapter } from '@requests-ts/http';
import { AgentAdapter, HTTPProxyAdapter } from '@requests-ts/http-proxy';
import { MultipartAdapter } from '@requests-ts/multipart';
import { RetryAdapter } from '@requests-ts/retry';
import { SOCKSAdapter } from '@requests-ts/socks';
import { Session } from 'requests-ts';
import type { World } from './world.ts';

/** A way to the origin: a session, and the URL that its adapter is mounted on. */
export interface Transport {
  readonly name: string;
  readonly weight: number;
  readonly session: Session;
  /** Without a slash at the end. */
  readonly base: string;
  readonly is: ReadonlySet<Trait>;
}

/** What a kind of request may want of its transport. */
export type Trait =
  | 'h1'
  | 'h2'
  | 'tls'
  /** Any proxy: what breaks behind it may arrive in another shape. */
  | 'proxied'
  /** A forgotten response does not keep others from a connection. */
  | 'roomy'
  /** Only for kinds that name it. */
  | 'retry'
  | 'digest'
  | 'stale'
  /** Its jar has what the answers set. */
  | 'cookies';

const LOGIN = 'soak:secret@';

/** Every adapter and wrapper, each in a session that lives as long as the soak. */
export function createTransports(world: World): Transport[] {
  const verify = world.setup.ca;
  const http = world.url('http');
  const https = world.url('https', 'https');
  const h2 = world.url('h2', 'https');
  const proxy = world.url('proxy');
  const authProxy = world.url('authProxy', 'http', LOGIN);
  const socks = world.url('socks', 'socks5h', LOGIN);
  const jar = new RequestsCookieJar();
  const transports: Transport[] = [];

  const add = (name: string, weight: number, base: string, traits: readonly Trait[], session: Session): void => {
    session.trustEnv = false;
    session.verify = verify;
    const all: Trait[] = [base === h2 ? 'h2' : 'h1', ...(base.startsWith('https') ? ['tls' as const] : []), ...traits];
    transports.push({ name, weight, base, session, is: new Set(all) });
  };
  const through = (adapter: BaseAdapter): Session =>
    new Session({ adapters: { 'http://': adapter, 'https://': adapter } });

  const wired = new Session();
  add('http', 38, http, ['roomy', 'cookies'], wired);
  add('https', 14, https, ['roomy', 'cookies'], wired);
  add('http2', 9, h2, ['roomy'], through(new HTTPAdapter({ http2: true })));
  add('poolBlock', 5, http, [], through(new HTTPAdapter({ poolMaxsize: 4, poolBlock: true })));
  add('keepAlive: false', 1, http, ['roomy'], through(new HTTPAdapter({ keepAlive: false })));
  const proxied = new Session({ proxies: { all: proxy } });
  add('forward', 4, http, ['proxied', 'roomy'], proxied);
  add('tunnel', 3, https, ['proxied', 'roomy'], proxied);
  const byProxyAdapter = through(new HTTPProxyAdapter(authProxy));
  add('HTTPProxyAdapter', 3, http, ['proxied', 'roomy'], byProxyAdapter);
  add('HTTPProxyAdapter, tunnel', 2, https, ['proxied', 'roomy'], byProxyAdapter);
  const byAgent = through(new AgentAdapter());
  add('AgentAdapter', 4, http, ['roomy'], byAgent);
  add('AgentAdapter, TLS', 2, https, ['roomy'], byAgent);
  const bySocks = through(new SOCKSAdapter(socks));
  add('SOCKSAdapter', 4, http, ['proxied', 'roomy'], bySocks);
  add('SOCKSAdapter, TLS', 2, https, ['proxied', 'roomy'], bySocks);
  const wrapped = new MultipartAdapter(new CookieJarAdapter(new HTTPAdapter(), jar));
  add('Multipart(CookieJar)', 3, http, ['roomy'], through(wrapped));
  const retrying = new RetryAdapter(new HTTPAdapter(), { total: 3, statusForcelist: [503] }, { budget: null });
  add('RetryAdapter', 3, http, ['roomy', 'retry'], through(retrying));
  add('DigestAuthAdapter', 3, http, ['digest'], through(new DigestAuthAdapter(new HTTPAdapter(), 'soak', 'secret')));
  add('stale', 1, http, ['stale'], through(new HTTPAdapter()));
  return transports;
}
