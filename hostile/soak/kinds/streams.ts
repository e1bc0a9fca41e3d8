/** Bodies that are read piece by piece, in part, or not at all. */
import type { Response } from 'requests-ts';
import { check, checkContent, checkHead, type Job, type Kind, sizeOf, urlOf } from '../job.ts';

/** More than a transport reads ahead, so that the rest is still to come. */
const LARGE = 300_000;
const HOWS = ['', 'how=chunked', 'how=gzip', 'how=zstd'];

async function open(job: Job, size: number): Promise<Response> {
  const { transport, random } = job;
  const response = await transport.session.get(urlOf(job, 'ok', size, '', random.pick(HOWS)), { stream: true });
  checkHead(response, job);
  return response;
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** In a function of its own, so that nothing of it is left on anybody's stack. */
async function forget(job: Job): Promise<void> {
  const response = await open(job, job.random.chance(0.5) ? LARGE : 100);
  if (job.random.chance(0.5)) await response.iterContent(50).next();
}

export const streams: readonly Kind[] = [
  {
    name: 'stream, read',
    weight: 4,
    async run(job) {
      const { random } = job;
      const size = sizeOf(random);
      const response = await open(job, size);
      const content = random.chance(0.5)
        ? await response.read()
        : await collect(response.iterContent(random.pick([null, 1000, 65_536])));
      checkContent(content, job, size);
    },
  },
  {
    name: 'stream, lines',
    weight: 1,
    async run(job) {
      const size = job.random.below(2000);
      const response = await open(job, size);
      let length = 0;
      for await (const line of response.iterLines({ decodeUnicode: true, delimiter: ';' })) length += line.length + 1;
      check(Math.abs(length - size) <= 1, `${length} of ${size} bytes in lines`);
    },
  },
  {
    name: 'stream, undecoded',
    weight: 0.5,
    async run(job) {
      const { random, transport } = job;
      const size = sizeOf(random);
      const response = await transport.session.get(urlOf(job, 'ok', size), { stream: true });
      checkContent(await response.raw.read(), job, size);
    },
  },
  {
    name: 'stream, read in part and closed',
    weight: 2,
    async run(job) {
      const response = await open(job, job.random.chance(0.1) ? LARGE : sizeOf(job.random) + 100);
      const first = await response.iterContent(50).next();
      check(!first.done, 'no first piece');
      await response.close();
    },
  },
  {
    name: 'stream, closed unread',
    weight: 2,
    async run(job) {
      const response = await open(job, job.random.chance(0.1) ? LARGE : sizeOf(job.random));
      await response.close();
    },
  },
  { name: 'stream, forgotten', weight: 0.5, on: ['roomy'], run: forget },
];
