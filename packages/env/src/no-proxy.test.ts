import { prepareUrl } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import { isListed, parseNoProxy } from './no-proxy.ts';

const listed = (list: string, url: string): boolean => isListed(prepareUrl(url), parseNoProxy(list));

/** Entry, URL, whether the proxy is bypassed. */
const TABLE: readonly (readonly [rule: string, list: string, url: string, bypass: boolean])[] = [
  // Names
  ['B-PROXY-07a', 'c.example', 'http://c.example/', true],
  ['B-PROXY-07a', 'c.example', 'https://c.example/', true],
  ['B-PROXY-07a', '.c.example', 'http://c.example/', true],
  ['B-PROXY-07a', 'c.example', 'http://x.c.example/', true],
  ['B-PROXY-07a', 'c.example', 'http://x.y.z.c.example/', true],
  ['B-PROXY-07a', '.c.example', 'http://x.c.example/', true],
  ['B-PROXY-07a', '...c.example', 'http://x.c.example/', true],
  ['B-PROXY-07a', 'C.Example', 'http://c.example/', true],
  ['B-PROXY-07a', 'c.example', 'http://C.EXAMPLE/', true],
  ['B-PROXY-07a', 'c.example', 'http://c.example:8080/', true],
  ['B-PROXY-07a', 'c.example', 'https://x.c.example:444/', true],
  ['B-PROXY-07a', 'localhost', 'http://localhost:5000/', true],
  ['B-PROXY-07a', 'example', 'http://c.example/', true],
  ['B-PROXY-07a', 'intra_net', 'http://intra_net/', true],
  ['B-PROXY-07b', 'localhost', 'http://prelocalhost/', false],
  ['B-PROXY-07b', 'localhost', 'http://localhost.example/', false],
  ['B-PROXY-07b', 'ample', 'http://c.example/', false],
  ['B-PROXY-07b', 'c.example', 'http://bc.example/', false],
  ['B-PROXY-07b', '.c.example', 'http://bc.example/', false],
  ['B-PROXY-07b', 'x.c.example', 'http://c.example/', false],
  ['B-PROXY-07b', 'c.exampl', 'http://c.example/', false],
  ['B-PROXY-07b', 'c.example', 'http://c.example.evil.test/', false],
  ['B-PROXY-07b', 'c.example', 'http://evil.test/c.example', false],
  ['B-PROXY-07b', 'c.example', 'http://evil.test/?c.example', false],
  ['B-PROXY-07b', 'c.example', 'http://c.example@evil.test/', false],
  ['B-PROXY-07b', 'c.example', 'http://c.example:@evil.test/', false],
  ['B-PROXY-07b', 'c.example', 'http://evil.test/#.c.example', false],
  // Trailing dots, on both sides
  ['[H01 CVE-2025-62718]', 'localhost', 'http://localhost./', true],
  ['[H01 CVE-2025-62718]', 'localhost.', 'http://localhost/', true],
  ['[H01 CVE-2025-62718]', 'c.example.', 'http://x.c.example./', true],
  ['[H01]', '.c.example.', 'http://c.example/', true],
  ['[H01]', 'c.example..', 'http://c.example/', false],
  // Ports
  ['B-PROXY-07c', 'c.example:80', 'http://c.example:80/', true],
  ['B-PROXY-07c', 'c.example:80', 'http://x.c.example:80/', true],
  ['B-PROXY-07c', '.c.example:80', 'http://x.c.example:80/', true],
  ['B-PROXY-07c', 'c.example:80', 'http://c.example/', false],
  ['B-PROXY-07c', 'c.example:80', 'http://c.example:8080/', false],
  ['B-PROXY-07c', 'c.example:443', 'https://c.example/', false],
  ['B-PROXY-07c', 'c.example:443', 'https://c.example:443/', true],
  ['B-PROXY-07c', 'c.example:80,c.example:81', 'http://c.example:81/', true],
  ['B-PROXY-07c', 'c.example:80,c.example', 'http://c.example/', true],
  ['B-PROXY-07c', 'c.example.:80', 'http://c.example:80/', true],
  ['[H01] bad port', 'c.example:', 'http://c.example/', false],
  ['[H01] bad port', 'c.example:0', 'http://c.example/', false],
  ['[H01] bad port', 'c.example:65536', 'http://c.example:65535/', false],
  ['[H01] bad port', 'c.example:http', 'http://c.example/', false],
  ['[H01] bad port', 'c.example:-80', 'http://c.example:80/', false],
  // IPv4
  ['B-PROXY-07d', '192.168.0.1', 'http://192.168.0.1/', true],
  ['B-PROXY-07d', '192.168.0.1', 'http://192.168.0.1:5000/', true],
  ['B-PROXY-07d', '192.168.0.1', 'http://192.168.0.11/', false],
  ['B-PROXY-07d', '192.168.0.0/24', 'http://192.168.0.1:5000/', true],
  ['B-PROXY-07d', '192.168.0.0/24,127.0.0.1,localhost.localdomain,172.16.1.1', 'http://172.16.1.1/', true],
  ['B-PROXY-07d', '192.168.0.0/24,127.0.0.1,localhost.localdomain,172.16.1.1', 'http://172.16.1.1:5000/', true],
  ['B-PROXY-07d', '192.168.0.0/24,127.0.0.1,localhost.localdomain,172.16.1.1', 'http://192.168.1.1:5000/', false],
  ['B-PROXY-07d', '192.168.0.0/24,127.0.0.1,localhost.localdomain,172.16.1.1', 'http://localhost.localdomain/', true],
  ['B-PROXY-07d', '192.168.0.0/24,127.0.0.1,localhost.localdomain,172.16.1.1', 'http://172.16.1.12/', false],
  ['B-PROXY-07d', '192.168.0.7/24', 'http://192.168.0.200/', true],
  ['B-PROXY-07d', '10.0.0.0/8', 'http://10.255.255.255/', true],
  ['B-PROXY-07d', '10.0.0.0/8', 'http://11.0.0.0/', false],
  ['B-PROXY-07d', '10.0.0.0/32', 'http://10.0.0.0/', true],
  ['B-PROXY-07d', '10.0.0.0/32', 'http://10.0.0.1/', false],
  ['B-PROXY-07d', '10.0.0.0/1', 'http://127.255.255.255/', true],
  ['B-PROXY-07d', '10.0.0.0/1', 'http://128.0.0.0/', false],
  ['B-PROXY-07d', '192.168.0.1:80', 'http://192.168.0.1:80/', false],
  ['B-PROXY-07d', '10.0.0.0/8', 'http://10.example/', false],
  ['[H01] no match inside an address', '0.0.1', 'http://127.0.0.1/', false],
  ['[H01] no match inside an address', '.0.0.1', 'http://127.0.0.1/', false],
  ['[H01] no match inside an address', '1', 'http://127.0.0.1/', false],
  ['[H01] loopback only when listed', 'localhost', 'http://127.0.0.1/', false],
  ['[H01] loopback only when listed', '127.0.0.1', 'http://localhost/', false],
  ['[H01] loopback only when listed', '127.0.0.1', 'http://127.0.0.2/', false],
  ['[H01 CVE-2026-42043] a block covers all of loopback', '127.0.0.0/8', 'http://127.255.255.254/', true],
  ['[H01 CVE-2026-67315]', '0.0.0.0', 'http://0.0.0.0/', true],
  ['[H01 CVE-2026-67315]', '127.0.0.1', 'http://0.0.0.0/', false],
  ['[C02] short forms are no address', '127.1', 'http://127.0.0.1/', false],
  ['[C02] octal is no address', '0177.0.0.1', 'http://127.0.0.1/', false],
  ['[C02] hexadecimal is no address', '0x7f.0.0.1', 'http://127.0.0.1/', false],
  ['[C02] one number is no address', '2130706433', 'http://127.0.0.1/', false],
  // Whole list
  ['B-PROXY-07e', '*', 'http://c.example/', true],
  ['B-PROXY-07e', '*', 'http://127.0.0.1/', true],
  ['B-PROXY-07e', '*', 'http://[::1]/', true],
  ['B-PROXY-07e', 'x,*', 'http://c.example/', false],
  ['B-PROXY-07e', ' * ', 'http://c.example/', false],
  ['B-PROXY-07e', '*,', 'http://c.example/', false],
  ['[H01] wildcards', '*.c.example', 'http://x.c.example/', false],
  ['[H01] wildcards', '*c.example', 'http://c.example/', false],
  ['[H01] wildcards', '192.168.*', 'http://192.168.0.1/', false],
  // IPv6
  ['B-PROXY-07f', '::1', 'http://[::1]/', true],
  ['B-PROXY-07f', '[::1]', 'http://[::1]/', true],
  ['B-PROXY-07f', '::1', 'http://[::1]:8080/', true],
  ['[H01] IPv6 as bytes', '0:0:0:0:0:0:0:1', 'http://[::1]/', true],
  ['[H01] IPv6 as bytes', '::1', 'http://[0:0::0001]/', true],
  ['[H01] IPv6 as bytes', '2001:DB8::A', 'http://[2001:db8:0:0::a]/', true],
  ['[H01] IPv6 as bytes', '::1', 'http://[::2]/', false],
  ['[H01] IPv6 with port', '[::1]:80', 'http://[::1]:80/', false],
  ['[H01] IPv6 block', 'fd00::/8', 'http://[fd12:3456::1]/', true],
  ['[H01] IPv6 block', 'fd00::/8', 'http://[fe80::1]/', false],
  ['[H01] IPv6 block', '2001:db8::/32', 'http://[2001:db8:ffff::]/', true],
  ['[H01] IPv6 block', '2001:db8::/32', 'http://[2001:db9::]/', false],
  ['[H01] IPv6 block', '2001:db8::/128', 'http://[2001:db8::]/', true],
  ['[H01] IPv6 block', '2001:db8::/129', 'http://[2001:db8::]/', false],
  ['[H01] IPv6 block', '::/1', 'http://10.0.0.1/', false],
  ['[H01 CVE-2026-44492] mapped IPv4', '10.0.0.1', 'http://[::ffff:10.0.0.1]/', true],
  ['[H01 CVE-2026-44492] mapped IPv4', '10.0.0.1', 'http://[::ffff:a00:1]/', true],
  ['[H01 CVE-2026-44492] mapped IPv4', '::ffff:10.0.0.1', 'http://10.0.0.1/', true],
  ['[H01 CVE-2026-44492] mapped IPv4', '10.0.0.0/8', 'http://[::ffff:10.1.2.3]/', true],
  ['[H01 CVE-2026-44492] mapped IPv4', '::ffff:10.0.0.0/104', 'http://10.1.2.3/', true],
  ['[H01 CVE-2025-22870] zone id', '::1%25.example', 'http://[::1]/', false],
  ['[H01 CVE-2025-22870] zone id', 'fe80::1%eth0', 'http://[fe80::1]/', false],
  // The list itself
  ['B-PROXY-08', '', 'http://c.example/', false],
  ['B-PROXY-08', ' , ,', 'http://c.example/', false],
  ['B-PROXY-08', ' c.example ', 'http://c.example/', true],
  ['B-PROXY-08', 'x.test, c.example', 'http://c.example/', true],
  ['B-PROXY-08', 'x.test,,c.example', 'http://c.example/', true],
  ['B-PROXY-08', '\tc.example', 'http://c.example/', true],
  ['B-PROXY-08', 'x.test;c.example', 'http://c.example/', false],
  ['B-PROXY-08', '10.0.0.0/0', 'http://10.0.0.1/', false],
  ['B-PROXY-08', '10.0.0.0/33', 'http://10.0.0.1/', false],
  ['B-PROXY-08', '10.0.0.0/a', 'http://10.0.0.1/', false],
  ['B-PROXY-08', '10.0.0.0/8/8', 'http://10.0.0.1/', false],
  ['B-PROXY-08', '10.0.0.0/', 'http://10.0.0.0/', false],
  ['B-PROXY-08', '10/8', 'http://10.0.0.1/', false],
  ['B-PROXY-08', 'c.example/24', 'http://c.example/', false],
  ['B-PROXY-08', 'http://c.example', 'http://c.example/', false],
  // Names beyond ASCII
  ['[H01] IDNA', 'bücher.example', 'http://xn--bcher-kva.example/', true],
  ['[H01] IDNA', 'xn--bcher-kva.example', 'http://www.bücher.example/', true],
  ['[J02]', '__proto__', 'http://c.example/', false],
  ['[J02]', 'constructor', 'http://constructor/', true],
];

describe('isListed', () => {
  it.each(TABLE)('%s %j and %s: %s', (_rule, list, url, bypass) => {
    expect(listed(list, url)).toBe(bypass);
  });

  it('[C05] takes time by the length of the input, not by its square', () => {
    const time = (n: number): number => {
      const list = `${'.'.repeat(n)}${'a.'.repeat(n / 8)}x:${'1'.repeat(n / 8)},${'a,'.repeat(n / 2)}`;
      const host = `${'a.'.repeat(120)}b`;
      const start = performance.now();
      isListed({ host, port: null }, parseNoProxy(list));
      return performance.now() - start;
    };
    time(10_000);
    expect(time(400_000)).toBeLessThan(2_000);
  });
});

describe('parseNoProxy', () => {
  it('[H01] tells about entries that mean nothing, and only about those', () => {
    const ignored: string[] = [];
    parseNoProxy('c.example,10.0.0.0/99,*.x.test,c.example:http,127.0.0.1:80,a b,::1,fe80::1%1', (entry) =>
      ignored.push(entry),
    );
    expect(ignored).toEqual(['10.0.0.0/99', '*.x.test', 'c.example:http', '127.0.0.1:80', 'fe80::1%1']);
  });
});
