import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DEFAULT_MAX_VERSION, DEFAULT_MIN_VERSION, getCACertificates } from 'node:tls';
import { describeEnvironment, type EnvironmentReport } from '@requests-ts/env';
import { parseProxyUrl } from '@requests-ts/node-transport';
import { type HelpInfo, info } from '../help.ts';

/** A line of the report: what, and how it is. */
export type Fact = readonly [name: string, value: string];

/**
 * What of this machine takes part in every request: versions, TLS, and what the environment says. No secret is in it: of a proxy only scheme,
 * host and port, of netrc only whether there is one.
 */
export function surroundings(env: NodeJS.ProcessEnv): Fact[] {
  const { requests, implementation, platform, ssl } = info();
  const said = describeEnvironment({ env });
  return [
    ['requests-ts', requests.version],
    [implementation.name, `${implementation.version} on ${platform.system} ${platform.architecture}`],
    ['undici', undiciVersion()],
    ['TLS', tls(ssl)],
    ...certificates(env, said),
    ...proxies(said),
    ['netrc', said.netrc ?? 'none'],
  ];
}

/** Of the one that HTTPAdapter uses; the runtime has another. */
function undiciVersion(): string {
  const { version } = createRequire(import.meta.resolve('@requests-ts/http'))('undici/package.json') as {
    version: string;
  };
  return version;
}

function tls({ version }: HelpInfo['ssl']): string {
  return `OpenSSL ${version}, ${DEFAULT_MIN_VERSION} to ${DEFAULT_MAX_VERSION}`;
}

function certificates(env: NodeJS.ProcessEnv, { caBundle }: EnvironmentReport): Fact[] {
  const trusted: Fact = caBundle
    ? ['CA', `${caBundle.value}, from ${caBundle.name}${existsSync(caBundle.value) ? '' : ', WHICH DOES NOT EXIST'}`]
    : ['CA', `the ${getCACertificates('default').length} certificates that Node trusts`];
  const ignored: Fact[] =
    env.NODE_TLS_REJECT_UNAUTHORIZED === '0'
      ? [['', 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set, and not followed here: verify: false is']]
      : [];
  return [trusted, ...ignored];
}

/** Each variable that is set, though another may win over it. */
function proxies(said: EnvironmentReport): Fact[] {
  if (said.proxies.length === 0) return [['proxies', 'none in the environment']];
  return [
    ...said.proxies.map(({ name, value }): Fact => ['proxy', `${proxy(value)}, from ${name}`]),
    ...said.noProxy.map(({ name, value }): Fact => ['no proxy', `for ${value}, from ${name}`]),
  ];
}

function proxy(text: string): string {
  try {
    return parseProxyUrl(text).display;
  } catch (error) {
    return `NOT USABLE (${error instanceof Error ? error.message : error})`;
  }
}
