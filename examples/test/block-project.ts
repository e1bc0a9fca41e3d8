import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Httpbin, startHttpbin } from '@requests-ts/testing';
import { placeholder } from './readme-blocks.ts';
import { runFile } from './runtime.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a block says, and where it stands. */
export interface Program {
  readonly name: string;
  readonly code: string;
}

/** Blocks as a project of a user: a file each, in a folder of its own, with a server in the place that they name. */
export class BlockProject<P extends Program> {
  readonly programs: readonly (P & { readonly file: string })[];
  readonly #folder: string;
  #server: Httpbin | null = null;

  /** @param title Of the folder. It is in here, because a block imports packages by name; with the process, because two may run at a time. */
  constructor(title: string, programs: readonly P[]) {
    this.#folder = fileURLToPath(new URL(`../.${title}-${process.pid}`, import.meta.url));
    this.programs = programs.map((program, index) => ({
      ...program,
      file: join(this.#folder, `block-${index}.ts`),
    }));
  }

  /** Where the server is. */
  get url(): string {
    return this.#server?.url ?? '';
  }

  get #ca(): string {
    return join(this.#folder, 'ca.pem');
  }

  /**
   * Starts the server and writes the files.
   *
   * @param include More files that the types of the blocks come from, seen from the folder.
   */
  async open(...include: readonly string[]): Promise<void> {
    this.#server = await startHttpbin({ tls: true });
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(this.#ca, this.#server.ca ?? '');
    for (const { name, code, file } of this.programs)
      writeFileSync(file, `// ${name}\n${code.replaceAll(placeholder, this.url)}\nexport {};\n`);
    const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false };
    const config = { extends: '../tsconfig.json', compilerOptions, include: ['*.ts', ...include] };
    writeFileSync(join(this.#folder, 'tsconfig.json'), JSON.stringify(config));
  }

  async close(): Promise<void> {
    await this.#server?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What the compiler has to say of all of them, "" for nothing. */
  async typeProblems(): Promise<string> {
    const tsc = promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', this.#folder, '--pretty', 'false']);
    const { stdout } = await tsc.catch((error: { stdout: string }) => error);
    return this.#named(stdout);
  }

  /** Runs a file with its arguments; what it writes to stderr is what went wrong. */
  async run(file: string, ...args: readonly string[]): Promise<{ code: number | null; problems: string }> {
    const { code, stderr } = await runFile(file, args, { NODE_EXTRA_CA_CERTS: this.#ca, NO_COLOR: '1' });
    return { code, problems: this.#named(stderr) };
  }

  /** The text with the places of the blocks instead of their files. */
  #named(text: string): string {
    return text.replace(/(?:file:\/\/)?\S*?block-(\d+)\.ts/g, (path, index: string) => {
      return this.programs[Number(index)]?.name ?? path;
    });
  }
}
