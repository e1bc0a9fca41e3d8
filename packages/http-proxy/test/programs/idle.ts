/** Sends one request and leaves its connection idle, and prints how long the process lives on. */
import { Request } from '@requests-ts/core';
import { AgentAdapter, HTTPProxyAdapter } from '@requests-ts/http-proxy';

const [, , proxy, url] = process.argv;
const adapter = proxy === 'direct' ? new AgentAdapter() : new HTTPProxyAdapter(proxy!);
const response = await adapter.send(new Request('GET', url!).prepare(), { verify: false });
const start = performance.now();
process.on('exit', () => console.log(response.text, Math.round(performance.now() - start)));
