import { getEventListeners } from 'node:events';
import { cpuMs } from '@requests-ts/testing';
import { Lottery, Random } from './content.ts';
import type { Kind, Surroundings } from './job.ts';
import { kinds } from './kinds/index.ts';
import { collectGarbage, countHandles, countObjects, type Memory, measureMemory, type Objects } from './measure.ts';
import { fitLine, type Line } from './slope.ts';
import { createTransports, type Transport } from './transports.ts';
import { World } from './world.ts';

/** How long a soak is, and which. */
export interface SoakOptions {
  readonly requests: number;
  readonly concurrency: number;
  readonly seed: number;
  /** Pauses in which memory is measured; four and more. */
  readonly checkpoints: number;
  /** Ends at the first checkpoint after so much time. */
  readonly seconds?: number;
  /** Only kinds and transports whose name holds this, to look closer at one. */
  readonly kind?: string;
  readonly transport?: string;
  /** Called after each. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
}

/** One pause: no request is running. */
export interface Checkpoint extends Memory, Objects {
  readonly requests: number;
  readonly seconds: number;
  /** Processor time of this process so far, in milliseconds. */
  readonly cpuMs: number;
  readonly mismatches: number;
}

/** What a soak found. */
export interface SoakResult {
  readonly requests: number;
  readonly seconds: number;
  /** By kind of request. */
  readonly counts: Readonly<Record<string, number>>;
  /** Outcomes that are not those of their kind: how many, and the first ones. */
  readonly mismatches: number;
  readonly firstMismatches: readonly string[];
  /** Rejections and exceptions that nobody handled, and warnings but the one that forgotten responses cause. */
  readonly unhandled: readonly string[];
  /** In bytes per request, over the second half. */
  readonly heap: Line;
  readonly external: Line;
  /** In bytes, from the middle to the end. */
  readonly heapGrowth: number;
  /** The most that were alive in a pause of the second half. */
  readonly most: Objects;
  /** What is alive after the end; caches of Node and undici among it. */
  readonly alive: Objects;
  /** The largest resident size of the second half over that of the first. */
  readonly residentGrowth: number;
  /** What was still there five seconds after all sessions were closed; nothing should be. */
  readonly left: readonly string[];
  /** Until nothing was left. */
  readonly closedInMs: number;
}

/** A request may take long on a loaded machine; this long is never. */
const NEVER_MS = 60_000;
const CLOSING_MS = 5000;
const SHOWN = 20;
/** Responses are forgotten on purpose, which is told once per process; and objects are counted. */
const EXPECTED = [
  'ResourceWarning: A streamed response was forgotten unread',
  'ExperimentalWarning: v8.queryObjects()',
];

/** Sends so many requests, each of a kind and over a transport that chance and `seed` pick, and measures what they leave behind. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  await using world = await World.start();
  using strangers = watchProcess();
  // What is loaded once is no leak.
  await collectGarbage();
  const baseline = { handles: countHandles(), objects: countObjects() };
  const { signal } = new AbortController();
  let transports: readonly Transport[] | null = createTransports(world);
  const run = new Run(options, { world, signal }, transports);
  const checkpoints = await run.through();

  const closing = performance.now();
  await Promise.all(transports.map(({ session }) => session.close()));
  transports = null;
  run.release();
  let left = await leftOver();
  while (left.length > 0 && performance.now() - closing < CLOSING_MS) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    left = await leftOver();
  }
  const closedInMs = performance.now() - closing;

  /** What there is and was not before the first request. */
  async function leftOver(): Promise<string[]> {
    await collectGarbage();
    const found: string[] = [];
    const compare = (what: string, now: number, before: number): void => {
      if (now > before) found.push(`${what}: ${now} instead of ${before}`);
    };
    const { files, active } = countHandles();
    compare('open files', files ?? 0, baseline.handles.files ?? 0);
    for (const [kind, count] of Object.entries(active)) compare(kind, count, baseline.handles.active[kind] ?? 0);
    compare('living responses', countObjects().responses, baseline.objects.responses);
    for (const [name, count] of Object.entries(await world.connections())) {
      // Node's HTTP/2 server does not always see that a client has left; the open files here tell of both.
      if (name !== 'h2' || files === null) compare(`connections to ${name}`, count, 0);
    }
    compare('listeners of a signal', getEventListeners(signal, 'abort').length, 0);
    return found;
  }

  const half = checkpoints.slice(checkpoints.length >> 1);
  const line = (of: 'heap' | 'external'): Line =>
    fitLine(half.map((checkpoint) => [checkpoint.requests, checkpoint[of]]));
  const most = (of: keyof Objects): number => Math.max(...half.map((checkpoint) => checkpoint[of]));
  const largest = (list: readonly Checkpoint[]): number => Math.max(...list.map(({ resident }) => resident));
  return {
    requests: checkpoints.at(-1)!.requests,
    seconds: checkpoints.at(-1)!.seconds,
    counts: run.counts,
    mismatches: run.mismatches,
    firstMismatches: run.firstMismatches,
    unhandled: strangers.found,
    heap: line('heap'),
    heapGrowth: half.at(-1)!.heap - half[0]!.heap,
    most: {
      responses: most('responses'),
      prepared: most('prepared'),
      sockets: most('sockets'),
      messages: most('messages'),
    },
    alive: countObjects(),
    external: line('external'),
    residentGrowth: largest(half) / largest(checkpoints.slice(0, checkpoints.length >> 1)),
    left,
    closedInMs,
  };
}

