// Try a flaky service again: on its prefix only, and only what may be repeated.
import { HTTPAdapter, Retry, RetryAdapter, Session } from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';

await using session = new Session();
const policy = new Retry({ total: 3, backoffFactor: 0.01, statusForcelist: [502, 503] });
session.mount(
  `${base}/status/`,
  new RetryAdapter(new HTTPAdapter(), policy, {
    onRetry: ({ attempt, response }) => console.log(`attempt ${attempt} got ${response?.statusCode}`),
  }),
);

const response = await session.get(`${base}/status/503,502,200`);
console.log(response.statusCode);
