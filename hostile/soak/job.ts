import type { Response } from '@requests-ts/core';
import { contentOf, type Random } from './content.ts';
import type { Trait, Transport } from './transports.ts';
import type { World } from './world.ts';

/** What is shared by all requests of a soak. */
export interface Surroundings {
  readonly world: World;
  /** Aborts never, and outlives every request. */
  readonly signal: AbortSignal;
}

/** One request of the soak, before it is sent. */
export interface Job extends Surroundings {
  readonly id: number;
  readonly random: Random;
  readonly transport: Transport;
}

/** A sort of request, and what must become of it. */
export interface Kind {
  readonly name: string;
  readonly weight: number;
  /** The transport must have all of these... */
  readonly on?: readonly Trait[];
  /** ...and none of these. */
  readonly notOn?: readonly Trait[];
  /** @throws Mismatch when the outcome is another. */
  run(job: Job): Promise<void>;
}

/** The outcome is not the one of its kind. */
export class Mismatch extends Error {
  override name = 'Mismatch';
}

/** @throws Mismatch */
export function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Mismatch(otherwise);
}

/** The URL at which the origin does `what`. */
export function urlOf({ transport, id }: Job, what: string, size: number, rest = '', query = ''): string {
  return `${transport.base}/${what}/${id}/${size}/${rest}${query && `?${query}`}`;
}

/** Mostly small, up to 1 MiB. */
export function sizeOf(random: Random): number {
  const kind = random.next();
  if (kind < 0.7) return random.below(200);
  if (kind < 0.92) return random.below(4096);
  if (kind < 0.985) return random.below(65_536);
  if (kind < 0.998) return random.below(262_144);
  return random.below(1_048_577);
}

/** The head is that of this request. */
export function checkHead(response: Response, { id }: Job, status = 200): void {
  check(response.statusCode === status, `status ${response.statusCode} instead of ${status}`);
  check(response.headers.get('x-id') === String(id), `the head of request ${response.headers.get('x-id')}`);
}

/** The answer is whole, and that of this request. */
export function checkAnswer(response: Response, job: Job, size: number, status = 200): void {
  checkHead(response, job, status);
  checkContent(response.content, job, size);
}

export function checkContent(content: Uint8Array, { id }: Job, size: number): void {
  check(content.length === size, `${content.length} bytes instead of ${size}`);
  check(contentOf(id, size).equals(content), `another body: ${Buffer.from(content.subarray(0, 40)).toString()}`);
}

/** What the promise rejects with. @throws Mismatch when it does not. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Mismatch(`no error, but ${String(value)}`);
}

/** The class of an error. */
type ErrorClass = abstract new (...args: never[]) => unknown;

/** @throws Mismatch when the promise does not reject with one of these. */
export async function fails(promise: Promise<unknown>, ...classes: readonly ErrorClass[]): Promise<void> {
  const error = await failure(promise);
  if (error instanceof Mismatch) throw error;
  const expected = classes.map(({ name }) => name).join(' or ');
  check(
    classes.some((one) => error instanceof one),
    `${error instanceof Error ? `${error.name}: ${error.message}` : String(error)} instead of ${expected}`,
  );
}

/**
 * Over HTTP/2 a body that can be read only once, and of which much was read, is not sent again to the next connection when the server has told this
 * one to go away.
 */
export async function unlessSentAway(job: Job, run: (job: Job) => Promise<void>): Promise<void> {
  try {
    await run(job);
  } catch (error) {
    if (!(job.transport.is.has('h2') && (error as Error).message.includes('GOAWAY'))) throw error;
  }
}
