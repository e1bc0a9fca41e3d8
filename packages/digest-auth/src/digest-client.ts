import { bytesToHex } from '@noble/hashes/utils.js';
import {
  type AuthFlow,
  type Body,
  type PreparedRequest,
  ProxyError,
  RequestException,
  type Response,
} from '@requests-ts/core';
import {
  asciiLower,
  describeRequest,
  isReplayable,
  isStreamBody,
  openBody,
  rewindBody,
} from '@requests-ts/core/authors';
import type { Hash } from './algorithms.ts';
import { parseAuthParams } from './challenge.ts';
import {
  type Credentials,
  digestResponse,
  formatAuthorization,
  hashA1,
  hashHex,
  type NonceUse,
  type SignedParts,
  userOctets,
} from './digest.ts';
import { type DigestChallenge, isEchoable, selectChallenge } from './digest-challenge.ts';
import { ProtectionSpace } from './protection-space.ts';

/** Whom the credentials are for. */
export interface Role {
  readonly challengeHeader: string;
  readonly credentialsHeader: string;
  readonly infoHeader: string;
  /** The status that asks for credentials. */
  readonly status: number;
  isChallenge(status: number): boolean;
}

/** The server itself. Any 4xx may challenge, as in Requests. */
export const ORIGIN: Role = {
  challengeHeader: 'WWW-Authenticate',
  credentialsHeader: 'Authorization',
  infoHeader: 'Authentication-Info',
  status: 401,
  isChallenge: (status) => status >= 400 && status < 500,
};

/** A proxy that forwards the request (RFC 9110 §11.7). */
export const PROXY: Role = {
  challengeHeader: 'Proxy-Authenticate',
  credentialsHeader: 'Proxy-Authorization',
  infoHeader: 'Proxy-Authentication-Info',
  status: 407,
  isChallenge: (status) => status === 407,
};

/** How challenges are judged. */
export interface Rules {
  /** Weaker algorithms are not answered. */
  readonly minStrength: number;
  readonly verifyServer: boolean;
}

/** A signed request, and what its answer is checked with. */
interface Signed {
  readonly request: PreparedRequest;
  readonly challenge: DigestChallenge;
  readonly use: NonceUse;
  readonly ha1: string;
  readonly uri: string;
}

/** Spaces that are remembered; the one that was not met for the longest time goes first. */
const MAX_SPACES = 1000;

/** Answers the challenges of one role with one user's credentials, and remembers nonces for each origin or proxy apart. */
export class DigestClient {
  readonly #credentials: Credentials;
  readonly #role: Role;
  readonly #rules: Rules;
  readonly #spaces = new Map<string, ProtectionSpace>();

  constructor(credentials: Credentials, role: Role, rules: Rules) {
    this.#credentials = credentials;
    this.#role = role;
    this.#rules = rules;
  }

  /** The flow for one request; `scope` is the origin or the proxy that it goes to. */
  async *flow(request: PreparedRequest, scope: string): AuthFlow {
    const signed = await this.preempt(request, scope);
    yield* this.answer(request, scope, yield signed?.request ?? request, signed);
  }

  /** The request signed with the nonce that is known for the scope; null when none is, or when it is not wanted there. */
  async preempt(request: PreparedRequest, scope: string): Promise<Signed | null> {
    const space = this.#spaces.get(scope);
    if (!space?.covers(request.pathUrl)) return null;
    // Hashing a body that can be read only once would leave nothing to send.
    const oneShot = !isReplayable(request.body) && typeof request.bodyPosition !== 'number';
    if (space.challenge.qop === 'auth-int' && oneShot) return null;
    return this.#sign(request, space, space.challenge);
  }

  /**
   * The rest of a flow whose first response has arrived: one answer to a challenge, and one more when the server says that only the nonce
   * of the answer was old.
   */
  async *answer(request: PreparedRequest, scope: string, first: Response, preempted: Signed | null): AuthFlow {
    let response = first;
    let signed = preempted;
    for (let answers = 0; answers < 2; answers++) {
      const challenge = this.#challengeOf(response);
      if (!challenge) break;
      if (answers > 0 && challenge.stale !== true) {
        if (challenge.stale === false) await this.#refused(response, request);
        break;
      }
      signed = await this.#reply(request, this.#remember(scope, challenge, request), challenge, response);
      response = yield signed.request;
    }
    if (signed) await this.#learn(response, signed, scope);
  }

