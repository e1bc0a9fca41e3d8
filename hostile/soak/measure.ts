/** What the process holds. */
import { readdirSync } from 'node:fs';
import { ClientRequest, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { queryObjects } from 'node:v8';
import { PreparedRequest, Response } from '@requests-ts/core';

/** Memory in bytes, once everything that can be collected is. */
export interface Memory {
  readonly heap: number;
  /** Of buffers and what else lies outside of the heap. */
  readonly external: number;
  readonly resident: number;
}

/** Objects that are alive. */
export interface Objects {
  readonly responses: number;
  readonly prepared: number;
  readonly sockets: number;
  /** Those of node:http. */
  readonly messages: number;
}

/** What the system counts, and what keeps the process alive. */
export interface Handles {
  /** Null where the system does not tell. */
  readonly files: number | null;
  /** `{ TCPSocketWrap: 2, Timeout: 1 }`. */
  readonly active: Readonly<Record<string, number>>;
}

/** Collects garbage until finalizers have run, and what they freed is gone too. @throws TypeError without `--expose-gc`. */
export async function collectGarbage(): Promise<void> {
  if (!globalThis.gc) throw new TypeError('Start node with --expose-gc');
  for (let i = 0; i < 4; i++) {
    globalThis.gc();
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

export function measureMemory(): Memory {
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed, external, resident: rss };
}

export function countObjects(): Objects {
  const count = (type: unknown): number => queryObjects(type as never, { format: 'count' }) as unknown as number;
  return {
    responses: count(Response),
    prepared: count(PreparedRequest),
    sockets: count(Socket),
    messages: count(ClientRequest) + count(IncomingMessage),
  };
}

export function countHandles(): Handles {
  const active: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) active[kind] = (active[kind] ?? 0) + 1;
  return { files: process.platform === 'linux' ? readdirSync('/proc/self/fd').length : null, active };
}
