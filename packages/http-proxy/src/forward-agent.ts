import type { ClientRequest } from 'node:http';
import { isIPv6 } from 'node:net';
import { HttpProxyAgent } from 'http-proxy-agent';

/** What the agent is told of a request. */
type ConnectOptions = Parameters<HttpProxyAgent<string>['setRequestProps']>[1];

/**
 * The agent for plain http targets, with the request target as it was prepared.
 *
 * The library builds it by resolving the path against the `Host` header: a path of `//evil.example/` would go there, and so would every request
 * whose `Host` was overridden. Here the absolute form is made of the connection's own host and port (RFC 9112 §3.2.2).
 */
export class ForwardAgent extends HttpProxyAgent<string> {
  override setRequestProps(
    request: ClientRequest & { path: string; outputData?: never; _implicitHeader(): void },
    options: ConnectOptions,
  ): void {
    const { path } = request;
    if (/^https?:\/\//.test(path)) return;
    super.setRequestProps(request as never, options);
    const { host = '', port } = options as { host?: string; port: number };
    const authority = `${isIPv6(host) ? `[${host}]` : host}${Number(port) === 80 ? '' : `:${port}`}`;
    request.path = `http://${authority}${path}`;
  }
}
