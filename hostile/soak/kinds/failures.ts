/** Requests that fail, by the fault of a server, a proxy or a clock. */
import {
  ChunkedEncodingError,
  ConnectionError,
  ConnectTimeout,
  ContentDecodingError,
  ProxyError,
  ReadTimeout,
  RetryError,
  SSLError,
} from 'requests-ts';
import { contentOf } from '../content.ts';
import { check, checkAnswer, fails, type Job, type Kind, urlOf } from '../job.ts';

/** Nobody listens there, and no connection of ours can come from there. */
const CLOSED = 'http://127.0.0.1:1/';
/** In seconds. */
const SHORT = 0.04;

/** The request as a whole, or its stream read to the end. */
async function whole(job: Job, url: string, timeout: { read?: number; total?: number } = {}): Promise<unknown> {
  const { session } = job.transport;
  if (job.random.chance(0.5)) return session.get(url, { timeout });
  const response = await session.get(url, { stream: true, timeout });
  return response.read();
}

/** A size whose half is not all that a transport reads ahead, now and then. */
function brokenSize({ random }: Job): number {
  return random.chance(0.1) ? 400_000 : 1000 + random.below(5000);
}

export const failures: readonly Kind[] = [
  {
    name: 'reset before the head',
    weight: 0.8,
    notOn: ['retry'],
    run: (job) => fails(whole(job, urlOf(job, 'reset', 0)), ConnectionError),
  },
  {
    name: 'reset of an upload',
    weight: 0.3,
    notOn: ['retry', 'digest'],
    run: (job) =>
      fails(job.transport.session.post(urlOf(job, 'reset', 0), { data: contentOf(job.id, 5000) }), ConnectionError),
  },
  {
    name: 'reset in the body',
    weight: 0.5,
    notOn: ['retry'],
    run: (job) => fails(whole(job, urlOf(job, 'resetbody', brokenSize(job))), ConnectionError, ChunkedEncodingError),
  },
  {
    name: 'cut short',
    weight: 0.6,
    notOn: ['retry'],
    run: (job) => fails(whole(job, urlOf(job, 'cut', brokenSize(job))), ConnectionError, ChunkedEncodingError),
  },
  {
    name: 'cut before the last chunk',
    weight: 0.5,
    notOn: ['retry'],
    run: (job) => fails(whole(job, urlOf(job, 'cutchunk', brokenSize(job))), ConnectionError, ChunkedEncodingError),
  },
  {
    name: 'no HTTP',
    weight: 0.6,
    on: ['h1'],
    notOn: ['retry'],
    run: (job) => fails(whole(job, urlOf(job, 'garbage', 0)), ConnectionError),
  },
  {
    name: 'head too large',
    weight: 0.2,
    on: ['h1'],
    notOn: ['retry'],
    run: (job) => fails(whole(job, urlOf(job, 'hugehead', 0)), ConnectionError),
  },
  {
    name: 'broken coding',
    weight: 0.5,
    notOn: ['retry'],
    run: (job) => fails(whole(job, urlOf(job, 'badgzip', brokenSize(job))), ContentDecodingError),
  },
  {
    name: 'answered before the upload',
    weight: 0.3,
    on: ['h1'],
    notOn: ['retry', 'digest'],
    async run(job) {
      const data = contentOf(job.id, 400_000);
      try {
        const response = await job.transport.session.post(urlOf(job, 'early', 0), { data });
        check(response.statusCode === 413, `status ${response.statusCode}`);
      } catch (error) {
        // Whether the answer is seen before the reset that follows it is a race.
        if (!(error instanceof ConnectionError)) throw error;
      }
    },
  },
  {
    name: 'refused',
    weight: 0.5,
    on: ['cookies'],
    run: (job) => fails(job.transport.session.get(CLOSED), ConnectionError),
  },
  {
    name: 'untrusted',
    weight: 0.3,
    on: ['cookies'],
    run: (job) => fails(job.transport.session.get(`${job.world.url('untrusted', 'https')}/ok/1/1/`), SSLError),
  },
  {
    name: 'TLS that stalls',
    weight: 0.1,
    on: ['cookies'],
    run: (job) =>
      fails(job.transport.session.get(job.world.url('mute', 'https'), { timeout: [SHORT, null] }), ConnectTimeout),
  },
  {
    name: 'silence',
    weight: 0.6,
    notOn: ['retry'],
    run: (job) => fails(whole(job, urlOf(job, 'silent', 0), { read: SHORT }), ReadTimeout),
  },
  {
    name: 'silence, total',
    weight: 0.3,
    notOn: ['retry'],
    run: (job) => fails(whole(job, urlOf(job, 'silent', 0), { total: SHORT }), ReadTimeout, ConnectTimeout),
  },
  {
    name: 'silence in the body',
    weight: 0.5,
    notOn: ['retry'],
    run: (job) =>
      fails(whole(job, urlOf(job, 'stall', brokenSize(job)), { read: SHORT }), ConnectionError, ReadTimeout),
  },
  {
    name: 'drip',
    weight: 0.2,
    notOn: ['retry'],
    run: (job) =>
      fails(whole(job, urlOf(job, 'drip', 5000), { total: SHORT * 2 }), ReadTimeout, ConnectTimeout, ConnectionError),
  },
  {
    name: 'the proxy refuses',
    weight: 0.3,
    on: ['cookies', 'tls'],
    run: (job) =>
      fails(
        job.transport.session.get(urlOf(job, 'ok', 0), { proxies: { all: job.world.url('refusing') } }),
        ProxyError,
      ),
  },
  {
    name: 'the wrong login',
    weight: 0.1,
    on: ['cookies'],
    run: (job) =>
      fails(
        job.transport.session.get(urlOf(job, 'ok', 0), {
          proxies: { all: job.world.url('socks', 'socks5h', 'soak:wrong@') },
        }),
        ProxyError,
      ),
  },
  {
    name: 'retried',
    weight: 2,
    on: ['retry'],
    async run(job) {
      const size = job.random.below(500);
      const by = job.random.chance(0.5) ? 'by=reset' : '';
      const failed = 1 + job.random.below(2);
      const response = await job.transport.session.put(urlOf(job, 'flaky', size, String(failed), by), {
        data: contentOf(job.id, 300),
      });
      checkAnswer(response, job, size);
    },
  },
  {
    name: 'retried in vain',
    weight: 0.5,
    on: ['retry'],
    run: (job) => fails(job.transport.session.get(urlOf(job, 'status', 100, '503')), RetryError),
  },
];
