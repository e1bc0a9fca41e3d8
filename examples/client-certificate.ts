// Show a client certificate to a service, and trust the company's own CA for it: mutual TLS on one prefix.
import { HTTPAdapter, Session } from 'requests-ts';

const base = process.env.MTLS_URL ?? 'https://payments.corp.example';
const ca = process.env.CA_FILE ?? '/etc/corp/ca.pem';
const cert = process.env.CERT_FILE ?? '/etc/corp/client.pem';
const key = process.env.KEY_FILE ?? '/etc/corp/client.key';

await using session = new Session({ trustEnv: false });
session.mount(`${base}/`, new HTTPAdapter({ verify: ca, cert: [cert, key] }));

console.log((await session.get(`${base}/whoami`)).text);

// The same for one request only; without a certificate this server hangs up.
await using other = new Session({ trustEnv: false });
console.log((await other.get(`${base}/whoami`, { verify: ca, cert: [cert, key] })).text);
await other.get(`${base}/whoami`, { verify: ca }).catch((error) => console.log(error.name));
