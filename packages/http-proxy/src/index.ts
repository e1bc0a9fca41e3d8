/** Transport over any `http.Agent`, and HTTP proxies through node agents. */
export { AgentAdapter } from './agent-adapter.ts';
export type { AgentAdapterOptions } from './agent-options.ts';
export type { AgentRoute } from './agent-route.ts';
export { HTTPProxyAdapter } from './http-proxy-adapter.ts';
export type { OnProxyAuth, ProxyChallenge } from './proxy-auth.ts';
export type { HTTPProxyAdapterOptions, ProxyHeaders, ProxyTls } from './proxy-options.ts';
