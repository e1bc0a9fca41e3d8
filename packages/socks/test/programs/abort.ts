/** Aborts a request whose proxy has fallen silent, and prints how long the process lives on. */
import { Request } from '@requests-ts/core';
import { SOCKSAdapter } from '@requests-ts/socks';

const adapter = new SOCKSAdapter(process.argv[2]!);
const abort = new AbortController();
setTimeout(() => abort.abort('aborted'), 100);
const reason = await adapter
  .send(new Request('GET', 'http://a.example/').prepare(), { signal: abort.signal })
  .catch((error: unknown) => error);
const start = performance.now();
process.on('exit', () => console.log(reason, Math.round(performance.now() - start)));