  /** A proxy that says that its nonce was good has refused the credentials (requests-toolbelt raises as well). */
  async #refused(response: Response, request: PreparedRequest): Promise<void> {
    if (this.#role !== PROXY) return;
    await response.close();
    throw new ProxyError(`The proxy refused the user name or the password: ${describeRequest(request)}`, {
      request,
      response,
    });
  }

  /** The challenge of a response that can be answered. */
  #challengeOf(response: Response): DigestChallenge | undefined {
    const { isChallenge, challengeHeader } = this.#role;
    if (!isChallenge(response.statusCode)) return undefined;
    return selectChallenge(response.headers.getAll(challengeHeader), this.#rules.minStrength);
  }

  #remember(scope: string, challenge: DigestChallenge, request: PreparedRequest): ProtectionSpace {
    const space = this.#spaces.get(scope) ?? new ProtectionSpace(challenge);
    this.#spaces.delete(scope);
    this.#spaces.set(scope, space);
    if (this.#spaces.size > MAX_SPACES) this.#spaces.delete(this.#spaces.keys().next().value!);
    // A proxy protects whatever goes through it (RFC 7616 §3.3).
    space.remember(challenge, this.#role === PROXY ? null : request.split);
    return space;
  }

  /** Signs, or frees the connection of the response that cannot be replied to. */
  async #reply(
    request: PreparedRequest,
    space: ProtectionSpace,
    challenge: DigestChallenge,
    response: Response,
  ): Promise<Signed> {
    try {
      return await this.#sign(request, space, challenge);
    } catch (error) {
      await response.close();
      throw error;
    }
  }

  async #sign(request: PreparedRequest, space: ProtectionSpace, challenge: DigestChallenge): Promise<Signed> {
    const { algorithm, qop } = challenge;
    const bodyHash = qop === 'auth-int' ? await hashBody(algorithm.hash, request.body, request.bodyPosition) : '';
    // From here on nothing waits: two requests never get the same count of a nonce.
    const use = space.use(challenge);
    const uri = request.pathUrl;
    const ha1 = hashA1(challenge, this.#credentials, use.prime);
    const parts: SignedParts = { method: request.method, uri, bodyHash };
    const response = digestResponse(algorithm, ha1, qop, use, parts);
    const copy = request.copy();
    copy.headers.set(
      this.#role.credentialsHeader,
      formatAuthorization(challenge, this.#credentials.username, use, uri, response),
    );
    return { request: copy, challenge, use, ha1, uri };
  }

  /** Takes the next nonce from the answer, and checks that the server knows the password too (RFC 7616 §3.5). */
  async #learn(response: Response, signed: Signed, scope: string): Promise<void> {
    const info = response.headers.get(this.#role.infoHeader);
    if (info === undefined || this.#challengeOf(response)) return;
    const params = parseAuthParams(info);
    const rspauth = params.get('rspauth');
    if (this.#rules.verifyServer && rspauth !== undefined && !proves(rspauth, response, signed)) {
      await response.close();
      throw new RequestException(
        `The answer does not prove that the server knows the password (${this.#role.infoHeader} has a wrong rspauth; verifyServer: false ignores it): ${describeRequest(signed.request)}`,
        { request: signed.request, response },
      );
    }
    const next = params.get('nextnonce');
    const space = this.#spaces.get(scope);
    if (next && space && isEchoable(next)) space.replaceNonce(signed.challenge, next, signed.use.prime);
  }
}

/** True unless `rspauth` is there and wrong; one that covers a body which we do not have as it was sent counts as right. */
function proves(rspauth: string, response: Response, { challenge, use, ha1, uri }: Signed): boolean {
  const { algorithm, qop } = challenge;
  let bodyHash = '';
  if (qop === 'auth-int') {
    if (!response.loaded || response.headers.has('content-encoding')) return true;
    bodyHash = bytesToHex(algorithm.hash(response.content));
  }
  return equalText(asciiLower(rspauth), digestResponse(algorithm, ha1, qop, use, { method: '', uri, bodyHash }));
}

/** Compares in a time that does not tell where the texts differ. */
function equalText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < b.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

/** Reads a body to hash it, and leaves it as it was. @throws UnrewindableBodyError when it can be read only once. */
async function hashBody(hash: Hash, body: Body | null, position: PreparedRequest['bodyPosition']): Promise<string> {
  if (body === null) return hashHex(hash, '');
  if (body instanceof Uint8Array) return bytesToHex(hash(body));
  if (!isStreamBody(body)) return hashHex(hash, userOctets(body, false));
  rewindBody(body, position);
  const hasher = hash.create();
  for await (const chunk of openBody(body)) hasher.update(chunk);
  rewindBody(body, position);
  return bytesToHex(hasher.digest());
}
