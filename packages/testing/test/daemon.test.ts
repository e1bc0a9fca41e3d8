import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { connect } from 'node:net';
import { findProgram, freePort, startDaemon } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';

const LISTEN = 'require("node:net").createServer().listen(Number(process.argv[1]), "127.0.0.1")';

describe('startDaemon', () => {
  it('is up when it resolves, and gone with its directory when it is disposed of', async () => {
    const port = await freePort();
    const daemon = await startDaemon({
      command: process.execPath,
      files: { 'listen.cjs': `// @DIR@\nprocess.argv.splice(1, 1);\n${LISTEN}` },
      args: ['@DIR@/listen.cjs', `${port}`],
      ports: [port],
    });
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    await daemon[Symbol.asyncDispose]();
    await expect(access(daemon.directory)).rejects.toThrow('ENOENT');
    const [error] = await once(connect(port, '127.0.0.1'), 'error');
    expect(error.code).toBe('ECONNREFUSED');
  });

  it('fails with what the program wrote when that ends', async () => {
    const port = await freePort();
    const starting = startDaemon({
      command: process.execPath,
      args: ['-e', 'throw new Error("bad config")'],
      ports: [port],
    });
    await expect(starting).rejects.toThrow('bad config');
  });

  it('fails when there is no such program', async () => {
    await expect(startDaemon({ command: '/no/such/program', args: [], ports: [1] })).rejects.toThrow('did not come up');
  });
});

describe('findProgram', () => {
  it('finds what is installed, and nothing else', () => {
    expect(findProgram('sh')).toMatch(/\/sh$/);
    expect(findProgram('no-such-program-anywhere')).toBeUndefined();
  });
});
