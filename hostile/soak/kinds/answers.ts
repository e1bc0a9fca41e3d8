/** Requests that are answered. */
import { HTTPDigestAuth } from '@requests-ts/digest-auth';
import { HTTPAdapter } from '@requests-ts/http';
import { MultipartEncoder } from '@requests-ts/multipart';
import { HTTPError, type RequestOptions, Session } from 'requests-ts';
import { contentOf } from '../content.ts';
import { check, checkAnswer, checkHead, fails, type Job, type Kind, sizeOf, unlessSentAway, urlOf } from '../job.ts';

const HOWS = ['length', 'length', 'length', 'chunked', 'gzip', 'deflate', 'br', 'zstd'];
const METHODS = ['GET', 'GET', 'GET', 'GET', 'OPTIONS', 'DELETE'];
const UPLOADS = ['POST', 'POST', 'PUT', 'PATCH'];
const STATUSES = [201, 204, 304, 400, 404, 410, 418, 500, 502];
const digest = new HTTPDigestAuth('soak', 'secret');

/** What requests carry besides, now and then. */
function extras({ random, signal, id }: Job): RequestOptions {
  return {
    ...(random.chance(0.3) && { timeout: 60 }),
    ...(random.chance(0.05) && { timeout: { connect: 60, read: 60, total: 120 } }),
    ...(random.chance(0.2) && { signal }),
    ...(random.chance(0.1) && { headers: { 'X-Soak': String(id), 'User-Agent': null } }),
    ...(random.chance(0.05) && { params: { page: id, q: ['a b', 'ü'] } }),
    ...(random.chance(0.03) && { auth: ['user', 'password'] as const }),
    ...(random.chance(0.03) && { hooks: { response: () => undefined } }),
  };
}

function* pieces(content: Buffer<ArrayBuffer>): Generator<Uint8Array> {
  for (let at = 0; at < content.length; at += 16_384) yield content.subarray(at, at + 16_384);
}

async function* slowPieces(content: Buffer<ArrayBuffer>): AsyncGenerator<Uint8Array> {
  for (const piece of pieces(content)) {
    await new Promise((resolve) => setImmediate(resolve));
    yield piece;
  }
}

/** Sends the content of the request in one of the shapes that a body can have. */
async function upload(job: Job): Promise<void> {
  const { random, transport, id } = job;
  const size = sizeOf(random);
  const content = contentOf(id, size);
  const data = random.pick([
    () => content,
    () => content.toString('latin1'),
    () => pieces(content),
    () => slowPieces(content),
    () => new Blob([content]),
    () => new Blob([content]).stream(),
    () => ({ stream: slowPieces(content), length: size }),
  ])();
  const answered = random.below(300);
  const url = urlOf(job, 'ok', answered);
  const response = await transport.session.request(random.pick(UPLOADS), url, { data: data as never, ...extras(job) });
  checkAnswer(response, job, answered);
  check(
    response.headers.get('x-received') === String(size),
    `${response.headers.get('x-received')} of ${size} bytes sent`,
  );
  check(response.headers.get('x-same') === 'true', 'another body was sent');
}

async function uploadFields(job: Job): Promise<void> {
  const { random, transport, id } = job;
  const size = random.below(2000);
  const content = contentOf(id, size);
  const text = content.toString('latin1');
  const options = random.pick<() => RequestOptions>([
    () => ({ json: { text, list: [1, 2, { id }] } }),
    () => ({ data: { a: '1', b: ['2', '3'] }, files: { file: ['soak.txt', content, 'text/plain'] } }),
    () => ({ files: [['file', new File([content], 'soak.txt')]] }),
    () => ({ data: new MultipartEncoder({ field: 'value', file: ['soak.txt', content, 'text/plain'] }) as never }),
  ])();
  const url = urlOf(job, 'ok', 50, '', `inside=${size}`);
  const response = await transport.session.post(url, { ...extras(job), ...options });
  checkAnswer(response, job, 50);
  check(response.headers.get('x-inside') === 'true', 'the content did not arrive');
}

async function redirect(job: Job): Promise<void> {
  const { random, transport, world } = job;
  const size = random.chance(0.02) ? 100_000 : random.below(500);
  const hops = 1 + random.below(4);
  const away = random.chance(0.2) ? `to=${encodeURIComponent(world.url('http'))}` : '';
  const stream = random.chance(0.2);
  const response = await transport.session.get(urlOf(job, 'hop', size, String(hops), away), { ...extras(job), stream });
  if (stream) await response.read();
  checkAnswer(response, job, size);
  check(response.history.length === hops, `${response.history.length} redirects`);
  for (const earlier of response.history) checkHead(earlier, job, earlier.statusCode);
}

