import { readFileSync, statSync } from 'node:fs';
import type { Environment, Proxies, SplitUrl } from '@requests-ts/core';
import { emitWarning, prepareUrl, printable, readOptions } from '@requests-ts/core/authors';
import { homeDirectory, homeVariable } from './home.ts';
import { findCredentials } from './netrc.ts';
import { type FileStat, type FileSystem, locate, NetrcFile, netrcPaths, readNetrc } from './netrc-file.ts';
import { isListed, type NoProxy, parseNoProxy } from './no-proxy.ts';
import { mayHaveProxies, readNoProxy, readProxies } from './proxies.ts';
import { type Env, readVariable } from './variables.ts';

/** Where an environment looks; everything defaults to the process and its disk. */
export interface EnvironmentOptions {
  /** Read anew for every request, so that a change counts at once; `process.env`. */
  readonly env?: Env;
  /** The home directory; by default `HOME` (Windows: `USERPROFILE`) of `env`, else what the system says. */
  readonly homedir?: () => string;
  /** As `fs.statSync`, undefined where there is nothing. */
  readonly stat?: (path: string) => FileStat | undefined;
  /** As `fs.readFileSync`. */
  readonly readFile?: (path: string) => Uint8Array;
  /** A clock in milliseconds that never goes back: the netrc file is looked at once a second; `performance.now`. */
  readonly now?: () => number;
  /** As `process.platform`. */
  readonly platform?: string;
  /** Told once about a `NO_PROXY` entry without meaning and a netrc file that cannot be used; `process.emitWarning`. */
  readonly warn?: (message: string, type: string) => void;
}

/** Every key. */
export const OPTION_KEYS: readonly (keyof EnvironmentOptions)[] = [
  'env',
  'homedir',
  'stat',
  'readFile',
  'now',
  'platform',
  'warn',
];

export const DISK: FileSystem = {
  stat: (path) => statSync(path, { throwIfNoEntry: false }),
  readFile: (path) => readFileSync(path),
};

/** No proxy for anything. */
const DIRECT: Proxies = Object.freeze({});

/**
 * The environment of the process, for `session.environment`: proxies, CA bundle and netrc credentials.
 *
 * Nothing is read before a session asks, and a session with `trustEnv: false` never does.
 *
 * @throws TypeError for an unknown option.
 */
export function createEnvironment(options: EnvironmentOptions = {}): Environment {
  return new ProcessEnvironment(readOptions<EnvironmentOptions>(options, OPTION_KEYS, 'createEnvironment'));
}

class ProcessEnvironment implements Environment {
  readonly #options: EnvironmentOptions;
  readonly #platform: string;
  readonly #warn: (message: string, type: string) => void;
  readonly #netrc: NetrcFile;
  #knownHome: string | undefined = undefined;
  #noProxyText: string | null = null;
  #noProxy: NoProxy | null = null;

  constructor(options: EnvironmentOptions) {
    const { stat = DISK.stat, readFile = DISK.readFile, now = () => performance.now(), warn = emitWarning } = options;
    this.#options = options;
    this.#platform = options.platform ?? process.platform;
    this.#warn = warn;
    this.#netrc = new NetrcFile({ stat, readFile }, now, (path, reason) =>
      warn(`The netrc file ${printable(path)} is ignored: ${reason}`, 'NetrcWarning'),
    );
  }

  /** `process.env` may be replaced as a whole, so it is not kept. */
  get #env(): Env {
    return this.#options.env ?? process.env;
  }

  getProxies(url: SplitUrl, noProxy?: string | null): Proxies {
    const env = this.#env;
    if (!mayHaveProxies(env, url.scheme)) return DIRECT;
    const proxies = readProxies({ env, platform: this.#platform }, [url.scheme, 'all']);
    return proxies && !isListed(url, this.#parsedNoProxy(noProxy ?? readNoProxy(env))) ? proxies : DIRECT;
  }

  /** The list changes rarely, and every request asks. */
  #parsedNoProxy(text: string): NoProxy {
    if (this.#noProxy && text === this.#noProxyText) return this.#noProxy;
    this.#noProxyText = text;
    this.#noProxy = parseNoProxy(text, (entry, reason) =>
      this.#warn(`The NO_PROXY entry '${printable(entry)}' is ignored: ${reason}`, 'NoProxyWarning'),
    );
    return this.#noProxy;
  }

  /** The first of `CA_VARIABLES` that is not empty (Requests: "SSL Cert Verification"), spelled out as in `proxies.ts`; each is looked at before it is checked, see `mayHaveProxies`. */
  getCaBundle(): string | undefined {
    const env = this.#env;
    return (
      (env.REQUESTS_CA_BUNDLE && readVariable(env, 'REQUESTS_CA_BUNDLE')) ||
      (env.CURL_CA_BUNDLE && readVariable(env, 'CURL_CA_BUNDLE')) ||
      (env.SSL_CERT_FILE && readVariable(env, 'SSL_CERT_FILE')) ||
      undefined
    );
  }

  /** Checked again only when it has changed. */
  #home(env: Env): string | undefined {
    const home = this.#platform === 'win32' ? env.USERPROFILE : env.HOME;
    if (home !== this.#knownHome) this.#knownHome = readVariable(env, homeVariable(this.#platform));
    return this.#knownHome;
  }

  getAuth(url: SplitUrl): readonly [user: string, password: string] | null {
    const env = this.#env;
    const netrc = env.NETRC === undefined ? undefined : readVariable(env, 'NETRC');
    const home = this.#options.homedir ? undefined : this.#home(env);
    return this.#netrc.find(netrcHost(url), `${netrc ?? '\0'}\0${home}`, () =>
      netrcPaths(netrc, () => home || homeDirectory(this.#options.homedir)),
    );
  }
}

/** The name to look up: what is connected to, without the brackets of IPv6. */
function netrcHost({ host }: Pick<SplitUrl, 'host'>): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

/**
 * User and password for the URL's host from the netrc file that `process.env` names (Requests: `get_netrc_auth`).
 *
 * Reads the disk each time; a session's environment keeps the file.
 *
 * @param raiseErrors False takes a file that is unreadable or malformed for an absent one.
 * @throws InvalidURL, MissingSchema; with `raiseErrors` also NetrcParseError and the errors of the file system.
 */
export function getNetrcAuth(
  url: string | SplitUrl,
  raiseErrors = false,
): readonly [user: string, password: string] | null {
  const host = netrcHost(typeof url === 'string' ? prepareUrl(url) : url);
  const { env, platform } = process;
  const paths = netrcPaths(
    readVariable(env, 'NETRC'),
    () => readVariable(env, homeVariable(platform)) || homeDirectory(),
  );
  try {
    const found = locate(DISK, paths);
    return found && findCredentials(readNetrc(DISK, found.path, found.stat), host);
  } catch (error) {
    if (raiseErrors) throw error;
    return null;
  }
}
