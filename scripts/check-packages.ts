/**
 * Checks every public package as the registry would get it: publint, attw, what the tarball holds, what it depends on.
 *
 *     node scripts/check-packages.ts
 */
import { execute } from './command.ts';
import { type Package, publicPackages, tool } from './repository.ts';
import { packAll, type Tarball } from './tarballs.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

const required = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist/index.js', 'dist/index.d.ts'];
const foreign = /^(?:src|test|node_modules)\/|\.test\.|\.test-d\.|\.tsbuildinfo$|\.tgz$/;
const localRange = /^(?:workspace|catalog|file|link|portal):/;

function contents({ files }: Tarball): string[] {
  return [
    ...required.filter((path) => !files.includes(path)).map((path) => `${path} is missing`),
    ...files.filter((path) => foreign.test(path)).map((path) => `${path} does not belong in it`),
  ];
}

/** pnpm would rewrite them on its way to the registry; then `npm pack` and `npm install <folder>` would not do the same. */
function ranges({ manifest }: Package): string[] {
  return Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })
    .filter(([, range]) => localRange.test(range))
    .map(([name, range]) => `${name}: ${range} means nothing outside this repository`);
}

async function tools({ path }: Tarball): Promise<string[]> {
  const [publint, attw] = await Promise.all([
    execute(tool('publint'), ['--strict', path]),
    execute(tool('attw'), ['--profile', 'esm-only', '--no-color', path]),
  ]);
  return [publint, attw].filter(({ ok }) => !ok).map(({ output }) => output.trim());
}

for (const one of publicPackages()) {
  for (const problem of ranges(one)) console.error(`${one.manifest.name}: ${problem}`);
  if (ranges(one).length > 0) process.exitCode = 1;
}
await withTemporaryFolder('packages-', async (folder) => {
  for (const tarball of await packAll(folder)) {
    const problems = [...contents(tarball), ...(await tools(tarball))];
    for (const problem of problems) console.error(`${tarball.name}: ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  }
});