class Run {
  readonly counts: Record<string, number> = {};
  readonly firstMismatches: string[] = [];
  mismatches = 0;
  readonly #options: SoakOptions;
  readonly #surroundings: Surroundings;
  #choices: ReadonlyMap<Kind, Lottery<Transport>>;
  readonly #lottery: Lottery<Kind>;
  readonly #running: Map<number, { readonly kind: string; readonly since: number }> = new Map();
  #next = 0;

  constructor(options: SoakOptions, surroundings: Surroundings, transports: readonly Transport[]) {
    this.#options = options;
    this.#surroundings = surroundings;
    const { kind: kindName = '', transport: transportName = '' } = options;
    this.#choices = new Map(
      kinds
        .filter(({ name }) => name.includes(kindName))
        .map((kind) => [kind, transports.filter((one) => fits(kind, one) && one.name.includes(transportName))] as const)
        .filter(([, fitting]) => fitting.length > 0)
        .map(([kind, fitting]) => [kind, new Lottery(fitting)]),
    );
    this.#lottery = new Lottery([...this.#choices.keys()]);
  }

  /** Nothing of the transports may be held when what is left is counted. */
  release(): void {
    this.#choices = new Map();
  }

  async through(): Promise<Checkpoint[]> {
    const {
      requests,
      concurrency,
      checkpoints: count,
      seconds = Number.POSITIVE_INFINITY,
      onCheckpoint,
    } = this.#options;
    const checkpoints: Checkpoint[] = [];
    const started = performance.now();
    const { promise: stuck, reject } = Promise.withResolvers<never>();
    const watchdog = setInterval(() => {
      const late = [...this.#running].find(([, { since }]) => performance.now() - since > NEVER_MS);
      if (late)
        reject(new Error([`Request ${late[0]} (${late[1].kind}) does not settle`, ...this.firstMismatches].join('\n')));
    }, 1000).unref();
    for (let i = 1; i <= count; i++) {
      const end = Math.round((requests * i) / count);
      await Promise.race([stuck, Promise.all(Array.from({ length: concurrency }, () => this.#work(end)))]);
      await collectGarbage();
      const checkpoint = {
        ...measureMemory(),
        ...countObjects(),
        requests: end,
        seconds: (performance.now() - started) / 1000,
        cpuMs: cpuMs(),
        mismatches: this.mismatches,
      };
      checkpoints.push(checkpoint);
      onCheckpoint?.(checkpoint);
      if (checkpoint.seconds > seconds && i >= 4) break;
    }
    clearInterval(watchdog);
    return checkpoints;
  }

  async #work(end: number): Promise<void> {
    while (this.#next < end) await this.#one(this.#next++);
  }

  async #one(id: number): Promise<void> {
    const random = new Random(this.#options.seed, id);
    const kind = this.#lottery.draw(random);
    const transport = this.#choices.get(kind)!.draw(random);
    this.#running.set(id, { kind: `${kind.name}, over ${transport.name}`, since: performance.now() });
    this.counts[kind.name] = (this.counts[kind.name] ?? 0) + 1;
    try {
      await kind.run({ ...this.#surroundings, id, random, transport });
    } catch (error) {
      this.mismatches++;
      if (this.firstMismatches.length < SHOWN)
        this.firstMismatches.push(
          `${id}, ${kind.name}, over ${transport.name}: ${(error as Error).stack ?? String(error)}`,
        );
    } finally {
      this.#running.delete(id);
    }
  }
}

function fits({ on = [], notOn = [] }: Kind, { is }: Transport): boolean {
  return (
    on.every((trait) => is.has(trait)) &&
    !notOn.some((trait) => is.has(trait)) &&
    (!is.has('stale') || on.includes('stale'))
  );
}

/** Collects what no soak should cause. */
function watchProcess(): Disposable & { readonly found: readonly string[] } {
  const found: string[] = [];
  const add = (what: string) => (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (found.length < SHOWN && !EXPECTED.some((start) => text.startsWith(start))) found.push(`${what}: ${text}`);
  };
  const handlers = {
    unhandledRejection: add('unhandled rejection'),
    uncaughtException: add('exception'),
    warning: add('warning'),
  };
  for (const [event, handler] of Object.entries(handlers)) process.on(event, handler);
  const stop = (): void => {
    for (const [event, handler] of Object.entries(handlers)) process.off(event, handler);
  };
  return { found, [Symbol.dispose]: stop };
}
