import { InvalidSchema, InvalidURL } from '@requests-ts/core';
import { prepareUrl } from '@requests-ts/core/authors';
import { parseProxyUrl, TlsStore } from '@requests-ts/node-transport';
import { describe, expect, it } from 'vitest';
import { type Route, routeKey, targetOf, unsupportedProxy } from './route.ts';

const tls = new TlsStore({}).resolve(true, null);
const insecure = new TlsStore({}).resolve(false, null);
const base: Route = {
  mode: 'tunnel',
  hostname: 'target.example',
  port: 443,
  tls,
  proxy: parseProxyUrl('http://user:pw@proxy.example:80'),
  proxyTls: null,
  proxyHeaders: ['Proxy-Authorization', 'Basic x'],
  connector: null,
  socketPath: undefined,
};

describe('routeKey', () => {
  it('[G02 CVE-2016-8616, CVE-2022-27775] differs whenever one thing differs', () => {
    const proxy = (text: string): Partial<Route> => ({ proxy: parseProxyUrl(text) });
    const variants: Partial<Route>[] = [
      {},
      { mode: 'connector' },
      { hostname: 'other.example' },
      { port: 444 },
      { tls: null },
      { tls: insecure },
      { proxyTls: tls },
      { proxyTls: insecure },
      { proxyHeaders: [] },
      { proxyHeaders: ['Proxy-Authorization', 'Basic X'] },
      { proxyHeaders: ['Proxy-Authorization', 'Basic x', 'X-Tenant', 'a'] },
      { socketPath: '/run/app.sock' },
      { proxy: null },
      proxy('http://user:PW@proxy.example:80'),
      proxy('http://User:pw@proxy.example:80'),
      proxy('http://user:p:w@proxy.example:80'),
      proxy('http://proxy.example:80'),
      proxy('http://user:pw@proxy.example:81'),
      proxy('https://user:pw@proxy.example:80'),
      proxy('http://user:pw@other.example:80'),
    ];
    const keys = variants.map((variant) => routeKey({ ...base, ...variant }));
    expect(new Set(keys).size).toBe(variants.length);
  });

  it('is the same for equal routes, whatever the order of their properties', () => {
    const reversed = Object.fromEntries(Object.entries(base).reverse()) as unknown as Route;
    expect(routeKey(reversed)).toBe(routeKey({ ...base, proxy: parseProxyUrl('HTTP://user:pw@PROXY.example:80') }));
  });

  it('is of the proxy alone when that takes requests for any target', () => {
    const forward: Route = { ...base, mode: 'forward', tls: null };
    expect(routeKey(forward)).toBe(routeKey({ ...forward, hostname: 'other.example', port: 81 }));
  });

  it('[G02] holds no secret', () => {
    expect(routeKey(base)).not.toMatch(/user|pw|Basic/);
  });
});

describe('targetOf', () => {
  it.each([
    ['http://h.example/', { secure: false, hostname: 'h.example', port: 80, socketPath: undefined }],
    ['https://h.example/', { secure: true, port: 443 }],
    ['https://[::1]:8443/', { hostname: '::1', port: 8443 }],
    ['http+unix://%2Frun%2Fapp.sock/x', { secure: false, hostname: 'localhost', socketPath: '/run/app.sock' }],
    ['https+unix://%2Frun%2Fapp.sock/x', { secure: true, socketPath: '/run/app.sock' }],
  ])('reads %s', (url, expected) => {
    expect(targetOf(prepareUrl(url))).toMatchObject(expected);
  });

  it('refuses other schemes, and a socket without a path', () => {
    expect(() => targetOf(prepareUrl('httpx://h/'))).toThrow(InvalidSchema);
    expect(() => targetOf({ ...prepareUrl('http+unix://x/'), host: '%00' })).toThrow(InvalidURL);
  });
});

describe('unsupportedProxy', () => {
  it('M191 names the package and the line to write', () => {
    expect(unsupportedProxy('socks5').message).toMatch(/npm install @requests-ts\/socks.*connectors: socksConnectors/);
    expect(unsupportedProxy('quic').message).toContain('a connector of your own');
  });
});
