import { printable } from '@requests-ts/core/authors';

/** Texts of errors: what peers and paths may put into them. */

/** Gives an error a code finer than that of its class: `ERR_PROTOCOL`, `ERR_HEADERS_TOO_LARGE`, `ERR_TOO_LARGE`. */
export function withCode<E extends Error>(error: E, code: string): E {
  Object.defineProperty(error, 'code', { value: code, writable: true, configurable: true });
  return error;
}

/** `3000 ms`, or with a fraction below 10 ms. */
export function formatMs(ms: number): string {
  return `${ms < 10 ? Number(ms.toFixed(2)) : Math.round(ms)} ms`;
}

/** The code of an error of Node, its `cause` or the errors it gathers; undefined when there is none. */
export function errorCode(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code, errors } = at as { code?: unknown; errors?: unknown };
    if (typeof code === 'string') return code;
    const first = Array.isArray(errors) ? errorCode(errors[0]) : undefined;
    if (first) return first;
  }
  return undefined;
}

/** What went wrong, in words: an `AggregateError` of several addresses has an empty message of its own, so its errors are listed. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error));
  const { errors, reason, library } = error as { errors?: unknown; reason?: unknown; library?: unknown };
  // What OpenSSL writes begins with a thread and ends with a line of its source.
  if (typeof library === 'string' && typeof reason === 'string') return printable(reason);
  if (Array.isArray(errors) && errors.length > 0) return [...new Set(errors.slice(0, 8).map(errorText))].join('; ');
  // What Node advises in the end is for its command line, and `verify: 'system'` does the same.
  return printable(
    error.message.replace(/; if the root CA is installed locally.*/s, '') || errorCode(error) || error.name,
  );
}

const KEPT = ['code', 'errno', 'syscall', 'address', 'port', 'hostname', 'reason', 'library'] as const;

/**
 * A copy of a foreign error that is fit to be a `cause`: its name, message, code and address, none of the objects that libraries hang on
 * their errors (certificates, sockets, options with passwords, bytes of the peer).
 */
export function cleanCause(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const copy = new Error(errorText(error));
  copy.name = error.name;
  for (const key of KEPT) {
    const value = (error as unknown as Record<string, unknown>)[key];
    if (typeof value === 'string' || typeof value === 'number')
      Object.defineProperty(copy, key, { value, enumerable: true, configurable: true });
  }
  const code = errorCode(error);
  if (code) withCode(copy, code);
  if (typeof error.stack === 'string')
    copy.stack = `${copy.name}: ${copy.message}\n${error.stack
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .join('\n')}`;
  return copy;
}
