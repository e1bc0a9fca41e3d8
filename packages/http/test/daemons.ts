import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A server program of the system, running from a temporary directory. */
export interface Daemon extends AsyncDisposable {
  readonly directory: string;
}

/** What a daemon is started from. */
export interface DaemonOptions {
  readonly command: string;
  /** By name; made before the command starts, with their directory in place of `@DIR@`. */
  readonly files: Readonly<Record<string, string>>;
  readonly args: (directory: string) => readonly string[];
  /** It is up once all of them take connections. */
  readonly ports: readonly number[];
}

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

/** So many ports that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Starts a daemon and waits until it is up. @throws Error with what it wrote when it ends instead. */
export async function startDaemon({ command, files, args, ports }: DaemonOptions): Promise<Daemon> {
  const directory = await mkdtemp(join(tmpdir(), 'requests-ts-'));
  // Started by root, some programs go on as another user, who must be able to read it.
  await chmod(directory, 0o755);
  const replaced = Object.entries(files).map(([name, text]) => [name, text.replaceAll('@DIR@', directory)]);
  for (const [name, text] of replaced) await writeFile(join(directory, name!), text!, { mode: 0o755 });
  const child = spawn(command, args(directory), { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    for (const port of ports) await untilOpen(port, child);
  } catch {
    await stop();
    throw new Error(`${command} did not come up:\n${output}`);
  }
  return { directory, [Symbol.asyncDispose]: stop };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
  await exited;
  clearTimeout(timer);
}

async function untilOpen(port: number, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 10_000;
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
