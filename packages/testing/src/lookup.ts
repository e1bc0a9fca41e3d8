/** Addresses of a name, or an error (a code such as `ENOTFOUND`), or a function of how often that name was asked for, from 1. */
export type LookupAnswer = string | readonly string[] | Error | ((count: number) => string | readonly string[] | Error);

interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

type Callback = (error: Error | null, address?: string | Address[], family?: number) => void;

/** Takes the place of `dns.lookup`. */
export interface RecordingLookup {
  (hostname: string, options: unknown, callback: Callback): void;
  /** The names that were asked for, in order. */
  readonly names: readonly string[];
}

/**
 * A DNS of your own for the `lookup` option of sockets: every name is 127.0.0.1 unless the map says otherwise, and every question is recorded.
 *
 *     const lookup = lookupAll({ 'gone.example': 'ENOTFOUND', 'moving.example': (n) => (n === 1 ? '127.0.0.1' : '::1') });
 */
export function lookupAll(map: Readonly<Record<string, LookupAnswer>> = {}): RecordingLookup {
  const names: string[] = [];
  const counts = new Map<string, number>();
  const answers = new Map(Object.entries(map));
  const lookup = (hostname: string, options: unknown, callback: Callback): void => {
    names.push(hostname);
    const count = (counts.get(hostname) ?? 0) + 1;
    counts.set(hostname, count);
    const given = answers.get(hostname) ?? '127.0.0.1';
    const answer = typeof given === 'function' ? given(count) : given;
    const { all = false, family = 0 } =
      typeof options === 'object' && options !== null ? (options as { all?: boolean; family?: number }) : {};
    // Later, as the system's does.
    setImmediate(() => {
      const error = toError(answer, hostname);
      if (error) return callback(error);
      const list = ([answer].flat() as string[]).map(
        (address): Address => ({ address, family: address.includes(':') ? 6 : 4 }),
      );
      const fitting = family === 4 || family === 6 ? list.filter((item) => item.family === family) : list;
      const first = fitting[0];
      if (!first) return callback(toError('ENOTFOUND', hostname)!);
      return all ? callback(null, fitting) : callback(null, first.address, first.family);
    });
  };
  return Object.assign(lookup, { names });
}

function toError(answer: string | readonly string[] | Error, hostname: string): Error | undefined {
  if (answer instanceof Error) return answer;
  if (typeof answer !== 'string' || !/^E[A-Z_]+$/.test(answer)) return undefined;
  return Object.assign(new Error(`getaddrinfo ${answer} ${hostname}`), {
    code: answer,
    syscall: 'getaddrinfo',
    hostname,
  });
}
