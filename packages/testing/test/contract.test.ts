import {
  type BaseAdapter,
  type PreparedRequest,
  type Response,
  type SendOptions,
  WrapperAdapter,
} from '@requests-ts/core';
import { describeAdapter, type ProxyServer, startProxy } from '@requests-ts/testing';
import { afterAll, beforeAll } from 'vitest';
import { NodeAdapter } from './node-adapter.ts';

describeAdapter('NodeAdapter', () => new NodeAdapter());

let proxy: ProxyServer;
beforeAll(async () => {
  proxy = await startProxy();
});
afterAll(() => proxy.close());

class Proxied extends WrapperAdapter {
  override send(request: PreparedRequest, options: SendOptions): Promise<Response> {
    return this.inner.send(request, { ...options, proxies: { http: proxy.url } });
  }
}

// Shows that the proxy passes everything on as it is.
const answers = 'the proxy answers in place of a target that it cannot reach';
describeAdapter('NodeAdapter behind a proxy', (): BaseAdapter => new Proxied(new NodeAdapter()), {
  refused: answers,
  connectTimeout: answers,
});
