/** How what a session holds and what a call says become one (Requests: `merge_setting`). */
import type { Proxies, Verify } from './adapter.ts';
import type { Environment } from './environment.ts';
import type { FormFields, FormValue, Params } from './form.ts';
import type { Hooks } from './hooks.ts';
import { hide } from './inspect.ts';
import { isEmpty, own } from './options.ts';
import type { SplitUrl } from './url.ts';

/** Two mappings become one, the call's values over the session's, and null leaves a key out; anything else of the call replaces the session's. */
export function mergeParams(session: Params, request: Params | undefined): Params {
  const given = isAbsent(request) ? null : request!;
  if (given === null && isAbsent(session)) return null;
  const base = mapping(session);
  const over = mapping(given);
  if (given === null) return base ? present(base) : null;
  return base && over ? present([...base, ...over]) : given;
}

function isAbsent(params: Params | undefined): boolean {
  if (params === null || params === undefined || params === '') return true;
  if (typeof params !== 'object') return false;
  return Array.isArray(params) ? params.length === 0 : !(Symbol.iterator in params) && isEmpty(params);
}

/** The entries of a plain object or `Map`, keys as text; null for pairs, text and bytes. */
function mapping(params: Params): [string, FormValue][] | null {
  if (typeof params !== 'object' || params === null || params instanceof Uint8Array) return null;
  if (params instanceof Map)
    return Array.from(params as Map<unknown, FormValue>, ([key, value]) => [String(key), value]);
  return Symbol.iterator in params ? null : Object.entries(params);
}

/** The last value of each key in the place of its first; a key whose last value is null is left out. */
function present(entries: readonly (readonly [string, FormValue])[]): FormFields {
  const params = new Map(entries);
  params.forEach((value, key) => {
    if (value === null || value === undefined) params.delete(key);
  });
  return params as unknown as FormFields;
}

/** The hooks of one side when the other has none, else the request's. */
export function mergeHooks(session: Hooks, request: Hooks): Hooks {
  return request.response.length > 0 ? request : session;
}

const EXPLICIT: unique symbol = Symbol('explicit proxies');

/**
 * The proxies of the environment under those that the program gave. What was given can be asked for again, since a redirect needs the
 * environment's answer for another URL.
 */
export function mergeProxies(given: Proxies, url: SplitUrl, environment: Environment | null): Proxies {
  const explicit = own(explicitProxies(given));
  const found = environment?.getProxies(url, explicit.no_proxy);
  if (!found || isEmpty(found)) return explicit;
  const merged: Proxies = { __proto__: null, ...found, ...explicit };
  hide(merged, EXPLICIT, explicit);
  return merged;
}

function explicitProxies(proxies: Proxies & { readonly [EXPLICIT]?: Proxies }): Proxies {
  return proxies[EXPLICIT] ?? proxies;
}

/** Null and undefined are the default. @throws TypeError for what is no `verify`: an accident must not turn verification off. */
export function checkVerify(verify: unknown): Verify {
  if (verify === null || verify === undefined) return true;
  if (typeof verify === 'boolean' || verify instanceof Uint8Array || (typeof verify === 'string' && verify !== ''))
    return verify;
  throw new TypeError('verify must be true, false, a path, or certificates as PEM text or bytes');
}

/** The environment's CA bundle replaces the default trust only: an explicit file, or false, of call or session stays. */
export function mergeVerify(
  session: Verify,
  request: Verify | null | undefined,
  environment: Environment | null,
): Verify {
  const verify = request ?? session ?? true;
  return verify === true ? (environment?.getCaBundle() ?? true) : verify;
}
