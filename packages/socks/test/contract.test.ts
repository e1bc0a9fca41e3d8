import { SOCKSAdapter } from '@requests-ts/socks';
import { type Claims, describeAdapter, type SocksServer, startSocksServer } from '@requests-ts/testing';
import { afterAll, beforeAll } from 'vitest';

const CREDENTIALS = ['ada', 'lovelace'] as const;

let open: SocksServer;
let locked: SocksServer;
let version4: SocksServer;
let locked4: SocksServer;
beforeAll(async () => {
  [open, locked, version4, locked4] = await Promise.all([
    startSocksServer(),
    startSocksServer({ auth: CREDENTIALS }),
    startSocksServer({ version: 4 }),
    startSocksServer({ version: 4, auth: CREDENTIALS }),
  ]);
});
afterAll(async () => {
  for (const server of [open, locked, version4, locked4]) await server.close();
});

const CLAIMS: Claims = {
  // As for HTTPAdapter, whose transport it is.
  bodiless: 'undici drops the connection after a 304 or 204 that announces a length, lest its body comes after all',
};

describeAdapter('SOCKSAdapter, socks5', () => new SOCKSAdapter(open.url('socks5')), CLAIMS);
describeAdapter('SOCKSAdapter, socks5h', () => new SOCKSAdapter(open.url('socks5h')), CLAIMS);
describeAdapter('SOCKSAdapter, socks4a', () => new SOCKSAdapter(version4.url('socks4a')), CLAIMS);
describeAdapter(
  'SOCKSAdapter, socks5 with credentials',
  () => new SOCKSAdapter(locked.url('socks5', CREDENTIALS)),
  CLAIMS,
);
describeAdapter(
  'SOCKSAdapter, socks5h with credentials',
  () => new SOCKSAdapter(locked.url('socks5h', CREDENTIALS)),
  CLAIMS,
);
describeAdapter(
  'SOCKSAdapter, socks4a with a user',
  () => new SOCKSAdapter(locked4.url('socks4a', CREDENTIALS)),
  CLAIMS,
);
