import { ProxyError } from '@requests-ts/core';
import { cleanCause, errorText } from '@requests-ts/node-transport';

/** A proxy's 407, as `onProxyAuth` gets it. */
export interface ProxyChallenge {
  /** The first scheme that the proxy offers, as it wrote it: `Negotiate`, `Basic`... */
  readonly scheme: string;
  readonly response: {
    readonly statusCode: number;
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  };
}

/** Answers a 407: returns the headers to ask again with. What it throws reaches the caller as it is. */
export type OnProxyAuth = (
  challenge: ProxyChallenge,
) =>
  | { readonly headers: Readonly<Record<string, string>> }
  | Promise<{ readonly headers: Readonly<Record<string, string>> }>;

/** Carries what a callback of the user threw past everything that translates errors. */
export class CallbackError extends Error {
  constructor(cause: unknown) {
    super('A callback failed', { cause });
  }
}

/** Schemes that authenticate the connection, not the request: such a connection serves nobody else. */
const CONNECTION_BOUND: ReadonlySet<string> = new Set(['negotiate', 'ntlm', 'kerberos']);

/** @returns What a 407's answer makes of the connection it is sent on. */
export function isConnectionBound({ scheme }: ProxyChallenge): boolean {
  return CONNECTION_BOUND.has(scheme.toLowerCase());
}

/** @param headers Names in lower case. */
export function toChallenge(headers: Readonly<Record<string, string | string[] | undefined>>): ProxyChallenge {
  const first = [headers['proxy-authenticate'] ?? []].flat()[0] ?? '';
  return { scheme: first.split(/[\s,]/, 1)[0]!, response: { statusCode: 407, headers } };
}

/** The part of the npm package `kerberos` that is used. */
interface Kerberos {
  readonly GSS_MECH_OID_SPNEGO?: unknown;
  initializeClient(service: string, options: object): Promise<{ step(challenge: string): Promise<string | null> }>;
}

const importKerberos = async (): Promise<Kerberos> => {
  // Optional: nothing may look for it before it is needed.
  const name = 'kerberos';
  const module = (await import(name)) as Kerberos & { default?: Kerberos };
  return module.default ?? module;
};

/**
 * Answers Negotiate (RFC 4559) with a token for `HTTP@<host of the proxy>`, in one step, from the ticket that the user has.
 *
 * @throws ProxyError when the proxy offers something else, the package `kerberos` is not installed, or there is no ticket.
 */
export function createNegotiate(hostname: string, load: () => Promise<Kerberos> = importKerberos): OnProxyAuth {
  return async (challenge) => {
    const fail = (what: string, cause?: unknown): ProxyError =>
      new ProxyError(`Cannot authenticate with proxy ${hostname}: ${what}`, { cause: cleanCause(cause) });
    const offers = [challenge.response.headers['proxy-authenticate'] ?? []].flat();
    if (!offers.some((offer) => /^negotiate(?:\s|$)/i.test(offer)))
      throw fail(`it offers ${challenge.scheme || 'nothing'}, not Negotiate`);
    let kerberos: Kerberos;
    try {
      kerberos = await load();
    } catch (error) {
      throw fail('Negotiate needs the package kerberos: npm install kerberos', error);
    }
    let token: string | null;
    try {
      const mechOID = kerberos.GSS_MECH_OID_SPNEGO;
      const client = await kerberos.initializeClient(`HTTP@${hostname}`, { mechOID });
      token = await client.step('');
    } catch (error) {
      throw fail(`Kerberos gives no token (${errorText(error)}); is there a ticket? klist shows it`, error);
    }
    if (!token) throw fail('Kerberos gives no token');
    return { headers: { 'Proxy-Authorization': `Negotiate ${token}` } };
  };
}
