import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** A server program of the system, running from a temporary directory. */
export interface Daemon extends AsyncDisposable {
  readonly directory: string;
}

/** What a daemon is started from. */
export interface DaemonOptions {
  /** A program, as `findProgram` finds it. */
  readonly command: string;
  /** By name; written before the command starts, with their directory in place of `@DIR@`. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** With the directory in place of `@DIR@`. */
  readonly args: readonly string[];
  /** It is up once all of them take connections. */
  readonly ports: readonly number[];
  /** Done with the directory before the command starts. */
  readonly prepare?: ((directory: string) => Promise<void>) | undefined;
}

/** How long a program may take to come up. */
const PATIENCE_MS = 10_000;
const DIRECTORIES = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin'];

/** The path of a program; undefined when it is not installed. */
export function findProgram(name: string): string | undefined {
  return DIRECTORIES.map((directory) => join(directory, name)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A suite over real programs: skipped with the reason where one is missing, failing where it is missing and `CI` is `true`. */
export function describeInstalled(name: string, programs: readonly string[], suite: () => void): void {
  const missing = programs.filter((program) => findProgram(program) === undefined).join(', ');
  if (missing === '') describe(name, suite);
  else if (process.env.CI === 'true')
    it(`${name} is installed`, () => expect.unreachable(`${missing}: not installed, and tests in CI need it`));
  else it(`${name} [skipped: ${missing} not installed]`, (context) => context.skip(`${missing} not installed`));
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a program and waits until it is up. @throws Error with what it wrote when it does not come up. */
export async function startDaemon({ command, files = {}, args, ports, prepare }: DaemonOptions): Promise<Daemon> {
  const directory = await mkdtemp(join(tmpdir(), 'requests-ts-'));
  // Started by root, some programs go on as another user, who must be able to read it.
  await chmod(directory, 0o755);
  const inPlace = (text: string): string => text.replaceAll('@DIR@', directory);
  for (const [name, text] of Object.entries(files))
    await writeFile(join(directory, name), inPlace(text), { mode: 0o755 });
  await prepare?.(directory);
  const child = spawn(command, args.map(inPlace), { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => {});
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    for (const port of ports) await Promise.race([untilOpen(port, child), failed]);
  } catch (cause) {
    await stop();
    throw new Error(`${command} did not come up:\n${output}`, { cause });
  }
  return { directory, [Symbol.asyncDispose]: stop };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
  await exited;
  clearTimeout(timer);
}

async function untilOpen(port: number, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise((resolve) =>
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
    );
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`nothing listens on port ${port}`);
}
