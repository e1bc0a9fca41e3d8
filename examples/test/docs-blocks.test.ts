import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Httpbin, startHttpbin } from '@requests-ts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableForms } from './migration-tables.ts';
import { documentationBlocks, placeholder } from './readme-blocks.ts';
import { runFile } from './runtime.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
// In here, because a block imports packages by name; with the process, because two may run at a time.
const folder = fileURLToPath(new URL(`../.docs-blocks-${process.pid}`, import.meta.url));
const runner = fileURLToPath(new URL('./page-runner.ts', import.meta.url));

const blocks = documentationBlocks().map((block, index) => ({ ...block, file: join(folder, `page-${index}.ts`) }));
const forms = tableForms().map((form, index) => ({ ...form, file: join(folder, `form-${index}.ts`) }));

/** `console.log(value); // text` becomes a check that this is what it prints. */
function withPromises(code: string): string {
  return code.replaceAll(
    /^( *)console\.log\((.+)\); \/\/ (.+)$/gm,
    (_line, indent: string, values: string, text: string) => {
      return `${indent}said(${JSON.stringify(text)}, ${values});`;
    },
  );
}

describe('the TypeScript blocks of the documentation', () => {
  let server: Httpbin;
  const ca = join(folder, 'ca.pem');

  beforeAll(async () => {
    server = await startHttpbin({ tls: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(ca, server.ca ?? '');
    for (const { name, code, file } of blocks)
      writeFileSync(file, `// ${name}\n${withPromises(code.replaceAll(placeholder, server.url))}\nexport {};\n`);
    for (const { name, code, file } of forms) writeFileSync(file, `// ${name}\n${code}\nexport {};\n`);
    const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false };
    const include = ['*.ts', '../test/page-runner.ts'];
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../tsconfig.json', compilerOptions, include }),
    );
  });

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('have the right types, and so have the forms in the tables of the migration guides', async () => {
    const tsc = join(root, 'node_modules/.bin/tsc');
    const { stdout } = await run(tsc, ['-p', folder, '--pretty', 'false']).catch((error: { stdout: string }) => error);
    const names = new Map([...blocks, ...forms].map(({ name, file }) => [file.slice(folder.length + 1), name]));
    const problems = stdout.replace(/\S*?((?:page|form)-\d+\.ts)/g, (_path, file: string) => names.get(file) ?? file);
    expect(problems).toBe('');
  }, 60_000);

  // One process for the pages of a folder: to start one costs more than most pages.
  it.concurrent.each(Object.entries(Object.groupBy(blocks, ({ name }) => dirname(name))))(
    'run as they stand in %s',
    async (_folder, group = []) => {
      const files = group.filter(({ runs }) => runs).map(({ file }) => file);
      const { code, stderr } = await runFile(runner, [server.url, ...files], {
        NODE_EXTRA_CA_CERTS: ca,
        NO_COLOR: '1',
      });
      const names = new Map(group.map(({ name, file }) => [file, name]));
      const problems = stderr.replace(/(?:file:\/\/)?\S*?page-\d+\.ts/g, (path) => {
        return names.get(path.replace('file://', '')) ?? path;
      });
      expect({ code, problems }).toEqual({ code: 0, problems: '' });
    },
    60_000,
  );
});
