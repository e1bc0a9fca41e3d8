import type { PreparedRequest } from '@requests-ts/core';
import { errorCode } from '@requests-ts/node-transport';

/** Sending them twice changes no more than sending them once (RFC 9110 §9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'QUERY']);
const DEAD: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/** True when a kept connection turned out to be dead before it answered, and the request may go out on another. */
export function isRepeatable(error: unknown, { method }: PreparedRequest): boolean {
  return error instanceof Error && DEAD.has(errorCode(error) ?? '') && IDEMPOTENT.has(method);
}
