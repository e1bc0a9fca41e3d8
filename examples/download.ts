// Download to a file and show how far it is.
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import requests from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';
const path = join(tmpdir(), `requests-ts-${process.pid}.bin`);

await using response = await requests.get(`${base}/bytes/100000`, { stream: true });
response.raiseForStatus();

const total = Number(response.headers.get('content-length'));
let done = 0;
let shown = 0;
const file = await open(path, 'wx');
for await (const chunk of response.iterContent(16_384)) {
  await file.writeFile(chunk);
  done += chunk.length;
  const percent = Math.floor((100 * done) / total);
  if (percent >= shown + 25) {
    shown = percent - (percent % 25);
    console.log(`${shown} %`);
  }
}
console.log(`${(await file.stat()).size} bytes written`);
await file.close();
await rm(path);
