/**
 * Makes a new adapter package that passes the gate, to start from.
 *
 *     pnpm new-adapter <name>       such as `carrier-pigeon`: packages/carrier-pigeon with CarrierPigeonAdapter
 *
 * Its package.json, tsconfigs, licence and import rules are those of packages/retry, a wrapper that runs anywhere; the rest is in
 * scripts/adapter-template.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execute, pnpm } from './command.ts';
import { root, tool } from './repository.ts';

const model = 'retry';
const [name = ''] = process.argv.slice(2);

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Replaces the first match; a file that has none has changed its shape, and this script must follow. */
function edit(path: string, place: RegExp, text: (match: string) => string): void {
  const before = read(path);
  if (!place.test(before)) throw new Error(`${path} has no place for a new package: ${place}`);
  write(path, before.replace(place, text));
}

function createPackage(): void {
  const Class = `${name.replace(/(?:^|-)(.)/g, (_match, letter: string) => letter.toUpperCase())}Adapter`;
  const sentence = 'Shows every answer to a function of yours.';
  const words: Record<string, string> = { Class, file: `${name}-adapter`, package: `@requests-ts/${name}`, sentence };
  const files = {
    'index.ts': 'src/index.ts',
    'adapter.ts': `src/${name}-adapter.ts`,
    'adapter.test.ts': `src/${name}-adapter.test.ts`,
    'contract.test.ts': 'test/contract.test.ts',
    'README.md': 'README.md',
  };
  for (const [template, path] of Object.entries(files)) {
    const text = read(`scripts/adapter-template/${template}.template`);
    write(
      `packages/${name}/${path}`,
      text.replace(/\{\{(\w+)\}\}/g, (_match, word: string) => words[word] ?? ''),
    );
  }
  write(`packages/${name}/CHANGELOG.md`, `# @requests-ts/${name}\n`);
  for (const file of ['LICENSE', 'tsconfig.json', 'tsconfig.build.json']) {
    write(`packages/${name}/${file}`, read(`packages/${model}/${file}`));
  }
  const manifest = {
    ...JSON.parse(read(`packages/${model}/package.json`)),
    name: words.package,
    description: sentence,
  };
  write(`packages/${name}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  write(
    `.changeset/${name}.md`,
    `---\n"${words.package}": minor\n---\n\n\`${Class}\` shows every answer to a function of yours.\n`,
  );
}

/** The places that know every package. */
function register(): void {
  const config: { overrides: { includes: string[] }[] } = JSON.parse(read('biome.json'));
  const at = config.overrides.findIndex(({ includes }) => includes[0] === `packages/${model}/src/**`);
  if (at < 0) throw new Error(`biome.json has no import rules of ${model} to copy`);
  const rules = JSON.stringify(config.overrides[at]);
  const own = rules
    .replaceAll(`packages/${model}/`, `packages/${name}/`)
    .replaceAll(`"${model} imports`, `"${name} imports`);
  config.overrides.splice(at + 1, 0, JSON.parse(own));
  write('biome.json', JSON.stringify(config, null, 2));
  const row = (specifier: string, allowed: boolean) => `  ['packages/${name}/src/a.ts', '${specifier}', ${allowed}],\n`;
  edit('scripts/import-rules.test.ts', /^\];$/m, (end) => row('@requests-ts/core', true) + row('node:fs', false) + end);
  edit(
    'README.md',
    new RegExp(`^.*packages/${model}\\).*\\n`, 'm'),
    (line) =>
      `${line}| [\`@requests-ts/${name}\`](packages/${name}) | shows every answer to a function of yours | anything | nothing |\n`,
  );
  // Its README is run by the tests of the examples.
  const examples = JSON.parse(read('examples/package.json'));
  examples.dependencies[`@requests-ts/${name}`] = 'workspace:*';
  examples.dependencies = Object.fromEntries(Object.entries(examples.dependencies).sort());
  write('examples/package.json', `${JSON.stringify(examples, null, 2)}\n`);
}

async function main(): Promise<void> {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) throw new Error('Usage: pnpm new-adapter <name>, in kebab-case');
  if (existsSync(join(root, 'packages', name))) throw new Error(`packages/${name} is there already`);
  createPackage();
  register();
  const formatted = await execute(tool('biome'), [
    'check',
    '--write',
    `packages/${name}`,
    'biome.json',
    'scripts/import-rules.test.ts',
    'examples/package.json',
  ]);
  if (!formatted.ok) throw new Error(formatted.output);
  await pnpm(['install', '--no-frozen-lockfile', '--prefer-offline']);
  console.log(`packages/${name} passes its contract: pnpm exec vitest run packages/${name}
Make it yours: its README, the sentence in .changeset/${name}.md, its row in README.md.
Then: pnpm build && pnpm api && pnpm sizes --lower && pnpm rules && pnpm check`);
}

await main();
