import type { PreparedRequest } from '@requests-ts/core';
import { errorCode } from '@requests-ts/node-transport';
import { UNCHECKED } from './secure-check.ts';

/** Sending them twice changes no more than sending them once (RFC 9110 §9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'QUERY']);
const DEAD: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/** True when a kept connection turned out to be dead before it answered, or was not used at all, and the request may go out on another. */
export function isRepeatable(error: unknown, { method }: PreparedRequest): boolean {
  const code = error instanceof Error ? errorCode(error) : undefined;
  return code === UNCHECKED || (code !== undefined && DEAD.has(code) && IDEMPOTENT.has(method));
}
