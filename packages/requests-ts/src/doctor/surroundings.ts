import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_MAX_VERSION, DEFAULT_MIN_VERSION, getCACertificates } from 'node:tls';
import { parseProxyUrl } from '@requests-ts/node-transport';
import { type HelpInfo, info } from '../help.ts';

/** A line of the report: what, and how it is. */
export type Fact = readonly [name: string, value: string];

const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy'];
const CA_VARIABLES = ['REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE'];

/**
 * What of this machine takes part in every request: versions, TLS, and what the environment says. No secret is in it: of a proxy only scheme,
 * host and port, of netrc only whether there is one.
 */
export function surroundings(env: NodeJS.ProcessEnv): Fact[] {
  const { requests, implementation, platform, ssl } = info();
  return [
    ['requests-ts', requests.version],
    [implementation.name, `${implementation.version} on ${platform.system} ${platform.architecture}`],
    ['undici', undiciVersion()],
    ['TLS', tls(ssl)],
    ...certificates(env),
    ...proxies(env),
    ['netrc', netrc(env)],
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

function certificates(env: NodeJS.ProcessEnv): Fact[] {
  const name = CA_VARIABLES.find((variable) => env[variable]);
  const trusted: Fact =
    name === undefined
      ? ['CA', `the ${getCACertificates('default').length} certificates that Node trusts`]
      : ['CA', `${env[name]}, from ${name}${existsSync(env[name] ?? '') ? '' : ', WHICH DOES NOT EXIST'}`];
  const ignored: Fact[] =
    env.NODE_TLS_REJECT_UNAUTHORIZED === '0'
      ? [['', 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set, and not followed here: verify: false is']]
      : [];
  return [trusted, ...ignored];
}

/** Each variable that is set, though another may win over it. */
function proxies(env: NodeJS.ProcessEnv): Fact[] {
  const both = (name: string): string[] => [name, name.toUpperCase()];
  const set = PROXY_VARIABLES.flatMap(both).filter((name) => env[name]);
  const none = both('no_proxy').filter((name) => env[name]);
  if (set.length === 0) return [['proxies', 'none in the environment']];
  return [
    ...set.map((name): Fact => ['proxy', `${proxy(env[name] ?? '')}, from ${name}`]),
    ...none.map((name): Fact => ['no proxy', `for ${env[name]}, from ${name}`]),
  ];
}

function proxy(text: string): string {
  try {
    return parseProxyUrl(text).display;
  } catch (error) {
    return `NOT USABLE (${error instanceof Error ? error.message : error})`;
  }
}

function netrc(env: NodeJS.ProcessEnv): string {
  const paths = env.NETRC ? [env.NETRC] : ['.netrc', '_netrc'].map((name) => join(homedir(), name));
  return paths.find((path) => existsSync(path)) ?? 'none';
}
