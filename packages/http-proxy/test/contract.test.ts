import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { AgentAdapter, HTTPProxyAdapter } from '@requests-ts/http-proxy';
import { type Claims, createCertificates, describeAdapter, type ProxyServer, startProxy } from '@requests-ts/testing';
import { afterAll, beforeAll } from 'vitest';

let plain: ProxyServer;
let secure: ProxyServer;
let locked: ProxyServer;
beforeAll(async () => {
  [plain, secure, locked] = await Promise.all([
    startProxy(),
    startProxy({ tls: true }),
    startProxy({ auth: ['ada', 'lovelace'] }),
  ]);
});
afterAll(async () => {
  for (const proxy of [plain, secure, locked]) await proxy.close();
});

/** What an adapter behind a proxy cannot show, since the proxy is in between. */
const PROXIED: Claims = {
  refused: 'a proxy that cannot reach an http target answers 502',
  connectTimeout: 'it is the proxy that connects to an http target',
};

describeAdapter('AgentAdapter', () => new AgentAdapter());

describeAdapter(
  'AgentAdapter with agents of the caller',
  () =>
    new AgentAdapter({
      httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 50 }),
      httpsAgent: new HttpsAgent({ keepAlive: true }),
    }),
  { close: 'agents that were given to it stay as they are' },
);

describeAdapter('HTTPProxyAdapter through an http proxy', () => new HTTPProxyAdapter(plain.url), PROXIED);

describeAdapter(
  'HTTPProxyAdapter through an https proxy',
  () => new HTTPProxyAdapter(secure.url, { proxyTls: { verify: Buffer.from(createCertificates().ca) } }),
  {
    ...PROXIED,
    truncation: 'the proxy of the suite cannot pass a reset on through TLS',
    secrets: 'one of its failures is such a reset',
    uploadBackPressure: 'the proxy of the suite reads without limit, which TLS makes slow',
  },
);

describeAdapter(
  'HTTPProxyAdapter through a proxy with credentials',
  () => new HTTPProxyAdapter(locked.urlWith('ada', 'lovelace')),
  PROXIED,
);
