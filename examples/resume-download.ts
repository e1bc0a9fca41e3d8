// Download a large file with a progress bar, and go on where it stopped when the connection breaks.
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChunkedEncodingError, ConnectionError, Session } from 'requests-ts';

const base = process.env.SERVICE_URL ?? 'https://files.example';
const path = join(tmpdir(), `requests-ts-${process.pid}.bin`);

await using session = new Session({ timeout: [3, 10] });
await using file = await open(path, 'wx');
let version: string | undefined;
let total = 0;
let done = 0;
let shown = 0;

for (let attempt = 1; attempt <= 5 && (total === 0 || done < total); attempt++) {
  // If-Range: should the file have changed meanwhile, the server sends the new one from its start.
  const headers = version ? { Range: `bytes=${done}-`, 'If-Range': version } : { 'Accept-Encoding': 'identity' };
  await using response = await session.get(`${base}/files/engine.bin`, { headers, stream: true });
  response.raiseForStatus();
  if (response.statusCode !== 206) {
    done = 0;
    total = Number(response.headers.get('Content-Length'));
    version = response.headers.get('ETag');
  }
  try {
    for await (const chunk of response.iterContent(65_536)) {
      await file.write(chunk, 0, chunk.length, done);
      done += chunk.length;
      const tenths = Math.floor((10 * done) / total);
      if (tenths > shown) console.log(`[${'#'.repeat(tenths).padEnd(10)}]`);
      shown = tenths;
    }
  } catch (error) {
    if (!(error instanceof ConnectionError || error instanceof ChunkedEncodingError)) throw error;
    console.log(`broken off at ${done} of ${total} bytes`);
  }
}

console.log(done === total ? 'complete' : 'given up');
await rm(path);
