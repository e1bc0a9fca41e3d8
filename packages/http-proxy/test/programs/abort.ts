/** Aborts a request that its proxy does not answer, and prints how long the process lives on. */
import { Request } from '@requests-ts/core';
import { HTTPProxyAdapter } from '@requests-ts/http-proxy';

const [, , proxy, url] = process.argv;
const abort = new AbortController();
setTimeout(() => abort.abort('aborted'), 100);
const reason = await new HTTPProxyAdapter(proxy!)
  .send(new Request('GET', url!).prepare(), { signal: abort.signal })
  .catch((error: unknown) => error);
const start = performance.now();
process.on('exit', () => console.log(reason, Math.round(performance.now() - start)));
