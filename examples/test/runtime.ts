import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a finished program has left. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

// `await using` is syntax of Node 24: an older one leaves the examples to the Node that development runs on.
const runtime =
  Number.parseInt(process.versions.node, 10) >= 24
    ? process.execPath
    : fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));

/** Runs a TypeScript file as a program of its own, with the packages as their sources. Never rejects. */
export function runFile(
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  input = '',
): Promise<Outcome> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve) => {
    const child = execFile(
      runtime,
      ['--conditions=@requests-ts/source', file, ...args],
      { env: { PATH, HOME, ...env } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
    // A program that has ended does not listen any more.
    child.stdin?.on('error', () => {}).end(input);
  });
}
