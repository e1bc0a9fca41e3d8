/** Sends one request and leaves its connection idle, and prints how long the process lives on. */
import { Request } from '@requests-ts/core';
import { SOCKSAdapter } from '@requests-ts/socks';

const [, , proxy, url] = process.argv;
const response = await new SOCKSAdapter(proxy!).send(new Request('GET', url!).prepare());
const start = performance.now();
process.on('exit', () => console.log(response.text, Math.round(performance.now() - start)));
