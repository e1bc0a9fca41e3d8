// Share headers, cookies and connections between requests.
import { Session } from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';

await using session = new Session({ headers: { 'User-Agent': 'weather-station/1.0' } });

await session.get(`${base}/cookies/set/flavour/vanilla`);
const { cookies } = (await session.get(`${base}/cookies`)).json<{ cookies: Record<string, string> }>();
console.log(cookies);

const { headers } = (await session.get(`${base}/headers`)).json<{ headers: Record<string, string> }>();
console.log(headers['User-Agent']);
