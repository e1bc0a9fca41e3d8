// Log in through a web form: keep its cookies, send its hidden token back, and read a page that needs both.
import { RequestsCookieJar, Session } from 'requests-ts';

const base = process.env.SERVICE_URL ?? 'https://shop.example';

await using session = new Session();

const form = (await session.get(`${base}/login`)).raiseForStatus();
const token = /name="csrf" value="([^"]+)"/.exec(form.text)?.[1];
if (token === undefined) throw new Error('The form has no token');

const answer = await session.post(`${base}/login`, { data: { user: 'ada', password: 'engine', csrf: token } });
console.log(answer.history[0]?.statusCode, new URL(answer.url).pathname);

const page = await session.get(`${base}/orders`);
console.log(/<h1>(.*)<\/h1>/.exec(page.text)?.[1]);
if (session.cookies instanceof RequestsCookieJar) console.log(session.cookies.keys());
