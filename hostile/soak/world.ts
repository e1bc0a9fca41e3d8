import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What listens in the other process. */
export type ServerName =
  | 'http'
  | 'https'
  /** A certificate that nobody signed. */
  | 'untrusted'
  | 'h2'
  /** Accepts and says nothing. */
  | 'mute'
  | 'proxy'
  /** Wants `soak` and `secret`. */
  | 'authProxy'
  /** Refuses everything. */
  | 'refusing'
  /** Wants `soak` and `secret`. */
  | 'socks';

/** The first message of the process. */
export interface WorldSetup {
  readonly ports: Readonly<Record<ServerName, number>>;
  readonly ca: string;
}

/** What it can be asked for. */
export type Question = 'connections' | 'quit';

/** The servers of the soak, in a process of their own. */
export class World implements AsyncDisposable {
  readonly setup: WorldSetup;
  readonly #child: ChildProcess;

  private constructor(setup: WorldSetup, child: ChildProcess) {
    this.setup = setup;
    this.#child = child;
  }

  static async start(): Promise<World> {
    const child = fork(fileURLToPath(new URL('server/main.ts', import.meta.url)), { stdio: 'inherit' });
    const [setup] = (await once(child, 'message')) as [WorldSetup];
    return new World(setup, child);
  }

  /** `http://127.0.0.1:port`. */
  url(name: ServerName, scheme = 'http', userinfo = ''): string {
    return `${scheme}://${userinfo}127.0.0.1:${this.setup.ports[name]}`;
  }

  /** Open connections by server, as it sees them. */
  async connections(): Promise<Record<ServerName, number>> {
    this.#child.send('connections' satisfies Question);
    const [counts] = (await once(this.#child, 'message')) as [Record<ServerName, number>];
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.send('quit' satisfies Question);
    await exited;
  }
}
