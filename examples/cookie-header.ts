// Send cookies that you already have, in a header of one session; nothing is stored.

import { Session } from '@requests-ts/core';
import { HTTPAdapter } from '@requests-ts/http';

const base = process.env.BASE_URL ?? 'https://httpbin.org';

const transport = new HTTPAdapter();
await using session = new Session({
  headers: { Cookie: 'session-id=1234; theme=dark' },
  adapters: { 'https://': transport, 'http://': transport },
});

const response = await session.get(`${base}/cookies`);
console.log(response.json<{ cookies: Record<string, string> }>().cookies);
