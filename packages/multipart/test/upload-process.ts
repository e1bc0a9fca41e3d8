/**
 * Uploads a file in a process of its own, so that nothing but the upload is in its memory. Arguments: file, port, "blob" or "stream".
 *
 * Prints the seconds it took and the most bytes that the process grew by.
 */
import { createReadStream, openAsBlob, statSync } from 'node:fs';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openBody } from '@requests-ts/core/authors';
import { MultipartEncoder, MultipartEncoderMonitor } from '@requests-ts/multipart';

const [, , path, port, kind] = process.argv;
if (!path || !port) throw new Error('file and port are missing');
const content =
  kind === 'blob' ? await openAsBlob(path) : { stream: createReadStream(path), length: statSync(path).size };
const before = process.memoryUsage.rss();
let peak = before;
const encoder = new MultipartEncoder({ title: 'big', file: ['big.bin', content, 'application/octet-stream'] });
const body = new MultipartEncoderMonitor(encoder, () => {
  peak = Math.max(peak, process.memoryUsage.rss());
});
const start = performance.now();
const upload = request({
  port,
  method: 'POST',
  headers: { 'Content-Type': encoder.contentType, 'Content-Length': String(encoder.length) },
});
const answered = new Promise<string>((resolve, reject) => {
  upload.on('error', reject);
  upload.on('response', (response) =>
    response.toArray().then((chunks) => resolve(Buffer.concat(chunks).toString()), reject),
  );
});
await pipeline(Readable.from(openBody(body), { objectMode: false, highWaterMark: 65_536 }), upload);
const received = Number(await answered);
console.log(
  JSON.stringify({
    seconds: (performance.now() - start) / 1000,
    growth: peak - before,
    length: encoder.length,
    received,
    sent: body.bytesRead,
  }),
);
