import { AuthBase, type AuthFlow, type PreparedRequest, type SendOptions } from '@requests-ts/core';
import { basicAuthorization } from '@requests-ts/core/authors';
import { parseChallenges } from './challenge.ts';
import { type DigestClient, ORIGIN, PROXY, type Role } from './digest-client.ts';
import { createClient, type DigestAuthOptions, proxyOf } from './http-digest-auth.ts';
import { originOf } from './protection-space.ts';

/** Choices that are remembered; the oldest goes first. */
const MAX_CHOICES = 1000;

/** Chooses between Basic and Digest for one role, for each origin or proxy apart. */
class Guesser {
  readonly #basic: () => string;
  readonly #digest: DigestClient;
  readonly #role: Role;
  readonly #choices = new Map<string, 'basic' | 'digest'>();

  constructor(
    username: string | Uint8Array,
    password: string | Uint8Array,
    options: DigestAuthOptions | undefined,
    role: Role,
  ) {
    this.#digest = createClient(username, password, options ?? {}, role);
    this.#basic = () => basicAuthorization(username, password);
    this.#role = role;
  }

  async *flow(request: PreparedRequest, scope: string): AuthFlow {
    const known = this.#choices.get(scope);
    if (known === 'digest') return yield* this.#digest.flow(request, scope);
    const response = yield known === 'basic' ? this.#signBasic(request) : request;
    const { challengeHeader, status } = this.#role;
    if (known || response.statusCode !== status) return;
    const schemes = parseChallenges(response.headers.getAll(challengeHeader)).map(({ scheme }) => scheme);
    const choice = schemes.includes('basic') ? 'basic' : schemes.includes('digest') ? 'digest' : null;
    if (choice === null) return;
    this.#choices.set(scope, choice);
    if (this.#choices.size > MAX_CHOICES) this.#choices.delete(this.#choices.keys().next().value!);
    if (choice === 'digest') return yield* this.#digest.answer(request, scope, response, null);
    try {
      yield this.#signBasic(request);
    } finally {
      // Credentials that Basic cannot carry end here, with the challenge unread.
      await response.close();
    }
  }

  #signBasic(request: PreparedRequest): PreparedRequest {
    const copy = request.copy();
    copy.headers.set(this.#role.credentialsHeader, this.#basic());
    return copy;
  }
}

/**
 * Answers the first 401 with Basic where the server offers it, else with Digest, and remembers the choice for that origin (requests-toolbelt:
 * `GuessAuth`).
 *
 * Basic shows the password to whoever reads along, and anybody who can change the 401 can ask for it: use `HTTPDigestAuth` where you know that
 * the server has Digest, and https everywhere else.
 */
export class GuessAuth extends AuthBase {
  readonly username: string | Uint8Array;
  readonly #guesser: Guesser;

  /** @throws as `HTTPDigestAuth`. */
  constructor(username: string | Uint8Array, password: string | Uint8Array, options?: DigestAuthOptions) {
    super();
    this.username = username;
    this.#guesser = new Guesser(username, password, options, ORIGIN);
  }

  /** Leaves the request as it is: only `authFlow` can know what the server wants. */
  override authenticate(request: PreparedRequest): PreparedRequest {
    return request;
  }

  override authFlow(request: PreparedRequest, _options?: SendOptions): AuthFlow {
    return this.#guesser.flow(request, originOf(request.split));
  }
}

/** `GuessAuth` that answers a proxy's 407 in the same way, with credentials of its own (requests-toolbelt: `GuessProxyAuth`). */
export class GuessProxyAuth extends GuessAuth {
  readonly proxyUsername: string | Uint8Array;
  readonly #proxy: Guesser;

  /** @throws as `HTTPDigestAuth`. */
  constructor(
    username: string | Uint8Array,
    password: string | Uint8Array,
    proxyUsername: string | Uint8Array,
    proxyPassword: string | Uint8Array,
    options?: DigestAuthOptions,
  ) {
    super(username, password, options);
    this.proxyUsername = proxyUsername;
    this.#proxy = new Guesser(proxyUsername, proxyPassword, options, PROXY);
  }

  /** Each step towards the server is a whole exchange with the proxy. */
  override async *authFlow(request: PreparedRequest, options?: SendOptions): AuthFlow {
    const scope = proxyOf(request, undefined, options);
    const towardsServer = super.authFlow(request, options);
    let step = await towardsServer.next(undefined as never);
    while (!step.done) {
      const towardsProxy = scope === null ? direct(step.value) : this.#proxy.flow(step.value, scope);
      let inner = await towardsProxy.next(undefined as never);
      while (!inner.done) {
        const response = yield inner.value;
        inner = await towardsProxy.next(response);
        if (inner.done) step = await towardsServer.next(response);
      }
    }
  }
}

async function* direct(request: PreparedRequest): AuthFlow {
  yield request;
}
