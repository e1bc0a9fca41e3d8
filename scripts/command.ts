import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { root } from './repository.ts';

/** Where and how a command runs. */
export interface CommandOptions {
  /** The root of the repository by default. */
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** After that many milliseconds it is killed, and has failed. */
  readonly timeoutMs?: number;
}

/** What a finished command has left. */
export interface Outcome {
  readonly ok: boolean;
  readonly stdout: string;
  /** Standard output and standard error, in the order of each, and why it could not run to its end. */
  readonly output: string;
}

/** Runs a command to its end; never rejects. */
export function execute(
  file: string,
  args: readonly string[],
  { cwd = root, env, timeoutMs = 0 }: CommandOptions = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = {
      cwd,
      env: { ...process.env, ...env },
      maxBuffer: 1 << 28,
      timeout: timeoutMs,
      killSignal: 'SIGKILL' as const,
    };
    execFile(file, args, options, (error, stdout, stderr) => {
      // Without an exit status the command was not started or not finished, which only the error tells.
      const reason = error && typeof error.code !== 'number' ? `${error.message}\n` : '';
      const killed = error?.killed ? `Killed after ${timeoutMs / 1000} s.\n` : '';
      resolve({ ok: error === null, stdout, output: `${stdout}${stderr}${reason}${killed}` });
    });
  });
}

/** Runs a command to its end and gives its standard output; throws with all of its output when it fails. */
export async function output(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { ok, stdout, output } = await execute(file, args, options);
  if (!ok) throw new Error(`${[file, ...args].join(' ')} failed:\n${output}`);
  return stdout;
}

let found: Promise<string> | undefined;

/** Runs the repository's pnpm, whatever the machine has, and gives its standard output; the commands that it runs find it too. */
export async function pnpm(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { packageManager }: { packageManager: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  found ??= output('npx', ['--yes', `--package=${packageManager}`, '--call', 'command -v pnpm']);
  const path = (await found).trim();
  const env = { PATH: [dirname(path), process.env.PATH].join(delimiter), ...options.env };
  return output(path, args, { ...options, env });
}
