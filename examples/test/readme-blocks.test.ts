import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlockProject } from './block-project.ts';
import { readmeBlocks } from './readme-blocks.ts';

const project = new BlockProject('readme-blocks', readmeBlocks());

describe('the TypeScript blocks of the READMEs', () => {
  beforeAll(() => project.open());
  afterAll(() => project.close());

  it('have the right types', async () => {
    expect(await project.typeProblems()).toBe('');
  }, 60_000);

  it.each(project.programs.filter(({ runs }) => runs))('$name runs as it stands', async ({ file }) => {
    expect(await project.run(file)).toEqual({ code: 0, problems: '' });
  });
});
