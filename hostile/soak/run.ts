/**
 * The long form of `soak.test.ts`: a million requests of every kind, good and bad, and what they leave behind.
 *
 *     node --expose-gc --conditions=@requests-ts/source hostile/soak/run.ts [--requests n] [--seconds n] [--concurrency n] [--seed n]
 *
 * Prints a row for each checkpoint, then the result as a line of JSON. Exits with 1 when anything is not as it must be.
 */
import { parseArgs } from 'node:util';
import { cpuMs } from '@requests-ts/testing';
import { type Checkpoint, soak } from './soak.ts';
import { type Bounds, judge } from './verdict.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    concurrency: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    /** Only kinds and transports whose name holds this. */
    kind: { type: 'string', default: '' },
    transport: { type: 'string', default: '' },
    seconds: { type: 'string' },
    checkpoints: { type: 'string', default: '40' },
    /** Bounds of the memory: bytes per request, bytes in the second half, and the resident size over that of the first. */
    slope: { type: 'string', default: '16' },
    growth: { type: 'string', default: 'Infinity' },
    resident: { type: 'string', default: '1.25' },
  },
});
const bounds: Bounds = {
  slope: Number(values.slope),
  heapGrowth: Number(values.growth),
  responses: 10,
  residentGrowth: Number(values.resident),
};

console.log(
  '  requests   per second  CPU µs each    heap MB  external MB  resident MB  responses  prepared  sockets  messages  wrong',
);
let last = { requests: 0, seconds: 0, cpuMs: cpuMs() };
const onCheckpoint = (at: Checkpoint): void => {
  const cells = [
    [at.requests, 10],
    [Math.round((at.requests - last.requests) / (at.seconds - last.seconds)), 12],
    [Math.round(((at.cpuMs - last.cpuMs) * 1000) / (at.requests - last.requests)), 12],
    [megabytes(at.heap), 10],
    [megabytes(at.external), 12],
    [megabytes(at.resident), 12],
    [at.responses, 10],
    [at.prepared, 9],
    [at.sockets, 8],
    [at.messages, 9],
    [at.mismatches, 6],
  ] as const;
  console.log(cells.map(([value, width]) => String(value).padStart(width)).join(' '));
  last = at;
};
const result = await soak({
  requests: Number(values.requests),
  concurrency: Number(values.concurrency),
  seed: Number(values.seed),
  checkpoints: Number(values.checkpoints),
  ...(values.seconds !== undefined && { seconds: Number(values.seconds) }),
  kind: values.kind,
  transport: values.transport,
  onCheckpoint,
});
const violations = judge(result, bounds);
for (const text of violations) console.error(text);
console.log(
  JSON.stringify({ ...result, violations: violations.length, node: process.version, seed: Number(values.seed) }),
);
if (violations.length > 0) process.exitCode = 1;

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(2);
}
