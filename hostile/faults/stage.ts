/** Everything that one scenario needs: servers that break once, and a session that is to survive it. */
import type { LookupFunction } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { type BaseAdapter, Session, type SessionSendOptions } from '@requests-ts/core';
import { HTTPAdapter } from '@requests-ts/http';
import { AgentAdapter, HTTPProxyAdapter } from '@requests-ts/http-proxy';
import { socksConnectors } from '@requests-ts/socks';
import {
  type Canaries,
  createCertificates,
  type Listener,
  type RawServer,
  type RelayFault,
  startRawServer,
  startRelay,
} from '@requests-ts/testing';
import { DIRECT } from './expected.ts';
import { playFrames } from './frame-target.ts';
import { type Scenario, STALL, type Transport } from './model.ts';
import { type RunningProxy, startFaultyProxy, startFaultySocks } from './proxies.ts';
import { GARBAGE, playTarget, type Stagehand } from './target.ts';

export interface Stage {
  readonly session: Session;
  readonly origin: RawServer;
  /** Base of the URL that breaks, and of the one that does not. */
  readonly faulty: string;
  readonly healthy: string;
  readonly faultyOptions: SessionSendOptions;
  readonly healthyOptions: SessionSendOptions;
  /** Where connections of the session arrive first; there may be no more of them than that scenario can need. */
  readonly entrance: Listener;
  readonly listeners: readonly Listener[];
  close(): Promise<void>;
}

const TLS: ReadonlySet<Transport> = new Set([
  'tls',
  'h2',
  'tunnel',
  'tunnel-tls',
  'socks5-tls',
  'agent-tls',
  'agent-tunnel',
]);
/** Nobody listens there, though the same port is taken on 127.0.0.1. */
const NOBODY = '127.0.0.2';

export function isSecure(transport: Transport): boolean {
  return TLS.has(transport);
}

/** @param deafPort Of a server that accepts nothing, ever. */
export async function setStage(hand: Stagehand, canaries: Canaries, deafPort: number): Promise<Stage> {
  const { scenario } = hand;
  const { transport, phase, action, variant } = scenario;
  const secure = isSecure(transport);
  const listeners: Listener[] = [];
  const opened = <L extends Listener>(listener: L): L => {
    listeners.push(listener);
    return listener;
  };
  const certificates = createCertificates();
  const wrong = phase === 'tls-handshake' && action === 'refuse';
  let handshakes = 0;
  const SNICallback = (_name: string, done: (error: null, context: SecureContext) => void): void => {
    handshakes += 1;
    const bad = wrong && handshakes === 1;
    if (wrong) hand.played();
    done(
      null,
      createSecureContext(bad ? certificates[variant as 'expired' | 'wrongHost' | 'selfSigned'] : certificates.good),
    );
  };
  const protocols = transport === 'h2' ? ['h2'] : ['http/1.1'];
  const play = transport === 'h2' ? playFrames(hand) : playTarget(hand);
  const origin = opened(
    await startRawServer(play, {
      tls: secure ? { ...certificates.good, ...(wrong && { SNICallback }), ALPNProtocols: protocols } : false,
    }),
  );
  let entrance: Listener = origin;
  let { port } = origin;
  if (phase === 'tls-handshake' || phase === 'accept') entrance = await relayTo(origin);
  port = entrance.port;

  const proxy = await startProxyOf(hand, canaries);
  let proxyPort = 0;
  if (proxy) {
    entrance = opened(proxy.listener);
    if (phase === 'proxy-tls' || phase === 'proxy-accept') entrance = await relayTo(entrance);
    proxyPort = entrance.port;
  }

  async function relayTo(to: Listener): Promise<Listener> {
    const fault = relayFault(scenario);
    const relay = await startRelay({ to, fault: (n) => (n === 1 ? fault : undefined) });
    void relay.waitForFault().then(() => hand.played());
    return opened(relay);
  }

  const scheme = secure ? 'https' : 'http';
  const ours = transport.startsWith('agent') && !wrong ? '127.0.0.1' : 'localhost';
  const healthy = `${scheme}://${ours}:${port}`;
  const unreachable =
    phase === 'connect' && action === 'refuse' && (!DIRECT.has(transport) || transport.startsWith('agent'));
  const deaf = (phase === 'connect' || phase === 'proxy-connect') && action !== 'refuse';
  const faulty = unreachable
    ? `${scheme}://${NOBODY}:${port}`
    : phase === 'connect' && deaf
      ? `${scheme}://127.0.0.1:${deafPort}`
      : healthy;
  const adapter = makeAdapter(hand, proxy?.url(proxyPort));
  const session = new Session({ adapters: { 'http://': adapter, 'https://': adapter } });
  const common: SessionSendOptions = { verify: certificates.ca };
  const through = (url: string | undefined): SessionSendOptions =>
    url === undefined || transport.startsWith('agent') ? common : { ...common, proxies: { all: url } };
  const brokenProxy =
    phase === 'proxy-connect'
      ? proxy?.url(deaf ? deafPort : proxyPort, deaf ? '127.0.0.1' : NOBODY)
      : proxy?.url(proxyPort);
  return {
    session,
    origin,
    faulty,
    healthy,
    faultyOptions: through(brokenProxy),
    healthyOptions: through(proxy?.url(proxyPort)),
    entrance,
    listeners,
    close: async () => {
      for (const listener of listeners.reverse()) await listener.close();
    },
  };
}

