// Get out through a company's proxy that wants more than a password: headers of its own, and a token when it asks for one.
import { HTTPProxyAdapter } from '@requests-ts/http-proxy';
import { Session } from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';
const proxy = process.env.CORPORATE_PROXY ?? 'http://proxy.corp.example:3128';

const adapter = new HTTPProxyAdapter(proxy, {
  proxyHeaders: { 'X-Department': 'research' },
  // For Kerberos this is all it takes: negotiate: true
  onProxyAuth: ({ scheme }) => {
    console.log(`The proxy asks for ${scheme}`);
    return { headers: { 'Proxy-Authorization': 'Bearer example-token' } };
  },
});

await using session = new Session();
session.mount('http://', adapter);
session.mount('https://', adapter);

const response = await session.get(`${base}/headers`);
console.log(response.statusCode);
// What is for the proxy never reaches the server.
console.log('Proxy-Authorization' in response.json<{ headers: object }>().headers);
