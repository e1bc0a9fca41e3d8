// Go through a SOCKS proxy, such as `ssh -D 1080 host` or Tor; socks5h leaves the resolving of names to it.
import { SOCKSAdapter } from '@requests-ts/socks';
import requests, { Session } from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';
const proxy = process.env.SOCKS_PROXY ?? 'socks5h://127.0.0.1:1080';

// One request.
const response = await requests.get(`${base}/get`, { proxies: { http: proxy, https: proxy } });
console.log(response.statusCode);

// Everything of one service, over kept connections, whatever the environment says.
await using session = new Session();
session.mount(`${base}/`, new SOCKSAdapter(proxy, { poolMaxsize: 4 }));
for (const word of ['one', 'two']) {
  const { args } = (await session.get(`${base}/get`, { params: { word } })).json<{ args: { word: string } }>();
  console.log(args.word);
}
