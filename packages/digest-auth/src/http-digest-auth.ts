import { AuthBase, type AuthFlow, InvalidHeader, type PreparedRequest, type SendOptions } from '@requests-ts/core';
import { prepareUrl, prependSchemeIfNeeded, readOptions, selectProxy } from '@requests-ts/core/authors';
import { type AlgorithmName, findAlgorithm } from './algorithms.ts';
import { DigestClient, ORIGIN, PROXY, type Role } from './digest-client.ts';
import { originOf } from './protection-space.ts';

/** How strict a digest auth is. */
export interface DigestAuthOptions {
  /** Challenges with a weaker algorithm are not answered: their 401 is the answer. Every algorithm is, by default, as in Requests. */
  readonly minAlgorithm?: AlgorithmName;
  /** False accepts an answer whose `rspauth` is wrong, which shows that it does not come from who knows the password; true. */
  readonly verifyServer?: boolean;
}

const KEYS: readonly (keyof DigestAuthOptions)[] = ['minAlgorithm', 'verifyServer'];

/**
 * Digest authentication (RFC 7616; Requests: "Digest Authentication").
 *
 * One instance may serve any number of requests, also at the same time: it remembers the last nonce of each origin and signs ahead with it.
 * Bodies that can be read only once end in `UnrewindableBodyError` when they are challenged. Nothing secret is printed with it.
 */
export class HTTPDigestAuth extends AuthBase {
  readonly username: string | Uint8Array;
  readonly #password: string | Uint8Array;
  readonly #client: DigestClient;

  /**
   * @param username Text is used as UTF-8, bytes as they are; the same for the password.
   * @throws TypeError for other credentials or options; InvalidHeader for a control character in the user name.
   */
  constructor(username: string | Uint8Array, password: string | Uint8Array, options: DigestAuthOptions = {}) {
    super();
    this.username = username;
    this.#password = password;
    this.#client = createClient(username, password, options, ORIGIN);
  }

  get password(): string | Uint8Array {
    return this.#password;
  }

  /** Signs the request when a nonce of its origin is known; otherwise it is left to `authFlow`. */
  override async authenticate(request: PreparedRequest): Promise<PreparedRequest> {
    return (await this.#client.preempt(request, originOf(request.split)))?.request ?? request;
  }

  override authFlow(request: PreparedRequest): AuthFlow {
    return this.#client.flow(request, originOf(request.split));
  }

  /** Same user and same password. */
  equals(other: unknown): boolean {
    return equalCredentials(this, other);
  }
}

/** What `HTTPProxyDigestAuth` takes. */
export interface ProxyDigestAuthOptions extends DigestAuthOptions {
  /** URL of the proxy, where the adapter knows it and the `proxies` option does not. */
  readonly proxy?: string;
}

/**
 * Digest authentication towards the proxy of a plain http request (requests-toolbelt: `HTTPProxyDigestAuth`).
 *
 * Answers 407 with `Proxy-Authorization`, and only where a proxy is used. An https request goes through a tunnel, in which no proxy speaks: there
 * the 407 belongs to the adapter that opens it.
 */
export class HTTPProxyDigestAuth extends AuthBase {
  readonly username: string | Uint8Array;
  readonly #password: string | Uint8Array;
  readonly #client: DigestClient;
  readonly #proxy: string | undefined;

  /** @throws as `HTTPDigestAuth`. */
  constructor(username: string | Uint8Array, password: string | Uint8Array, options: ProxyDigestAuthOptions = {}) {
    super();
    const { proxy, ...rest } = readOptions<ProxyDigestAuthOptions>(options, [...KEYS, 'proxy'], 'HTTPProxyDigestAuth');
    this.username = username;
    this.#password = password;
    this.#proxy = proxy;
    this.#client = createClient(username, password, rest, PROXY);
  }

  get password(): string | Uint8Array {
    return this.#password;
  }

  /** Signs the request when its proxy was named and a nonce of it is known. */
  override async authenticate(request: PreparedRequest): Promise<PreparedRequest> {
    const scope = this.#scope(request);
    return (scope && (await this.#client.preempt(request, scope))?.request) || request;
  }

  override async *authFlow(request: PreparedRequest, options?: SendOptions): AuthFlow {
    const scope = this.#scope(request, options);
    if (scope === null) yield request;
    else yield* this.#client.flow(request, scope);
  }

  #scope(request: PreparedRequest, options?: SendOptions): string | null {
    return proxyOf(request, this.#proxy, options);
  }

  /** Same user and same password. */
  equals(other: unknown): boolean {
    return equalCredentials(this, other);
  }
}

/** Origin of the proxy that the request goes to, or null when no HTTP proxy sees it. */
export function proxyOf({ split }: PreparedRequest, named: string | undefined, options?: SendOptions): string | null {
  const proxy = named ?? selectProxy(split, options?.proxies);
  if (split.scheme !== 'http' || proxy === undefined) return null;
  const url = prependSchemeIfNeeded(proxy, 'http');
  return /^https?:/i.test(url) ? originOf(prepareUrl(url)) : null;
}

/** Checks what a user gave. @throws TypeError, InvalidHeader */
export function createClient(
  username: string | Uint8Array,
  password: string | Uint8Array,
  options: DigestAuthOptions,
  role: Role,
): DigestClient {
  for (const [what, value] of [
    ['user name', username],
    ['password', password],
  ] as const) {
    if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
      throw new TypeError(
        `Digest auth: the ${what} must be a string or bytes, not ${value === null ? 'null' : typeof value}`,
      );
    }
  }
  if (typeof username === 'string' && /[\x00-\x1f\x7f]/.test(username)) {
    throw new InvalidHeader('Digest auth: the user name holds a control character');
  }
  const { minAlgorithm = 'MD5', verifyServer = true } = readOptions<DigestAuthOptions>(options, KEYS, 'Digest auth');
  const weakest = typeof minAlgorithm === 'string' ? findAlgorithm(minAlgorithm) : undefined;
  if (!weakest) throw new TypeError('Digest auth: minAlgorithm must be MD5, SHA, SHA-256, SHA-512 or SHA-512-256');
  if (typeof verifyServer !== 'boolean') throw new TypeError('Digest auth: verifyServer must be true or false');
  return new DigestClient({ username, password }, role, { minStrength: weakest.strength, verifyServer });
}

function equalCredentials(auth: HTTPDigestAuth | HTTPProxyDigestAuth, other: unknown): boolean {
  const { username, password } = (other ?? {}) as Partial<HTTPDigestAuth>;
  return String(username) === String(auth.username) && String(password) === String(auth.password);
}
