// Keep cookies between two runs of a program, and hand them to curl.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RequestsCookieJar, Session } from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';
const folder = await mkdtemp(join(tmpdir(), 'cookies-'));
const file = join(folder, 'cookies.json');

{
  await using session = new Session();
  await session.get(`${base}/cookies/set/flavour/vanilla`);
  // Whoever can read this file can use your sessions.
  await writeFile(file, session.cookies.serialize(), { mode: 0o600 });
}

const jar = RequestsCookieJar.deserialize(await readFile(file, 'utf8'));
await using session = new Session({ cookies: jar });
console.log((await session.get(`${base}/cookies`)).json());
console.log(jar.toNetscape().split('\n').at(0));

await rm(folder, { recursive: true });
