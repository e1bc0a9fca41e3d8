// Say how connections are made, per service: what requests-toolbelt has adapters for are options here.
import { HTTPAdapter, Session } from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';

await using session = new Session();

// SourceAddressAdapter, TCPKeepAliveAdapter and SocketOptionsAdapter in one.
session.mount(`${base}/`, new HTTPAdapter({ localAddress: '127.0.0.1', tcpKeepAlive: 30, noDelay: true }));

// SSLAdapter, FingerprintAdapter and HostHeaderSSLAdapter: which TLS, which certificate, and whose name it must have.
session.mount(
  'https://10.0.0.7/',
  new HTTPAdapter({
    tls: { minVersion: 'TLSv1.3', assertFingerprint: `${'AB:'.repeat(31)}CD`, serverHostname: 'api.example' },
  }),
);

console.log((await session.get(`${base}/ip`)).json());
