import { prepareUrl } from '@requests-ts/core/authors';
import { cpuMs } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';
import { NO_PROXY_TABLE } from '../test/no-proxy-table.ts';
import { isListed, parseNoProxy } from './no-proxy.ts';

const listed = (list: string, url: string): boolean => isListed(prepareUrl(url), parseNoProxy(list));

describe('isListed', () => {
  it.each(NO_PROXY_TABLE)('%s %j and %s: %s', (_rule, list, url, bypass) => {
    expect(listed(list, url)).toBe(bypass);
  });

  it('[C05] takes time by the length of the input, not by its square', () => {
    const time = (n: number): number => {
      const list = `${'.'.repeat(n)}${'a.'.repeat(n / 8)}x:${'1'.repeat(n / 8)},${'a,'.repeat(n / 2)}`;
      const host = `${'a.'.repeat(120)}b`;
      const start = cpuMs();
      isListed({ host, port: null }, parseNoProxy(list));
      return cpuMs() - start;
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
