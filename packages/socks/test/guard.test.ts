import { publicAddressesOnly } from '@requests-ts/http';
import { describe, expect, it } from 'vitest';
import { adapterTo, OK, origin, prepare, socks } from './support.ts';

describe('guard of SOCKSAdapter', () => {
  it.each(['socks4', 'socks4a', 'socks5', 'socks5h'] as const)(
    '[B04] judges targets of %s by their names, before the proxy hears of them',
    async (scheme) => {
      const proxy = await socks({ version: scheme.startsWith('socks4') ? 4 : 5 });
      const server = await origin(OK);
      const asked: string[] = [];
      const adapter = adapterTo(proxy.url(scheme), {
        guard: (address, { hostname, role, resolved }) => {
          asked.push(`${role} ${address} ${resolved}`);
          if (hostname === 'inside.example') throw new Error('not there');
        },
      });
      expect((await adapter.send(prepare('GET', server.url))).text).toBe('ok');
      await expect(adapter.send(prepare('GET', 'http://inside.example/'))).rejects.toMatchObject({
        code: 'ERR_ADDRESS_REFUSED',
      });
      expect(asked).toEqual(['target 127.0.0.1 true', 'target inside.example false']);
      const strict = adapterTo(proxy.url(scheme), { guard: publicAddressesOnly });
      for (const url of [server.url, 'http://a.example/'])
        await expect(strict.send(prepare('GET', url))).rejects.toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
      expect(proxy.requests).toHaveLength(1);
    },
  );
});
