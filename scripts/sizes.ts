/**
 * Holds each package to its size: what a bundler makes of its own code, and what npm downloads. Budgets are in scripts/sizes.json.
 *
 *     node scripts/sizes.ts            fails on a package that is over its budget
 *     node scripts/sizes.ts --lower    writes the budgets that savings allow, and those of new packages
 *     node scripts/sizes.ts --raise    writes all budgets anew: for growth that somebody wants
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { type Package, publicPackages, root } from './repository.ts';
import { checkSizes, nextBudgets, type Sizes } from './size-budgets.ts';
import { packAll } from './tarballs.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

const path = join(root, 'scripts/sizes.json');

/** Bytes of all entries together, without dependencies, minified and compressed. */
async function bundleSize({ path: packagePath, manifest }: Package): Promise<number> {
  const entries = Object.values(manifest.exports ?? {}).flatMap((entry) =>
    typeof entry === 'object' && entry !== null && 'default' in entry ? [join(packagePath, String(entry.default))] : [],
  );
  const { outputFiles } = await build({
    stdin: { contents: entries.map((entry) => `export * from ${JSON.stringify(entry)};`).join('\n'), resolveDir: root },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'es2024',
    minify: true,
    write: false,
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
}

async function measure(): Promise<Map<string, Sizes>> {
  return withTemporaryFolder('sizes-', async (folder) => {
    const tarballs = await packAll(folder);
    const sizes = publicPackages().map(async (one): Promise<[string, Sizes]> => {
      const tarball = tarballs.find(({ name }) => name === one.manifest.name);
      if (!tarball) throw new Error(`${one.manifest.name} was not packed`);
      return [one.folder, { bundle: await bundleSize(one), tarball: tarball.size }];
    });
    return new Map(await Promise.all(sizes));
  });
}

const { values } = parseArgs({ options: { lower: { type: 'boolean' }, raise: { type: 'boolean' } } });
const budgets: Record<string, Sizes> = JSON.parse(readFileSync(path, 'utf8'));
const sizes = await measure();
if (values.lower || values.raise) {
  const written = nextBudgets(sizes, values.raise ? {} : budgets);
  writeFileSync(path, `${JSON.stringify(written, null, 2)}\n`);
} else {
  const problems = checkSizes(sizes, budgets);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
