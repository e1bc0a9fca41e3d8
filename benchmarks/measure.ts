import { BASELINE, type Scenario } from './scenarios.ts';
import type { BenchServer } from './server/server.ts';
import { median, pairedRatio } from './statistics.ts';
import type { Slice, SliceCost, WorkerProcess } from './worker-process.ts';

/** What a scenario cost one client: medians over the rounds. */
export interface Cost {
  readonly client: string;
  /** Processor time of one request, in microseconds. */
  readonly cpuMicros: number;
  readonly perSecond: number;
  /** Processor time, in that of the baseline; undefined when the baseline cannot do this. */
  readonly ratio: number | undefined;
}

/** A scenario with the cost of every client that can do it. */
export interface Result {
  readonly scenario: Scenario;
  readonly costs: readonly Cost[];
}

/** Requests, in slices, before anything counts: compilers settle. */
const WARM_UP_SLICES = 12;
/** Python has no compiler to wait for, and takes its time. */
const PYTHON_SHARE = 0.1;

/** Runs a scenario with all clients that can do it, in turns. */
export async function measure(
  scenario: Scenario,
  workers: readonly WorkerProcess[],
  server: BenchServer,
  rounds: number,
): Promise<Result> {
  const able = workers.filter(({ operations }) => operations.has(scenario.operation));
  for (const worker of able) {
    for (let i = 0; i < WARM_UP_SLICES; i++) await worker.run(sliceFor(worker, scenario, server));
  }
  const costs = new Map<WorkerProcess, SliceCost[]>(able.map((worker) => [worker, []]));
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another client.
    for (let i = 0; i < able.length; i++) {
      const worker = able[(round + i) % able.length]!;
      costs.get(worker)!.push(await worker.run(sliceFor(worker, scenario, server)));
    }
  }
  const cpuOf = (worker: WorkerProcess): number[] => costs.get(worker)!.map(({ cpuMicros }) => cpuMicros);
  const baseline = able.find(({ name }) => name === BASELINE);
  return {
    scenario,
    costs: able.map((worker) => ({
      client: worker.name,
      cpuMicros: median(cpuOf(worker)),
      perSecond: median(costs.get(worker)!.map(({ perSecond }) => perSecond)),
      ratio: baseline && pairedRatio(cpuOf(worker), cpuOf(baseline)),
    })),
  };
}

function sliceFor({ name }: WorkerProcess, scenario: Scenario, server: BenchServer): Slice {
  const { operation, path, concurrency, count, expected } = scenario;
  return {
    operation,
    url: server[scenario.server] + path,
    concurrency,
    count: name === 'python' ? Math.max(concurrency, Math.ceil(count * PYTHON_SHARE)) : count,
    expected,
  };
}