async function refuseRedirect(job: Job): Promise<void> {
  const { random, transport } = job;
  const size = random.below(500);
  const response = await transport.session.get(urlOf(job, 'hop', size, '1'), { allowRedirects: false });
  check(response.isRedirect && response.next !== null, 'no redirect');
  checkAnswer(response, job, size, response.statusCode);
}

export const answers: readonly Kind[] = [
  {
    name: 'answered',
    weight: 50,
    async run(job) {
      const { random, transport } = job;
      const size = sizeOf(random);
      const how = random.pick(HOWS);
      const url = urlOf(job, 'ok', size, '', how === 'length' ? '' : `how=${how}`);
      const response = await transport.session.request(random.pick(METHODS), url, extras(job));
      checkAnswer(response, job, size);
      if (random.chance(0.1)) check(response.text.length === size && response.cookies !== null, 'no text');
    },
  },
  {
    name: 'HEAD',
    weight: 2,
    async run(job) {
      const response = await job.transport.session.head(urlOf(job, 'ok', sizeOf(job.random)), extras(job));
      checkHead(response, job);
      check(response.content.length === 0, 'HEAD with a body');
    },
  },
  {
    name: 'closed by the server',
    weight: 1,
    on: ['h1'],
    async run(job) {
      const size = sizeOf(job.random);
      checkAnswer(await job.transport.session.get(urlOf(job, 'ok', size, '', 'how=close')), job, size);
    },
  },
  {
    name: 'closed after a promise to keep',
    weight: 0.5,
    on: ['stale'],
    async run(job) {
      const size = job.random.below(1000);
      checkAnswer(await job.transport.session.get(urlOf(job, 'last', size)), job, size);
    },
  },
  { name: 'upload', weight: 8, notOn: ['digest'], run: (job) => unlessSentAway(job, upload) },
  { name: 'fields and files', weight: 3, notOn: ['digest'], run: (job) => unlessSentAway(job, uploadFields) },
  { name: 'redirects', weight: 4, run: redirect },
  { name: 'redirect not followed', weight: 1, run: refuseRedirect },
  {
    name: 'error status',
    weight: 3,
    async run(job) {
      const { random, transport } = job;
      const status = random.pick(STATUSES);
      const size = status === 204 || status === 304 ? 0 : random.below(1000);
      const response = await transport.session.get(urlOf(job, 'status', size, String(status)), extras(job));
      checkAnswer(response, job, size, status);
      if (status >= 400)
        await fails(
          Promise.resolve().then(() => response.raiseForStatus()),
          HTTPError,
        );
    },
  },
  {
    name: 'cookies',
    weight: 2,
    on: ['cookies'],
    async run(job) {
      const response = await job.transport.session.get(urlOf(job, 'cookie', 20));
      checkAnswer(response, job, 20);
      check(response.cookies.get('soak') === String(job.id), 'no cookie');
    },
  },
  {
    name: 'digest, adapter',
    weight: 1,
    on: ['digest'],
    async run(job) {
      const size = job.random.below(500);
      checkAnswer(await job.transport.session.get(urlOf(job, 'digest', size)), job, size);
    },
  },
  {
    name: 'digest, auth',
    weight: 1.5,
    on: ['cookies'],
    async run(job) {
      const size = job.random.below(500);
      const data = contentOf(job.id, size);
      checkAnswer(await job.transport.session.post(urlOf(job, 'digest', size), { auth: digest, data }), job, size);
    },
  },
  {
    name: 'a session of its own',
    weight: 0.3,
    async run(job) {
      const { random, world, transport } = job;
      const own = new Session({ verify: world.setup.ca, trustEnv: false });
      const http2 = transport.is.has('h2');
      if (http2 || random.chance(0.5)) own.mount(`${transport.base}/`, new HTTPAdapter({ http2 }));
      for (let i = 0; i < 3; i++) checkAnswer(await own.get(urlOf(job, 'ok', 100)), job, 100);
      await own.close();
    },
  },
  {
    name: 'the session is closed meanwhile',
    weight: 0.02,
    async run(job) {
      const answered = job.transport.session.get(urlOf(job, 'ok', 1000));
      await job.transport.session.close();
      checkAnswer(await answered, job, 1000);
    },
  },
];
