/** Plays many scenarios at a time, and watches over the process meanwhile. */
import { startDeafServer, trackHandles } from '@requests-ts/testing';
import type { Scenario } from './model.ts';
import { perform, type Result } from './perform.ts';

/** So many do something at a time; those that only wait for a deadline do not count. */
const BUSY = 8;
const TOGETHER = 96;

export interface Report {
  readonly results: readonly Result[];
  /** What belongs to no scenario: unhandled rejections, warnings, handles that are left. */
  readonly strays: readonly string[];
}

export async function playAll(
  scenarios: readonly Scenario[],
  onResult: (result: Result) => void = () => {},
): Promise<Report> {
  const strays: string[] = [];
  const unwatch = watchProcess(strays);
  const handles = trackHandles();
  const deaf = await startDeafServer();
  const results: Result[] = [];
  const busy = new Places(BUSY);
  const together = new Places(TOGETHER);
  const playing: Promise<void>[] = [];
  for (const scenario of scenarios) {
    await together.take();
    await busy.take();
    let waits = false;
    const waiting = (): void => {
      if (!waits) busy.give();
      waits = true;
    };
    const play = async (): Promise<void> => {
      const result = await perform(scenario, deaf.port, () => isLong(scenario) && waiting());
      waiting();
      together.give();
      results.push(result);
      onResult(result);
    };
    playing.push(play());
  }
  await Promise.all(playing);
  await deaf.close();
  try {
    await handles.expectNone();
  } catch (error) {
    strays.push((error as Error).message);
  }
  // Rejections and warnings are told on the next turns.
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
  unwatch();
  return { results, strays };
}

function isLong({ action }: Scenario): boolean {
  return action === 'stall' || action === 'trickle';
}

/** Places that are taken and given back; who finds none waits, first come, first served. */
class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async take(): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}

function watchProcess(strays: string[]): () => void {
  const tell = (what: string) => (value: unknown) => {
    strays.push(`${what}: ${value instanceof Error ? value.stack : String(value)}`);
  };
  const listeners = (['unhandledRejection', 'uncaughtException', 'warning'] as const).map(
    (event) => [event, tell(event)] as const,
  );
  for (const [event, listener] of listeners) process.on(event, listener);
  return () => {
    for (const [event, listener] of listeners) process.off(event, listener);
  };
}
