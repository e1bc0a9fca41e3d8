import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { output } from './command.ts';
import { root } from './repository.ts';

/** Git needs a name for a commit, and none of the machine's settings. */
const git = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'copy',
  GIT_AUTHOR_EMAIL: 'copy@example.org',
  GIT_COMMITTER_NAME: 'copy',
  GIT_COMMITTER_EMAIL: 'copy@example.org',
};

/**
 * For commands in a copy: no question is asked, git is as anywhere else, nobody signs a statement in the name of GitHub, and tests that run
 * there are not counted as ours.
 */
export const copyEnv: Readonly<Record<string, string>> = {
  ...git,
  CI: 'true',
  GITHUB_ACTIONS: '',
  ACTIONS_ID_TOKEN_REQUEST_URL: '',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: '',
  COUNT_FILE: '',
  TITLES_FILE: '',
  TURBO_TELEMETRY_DISABLED: '1',
};

/** Copies what git knows, and what it would if it were added, as one commit of a new repository. */
export async function copyRepository(folder: string): Promise<void> {
  const listed = await output('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  const files = new Set(listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path))));
  await Promise.all([...files].map((path) => cp(join(root, path), join(folder, path))));
  await output('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder, env: copyEnv });
  await commit(folder, 'Copy the repository');
}

/** Commits everything in a copy. */
export async function commit(folder: string, message: string): Promise<void> {
  await output('git', ['add', '--all'], { cwd: folder, env: copyEnv });
  await output('git', ['commit', '--quiet', '--message', message], { cwd: folder, env: copyEnv });
}
