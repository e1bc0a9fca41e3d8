/** Handshakes with everything wrong that can be: any exception or rejection that nobody catches ends the process. */
import { Request, RequestException } from '@requests-ts/core';
import { SOCKSAdapter } from '@requests-ts/socks';
import { type RawStep, startRawServer, steps } from '@requests-ts/testing';

const ACCEPT = Uint8Array.of(5, 0);
const LOGIN = Uint8Array.of(5, 2);
const LONG = 'x'.repeat(300);

const scripts: readonly (readonly RawStep[])[] = [
  [steps.close],
  [steps.reset],
  [Uint8Array.of(5), steps.close],
  [Uint8Array.of(5, 255), steps.stall],
  [Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0), steps.stall],
  [new Uint8Array(100_000), steps.stall],
  ['HTTP/1.1 400 Bad Request\r\n\r\n', steps.close],
  [ACCEPT, Uint8Array.of(5, 0), steps.close],
  [ACCEPT, Uint8Array.of(5, 0, 0, 3, 255), steps.close],
  [ACCEPT, Uint8Array.of(5, 99, 99, 99, 99, 99, 99, 99, 99, 99), steps.stall],
  [ACCEPT, Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2, 3), steps.reset],
  [LOGIN, Uint8Array.of(1, 1), steps.stall],
  [LOGIN, steps.reset],
  [LOGIN, Uint8Array.of(1), steps.close],
];

for (const script of scripts) {
  for (const scheme of ['socks4', 'socks4a', 'socks5', 'socks5h']) {
    for (const userinfo of ['', 'ada:lovelace@', `${LONG}:p@`, `u:${LONG}@`, 'u%00:p@', 'u:%00@']) {
      const server = await startRawServer(script);
      const adapter = new SOCKSAdapter(`${scheme}://${userinfo}127.0.0.1:${server.port}`);
      const request = new Request('GET', 'http://127.0.0.1:1/').prepare();
      const error: unknown = await adapter.send(request, { timeout: 1 }).then(
        () => new Error('answered'),
        (reason: unknown) => reason,
      );
      if (!(error instanceof RequestException)) throw error;
      await adapter.close();
      await server.close().catch(() => {});
    }
  }
}
console.log('alive');
