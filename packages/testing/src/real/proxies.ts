import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Daemon, findProgram, freePort, startDaemon } from './daemon.ts';

/** A proxy program of the system. */
export interface RealProxy extends Daemon {
  readonly port: number;
}

/** User and password. Letters and digits only: they are written into configurations. */
export type RealCredentials = readonly [user: string, password: string];

async function startOn(port: number, options: Parameters<typeof startDaemon>[0]): Promise<RealProxy> {
  return { ...(await startDaemon(options)), port };
}

function programOf(name: string): string {
  return findProgram(name) ?? name;
}

/** squid: http, absolute URLs and CONNECT to any port. */
export async function startSquid(auth?: RealCredentials): Promise<RealProxy> {
  const port = await freePort();
  const rules = auth
    ? [
        'auth_param basic program /bin/sh @DIR@/auth.sh',
        'acl known proxy_auth REQUIRED',
        'http_access allow known',
        'http_access deny all',
      ]
    : ['http_access allow all'];
  const config = [
    `http_port 127.0.0.1:${port}`,
    ...rules,
    'cache deny all',
    'access_log none',
    'cache_log /dev/null',
    'cache_store_log none',
    'pid_filename none',
    'pinger_enable off',
    'shutdown_lifetime 0 seconds',
    'connect_timeout 2 seconds',
    '',
  ];
  const check = `while read line; do if [ "$line" = "${auth?.join(' ')}" ]; then echo OK; else echo ERR; fi; done\n`;
  return startOn(port, {
    command: programOf('squid'),
    files: { 'squid.conf': config.join('\n'), 'auth.sh': check },
    args: ['-N', '-f', '@DIR@/squid.conf'],
    ports: [port],
  });
}

/** tinyproxy: http; it answers 401 where others answer 407, and closes forwarded connections without saying so. */
export async function startTinyproxy(auth?: RealCredentials): Promise<RealProxy> {
  const port = await freePort();
  const config = [`Port ${port}`, 'Listen 127.0.0.1', 'Timeout 30', 'Allow 127.0.0.1', 'MaxClients 50', ''];
  if (auth) config.unshift(`BasicAuth ${auth.join(' ')}`);
  return startOn(port, {
    command: programOf('tinyproxy'),
    files: { 'tinyproxy.conf': config.join('\n') },
    args: ['-d', '-c', '@DIR@/tinyproxy.conf'],
    ports: [port],
  });
}

/** microsocks: SOCKS 5. */
export async function startMicrosocks(auth?: RealCredentials): Promise<RealProxy> {
  const port = await freePort();
  const login = auth ? ['-u', auth[0], '-P', auth[1]] : [];
  return startOn(port, {
    command: programOf('microsocks'),
    args: ['-i', '127.0.0.1', '-p', `${port}`, ...login],
    ports: [port],
  });
}

/** dante: SOCKS 4 and 5; names of SOCKS 4a it takes for addresses. @param blockedPort A port of targets that its rules do not allow. */
export async function startDante(blockedPort?: number): Promise<RealProxy> {
  const port = await freePort();
  const anybody = 'from: 127.0.0.0/8 to: 0.0.0.0/0';
  const config = [
    'logoutput: stderr',
    `internal: 127.0.0.1 port = ${port}`,
    'external: 127.0.0.1',
    'clientmethod: none',
    'socksmethod: none',
    `user.notprivileged: ${userInfo().uid === 0 ? 'nobody' : userInfo().username}`,
    `client pass { ${anybody} }`,
    ...(blockedPort === undefined ? [] : [`socks block { ${anybody} port = ${blockedPort} }`]),
    `socks pass { ${anybody} }`,
    '',
  ];
  return startOn(port, {
    command: programOf('danted'),
    files: { 'danted.conf': config.join('\n') },
    args: ['-f', '@DIR@/danted.conf'],
    ports: [port],
  });
}

/** `ssh -D` through an sshd on this machine: SOCKS 4, 4a and 5, names resolved at the far end. */
export async function startSsh(): Promise<RealProxy> {
  const [port, sshPort] = [await freePort(), await freePort()];
  const keygen = promisify(execFile);
  const makeKey = (file: string): Promise<unknown> =>
    keygen(programOf('ssh-keygen'), ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  const config = [
    `Port ${sshPort}`,
    'ListenAddress 127.0.0.1',
    'HostKey @DIR@/host_key',
    'AuthorizedKeysFile @DIR@/user_key.pub',
    'PidFile none',
    'StrictModes no',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'UsePAM no',
    '',
  ];
  const server = await startDaemon({
    command: programOf('sshd'),
    files: { sshd_config: config.join('\n') },
    args: ['-D', '-e', '-f', '@DIR@/sshd_config'],
    ports: [sshPort],
    prepare: async (directory) => {
      // What the service does at boot; sshd of root does not come up without.
      if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
      for (const name of ['host_key', 'user_key']) await makeKey(join(directory, name));
    },
  });
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'ExitOnForwardFailure=yes',
    'BatchMode=yes',
  ];
  try {
    const client = await startDaemon({
      command: programOf('ssh'),
      args: [
        ...['-F', '/dev/null', '-N', '-D', `127.0.0.1:${port}`, '-p', `${sshPort}`],
        ...['-i', join(server.directory, 'user_key'), ...options.flatMap((option) => ['-o', option])],
        `${userInfo().username}@127.0.0.1`,
      ],
      ports: [port],
    });
    const stop = async (): Promise<void> => {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    };
    return { directory: client.directory, port, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}
