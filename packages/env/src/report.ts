import { readOptions } from '@requests-ts/core/authors';
import { DISK, type EnvironmentOptions, OPTION_KEYS } from './environment.ts';
import { homeDirectory, homeVariable } from './home.ts';
import { locate, netrcPaths } from './netrc-file.ts';
import { PROXY_VARIABLES } from './proxies.ts';
import { CA_VARIABLES, NO_PROXY_VARIABLES } from './variables.ts';

/** A variable that is set and not empty. Its value is as the user wrote it: unchecked, and with the password of a proxy. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
}

/** What an environment has to say, whatever the URL. */
export interface EnvironmentReport {
  /** Every variable that names a proxy, though another one may win over it. */
  readonly proxies: readonly EnvironmentVariable[];
  /** Every list of exceptions; the first counts. */
  readonly noProxy: readonly EnvironmentVariable[];
  /** The one that names the CA bundle, or null. */
  readonly caBundle: EnvironmentVariable | null;
  /** Path of the netrc file that is there, readable or not, or null. */
  readonly netrc: string | null;
}

/**
 * Everything that `createEnvironment(options)` would look at, for whoever wants to know why a request goes the way it does.
 *
 * @throws TypeError for an unknown option.
 */
export function describeEnvironment(options: EnvironmentOptions = {}): EnvironmentReport {
  const {
    env = process.env,
    platform = process.platform,
    homedir,
    stat = DISK.stat,
    readFile = DISK.readFile,
  } = readOptions<EnvironmentOptions>(options, OPTION_KEYS, 'describeEnvironment');
  const read = (name: string): string | undefined => (Object.hasOwn(env, name) ? env[name] : undefined);
  const set = (names: Iterable<string>): EnvironmentVariable[] =>
    Array.from(names, (name) => ({ name, value: read(name) ?? '' })).filter(({ value }) => value !== '');
  const home = (): string | undefined => (homedir ? undefined : read(homeVariable(platform))) || homeDirectory(homedir);
  return {
    proxies: set([...PROXY_VARIABLES.values()].flat()),
    noProxy: set(NO_PROXY_VARIABLES),
    caBundle: set(CA_VARIABLES)[0] ?? null,
    netrc: locate({ stat, readFile }, netrcPaths(read('NETRC'), home))?.path ?? null,
  };
}
