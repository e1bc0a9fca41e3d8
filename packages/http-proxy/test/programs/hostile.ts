/** Meets proxies that do everything wrong: any exception or rejection that nobody catches ends the process. */
import { Request, RequestException } from '@requests-ts/core';
import { HTTPProxyAdapter } from '@requests-ts/http-proxy';
import { type RawStep, startRawServer, steps } from '@requests-ts/testing';

const scripts: readonly (readonly RawStep[])[] = [
  [steps.close],
  [steps.reset],
  [steps.head, steps.close],
  [steps.head, steps.reset],
  [steps.head, 'HTTP/1.1 2', steps.close],
  [steps.head, 'HTTP/1.1 200\r\n\r\n', steps.reset],
  [steps.head, 'HTTP/1.1 200 OK\r\n\r\n', steps.close],
  [steps.head, 'HTTP/1.1 200 OK\r\n\r\ngarbage', steps.stall],
  [steps.head, 'HTTP/1.1 200 OK\r\n\r\n', steps.wait(20), 'garbage instead of TLS', steps.stall],
  [steps.head, 'HTTP/1.1 407 No\r\nno colon\r\n\r\n', steps.close],
  [steps.head, `HTTP/1.1 407 No\r\nX: ${'x'.repeat(100_000)}`, steps.stall],
  [steps.head, 'HTTP/9.9 999 \0\r\n\r\n', steps.stall],
  [steps.head, new Uint8Array(50_000), steps.stall],
];

for (const script of scripts) {
  for (const url of ['https://a.example/', 'http://a.example/']) {
    for (const options of [{}, { negotiate: true }]) {
      const server = await startRawServer(script);
      const adapter = new HTTPProxyAdapter(server.url, options);
      const request = new Request('GET', url).prepare();
      const error: unknown = await adapter.send(request, { timeout: 0.5 }).then(
        () => new RequestException('answered'),
        (reason: unknown) => reason,
      );
      if (!(error instanceof RequestException)) throw error;
      await adapter.close();
      await server.close().catch(() => {});
    }
  }
}
console.log('alive');
