import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const cores = availableParallelism();
/** Server and clients have cores of their own where the system lets us say so. */
export const pinned: boolean = cores > 1 && spawnSync('taskset', ['-V']).status === 0;

type Command = [file: string, args: string[]];

/** The command on the last core. */
export function onServerCore(file: string, args: readonly string[]): Command {
  return pinned ? ['taskset', ['-c', String(cores - 1), file, ...args]] : [file, [...args]];
}

/** The command on all other cores. */
export function onClientCores(file: string, args: readonly string[]): Command {
  return pinned ? ['taskset', ['-c', `0-${cores - 2}`, file, ...args]] : [file, [...args]];
}
