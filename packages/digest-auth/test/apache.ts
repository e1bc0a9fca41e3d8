import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const BINARY = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';
const NEEDED = [
  'mpm_event',
  'auth_digest',
  'authn_core',
  'authn_file',
  'authz_core',
  'authz_user',
  'alias',
  'cgid',
  'env',
];

/** Why there is no Apache to test against, or null. */
export function missingApache(): string | null {
  const files = [BINARY, ...NEEDED.map((name) => join(MODULES, `mod_${name}.so`))];
  const missing = files.find((file) => !existsSync(file));
  return missing === undefined ? null : `${missing} is missing: apt-get install apache2`;
}

export interface ApacheOptions {
  readonly realm: string;
  readonly users: Readonly<Record<string, string>>;
  /** Seconds by path prefix: AuthDigestNonceLifetime. */
  readonly spaces: Readonly<Record<string, number>>;
}

/** A real Apache with mod_auth_digest on a loopback port. Below each space, `echo` answers with the method and the body. */
export class Apache {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
    process.once('exit', this.#kill);
  }

  readonly #kill = (): void => void this.#child.kill('SIGTERM');

  static async start(options: ApacheOptions): Promise<Apache> {
    const folder = await mkdtemp(join(tmpdir(), 'requests-ts-apache-'));
    // Run by root, the workers are another user.
    await chmod(folder, 0o755);
    // Apache cannot choose a port itself, and between looking for one and taking it somebody else may.
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      await writeFiles(folder, port, options);
      const args = ['-DFOREGROUND', '-d', folder, '-f', join(folder, 'apache.conf')];
      // In a process group of its own: Apache ends by signalling its whole group, which must not be ours.
      const child = spawn(BINARY, args, { stdio: 'ignore', detached: true });
      if (await isUp(child, port)) return new Apache(`http://127.0.0.1:${port}`, child, folder);
      if (attempt === 5) {
        const log = await readFile(join(folder, 'error.log'), 'utf8').catch(() => 'no log');
        await rm(folder, { recursive: true });
        throw new Error(`Apache does not start: ${log}`);
      }
    }
  }

  async stop(): Promise<void> {
    process.off('exit', this.#kill);
    if (this.#child.exitCode === null) {
      const ended = new Promise((resolve) => this.#child.once('exit', resolve));
      this.#kill();
      await ended;
    }
    await rm(this.#folder, { recursive: true });
  }
}

async function writeFiles(folder: string, port: number, { realm, users, spaces }: ApacheOptions): Promise<void> {
  const root = process.getuid?.() === 0;
  const lines = Object.entries(users).map(
    ([user, password]) => `${user}:${realm}:${createHash('md5').update(`${user}:${realm}:${password}`).digest('hex')}`,
  );
  await writeFile(join(folder, 'users'), `${lines.join('\n')}\n`);
  const script = join(folder, 'echo.sh');
  // The body is read to its end first: Apache writes all of it before it reads an answer.
  await writeFile(
    script,
    `#!/bin/sh
body=$(cat; echo .)
printf 'Content-Type: text/plain\\r\\n\\r\\n%s:%s' "$REQUEST_METHOD" "\${body%.}"
`,
  );
  await chmod(script, 0o755);
  await mkdir(join(folder, 'run'), { recursive: true });
  const locations = Object.entries(spaces).map(
    ([path, lifetime]) => `
ScriptAlias ${path}echo ${script}
<Location ${path}>
  AuthType Digest
  AuthName "${realm}"
  AuthDigestProvider file
  AuthUserFile ${folder}/users
  AuthDigestNonceLifetime ${lifetime}
  Require valid-user
</Location>`,
  );
  await writeFile(
    join(folder, 'apache.conf'),
    `
${NEEDED.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
${root ? 'User www-data\nGroup www-data' : ''}
DefaultRuntimeDir ${folder}/run
PidFile ${folder}/run/pid
ErrorLog ${folder}/error.log
DocumentRoot ${folder}/run
ScriptSock ${folder}/run/cgid
# One process with a thread for every connection a test opens: short of threads, Apache closes idle connections early, and a POST
# that is on its way on one of them is rightly not repeated.
ServerLimit 1
StartServers 1
ThreadLimit 256
ThreadsPerChild 256
MaxRequestWorkers 256
KeepAliveTimeout 60
<Directory ${folder}>
  Require all granted
</Directory>
${locations.join('\n')}
`,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** True as soon as it accepts connections, false when it ended before. */
async function isUp(child: ChildProcess, port: number): Promise<boolean> {
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  child.once('error', () => {
    ended = true;
  });
  while (!ended) {
    if (await accepts(port)) return true;
    await delay(20);
  }
  return false;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