function startProxyOf(hand: Stagehand, canaries: Canaries): Promise<RunningProxy | undefined> {
  const credentials = [canaries.proxyUser, canaries.proxyPassword] as const;
  switch (hand.scenario.transport) {
    case 'forward':
    case 'tunnel':
    case 'agent-forward':
    case 'agent-tunnel':
      return startFaultyProxy(hand, false, credentials);
    case 'forward-tls':
    case 'tunnel-tls':
      return startFaultyProxy(hand, true, credentials);
    case 'socks5':
    case 'socks5-tls':
      return startFaultySocks(hand, 5, credentials);
    case 'socks4':
      return startFaultySocks(hand, 4, credentials);
    default:
      return Promise.resolve(undefined);
  }
}

function makeAdapter(hand: Stagehand, proxyUrl: string | undefined): BaseAdapter {
  const { transport } = hand.scenario;
  if (transport === 'agent' || transport === 'agent-tls') return new AgentAdapter();
  if (transport.startsWith('agent')) return new HTTPProxyAdapter(proxyUrl!);
  return new HTTPAdapter({ http2: transport === 'h2', lookup: lookupOf(hand), connectors: socksConnectors });
}

/** A DNS that breaks at its first question. */
function lookupOf(hand: Stagehand): LookupFunction {
  const { transport, phase, action, variant } = hand.scenario;
  let asked = 0;
  const lookup = (hostname: string, options: unknown, callback: (...args: unknown[]) => void): void => {
    asked += 1;
    const all = (options as { all?: boolean }).all === true;
    const answer = (address: string): void =>
      all ? callback(null, [{ address, family: 4 }]) : callback(null, address, 4);
    const good =
      phase === 'connect' && action === 'refuse' && DIRECT.has(transport) && asked === 1 ? NOBODY : '127.0.0.1';
    if (phase !== 'dns' || asked > 1) return void setImmediate(answer, good);
    hand.played();
    if (action === 'delay') setTimeout(answer, 60, good);
    else if (action === 'garbage') setImmediate(answer, 'no address at all');
    else if (action === 'refuse')
      setImmediate(
        callback,
        Object.assign(new Error(`getaddrinfo ${variant} ${hostname}`), {
          code: variant,
          syscall: 'getaddrinfo',
          hostname,
        }),
      );
  };
  return lookup as unknown as LookupFunction;
}

function relayFault({ action, offset }: Scenario): RelayFault | undefined {
  const after = offset;
  switch (action) {
    case 'close':
    case 'reset':
    case 'stall':
      return { after, play: action };
    case 'abort':
      return { after, play: 'stall' };
    case 'garbage':
      return { after, play: GARBAGE };
    case 'drip':
      return { after, play: { dripMs: 0, bytes: 64 } };
    case 'trickle':
      return { after, play: { dripMs: (STALL * 1000) / 4 } };
    case 'delay':
      return { after, play: { delayMs: 60 } };
    default:
      return undefined;
  }
}
