import type { Agent } from 'node:http';

/** Which agent carries a request, and what is known of its way. */
export interface AgentRoute {
  readonly agent: Agent;
  /**
   * `given`: an agent of the caller's, whose ways are its own. `own`: straight to the target. `forward`: to a proxy that is given absolute
   * URLs. `tunnel`: through CONNECT.
   */
  readonly mode: 'given' | 'own' | 'forward' | 'tunnel';
  /** Scheme, host and port of the proxy, for messages; undefined without one, or when nobody knows. */
  readonly proxy?: string | undefined;
}
