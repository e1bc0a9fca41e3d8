import type { PreparedRequest, ResolvedTimeout } from '@requests-ts/core';
import type { TlsSettings, WireHeaders } from '@requests-ts/node-transport';
import type { AgentSettings } from './agent-options.ts';
import type { AgentRoute } from './agent-route.ts';

/** One `send`, ready to go. */
export interface AgentCallInit {
  readonly request: PreparedRequest;
  readonly wire: WireHeaders;
  readonly route: AgentRoute;
  readonly settings: AgentSettings;
  readonly limits: ResolvedTimeout;
  /** IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
  readonly tls: TlsSettings | null;
  readonly stream: boolean;
  readonly signal: AbortSignal | undefined;
}
