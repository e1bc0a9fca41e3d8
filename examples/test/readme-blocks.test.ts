import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Httpbin, startHttpbin } from '@requests-ts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeholder, readmeBlocks } from './readme-blocks.ts';
import { runFile } from './runtime.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
// In here, because a block imports packages by name; with the process, because two may run at a time.
const folder = fileURLToPath(new URL(`../.readme-blocks-${process.pid}`, import.meta.url));
const blocks = readmeBlocks().map((block, index) => ({ ...block, file: join(folder, `block-${index}.ts`) }));

describe('the TypeScript blocks of the READMEs', () => {
  let server: Httpbin;
  const ca = join(folder, 'ca.pem');

  beforeAll(async () => {
    server = await startHttpbin({ tls: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(ca, server.ca ?? '');
    for (const { name, code, file } of blocks) {
      writeFileSync(file, `// ${name}\n${code.replaceAll(placeholder, server.url)}\nexport {};\n`);
    }
    const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../tsconfig.json', compilerOptions, include: ['*.ts'] }),
    );
  });

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('have the right types', async () => {
    const tsc = join(root, 'node_modules/.bin/tsc');
    const { stdout } = await run(tsc, ['-p', folder, '--pretty', 'false']).catch((error: { stdout: string }) => error);
    const names = new Map(blocks.map(({ name }, index) => [`block-${index}.ts`, name]));
    const problems = stdout.replace(/\S*(block-\d+\.ts)/g, (_path, file: string) => names.get(file) ?? file);
    expect(problems).toBe('');
  }, 60_000);

  it.each(blocks.filter(({ runs }) => runs))('$name runs as it stands', async ({ file }) => {
    const { code, stderr } = await runFile(file, [], { NODE_EXTRA_CA_CERTS: ca, NO_COLOR: '1' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
