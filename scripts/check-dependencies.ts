/**
 * Checks everything that users get with our packages: licences, engines, install scripts; and that the bills of materials list it.
 *
 *     node scripts/check-dependencies.ts
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pnpm } from './command.ts';
import { publicPackages } from './repository.ts';
import { objections, runtimeTree } from './runtime-tree.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

/** The part of a CycloneDX document that is looked at. */
interface Bill {
  readonly metadata: { readonly component: Component };
  readonly components?: readonly Component[];
}

interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
}

const label = ({ group, name, version }: Component): string => `${group ? `${group}/` : ''}${name}@${version}`;

/** What each package's bill of materials says it contains. */
async function bills(folder: string): Promise<Map<string, Set<string>>> {
  await pnpm(['run', 'sbom', '--out', join(folder, '%s.json')]);
  const read = readdirSync(folder).map((name): Bill => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  return new Map(
    read.map(({ metadata, components = [] }) => [label(metadata.component), new Set(components.map(label))]),
  );
}

const packages = publicPackages();
const floors = new Set(packages.map(({ manifest }) => manifest.engines?.node?.replace('>=', '') ?? 'none'));
const [floor = ''] = floors;
const problems = floors.size === 1 ? [] : [`the packages promise different Nodes: ${[...floors].join(', ')}`];
for (const dependency of runtimeTree(packages)) {
  const { name, version } = dependency.manifest;
  problems.push(...objections(dependency, floor).map((objection) => `${name}@${version}: ${objection}`));
}
await withTemporaryFolder('sbom-', async (folder) => {
  const listed = await bills(folder);
  for (const one of packages) {
    const [own, ...rest] = runtimeTree([one]).map(({ manifest: { name, version } }) => `${name}@${version}`);
    const bill = listed.get(own ?? '');
    const missing = rest.filter((name) => !bill?.has(name));
    if (!bill) problems.push(`pnpm run sbom wrote nothing for ${own}`);
    else if (missing.length > 0) problems.push(`the bill of materials of ${own} lacks ${missing.join(', ')}`);
  }
});
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
