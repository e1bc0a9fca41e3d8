/** Requests that their caller gives up, in every phase. */

import { HTTPAdapter } from '@requests-ts/http';
import { RetryAdapter } from '@requests-ts/retry';
import { Session } from 'requests-ts';
import { contentOf } from '../content.ts';
import { check, checkAnswer, failure, type Job, type Kind, sizeOf, unlessSentAway, urlOf } from '../job.ts';

const LARGE = 400_000;

/** The promise rejects with exactly the reason. */
async function aborted(promise: Promise<unknown>, reason: unknown): Promise<void> {
  const error = await failure(promise);
  check(error === reason, `${String(error)} instead of the reason of the signal`);
}

function turns(count: number): Promise<void> {
  return new Promise((resolve) => {
    const step = (left: number): void => void (left === 0 ? resolve() : setImmediate(step, left - 1));
    step(count);
  });
}

/** Both may be: the answer, whole, or the reason. */
async function either(job: Job, promise: ReturnType<Session['get']>, size: number, reason: unknown): Promise<void> {
  const outcome = await promise.then(
    (response) => ({ response }),
    (error: unknown) => ({ error }),
  );
  if ('response' in outcome) checkAnswer(outcome.response, job, size);
  else check(outcome.error === reason, `${String(outcome.error)} instead of the reason of the signal`);
}

async function inUpload(job: Job): Promise<void> {
  const controller = new AbortController();
  const reason = new Error('enough');
  const piece = contentOf(job.id, 1000);
  let over: () => void;
  const ended = new Promise<void>((resolve) => (over = resolve));
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      yield piece;
      await turns(1);
      controller.abort(reason);
      for (;;) {
        await turns(1);
        yield piece;
      }
    } finally {
      over();
    }
  }
  const { session } = job.transport;
  await aborted(session.post(urlOf(job, 'ok', 10), { data: source(), signal: controller.signal }), reason);
  // The source is told, too.
  await ended;
}

async function inBody(job: Job): Promise<void> {
  const controller = new AbortController();
  const reason = new Error('enough');
  const { session } = job.transport;
  const what = job.random.chance(0.5) ? 'stall' : 'ok';
  const response = await session.get(urlOf(job, what, LARGE), { stream: true, signal: controller.signal });
  const pieces = response.iterContent(1000);
  check(!(await pieces.next()).done, 'no first piece');
  controller.abort(reason);
  const rest = async (): Promise<void> => {
    while (!(await pieces.next()).done);
  };
  await aborted(rest(), reason);
}

async function whileRetrying(job: Job): Promise<void> {
  const controller = new AbortController();
  const reason = new Error('enough');
  const onRetry = (): void => void setImmediate(() => controller.abort(reason));
  const retries = { total: 9, statusForcelist: [503], backoffFactor: 60 };
  const adapter = new RetryAdapter(new HTTPAdapter(), retries, { onRetry });
  const session = new Session({ trustEnv: false, adapters: { 'http://': adapter } });
  await aborted(session.get(urlOf(job, 'status', 10, '503'), { signal: controller.signal }), reason);
  await session.close();
}

export const aborts: readonly Kind[] = [
  {
    name: 'aborted before',
    weight: 0.4,
    run: (job) => {
      const reason = new Error('never');
      return aborted(job.transport.session.get(urlOf(job, 'ok', 10), { signal: AbortSignal.abort(reason) }), reason);
    },
  },
  {
    name: 'aborted after some turns',
    weight: 2,
    async run(job) {
      const { random, transport } = job;
      const controller = new AbortController();
      const reason = new Error('enough');
      const size = sizeOf(random);
      const promise = transport.session.get(urlOf(job, 'ok', size), { signal: controller.signal });
      promise.catch(() => {});
      await turns(random.below(10));
      controller.abort(reason);
      await either(job, promise, size, reason);
    },
  },
  {
    name: 'aborted while connecting',
    weight: 0.2,
    on: ['cookies', 'tls'],
    async run(job) {
      const controller = new AbortController();
      const reason = new Error('enough');
      const promise = job.transport.session.get(job.world.url('mute', 'https'), { signal: controller.signal });
      promise.catch(() => {});
      await turns(job.random.below(20));
      controller.abort(reason);
      await aborted(promise, reason);
    },
  },
  {
    name: 'aborted in silence',
    weight: 0.4,
    async run(job) {
      const controller = new AbortController();
      const reason = new Error('enough');
      const timer = setTimeout(() => controller.abort(reason), 10);
      await aborted(job.transport.session.get(urlOf(job, 'silent', 0), { signal: controller.signal }), reason);
      clearTimeout(timer);
    },
  },
  {
    name: 'aborted by AbortSignal.timeout',
    weight: 0.2,
    async run(job) {
      const signal = AbortSignal.timeout(20);
      const error = await failure(job.transport.session.get(urlOf(job, 'silent', 0), { signal }));
      check(signal.aborted && error === signal.reason, `${String(error)} instead of the reason of the signal`);
    },
  },
  {
    name: 'aborted in the upload',
    weight: 0.5,
    notOn: ['digest', 'retry'],
    run: (job) => unlessSentAway(job, inUpload),
  },
  { name: 'aborted in the body', weight: 0.6, run: inBody },
  { name: 'aborted while waiting to retry', weight: 0.1, on: ['retry'], run: whileRetrying },
  {
    name: 'aborted too late',
    weight: 0.3,
    async run(job) {
      const controller = new AbortController();
      const size = sizeOf(job.random);
      const response = await job.transport.session.get(urlOf(job, 'ok', size), { signal: controller.signal });
      controller.abort(new Error('too late'));
      checkAnswer(response, job, size);
    },
  },
];
