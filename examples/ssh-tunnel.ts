// Reach a host behind a bastion: `ssh -N -D 1080 bastion.example` opens a SOCKS server here, the names are resolved over there.
import { SOCKSAdapter } from '@requests-ts/socks';
import { Session } from 'requests-ts';

const tunnel = process.env.SOCKS_PROXY ?? 'socks5h://127.0.0.1:1080';
const port = process.env.INTRANET_PORT ?? '80';

await using session = new Session({ timeout: 10 });

// Only the intranet goes through the tunnel; everything else keeps the session's own adapters.
session.mount(`http://wiki.intranet:${port}/`, new SOCKSAdapter(tunnel, { poolMaxsize: 2 }));

const response = await session.get(`http://wiki.intranet:${port}/get`, { params: { page: 'Home' } });
console.log(response.statusCode, response.json<{ args: object }>().args);
