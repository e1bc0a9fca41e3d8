import { RequestException } from '@requests-ts/core';

/** The error that a promise rejects with. @throws Error when it is fulfilled, or rejects with anything else. */
export async function failure(
  promise: Promise<unknown>,
): Promise<Error & { code?: string; cause?: unknown; request?: unknown }> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    value = error;
  }
  throw new Error(`Expected a rejection, got ${String(value)}`);
}

/** The same for an error of our tree, which must name its request. @throws The error, when it is no such one. */
export async function requestFailure(promise: Promise<unknown>): Promise<RequestException> {
  const error = await failure(promise);
  if (!(error instanceof RequestException) || !error.request) throw error;
  return error;
}
