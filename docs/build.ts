/**
 * Builds the site into `.vitepress/dist`: the reference from the sources, then the pages.
 *
 *     node docs/build.ts          builds
 *     node docs/build.ts --check  builds, and reads the result with a browser
 *     node docs/build.ts --dev    serves the pages while they are written
 *
 * Dead links, and links to files that the repository does not have, fail.
 */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const [mode] = process.argv.slice(2);

/** Runs a tool of this folder; its output is ours. */
function run(script: string, ...args: readonly string[]): void {
  execFileSync(process.execPath, [`node_modules/${script}`, ...args], { cwd: folder, stdio: 'inherit' });
}

try {
  // TypeDoc leaves what it does not write: a name that is gone would keep its page.
  rmSync(new URL('api', import.meta.url), { recursive: true, force: true });
  run('typedoc/bin/typedoc');
  run('vitepress/bin/vitepress.js', mode === '--dev' ? 'dev' : 'build');
  if (mode === '--check') run('vitest/vitest.mjs', 'run', '--config', 'vitest.config.ts');
} catch (error) {
  // The tool has said why.
  process.exitCode = (error as { status?: number }).status ?? 1;
}
