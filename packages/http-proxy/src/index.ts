/** Transport over any `http.Agent`, and HTTP proxies through node agents. */
export { AgentAdapter } from './agent-adapter.ts';
export type { AgentAdapterOptions } from './agent-options.ts';
export { HTTPProxyAdapter } from './http-proxy-adapter.ts';
export type { HTTPProxyAdapterOptions, OnProxyAuth, ProxyHeaders, ProxyTls } from './proxy-options.ts';
