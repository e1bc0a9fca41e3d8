import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ClientSetup, Operation } from './client.ts';
import { onClientCores } from './cores.ts';

/** A number of equal requests. */
export interface Slice {
  readonly operation: Operation;
  readonly url: string;
  readonly concurrency: number;
  readonly count: number;
  readonly expected: number | null;
}

/** What one request of a slice cost. */
export interface SliceCost {
  /** Processor time of the whole process, in microseconds. */
  readonly cpuMicros: number;
  /** Requests per second of the clock; the server and everybody else on the machine have their share in it. */
  readonly perSecond: number;
}

/** Nothing of the caller's proxies and CA bundles. */
const KEPT = ['PATH', 'HOME', 'LANG', 'PYENV_ROOT'];

/** A client in a process of its own. */
export class WorkerProcess implements AsyncDisposable {
  readonly name: string;
  readonly operations: ReadonlySet<Operation>;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    name: string,
    operations: readonly Operation[],
    child: ChildProcessByStdio<Writable, Readable, null>,
    lines: AsyncIterator<string>,
  ) {
    this.name = name;
    this.operations = new Set(operations);
    this.#child = child;
    this.#lines = lines;
  }

  static async start(name: string, setup: ClientSetup): Promise<WorkerProcess> {
    const python = name === 'python';
    const script = fileURLToPath(new URL(python ? 'clients/python.py' : 'worker.ts', import.meta.url));
    const args = python ? [script, JSON.stringify(setup)] : [...process.execArgv, script, name, JSON.stringify(setup)];
    const env: NodeJS.ProcessEnv = { NODE_EXTRA_CA_CERTS: setup.ca };
    for (const key of KEPT) if (process.env[key] !== undefined) env[key] = process.env[key];
    const child = spawn(...onClientCores(python ? 'python3' : process.execPath, args), {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return new WorkerProcess(name, await read(name, lines), child, lines);
  }

  async run(slice: Slice): Promise<SliceCost> {
    this.#child.stdin.write(`${JSON.stringify(slice)}\n`);
    return read(this.name, this.#lines);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    await ended;
  }
}

async function read<T>(name: string, lines: AsyncIterator<string>): Promise<T> {
  const { done, value } = await lines.next();
  if (done) throw new Error(`the process of ${name} ended`);
  return JSON.parse(value);
}
