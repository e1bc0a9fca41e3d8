// Stream a large file up without reading it into memory, and show how far it is.
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import requests, { MultipartEncoder, MultipartEncoderMonitor } from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';
const folder = await mkdtemp(join(tmpdir(), 'upload-'));
const path = join(folder, 'video.bin');
await writeFile(path, new Uint8Array(1_000_000));

const encoder = new MultipartEncoder({ title: 'Holiday', video: ['video.bin', await openAsBlob(path), 'video/mp4'] });
let shown = 0;
const monitor = new MultipartEncoderMonitor(encoder, ({ bytesRead, length }) => {
  const percent = Math.floor((100 * bytesRead) / (length ?? bytesRead));
  if (percent < shown + 50) return;
  shown = percent - (percent % 50);
  console.log(`${shown} %`);
});

const response = await requests.post(`${base}/post`, {
  data: monitor,
  headers: { 'Content-Type': monitor.contentType },
});
console.log(response.statusCode, response.request?.headers.get('Content-Length') === String(encoder.length));

await rm(folder, { recursive: true });
