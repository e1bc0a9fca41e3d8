import { mkdirSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { startHttpbin } from '../packages/testing/src/httpbin/httpbin.ts';
import { execute, output } from './command.ts';
import type { Registry } from './registry.ts';
import { type Package, root, tool } from './repository.ts';
import { nodes, others, type Runtime } from './runtimes.ts';

type Env = Readonly<Record<string, string>>;

/**
 * Installs packages from a registry into projects of users, and runs their programs (`scripts/consumers`) against a server.
 *
 * @param required Runtimes besides Node that must be there.
 * @returns What went wrong.
 */
export async function useAsUsersDo(
  packages: readonly Package[],
  folder: string,
  registry: Registry,
  required: readonly string[],
): Promise<string[]> {
  const more = await others();
  const absent = required.filter((name) => !more.some((runtime) => runtime.name === name));
  const all = [...(await nodes()), ...more];
  const [modules, commonjs, typescript] = await installAll(packages, folder, registry.env);
  const compiled = await compile(typescript, ['node16', 'nodenext', 'bundler']);
  const problems = [...absent.map((name) => `${name} is not installed`), ...compiled];
  await withServers(folder, async (env) => {
    for (const runtime of all) {
      problems.push(...(await attempt(runtime, modules, 'program.mjs', env)));
      problems.push(...(await attempt(runtime, modules, 'imports.mjs', env)));
      if (more.includes(runtime)) continue;
      problems.push(...(await attempt(runtime, commonjs, 'require.cjs', env)));
      problems.push(...(await attempt(runtime, typescript, 'dist/program.mjs', env)));
    }
  });
  return problems;
}

/** The projects of somebody who writes ES modules, CommonJS, TypeScript. */
async function installAll(packages: readonly Package[], folder: string, env: Env): Promise<[string, string, string]> {
  // Not the contract suite: it would bring the whole of vitest.
  const parts = packages.filter(({ manifest }) => manifest.peerDependencies?.vitest === undefined);
  const make = async (name: string, manifest: object, dependencies: readonly string[], file: string) => {
    const project = join(folder, name);
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, ...manifest }));
    writeFileSync(join(project, 'imports.mjs'), imports(parts));
    await cp(join(root, 'scripts/consumers', file), join(project, file));
    await output('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...dependencies], {
      cwd: project,
      env,
    });
    return project;
  };
  const projects = [
    make(
      'modules',
      { type: 'module' },
      parts.map(({ manifest }) => manifest.name),
      'program.mjs',
    ),
    make('commonjs', {}, ['requests-ts'], 'require.cjs'),
    make('typescript', { type: 'module' }, ['requests-ts', '@types/node@22'], 'program.mts'),
  ] as const;
  // All of them end before the folder goes, also when one fails.
  await Promise.allSettled(projects);
  return Promise.all(projects);
}

/** A program that imports every entry of the packages, and looks at the names of their classes, which a bundler may have changed. */
function imports(packages: readonly Package[]): string {
  const entries = packages.flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {})
      .filter((path) => path !== './package.json')
      .map((path) => manifest.name + path.slice(1)),
  );
  return `for (const entry of ${JSON.stringify(entries)}) {
  const exported = Object.entries(await import(entry));
  if (exported.length === 0) throw new Error(entry + ' exports nothing');
  for (const [name, value] of exported) {
    const isClass = typeof value === 'function' && String(value).startsWith('class');
    if (isClass && value.name !== name) throw new Error(entry + ' exports ' + name + ' as ' + value.name);
  }
}
console.log('done');
`;
}

/** Type-checks with each `moduleResolution`, libraries included; what the first writes is what runs. */
async function compile(project: string, resolutions: readonly string[]): Promise<string[]> {
  const results = await Promise.all(
    resolutions.map((moduleResolution, index) => {
      const module = moduleResolution === 'bundler' ? 'esnext' : moduleResolution;
      const compilerOptions = {
        target: 'es2024',
        module,
        moduleResolution,
        strict: true,
        types: ['node'],
        skipLibCheck: false,
        outDir: 'dist',
        noEmit: index > 0,
      };
      const config = join(project, `tsconfig.${moduleResolution}.json`);
      writeFileSync(config, JSON.stringify({ compilerOptions, files: ['program.mts'] }));
      return execute(tool('tsc'), ['-p', config], { cwd: project });
    }),
  );
  return results.flatMap(({ ok, output }, index) => (ok ? [] : [`types with ${resolutions[index]}:\n${output}`]));
}

/** Servers for the programs, and a port that nobody listens on. */
async function withServers(folder: string, use: (env: Env) => Promise<void>): Promise<void> {
  const [plain, tls, closed] = await Promise.all([startHttpbin(), startHttpbin({ tls: true }), startHttpbin()]);
  await closed.close();
  const CA_FILE = join(folder, 'ca.pem');
  writeFileSync(CA_FILE, tls.ca ?? '');
  try {
    await use({ BASE_URL: plain.url, TLS_URL: tls.url, CLOSED_URL: closed.url, CA_FILE });
  } finally {
    await Promise.all([plain.close(), tls.close()]);
  }
}

/** Runs a program, which says `done` at its end. */
async function attempt({ name, command }: Runtime, cwd: string, path: string, env: Env): Promise<string[]> {
  const [file, ...args] = command;
  const { ok, stdout, output } = await execute(file, [...args, path], { cwd, env, timeoutMs: 120_000 });
  return ok && stdout.trim() === 'done' ? [] : [`${path} on ${name}:\n${output.trim()}`];
}
