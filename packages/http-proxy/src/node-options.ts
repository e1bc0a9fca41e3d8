import { createHash } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import { asciiLower } from '@requests-ts/core/authors';
import { identityCheck, tlsConnectOptions, type Upload } from '@requests-ts/node-transport';
import type { AgentCallInit } from './agent-call-init.ts';
import { TUNNEL, type TunnelOptions } from './tunnel-agent.ts';

/** TLS settings that agents have no use for, or must not have an opinion on. */
const LEFT_OUT = ['path', 'lookup', 'ALPNCallback', 'pskCallback', 'checkServerIdentity'] as const;

/**
 * The options of `http.request`, every one that matters written out, so that neither a polluted prototype nor the environment has a say.
 *
 * Agents keep connections under a name made of the options. `sessionIdContext`, which means nothing to a client, puts the TLS settings into it, so
 * that no request travels on a connection that was verified under other rules.
 */
export function nodeOptions(init: AgentCallInit, upload: Upload): RequestOptions {
  const { request, hostname, port, route, tls, settings, wire } = init;
  const options: Record<string | symbol, unknown> = Object.create(null);
  if (tls) {
    Object.assign(options, tlsConnectOptions(tls, hostname, ['http/1.1']), {
      sessionIdContext: connectionIdentity(init),
    });
    for (const name of LEFT_OUT) delete options[name];
    // Absent lets an agent put a session of its own there; undefined does not.
    if (isResumable(init)) delete options.session;
    // Node keeps no connection that was made with a check of a request's own, so it is given only where Node's would be wrong.
    if (route.mode === 'given' && tls.options.assertHostname !== undefined)
      options.checkServerIdentity = identityCheck(tls.options);
    if (route.mode === 'tunnel')
      options[TUNNEL] = { tls, proxyAuthorization: wire.proxyAuthorization } satisfies TunnelOptions;
  }
  return Object.assign(options, {
    protocol: tls ? 'https:' : 'http:',
    host: hostname,
    hostname,
    port,
    method: request.method,
    path: request.pathUrl,
    headers: groupedHeaders(init, upload),
    agent: route.agent,
    setHost: false,
    setDefaultHeaders: false,
    auth: undefined,
    socketPath: undefined,
    localAddress: undefined,
    createConnection: undefined,
    timeout: undefined,
    signal: undefined,
    insecureHTTPParser: settings.insecureHTTPParser,
    maxHeaderSize: settings.maxHeaderSize,
    uniqueHeaders: undefined,
    joinDuplicateHeaders: false,
  });
}

/**
 * True when a TLS session may be resumed: on connections of our own agents, which keep sessions under the same names as connections, and which
 * had the certificate checked in the first handshake. A fingerprint is compared with a certificate each time.
 */
export function isResumable({ route, tls }: AgentCallInit): boolean {
  return route.mode === 'own' && tls?.options.assertFingerprint === undefined;
}

/** Names the connections that may stand in for each other: a hash, without a secret. */
export function connectionIdentity({ tls, route, wire }: AgentCallInit): string | undefined {
  if (!tls) return undefined;
  const byHand = route.mode === 'tunnel' ? (wire.proxyAuthorization ?? null) : null;
  return createHash('sha256')
    .update(JSON.stringify([tls.key, byHand]))
    .digest('base64url');
}

/** Node's agents need an object: repeated fields become lists, with the spelling of the first. */
function groupedHeaders({ request, wire, route }: AgentCallInit, upload: Upload): Record<string, string | string[]> {
  const grouped: Record<string, string | string[]> = Object.create(null);
  const spelling = new Map<string, string>();
  const add = (name: string, value: string): void => {
    const lower = asciiLower(name);
    const known = spelling.get(lower);
    if (known === undefined) {
      spelling.set(lower, name);
      grouped[name] = value;
    } else grouped[known] = [grouped[known]!, value].flat();
  };
  add('Host', wire.host);
  for (let i = 0; i < wire.fields.length; i += 2) add(wire.fields[i]!, wire.fields[i + 1]!);
  if (wire.proxyAuthorization !== undefined && route.mode !== 'tunnel')
    add('Proxy-Authorization', wire.proxyAuthorization);
  add('Connection', wire.close ? 'close' : 'keep-alive');
  // Node frames the bodies of some methods by itself and those of others not at all.
  if (wire.contentLength !== null) add('Content-Length', String(wire.contentLength));
  else if (upload !== null) add('Transfer-Encoding', 'chunked');
  else if (request.body !== null) add('Content-Length', '0');
  return grouped;
}
