import { isIPv6 } from 'node:net';
import { InvalidProxyURL, InvalidURL, ProxyError } from '@requests-ts/core';
import type { ProxyUrl } from '@requests-ts/node-transport';

/** RFC 1928 §5 and RFC 1929 §2 give each field one byte of length. Longer ones would end the process inside the library. */
const MAX_BYTES = 255;

/** @returns True for the schemes that speak SOCKS 4. */
export function isVersion4({ scheme }: ProxyUrl): boolean {
  return scheme === 'socks4' || scheme === 'socks4a';
}

/** @throws InvalidProxyURL for a user or password that the protocol cannot carry. */
export function checkCredentials(proxy: ProxyUrl): void {
  const { username = '', password = '', display } = proxy;
  const fields = [['user name', username] as const];
  if (!isVersion4(proxy)) fields.push(['password', password] as never);
  for (const [what, text] of fields) {
    if (Buffer.byteLength(text) > MAX_BYTES)
      throw new InvalidProxyURL(`The ${what} for proxy ${display} is longer than ${MAX_BYTES} bytes (RFC 1929 §2)`);
    if (text.includes('\0')) throw new InvalidProxyURL(`The ${what} for proxy ${display} holds a NUL`);
  }
  if (username === '' && password !== '')
    throw new InvalidProxyURL(`The URL of proxy ${display} has a password without a user name (RFC 1929 §2)`);
}

/** @throws InvalidURL for a host that the protocol cannot carry, ProxyError for an address that only its newer version can. */
export function checkTarget(hostname: string, proxy: ProxyUrl): void {
  if (hostname === '' || Buffer.byteLength(hostname) > MAX_BYTES)
    throw new InvalidURL(`SOCKS carries host names of 1 to ${MAX_BYTES} bytes; this one has ${hostname.length}`);
  if (/[\x00-\x20\x7f]/.test(hostname)) throw new InvalidURL('The host name holds a control character or a blank');
  if (isVersion4(proxy) && isIPv6(hostname))
    throw new ProxyError(
      `SOCKS proxy ${proxy.display}: SOCKS 4 carries no IPv6 addresses; use socks5:// or socks5h://`,
    );
}
