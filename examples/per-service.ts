// One session, one configuration per service: the longest prefix wins.
import { HTTPAdapter, RetryAdapter, Session } from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';

await using session = new Session();

// The flaky part of the service is tried again; anything else goes through the session's default adapter.
session.mount(
  `${base}/unstable`,
  new RetryAdapter(new HTTPAdapter({ poolMaxsize: 4 }), { total: 3, backoffFactor: 0.1, statusForcelist: [503] }),
);

console.log(session.getAdapter(`${base}/unstable`).constructor.name);
console.log(session.getAdapter(`${base}/get`).constructor.name);
