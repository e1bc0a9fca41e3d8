import { Session } from '../src/session.ts';
import type { SessionInit } from '../src/session-options.ts';
import { type Answers, FakeAdapter } from './fake-adapter.ts';
import { FakeJar } from './fake-jar.ts';

export interface Bench {
  readonly session: Session;
  readonly adapter: FakeAdapter;
  readonly jar: FakeJar;
}

/** A session with a jar, whose http and https requests are answered from a table. */
export function bench(answers: Readonly<Record<string, Answers>> | Answers, init: SessionInit = {}): Bench {
  const adapter = new FakeAdapter(answers);
  const jar = new FakeJar();
  const session = new Session({ cookies: jar, adapters: { 'https://': adapter, 'http://': adapter }, ...init });
  return { session, adapter, jar };
}

/** What the promise rejects with. */
export async function rejection<E = Error>(promise: Promise<unknown>): Promise<E> {
  try {
    await promise;
  } catch (error) {
    return error as E;
  }
  throw new Error('the promise was fulfilled');
}
