import { execFile } from 'node:child_process';
import { root } from './repository.ts';

/** What a finished command has left. */
export interface Outcome {
  readonly ok: boolean;
  /** Standard output and standard error, in the order of each. */
  readonly output: string;
}

/** Runs a command to its end; never rejects. */
export function execute(
  file: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...options.env };
    execFile(file, args, { cwd: options.cwd ?? root, env, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      // Without an exit status the command could not be started at all, which only the error tells.
      const reason = error && typeof error.code !== 'number' ? `${error.message}\n` : '';
      resolve({ ok: error === null, output: `${stdout}${stderr}${reason}` });
    });
  });
}

/** Runs a command to its end and gives its output; throws with that output when it fails. */
export async function output(file: string, args: readonly string[], options: { cwd?: string } = {}): Promise<string> {
  const { ok, output } = await execute(file, args, options);
  if (!ok) throw new Error(`${[file, ...args].join(' ')} failed:\n${output}`);
  return output;
}
