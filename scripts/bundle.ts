/**
 * Bundles the package of the working directory into `dist`, beside the declarations of tsc: one module per entry, and what entries share.
 *
 *     node ../../scripts/bundle.ts
 *
 * Node takes 34 ms more to load the 89 modules of core and http than the few that this makes of them (benchmarks/cold-start.ts).
 * Nothing is minified or lowered, and no exported class renamed, which the rehearsal checks: stack traces show what was written, and source maps
 * lead to it.
 */
import { readFileSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { rolldown } from 'rolldown';

/** The parts of a package.json that name files in `dist`. */
interface Entries {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly bin?: Readonly<Record<string, string>>;
}

const folder = process.cwd();
const { exports, bin = {} }: Entries = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const entries = [
  ...Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [] : [entry.default])),
  ...Object.values(bin),
];
/** By name in `dist`, without extension. */
const input = Object.fromEntries(
  entries.map((path) => {
    const name = path.replace(/^\.\/dist\//, '').replace(/\.js$/, '');
    return [name, join(folder, `src/${name}.ts`)];
  }),
);

const bundle = await rolldown({
  input,
  platform: 'neutral',
  tsconfig: false,
  // Other packages stay imports, core above all: its classes must be the same for everybody.
  external: (id) => !id.startsWith('.') && !isAbsolute(id),
});
rmSync(join(folder, 'dist/chunks'), { recursive: true, force: true });
await bundle.write({
  dir: join(folder, 'dist'),
  format: 'esm',
  sourcemap: true,
  chunkFileNames: 'chunks/[name].js',
  // They are in the declarations and in the source maps; here, they would be read at every start.
  comments: { annotation: true, jsdoc: false, legal: true },
  codeSplitting: {
    groups: [
      // Evaluated before what its importer imports from elsewhere.
      { name: 'globals', test: /[\\/]src[\\/]globals\.ts$/, priority: 1 },
      { name: 'shared', minShareCount: 2 },
    ],
  },
});
await bundle.close();
