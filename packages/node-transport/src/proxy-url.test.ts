import { inspect } from 'node:util';
import { InvalidProxyURL } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import { parseProxyUrl, proxyAuthorization } from './proxy-url.ts';

describe('parseProxyUrl', () => {
  it.each([
    ['http://10.10.1.10:3128', 'http', '10.10.1.10', 3128],
    ['HTTP://Proxy.Example', 'http', 'proxy.example', 80],
    ['https://proxy.example', 'https', 'proxy.example', 443],
    ['socks5h://proxy.example', 'socks5h', 'proxy.example', 1080],
    ['http://[::1]:3128/', 'http', '::1', 3128],
    ['proxy.example:8080', 'http', 'proxy.example', 8080],
    ['localhost:3128', 'http', 'localhost', 3128],
    ['//proxy.example:80', 'http', 'proxy.example', 80],
    ['http://proxy.example:80/path?query#fragment', 'http', 'proxy.example', 80],
    ['http://user:pa@ss@proxy.example:80', 'http', 'proxy.example', 80],
    ['quic://proxy.example', 'quic', 'proxy.example', 0],
  ])('B-PROXY-12 reads %s', (text, scheme, hostname, port) => {
    expect(parseProxyUrl(text)).toMatchObject({ scheme, hostname, port });
  });

  it.each([
    'http:/bad:3128',
    'http://:8080',
    'https://',
    'http:///example.com:8080',
    'http://a b:80',
    'http://h:99999',
    'http://h:0',
    'http://h\\x:80',
    'http://user:pw@',
    'http://1.2.3:80',
    'http://h\n:80',
  ])('B-PROXY-13 M190 refuses %j', (text) => {
    expect(() => parseProxyUrl(text)).toThrow(InvalidProxyURL);
  });

  it('B-PROXY-13 refuses what is no text, such as the proxy of another library', () => {
    for (const other of [undefined, { host: 'proxy.example', port: 80 }, 3128])
      expect(() => parseProxyUrl(other as unknown as string)).toThrow(TypeError);
  });

  it('[A14] shows neither user nor password in an error or in `display`', () => {
    for (const text of [
      'http://canaryuser:canarypass@',
      'http://canaryuser:canarypass@h:99999',
      'canaryuser:canarypass@:1',
    ]) {
      expect(() => parseProxyUrl(text)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('canary') as string }),
      );
    }
    const proxy = parseProxyUrl('http://canaryuser:canarypass@Host:1');
    expect([proxy.display, proxy.username, proxy.password]).toEqual(['http://host:1', 'canaryuser', 'canarypass']);
    expect(inspect(proxy, { showHidden: true, depth: Infinity }) + JSON.stringify(proxy)).not.toContain('canary');
  });
});

describe('proxyAuthorization', () => {
  it.each([
    ['http://user:pass@h', 'Basic dXNlcjpwYXNz'],
    ['http://user:@h', 'Basic dXNlcjo='],
    ['http://us%20er:p%40ss@h', `Basic ${btoa('us er:p@ss')}`],
    ['http://user:p%C3%A4@h', `Basic ${Buffer.from('user:p\xe4', 'latin1').toString('base64')}`],
    ['http://user:%E2%82%AC@h', `Basic ${Buffer.from('user:€').toString('base64')}`],
    ['http://user@h', undefined],
    ['http://:pass@h', undefined],
    ['http://h', undefined],
  ])('B-ADAPT-07 M188 makes of %s %s', (url, expected) => {
    expect(proxyAuthorization(parseProxyUrl(url))).toBe(expected);
  });
});
