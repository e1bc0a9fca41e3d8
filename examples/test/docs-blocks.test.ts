import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlockProject } from './block-project.ts';
import { tableForms } from './migration-tables.ts';
import { documentationBlocks } from './readme-blocks.ts';

const runner = fileURLToPath(new URL('./page-runner.ts', import.meta.url));

const blocks = documentationBlocks().map((block) => ({ ...block, code: withPromises(block.code) }));
const forms = tableForms().map((form) => ({ ...form, runs: false }));
const project = new BlockProject('docs-blocks', [...blocks, ...forms]);
const running = project.programs.filter(({ runs }) => runs);

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
  beforeAll(() => project.open('../test/page-runner.ts'));
  afterAll(() => project.close());

  it('have the right types, and so have the forms in the tables of the migration guides', async () => {
    expect(await project.typeProblems()).toBe('');
  }, 60_000);

  // One process for the pages of a folder: to start one costs more than most pages.
  it.concurrent.each(Object.entries(Object.groupBy(running, ({ name }) => dirname(name))))(
    'run as they stand in %s',
    async (_folder, group = []) => {
      const files = group.map(({ file }) => file);
      expect(await project.run(runner, project.url, ...files)).toEqual({ code: 0, problems: '' });
    },
    60_000,
  );
});
