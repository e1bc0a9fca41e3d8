import { checkHeader } from '@requests-ts/core/authors';
import { type ProxyUrl, proxyAuthorization } from '@requests-ts/node-transport';
import type { ProxyHeaders } from './proxy-options.ts';

/** Written by the transport itself. */
const OURS: ReadonlySet<string> = new Set(['host', 'content-length', 'transfer-encoding', 'connection']);

/**
 * What is sent to the proxy and to nobody else: the headers of the options, and user and password of its URL.
 *
 * @throws InvalidHeader for a name or value that is none; TypeError for a header that is not the caller's to write.
 */
export function proxyFields(url: ProxyUrl, given: ProxyHeaders, withCredentials: boolean): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(typeof given === 'function' ? given() : given)) {
    if (OURS.has(name.toLowerCase())) throw new TypeError(`HTTPProxyAdapter: proxyHeaders cannot set ${name}`);
    fields.set(name, checkHeader(name, value));
  }
  const authorization = withCredentials ? proxyAuthorization(url) : undefined;
  return authorization === undefined ? fields : replaced(fields, { 'Proxy-Authorization': authorization });
}

/** The fields with others in their place, names compared without case. */
export function replaced(
  fields: ReadonlyMap<string, string>,
  others: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const result = new Map(fields);
  for (const [name, value] of Object.entries(others)) {
    for (const known of fields.keys()) if (known.toLowerCase() === name.toLowerCase()) result.delete(known);
    result.set(name, checkHeader(name, value));
  }
  return result;
}
