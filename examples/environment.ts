// What the environment says about a URL, and how to leave it alone.
import { createEnvironment } from '@requests-ts/env';
import { Session } from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';
const { hostname } = new URL(base);

await using session = new Session();
session.environment = createEnvironment({
  env: { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: `internal.example,${hostname}` },
});

const proxyFor = (url: string): unknown => ({ ...session.mergeEnvironmentSettings(url).proxies });

console.log(proxyFor('https://api.example/'));
console.log(proxyFor('https://www.internal.example/'));
console.log((await session.get(`${base}/get`)).statusCode);

session.trustEnv = false;
console.log(proxyFor('https://api.example/'));
