import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { pinned } from './cores.ts';

/** Where the numbers are from. */
export function describeMachine(server: string): string[] {
  const [cpu] = cpus();
  return [
    `${cpu?.model.trim()}, ${availableParallelism()} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${type()} ${release()}`,
    `load of the machine at the start: ${loadavg()[0]!.toFixed(1)}`,
    `server: ${server}${pinned ? ', on a core of its own' : ''}`,
    `Node ${process.version.slice(1)}; ${versions().join(', ')}`,
  ];
}

function versions(): string[] {
  const installed = ['undici', 'got', 'axios', 'ky', 'node-fetch'].map((name) => `${name} ${versionOf(name)}`);
  const python = pythonVersion();
  return python === null ? installed : [...installed, python];
}

function versionOf(name: string): string {
  const folder = createRequire(import.meta.url).resolve.paths(name)!;
  for (const path of folder) {
    try {
      return JSON.parse(readFileSync(`${path}/${name}/package.json`, 'utf8')).version;
    } catch {
      // The next folder up.
    }
  }
  return '?';
}

/** Of Python and Requests; null where they are not installed. */
export function pythonVersion(): string | null {
  const program =
    'import platform, requests; print(f"Python {platform.python_version()} with Requests {requests.__version__}")';
  const { status, stdout } = spawnSync('python3', ['-c', program], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}
