import { homedir as osHomedir } from 'node:os';

/** The variable that says where `~` is. */
export function homeVariable(platform: string): string {
  return platform === 'win32' ? 'USERPROFILE' : 'HOME';
}

/** undefined where the system knows none, as for a user without an entry in its user database. */
export function homeDirectory(homedir: () => string = osHomedir): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
