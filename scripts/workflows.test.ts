import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfigFile } from 'verdaccio';
import { describe, expect, it } from 'vitest';
import { root } from './repository.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly steps: readonly Step[];
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(root, '.github/workflows');
const manifest: { packageManager: string; scripts: Record<string, string> } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const checkSteps = readFileSync(join(root, 'scripts/check.ts'), 'utf8');

/** The registry's reader of YAML: any would do, and this one is here. */
function read(file: string): Workflow {
  return parseConfigFile(join(folder, file)) as unknown as Workflow;
}

/** What is wrong with one command line, as far as that can be told here. */
function problems(line: string): string[] {
  const [, pnpm, rest = ''] = /(?:^|\s)npx -y (\S+) (.*)$/.exec(line) ?? [];
  if (pnpm !== undefined) {
    const [command = '', script = '', ...args] = rest.split(/\s+/);
    const wrong = pnpm === manifest.packageManager ? [] : [`${pnpm} is not ${manifest.packageManager}`];
    if (command === 'run' && !(script in manifest.scripts)) wrong.push(`there is no script ${script}`);
    else if (!['run', 'install', 'audit'].includes(command) && !(command in manifest.scripts))
      wrong.push(`what is ${command}?`);
    const steps = args[0] === '--but' ? args.slice(1) : [];
    return [
      ...wrong,
      ...steps.filter((step) => !checkSteps.includes(`name: '${step}'`)).map((step) => `no step ${step}`),
    ];
  }
  const files = line.match(/(?:^|(?<=\s))(?:\.?[\w-]+\/)[\w./-]+\.?\w+(?=\s|$)/g) ?? [];
  return files
    .filter((file) => !existsSync(join(root, file)) && !file.includes('*'))
    .map((file) => `there is no ${file}`);
}

describe.each(readdirSync(folder))('%s', (file) => {
  const workflow = read(file);
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  it('reads only, unless a job says otherwise', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });

  it('lets no job run for ever, or wait for one that there is not', () => {
    for (const [name, job] of jobs) {
      expect(job['timeout-minutes'], name).toBeGreaterThan(0);
      for (const needed of [job.needs ?? []].flat()) expect(Object.keys(workflow.jobs)).toContain(needed);
    }
  });

  it('names a version of every action', () => {
    for (const { uses } of steps) expect(uses ?? 'own@v1').toMatch(/@(?:v\d+(?:\.\d+)*|[0-9a-f]{40})$/);
  });

  it('calls what exists', () => {
    const commands = steps.flatMap((step) =>
      [step.run ?? [], step.with?.version ?? [], step.with?.publish ?? []].flat(),
    );
    const lines = commands.flatMap((command) => String(command).split('\n'));
    expect(lines.flatMap(problems)).toEqual([]);
    expect(lines.length).toBeGreaterThan(0);
  });
});

describe('release.yml', () => {
  it('gives the right to publish to one job, and no token to anybody', () => {
    const { jobs } = read('release.yml');
    const entitled = Object.entries(jobs).filter(([, job]) => job.permissions?.['id-token'] === 'write');
    expect(entitled.map(([name]) => name)).toEqual(['publish']);
    expect(readFileSync(join(folder, 'release.yml'), 'utf8')).not.toMatch(/NPM_TOKEN|NODE_AUTH_TOKEN/);
  });
});

describe('problems', () => {
  it.each([
    'npx -y pnpm@1.0.0 install',
    `npx -y ${manifest.packageManager} run nothing`,
    `npx -y ${manifest.packageManager} run check --but everything`,
    'node scripts/nothing.ts',
  ])('are seen in %s', (line) => {
    expect(problems(line)).toHaveLength(1);
  });
});
